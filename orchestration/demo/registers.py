"""What no system keeps: registers, lists and reports of the house and its partners, each as its owner writes it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from orchestration.demo import consents, contracts, loyalty, ratings
from orchestration.demo.block import EXTERNAL_ID, TAX_ID
from orchestration.demo.calendar import LAST
from orchestration.demo.draws import each
from orchestration.demo.dunning import LETTER
from orchestration.demo.homes import BOOKS, ERPNEXT, FXIAOKE, ZOHO
from orchestration.demo.names import INDUSTRIES
from orchestration.demo.scene import Scene
from orchestration.demo.text import (
    BOOKS_CONTACT,
    FXIAOKE_ACCOUNT,
    CsvFile,
    books_id,
    debtor,
    erp_customer,
    fxiaoke_id,
    iso,
    money,
    on_day,
)

Row = list[str]
_KINDS = ("框架合同", "销售合同", "保密协议")
_STATES = ("草拟", "执行中", "已到期", "提前终止")
_MILESTONES = ("交货", "验收", "付款", "服务")
_EVENTS = ("被告诉讼", "被执行", "失信名单", "破产", "行政处罚", "欠税公告")
_CARE = ("节日问候", "礼品", "走访", "电话关怀", "活动邀请")
_CARE_CHANNELS = ("短信", "快递", "上门", "电话", "邮件")
_OUTCOMES = ("已联系", "未联系上", "谢绝")
_INDICATORS = ("SCORE", "CURR", "QUICK", "D/A", "NPM", "ICR", "GROWTH")
_PURPOSES = ("营销", "关怀", "满意度调查")
_CONSENT_CHANNELS = {consents.EVERY_CHANNEL: "", consents.EMAIL: "邮件", consents.PHONE: "电话"}
_STEPS = ("提醒", "电话", "催款函", "律师函")


def _grouped(hundredths: int) -> str:
    """1,234.50"""
    return f"{hundredths // 100:,}.{hundredths % 100:02d}"


def _slashed(day: int) -> str:
    """2024/5/1 as a spreadsheet shows it, nothing for -1."""
    if day == -1:
        return ""
    date = on_day(day)
    return f"{date.year}/{date.month}/{date.day}"


def _ratio(ten_thousandths: int) -> str:
    """0,1234, also below zero."""
    value = abs(ten_thousandths)
    return f"{'-' if ten_thousandths < 0 else ''}{value // 10_000},{value % 10_000:04d}"


def _debtors(scene: Scene) -> Iterator[Row]:
    """Who each debtor number is: name, tax id and the id of the system that invoices."""
    homes = scene.homes
    for at, party in enumerate(scene.parties):
        number, systems = scene.number(at), int(homes.systems[at])
        invoiced_as = fxiaoke_id(FXIAOKE_ACCOUNT, number)
        if systems & (BOOKS | ERPNEXT):
            invoiced_as = books_id(BOOKS_CONTACT, number) if systems & BOOKS else erp_customer(number)
        # The list would itself join customers that nothing else joins.
        tax_id = party.tax_id if homes.links[at] in (TAX_ID, EXTERNAL_ID) else ""
        founded = int(scene.block.traits.start[at] - scene.habits.age[at])
        yield [
            debtor(number), party.name, "个体" if party.is_sole_trader else "单位", tax_id, invoiced_as,
            party.industry, _slashed(founded),
        ]  # fmt: skip


def _contracts(scene: Scene) -> Iterator[Row]:
    """All but the sale contracts that Fxiaoke keeps."""
    numbers, in_fxiaoke = scene.contract_numbers, scene.in_fxiaoke_only
    for signed in each(scene.contracts):
        if in_fxiaoke[signed.customer] and signed.kind == contracts.SALE:
            continue
        clauses = ("否" if signed.missing >> clause & 1 else "是" for clause in range(contracts.CLAUSES))
        yield [
            numbers[signed.at], debtor(scene.number(signed.customer)), _KINDS[signed.kind], _STATES[signed.status],
            _slashed(signed.signed_day), _slashed(signed.start_day), _slashed(signed.end_day),
            scene.currency(signed.customer), _grouped(signed.amount) if signed.amount else "",
            "是" if signed.renews else "否", str(signed.notice), _slashed(signed.terminated_day),
            _slashed(signed.breach_day), *clauses, "法务部",
        ]  # fmt: skip


def _milestones(scene: Scene) -> Iterator[Row]:
    numbers, in_fxiaoke, kinds = scene.contract_numbers, scene.in_fxiaoke_only, scene.contracts.kind
    for promise in each(scene.milestones):
        if in_fxiaoke[promise.customer] and kinds[promise.contract] == contracts.SALE:
            continue
        number = numbers[promise.contract]
        yield [
            f"{number}-{promise.rank + 1:02d}", number, _MILESTONES[promise.kind],
            "我方" if promise.is_ours else "客户", _slashed(promise.planned_day), _slashed(promise.actual_day),
            _grouped(promise.amount) if promise.amount else "",
        ]  # fmt: skip


def _reports(scene: Scene) -> Iterator[Row]:
    for report in each(scene.reports):
        number, day = scene.number(report.customer), on_day(report.day)
        for kind, name in enumerate(_INDICATORS):
            value = report.values[kind]
            yield [
                f"BR{number + 1:07d}-{day:%y%m}-{kind}", debtor(number), name,
                str(value) if kind == ratings.BUREAU else _ratio(value), f"{day:%d.%m.%Y}",
                f"{on_day(report.day + 400):%d.%m.%Y}",
            ]  # fmt: skip


def _court(scene: Scene) -> Iterator[Row]:
    for event in each(scene.events):
        number, closed = scene.number(event.customer), event.closed_day
        yield [
            f"{on_day(event.day).year}-{number + 1:06d}-{event.kind}", debtor(number), _EVENTS[event.kind],
            f"{on_day(event.day):%Y%m%d}", f"{on_day(closed):%Y%m%d}" if closed >= 0 else "", money(event.amount),
            scene.currency(event.customer),
        ]  # fmt: skip


def _care(scene: Scene) -> Iterator[Row]:
    for contact in each(scene.care):
        number = scene.number(contact.customer)
        agent = (number + scene.handed_over(contact.customer, contact.day)) % 6 + 1
        yield [
            f"GH{number + 1:07d}-{on_day(contact.day):%y%m}", debtor(number), iso(contact.day), _CARE[contact.kind],
            _CARE_CHANNELS[contact.kind], _OUTCOMES[contact.outcome], f"E{agent:02d}",
        ]  # fmt: skip


def _points(scene: Scene) -> Iterator[Row]:
    """The loyalty shop keeps the points of members whom neither ERPNext nor Fxiaoke knows."""
    others = ~(scene.homes.within(ERPNEXT) | scene.homes.within(FXIAOKE))
    for entry in each(scene.points, others):
        number, kind = scene.number(entry.customer), "EUX"[entry.kind]
        yield [
            f"P{number + 1:07d}{entry.lot:02d}{entry.day:04d}{kind}", debtor(number), iso(entry.day), kind,
            str(entry.points), iso(entry.day + loyalty.LIFETIME) if entry.kind == loyalty.EARNED else "",
            loyalty.TIERS[int(scene.plan_tiers[entry.customer])],
        ]  # fmt: skip


def _forms(scene: Scene) -> Iterator[Row]:
    """Paper consents of people whom Zoho does not know."""
    for form in each(scene.consents, ~scene.homes.within(ZOHO)):
        number = scene.number(form.customer)
        yield [
            f"SQ{number + 1:07d}{form.person}{form.purpose}", debtor(number),
            scene.parties[form.customer].people[form.person].full_name, _PURPOSES[form.purpose],
            _CONSENT_CHANNELS[form.channel], _slashed(form.given_day), _slashed(form.withdrawn_day),
            _slashed(form.expiry_day),
        ]  # fmt: skip


def _steps(scene: Scene) -> Iterator[Row]:
    """The collection desk's log; letters to customers of ERPNext are dunnings there."""
    books, erp = scene.invoice_numbers(BOOKS), scene.invoice_numbers(ERPNEXT)
    for step in each(scene.steps):
        if step.invoice in erp and step.kind >= LETTER:
            continue
        number = scene.number(step.customer)
        yield [
            f"CL{scene.block.first_invoice + step.invoice + 1:08d}{step.kind}", debtor(number),
            books.get(step.invoice) or erp.get(step.invoice, ""), _STEPS[step.kind], iso(step.day),
            iso(min(step.day + 10, LAST)) if step.promises else "", money(step.left), scene.currency(step.customer),
            f"E{(number + 3) % 6 + 1:02d}",
        ]  # fmt: skip


