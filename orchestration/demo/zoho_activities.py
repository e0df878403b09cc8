"""The CRM's calls, events and tasks as its API exports them."""

from collections.abc import Iterator
from typing import Any

from orchestration.demo import visits
from orchestration.demo.calendar import LAST
from orchestration.demo.cases import MINUTES
from orchestration.demo.draws import each
from orchestration.demo.homes import FXIAOKE, ZOHO
from orchestration.demo.scene import Scene
from orchestration.demo.text import (
    CRM_ACCOUNT,
    CRM_CALL,
    CRM_EVENT,
    CRM_TASK,
    api_time,
    crm_id,
    iso,
    moment,
)
from orchestration.demo.zoho_crm import contact_id, rep

_TAIL = "Who_Id.id,Who_Id,What_Id.id,What_Id,$se_module,Created_Time,Modified_Time,Description"
HEADERS = {
    "Calls": f"id,Owner.id,Owner,Subject,Call_Type,Call_Start_Time,Call_Duration,Call_Result,{_TAIL}",
    "Events": f"id,Owner.id,Owner,Event_Title,Start_DateTime,End_DateTime,Venue,Check_In_Time,{_TAIL}",
    "Tasks": f"id,Owner.id,Owner,Subject,Status,Priority,Due_Date,Closed_Time,{_TAIL}",
}


def activities(scene: Scene, kinds: tuple[int, ...]) -> Iterator[list[str]]:
    """Rows of the activities of some kinds; of customers of both CRMs every other one stands in Fxiaoke."""
    in_both = scene.homes.within(FXIAOKE)
    for seen in each(scene.visits, scene.homes.within(ZOHO)):
        if seen.kind not in kinds or (in_both[seen.customer] and seen.rank % 2):
            continue
        number, party = scene.number(seen.customer), scene.parties[seen.customer]
        start = seen.day * MINUTES + 9 * 60 + seen.minute
        who, begun = seen.at % len(party.people), moment(start)
        created = api_time(max(min(seen.day, LAST) - seen.at % 6, 0), seen.at * 7)
        owner = rep(scene, seen.customer, seen.day)
        yield [
            crm_id(_KINDS[seen.kind], number * 1000 + seen.rank), *owner, *_own_part(seen, start, party.city),
            contact_id(number, who), party.people[who].full_name, crm_id(CRM_ACCOUNT, number), party.name, "Accounts",
            created, begun if seen.day <= LAST else created, "",
        ]  # fmt: skip


_KINDS = {
    visits.CALL: CRM_CALL,
    visits.MEETING: CRM_EVENT,
    visits.VISIT: CRM_EVENT,
    visits.TASK: CRM_TASK,
    visits.MESSAGE: CRM_TASK,
}


def _own_part(seen: Any, start: int, city: str) -> list[str]:
    """The columns that differ from module to module."""
    begun, done, at = moment(start), seen.took_place, seen.at
    if seen.kind == visits.CALL:
        missed = not done and seen.day <= LAST
        way = "Missed" if missed else "Inbound" if seen.is_inbound else "Outbound"
        length = f"{at % 23 + 2:02d}:{at % 60:02d}" if done else ""
        return ["客户沟通 call", way, begun, length, "Interested" if done else ""]
    if seen.kind == visits.MEETING:
        return ["会议 meeting", begun, moment(start + 60), "Online", ""]
    if seen.kind == visits.VISIT:
        return ["拜访 visit", begun, moment(start + 60), city, begun if done else ""]
    status = "Completed" if done else "Not Started" if seen.day > LAST else "Deferred"
    return [
        "跟进 follow-up",
        status,
        "High" if at % 5 == 0 else "Normal",
        iso(seen.day),
        begun if done else "",
    ]
