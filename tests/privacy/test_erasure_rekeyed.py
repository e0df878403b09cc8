"""What an erasure leaves behind stays so under new pseudonyms, in rejections and in control totals."""

import pytest

from orchestration.errors import ConfigurationError
from orchestration.holds import log as holds
from orchestration.holds.finding import Batch, Finding
from orchestration.landing import rekeying
from orchestration.landing.batches import BatchIdentity
from orchestration.landing.ledger import read_ledger
from orchestration.privacy import erasing
from orchestration.protection.keyring import KeyRing
from orchestration.protection.protector import Protector
from tests.landing.door import FIRST_NIGHT, Door
from tests.privacy.erasures import MARC, MARC_CLEAR, ZHOU, ZHOU_CLEAR, erase, hits, settings
from tests.protection.rings import LATER


def renew_pseudonyms(door: Door) -> None:
    today = KeyRing.load(settings(door))
    identity = BatchIdentity(door.limits, Protector(today, door.protector.categories), settings(door))
    ring = rekeying.rekey(today, identity, LATER, lambda *_: None).ring
    door.protector = Protector(ring, door.protector.categories)


def test_new_pseudonyms_keep_an_erased_batch_the_same_batch(landed: Door) -> None:
    erase(landed, MARC, "R-1")
    erase(landed, ZHOU, "R-2")
    landed.land()
    renew_pseudonyms(landed)
    before = {(x.source, x.entity): x.batch_id for x in read_ledger(landed.warehouse)[-1].loads}
    delivery = landed.land()
    assert [load.file for load in delivery.loads if not load.repeated_of] == []
    assert {(x.source, x.entity): x.batch_id for x in delivery.loads} == before
    assert hits(landed, set(), MARC_CLEAR | ZHOU_CLEAR) == {}


def test_new_pseudonyms_straight_after_an_erasure_land_no_batch_twice(landed: Door) -> None:
    erase(landed, MARC, "R-1")
    renew_pseudonyms(landed)
    before = {(x.source, x.entity): x.batch_id for x in read_ledger(landed.warehouse)[-1].loads}
    delivery = landed.land()
    assert {(x.source, x.entity): x.batch_id for x in delivery.loads} == before
    assert [load.file for load in delivery.loads if not load.repeated_of] == []


def test_pseudonyms_are_not_renewed_in_the_middle_of_an_erasure(
    landed: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(erasing, "certify", killed)
        with pytest.raises(KeyboardInterrupt):
            erase(landed, MARC, "R-1")
    with pytest.raises(ConfigurationError, match="erasure of request R-1 was not finished"):
        renew_pseudonyms(landed)
    erase(landed, MARC, "R-1")
    renew_pseudonyms(landed)


def test_what_a_person_rejected_stays_rejected_under_its_new_name(landed: Door) -> None:
    load = next(x for x in read_ledger(landed.warehouse)[-1].loads if x.file == "zoho_crm/Contacts.csv")
    finding = Finding(
        rule_id="rows", source=load.source, entity=load.entity, observed="1", accepted="9", text="fewer rows",
        batches=[Batch(source=load.source, entity=load.entity, file=load.file, batch_id=load.batch_id or "",
                       delivery_id="d")],
    )  # fmt: skip
    holds.hold(landed.warehouse, [finding], FIRST_NIGHT, "2026-01-01")
    holds.reject(landed.warehouse, None, set(), by="tester", reason="cut short", at=FIRST_NIGHT)
    for step in (lambda: erase(landed, MARC, "R-1"), lambda: renew_pseudonyms(landed)):
        step()
        (now,) = [x for x in read_ledger(landed.warehouse)[-1].loads if x.file == "zoho_crm/Contacts.csv"]
        assert now.batch_id != load.batch_id
        assert now.batch_id in holds.rejected_batches(landed.warehouse)
        assert holds.read_holds(landed.warehouse)[0].findings[0].batches[0].batch_id == now.batch_id


@pytest.mark.parametrize(("total", "refused"), [("175", None), ("75", "control_total")])
def test_control_totals_are_of_the_whole_file_with_the_erased(
    landed: Door, total: str, refused: str | None
) -> None:
    landed.put("zoho_crm/Deals.csv.control.yml", "rows: 3\nsums: {Amount: {CNY: '175.00'}}\n")
    assert not landed.land().refused
    certificate = erase(landed, ZHOU, "R-2")
    assert certificate.state == "complete", certificate.problems
    assert not landed.land().refused
    # Other bytes of the same rows: a batch nobody checked before.
    deals = landed.landing / "zoho_crm/Deals.csv"
    deals.write_text(deals.read_text().replace("Screws", "Bolts"))
    landed.put("zoho_crm/Deals.csv.control.yml", f"rows: 3\nsums: {{Amount: {{CNY: '{total}.00'}}}}\n")
    (load,) = [x for x in landed.land().loads if x.entity == "deals"]
    assert (load.refusal.reason_code if load.refusal else None) == refused
    if not refused:
        assert (load.rows_in_file, load.rows_loaded, load.rows_suppressed) == (3, 2, 1)
        assert [item.sum for item in load.control_sums if item.column == "amount"] == ["150.000000"]
