"""Customer risk warehouse: landing, protection, the nightly run, publishing and the Dagster definitions."""
