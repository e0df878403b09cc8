"""What exists in Dagster: assets, checks, jobs, schedules, sensors. `orchestration.definitions` only merges them."""
