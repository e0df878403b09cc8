"""The gate between landing and building: what is unlike the last accepted delivery waits for a person."""
