"""The `crw` command: one app, expected errors in one message each, never a traceback."""

from orchestration.cli.app import app, main

__all__ = ["app", "main"]
