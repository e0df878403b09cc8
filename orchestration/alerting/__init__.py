"""Tells people of nights that failed, were refused, held, killed or late, and of critical early warnings: once."""

from orchestration.alerting.alert import Alert
from orchestration.alerting.telling import Told, tell

__all__ = ["Alert", "Told", "tell"]
