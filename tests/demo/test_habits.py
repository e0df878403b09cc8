"""Hidden traits show in the exports: each part of the risk has something to find, and no part finds it by a label."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import mean

import pytest
from scipy.stats import spearmanr

from orchestration.demo.traits import CLASSES, FULL, NONE, WITHDRAWN
from tests.demo.company import Rows, objects, read

FIRST, LAST = date(2023, 7, 1), 1095


@pytest.fixture(scope="module")
def traits(many: Path) -> dict[str, dict[str, int]]:
    """Traits by debtor number."""
    numbers = {"crm_account_id", "books_contact_id", "debtor"}
    return {
        row["debtor"]: {name: int(value) for name, value in row.items() if name not in numbers}
        for row in read(many / "traits.csv")
    }


@pytest.fixture(scope="module")
def debtor_of(many: Path) -> dict[str, str]:
    """Debtor number by account id of Zoho CRM and contact id of Zoho Books."""
    rows = read(many / "traits.csv")
    ids = {f"zcrm_{row['crm_account_id']}": row["debtor"] for row in rows}
    return ids | {row["books_contact_id"]: row["debtor"] for row in rows}


def day_of(text: str) -> int:
    """Days since the first day of a date such as 2024-05-01 or 2024/5/1."""
    return (date(*map(int, text[:10].replace("/", "-").split("T")[0].split("-"))) - FIRST).days


def hours(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)) / timedelta(hours=1)


def late_shares(folder: Path) -> dict[str, float]:
    """Contact id -> share of invoices due by the last day that were not fully paid by their due date."""
    payments = read(folder / "Customer_Payment.csv")
    paid = {row["Invoice Number"]: row["Invoice Payment Applied Date"] for row in payments}
    outcomes: dict[str, dict[str, bool]] = defaultdict(dict)
    for row in read(folder / "Invoice.csv"):
        if row["Invoice Status"] not in ("Draft", "Void") and row["Due Date"] <= "2026-06-30":
            late = paid.get(row["Invoice Number"], "9999") > row["Due Date"]
            outcomes[row["Customer ID"]][row["Invoice Number"]] = late
    return {customer: mean(late.values()) for customer, late in outcomes.items() if len(late) >= 5}


def test_discipline_shows_in_the_late_share(many: Path, traits, debtor_of) -> None:
    shares = {debtor_of[key]: share for key, share in late_shares(many / "landing/zoho_books").items()}
    assert len(shares) > 400
    hidden = [traits[debtor]["late_days"] for debtor in shares]
    assert spearmanr(hidden, list(shares.values())).statistic > 0.7
    means = [
        mean(share for debtor, share in shares.items() if CLASSES[traits[debtor]["discipline"]] == name)
        for name in CLASSES
    ]
    assert means == sorted(means)
    assert means[0] < 0.35
    assert means[2] > 0.75


def test_leavers_go_silent_after_a_new_owner_and_fewer_visits(many: Path, traits, debtor_of) -> None:
    folder = many / "landing"
    last: dict[str, int] = defaultdict(int)
    for row in read(folder / "zoho_books/Invoice.csv"):
        debtor = debtor_of[row["Customer ID"]]
        last[debtor] = max(last[debtor], day_of(row["Invoice Date"]))
    assert all(last[debtor] < 1005 for debtor in last if traits[debtor]["leave_day"] < LAST)
    stayed = [debtor for debtor in last if traits[debtor]["leave_day"] > LAST]
    assert mean(last[debtor] > 945 for debtor in stayed) > 0.85
    owners: dict[str, set[str]] = defaultdict(set)
    for name in ("Calls", "Events", "Tasks"):
        for row in read(folder / f"zoho_crm/{name}.csv"):
            owners[debtor_of[row["What_Id.id"]]].add(row["Owner.id"])
    handed = {
        leaves: mean(len(owners[d]) > 1 for d in owners if (traits[d]["leave_day"] < LAST) == leaves)
        for leaves in (True, False)
    }
    assert handed[True] > 2 * handed[False]


def test_complaints_rot_where_they_rot(many: Path, traits, debtor_of) -> None:
    answers: dict[bool, list[float]] = defaultdict(list)
    again: dict[bool, list[bool]] = defaultdict(list)
    for row in read(many / "landing/zoho_crm/Cases.csv"):
        if row["Type"] == "Complaint" and row["First_Response_Time"]:
            rots = traits[debtor_of[row["Account_Name.id"]]]["rot"] == 1
            answers[rots].append(hours(row["Created_Time"], row["First_Response_Time"]))
            again[rots].append(row["Reopen_Count"] != "0")
            answered = datetime.fromisoformat(row["First_Response_Time"])
            assert answered.weekday() < 5
            assert 9 <= answered.hour < 18 or (answered.hour, answered.minute) == (18, 0)
    assert min(answers[True]) >= 24
    assert mean(answers[True]) > 3 * mean(answers[False])
    assert mean(again[True]) > 0.2
    assert not any(again[False])


def test_the_mood_falls_before_a_customer_leaves_and_online_answers_look_better(many: Path, traits) -> None:
    before: dict[bool, list[int]] = defaultdict(list)
    asked: dict[tuple[bool, str], list[bool]] = defaultdict(list)
    for one in objects(many / "landing/files/survey_answers.jsonl"):
        trait, day = traits[one["debtor"]], day_of(one["on"])
        is_sour = trait["sour_day"] <= day
        if one["question"] == "overall":
            asked[is_sour, one["mode"]].append("score" in one)
            if "score" in one:
                before[is_sour and day > trait["sour_day"] + 60].append(one["score"])
    assert mean(before[True]) < mean(before[False]) - 0.8
    assert mean(asked[True, "web"]) < mean(asked[True, "telephone"]) - 0.1
    assert mean(asked[True, "web"]) < mean(asked[False, "web"])


def test_contracts_slip_as_their_customer_does(many: Path, traits) -> None:
    folder = many / "landing/files"
    contracts = {row["合同编号"]: row for row in read(folder / "contract_register.csv")}
    late: dict[str, list[int]] = defaultdict(list)
    for row in read(folder / "contract_milestones.csv"):
        if row["责任方"] == "我方" and row["实际日期"]:
            debtor = contracts[row["合同编号"]]["客户编码"]
            late[debtor].append(day_of(row["实际日期"]) - day_of(row["计划日期"]))
    slips = [traits[debtor]["slip"] for debtor in late]
    assert spearmanr(slips, [mean(days) for days in late.values()]).statistic > 0.8
    clauses = ("权利义务", "期限", "违约责任", "付款", "争议解决", "保密")
    for row in contracts.values():
        assert sum(row[name] == "否" for name in clauses) == traits[row["客户编码"]]["clauses"]
    breaches = [row["客户编码"] for row in contracts.values() if row["违约认定日期"]]
    assert len(breaches) >= 5
    assert all(CLASSES[traits[d]["discipline"]] == "bad" or traits[d]["fail_day"] < LAST for d in breaches)


def test_who_fails_is_rated_lower_before_and_sued_after(many: Path, traits) -> None:
    folder = many / "landing/files"
    scores: dict[bool, list[int]] = defaultdict(list)
    for row in read(folder / "bureau_reports.csv"):
        if row["Kennzahl"] == "SCORE":
            day = (date(*map(int, reversed(row["Stichtag"].split(".")))) - FIRST).days
            scores[traits[row["Debitor"]]["fail_day"] - 365 < day].append(int(row["Wert"]))
    assert mean(scores[True]) < mean(scores[False]) - 20
    events: dict[str, dict[str, str]] = defaultdict(dict)
    for row in read(folder / "court_register.tsv"):
        events[row["客户编码"]][row["类别"]] = row["日期"]
    fails = [debtor for debtor, trait in traits.items() if trait["fail_day"] < LAST - 90]
    assert mean("被告诉讼" in events[debtor] for debtor in fails) > 0.6
    assert mean("被告诉讼" in events[debtor] for debtor in traits if debtor not in fails) < 0.1
    assert all(traits[debtor]["fail_day"] < LAST for debtor in events if "被执行" in events[debtor])


def test_consents_are_missing_or_withdrawn_where_the_class_says_so(many: Path, traits, debtor_of) -> None:
    folder = many / "landing/zoho_crm"
    account_of = {row["Record Id"]: row["Account Name.id"] for row in read(folder / "Contacts.csv")}
    by_class: dict[int, Rows] = defaultdict(list)
    people: dict[int, int] = defaultdict(int)
    for account in account_of.values():
        if account in debtor_of:
            people[traits[debtor_of[account]]["care"]] += 1
    for row in read(folder / "Consents.csv"):
        by_class[traits[debtor_of[account_of[row["Parent_Id.id"]]]]["care"]].append(row)
    assert len(by_class[FULL]) == 3 * people[FULL]
    assert by_class[NONE] == []
    assert people[NONE] > 20
    assert mean(row["Withdrawn_Date"] != "" for row in by_class[WITHDRAWN]) > 0.8
    assert not any(row["Withdrawn_Date"] for row in by_class[FULL])
    assert any("" < row["Consent_Expiry"] <= "2026-06-30" for row in by_class[FULL])


def test_leavers_use_up_their_points(many: Path, traits) -> None:
    balance: dict[str, int] = defaultdict(int)
    earned: dict[str, int] = defaultdict(int)
    for row in read(many / "landing/files/loyalty_points.tsv"):
        balance[row["debtor"]] += int(row["points"]) * (1 if row["type"] == "E" else -1)
        earned[row["debtor"]] += int(row["points"]) * (row["type"] == "E")
    assert min(balance.values()) >= 0
    left = [balance[d] / earned[d] for d in balance if earned[d] and traits[d]["leave_day"] < 1000]
    kept = [balance[d] / earned[d] for d in balance if earned[d] and traits[d]["leave_day"] > LAST]
    assert mean(left) < 0.05
    assert mean(kept) > 0.2
