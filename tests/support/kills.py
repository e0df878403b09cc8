"""A process that dies in the middle: a call that ends in what no code may catch."""

from collections.abc import Callable
from typing import Any


class Killed(BaseException):
    """The process dies here."""


def dies_after(real: Callable[..., Any], passes: int) -> Callable[..., Any]:
    """The function itself for `passes` calls, then Killed."""
    calls: list[int] = []

    def dies(*arguments: object, **options: object) -> Any:
        calls.append(1)
        if len(calls) > passes:
            raise Killed
        return real(*arguments, **options)

    return dies
