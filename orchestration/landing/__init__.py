"""Landing: delivered files become raw batches, quarantined rows and vault values, and nothing is lost in silence."""
