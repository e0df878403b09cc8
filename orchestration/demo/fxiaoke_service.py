"""Fxiaoke's service objects: work orders and what customers thought of them, members and their points."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from orchestration.demo import cases
from orchestration.demo.draws import Flags, each
from orchestration.demo.fxiaoke_fields import Object, account_id, in_currency, kept, owned
from orchestration.demo.homes import ERPNEXT, FXIAOKE
from orchestration.demo.loyalty import EARNED, LIFETIME
from orchestration.demo.scene import Scene
from orchestration.demo.text import (
    FXIAOKE_APPRAISAL,
    FXIAOKE_CASE,
    FXIAOKE_CONTACT,
    FXIAOKE_MEMBER,
    FXIAOKE_PLAN,
    FXIAOKE_POINTS,
    fxiaoke_id,
    milliseconds,
    money,
)

_KINDS = ("complaint__c", "dispute__c", "default__c")
_REASONS = (
    ("rDel1y", "rQua2t", "rWro3n", "rSer4v", "rInv5o"),
    ("rQcl6a", "rPri7c", "rSho8r", "rRet9g", "rTer0m"),
    ("rIns1a", "rDoc2u", "rSpa3r", "rTra4i", "rWar5a"),
)
_STARS = ("", "opt1", "opt2", "opt3", "opt4", "opt5")


def rows_of(scene: Scene) -> dict[str, Iterator[Object]]:
    """Objects of one block by name."""
    return {
        "CasesObj": _cases(scene),
        "AppraiseObj": _appraisals(scene),
        "MemberObj": _members(scene),
        "MemberIntegralDetailObj": _points(scene),
    }


def _moment(minute: int) -> int | None:
    return None if minute == -1 else milliseconds(minute // cases.MINUTES, minute % cases.MINUTES)


def _case_id(scene: Scene, case: Any) -> str:
    return fxiaoke_id(FXIAOKE_CASE, scene.number(case.customer) * 1000 + case.rank)


def _cases(scene: Scene) -> Iterator[Object]:
    plans = _plan_ids(scene)
    for case in each(scene.cases, scene.in_fxiaoke_only):
        number, day = scene.number(case.customer), case.opened // cases.MINUTES
        yield {
            "_id": _case_id(scene, case),
            "name": f"GD{number + 1:06d}-{case.rank + 1:02d}",
            "account_id": account_id(scene, case.customer),
            "contact_id": fxiaoke_id(FXIAOKE_CONTACT, number * 3),
            "record_type": _KINDS[case.kind],
            "field_St4tu__c": "Qz81mB7Pq" if case.resolved >= 0 else "TJ0kf42xv",
            "field_Sev1y__c": str(case.severity + 1),
            "field_Chn1l__c": str(case.channel + 1),
            "field_Rsn1__c": _REASONS[case.kind][case.reason],
            "field_Resp1__c": _moment(case.responded),
            "field_Done1__c": _moment(case.resolved),
            "field_Reop1__c": _moment(case.reopened),
            "field_ReoN1__c": str(case.reopen_count),
            "field_Way01__c": f"w{case.way + 1}" if case.way >= 0 else None,
            "field_Res01__c": f"e{case.result + 1}" if case.result >= 0 else None,
            "field_Pln01__c": plans.get(case.invoice),
            "field_Dsp01__c": money(case.disputed) if case.invoice >= 0 else None,
            **in_currency(scene, case.customer, day),
            **owned(scene, case.customer, day),
            **kept(day),
            "create_time": _moment(case.opened),
        }


def _plan_ids(scene: Scene) -> dict[int, str]:
    """Position in the block's invoices -> `_id` of the payment plan, of the invoices that Fxiaoke keeps."""
    numbers = scene.numbers_in(scene.ledger_in(FXIAOKE))
    plans = (fxiaoke_id(FXIAOKE_PLAN, number) for number in numbers)
    return dict(zip(scene.invoice_numbers(FXIAOKE), plans, strict=True))


def _appraisals(scene: Scene) -> Iterator[Object]:
    for case in each(scene.cases, scene.in_fxiaoke_only):
        if case.stars > 0:
            yield {
                "_id": fxiaoke_id(FXIAOKE_APPRAISAL, scene.number(case.customer) * 1000 + case.rank),
                "account_id": account_id(scene, case.customer),
                "cases_id": _case_id(scene, case),
                "field_Sc0re__c": _STARS[case.stars],
                "life_status": "normal",
                "is_deleted": False,
                "create_time": _moment(case.resolved),
            }


def _in_plan(scene: Scene) -> Flags:
    """Members whom ERPNext does not keep."""
    return scene.homes.within(FXIAOKE) & ~scene.homes.within(ERPNEXT) & (scene.plan_tiers >= 0)


def _members(scene: Scene) -> Iterator[Object]:
    for customer in np.flatnonzero(_in_plan(scene)).tolist():
        number = scene.number(customer)
        yield {
            "_id": fxiaoke_id(FXIAOKE_MEMBER, number),
            "name": f"HY{number + 1:06d}",
            "account_id": account_id(scene, customer),
            "field_Plan1__c": "pL4n",
            "field_Tier1__c": f"t{int(scene.plan_tiers[customer]) + 1}",
            **kept(max(int(scene.block.traits.start[customer]), 0)),
        }


def _points(scene: Scene) -> Iterator[Object]:
    for entry in each(scene.points, _in_plan(scene)):
        number = scene.number(entry.customer)
        yield {
            "_id": fxiaoke_id(FXIAOKE_POINTS, number * 1000 + entry.rank),
            "member_id": fxiaoke_id(FXIAOKE_MEMBER, number),
            "field_Knd01__c": f"k{entry.kind + 1}",
            "field_Pts01__c": str(entry.points),
            "field_Exp01__c": milliseconds(entry.day + LIFETIME) if entry.kind == EARNED else None,
            "life_status": "normal",
            "is_deleted": False,
            "create_time": milliseconds(entry.day, 1_000),
        }
