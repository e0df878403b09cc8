"""Great Expectations at the doors of the warehouse: landed data, marts, published files."""
