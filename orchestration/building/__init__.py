"""Builds one run: its identity, its workspace, dbt."""