@dataclass(frozen=True)
class Register:
    """One text file of `files/` and what writes its rows."""

    name: str
    header: str
    rows: Callable[[Scene], Iterator[Row]]
    encoding: str = "utf-8"
    delimiter: str = ","


REGISTERS = (
    Register("debtors.csv", "客户编码,客户名称,性质,统一社会信用代码,开票系统编号,行业,成立日期", _debtors, "gb18030"),
    Register(
        "contract_register.csv",
        "合同编号,客户编码,合同类型,状态,签订日期,生效日期,到期日期,币种,合同金额,自动续签,通知期(天),终止日期,违约认定日期,"
        "权利义务,期限,违约责任,付款,争议解决,保密,归口部门",
        _contracts,
        "gb18030",
    ),
    Register("contract_milestones.csv", "节点编号,合同编号,节点,责任方,计划日期,实际日期,金额", _milestones, "gb18030"),
    Register("bureau_reports.csv", "Bericht;Debitor;Kennzahl;Wert;Stichtag;Gültig bis", _reports, "cp1252", ";"),
    Register("court_register.tsv", "案件编号\t客户编码\t类别\t日期\t结案日期\t金额\t币种", _court, delimiter="\t"),
    Register("care_log.csv", "编号,客户编码,日期,方式,渠道,结果,员工", _care, "gb18030"),
    Register("loyalty_points.tsv", "entry\tdebtor\tdate\ttype\tpoints\tvalid_until\ttier", _points, delimiter="\t"),
    Register("consent_forms.csv", "授权编号,客户编码,联系人,用途,渠道,授权日期,撤回日期,到期日期", _forms, "gb18030"),
    Register("collection_log.csv", "No,Debtor,Invoice,Step,Date,Promised for,Open,Currency,Agent", _steps),
)  # fmt: skip


class RegisterWriter:
    """Writes blocks into the registers; use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack, self._files = folder, ExitStack(), []

    def __enter__(self) -> "RegisterWriter":
        for register in REGISTERS:
            path, header = self._folder / register.name, register.header.split(register.delimiter)
            file = CsvFile(path, header, encoding=register.encoding, delimiter=register.delimiter)
            self._files.append((self._stack.enter_context(file), register.rows))
        with CsvFile(self._folder / "industry_index.csv", ["Industry", "From", "Index"]) as file:
            for industry, (older, newer) in INDUSTRIES.items():
                file.rows([[industry, "2024-01-01", str(older)], [industry, "2026-01-01", str(newer)]])
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def write(self, scene: Scene) -> None:
        """Append one block to each register."""
        for file, rows in self._files:
            file.rows(rows(scene))
