"""Fixtures of the tests of rights: the landing door of its own tests."""

from tests.landing.conftest import door, protector

__all__ = ["door", "protector"]
