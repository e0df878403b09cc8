"""Suites: functions from the description of an object to the expectations on it."""
