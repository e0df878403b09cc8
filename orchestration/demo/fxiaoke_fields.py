"""Fields that every object of Fxiaoke has, in its wire form."""

from typing import Any

import numpy as np

from orchestration.demo.calendar import rate
from orchestration.demo.scene import Scene
from orchestration.demo.text import FXIAOKE_ACCOUNT, fxiaoke_id, millionths, milliseconds

Object = dict[str, Any]
_EMPLOYEES = 5


def account_id(scene: Scene, customer: int) -> str:
    """`_id` of a customer of the block."""
    return fxiaoke_id(FXIAOKE_ACCOUNT, scene.number(customer))


def day_of(day: int) -> int | None:
    """A day as milliseconds, absent for -1: not (yet)."""
    return None if day == -1 else milliseconds(day)


def owned(scene: Scene, customer: int, day: int) -> Object:
    """The employee who looks after a customer on a day: a list of one, and its readable twin."""
    employee = str(1001 + (scene.number(customer) + scene.handed_over(customer, day)) % _EMPLOYEES)
    return {"owner": [employee]}


def kept(created: int, changed: int | None = None) -> Object:
    """State and times of a record; some were being changed when they were exported."""
    return {
        "life_status": "in_change" if created % 61 == 0 else "normal",
        "is_deleted": False,
        "create_time": milliseconds(created, 560),
        "last_modified_time": milliseconds(max(created if changed is None else changed, created), 1_020),
    }


def in_currency(scene: Scene, customer: int, day: int) -> Object:
    """Currency and rate of an amount, absent for the organisation's own currency."""
    currency = scene.currency(customer)
    if currency == "CNY":
        return {}
    worth = rate(scene.block.traits.currency[customer], np.int64(day))
    return {"mc_currency": currency, "mc_exchange_rate": millionths(int(worth))}
