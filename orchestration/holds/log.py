"""Held runs and what people decided about them: warehouse/holds/, one file per hold, one per decision.

None is changed, but that an erasure or new pseudonyms give batches other names.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from orchestration.errors import ConfigurationError, CrwError
from orchestration.files import write_json
from orchestration.holds.finding import Finding


class Decision(BaseModel):
    """A person's word on a held delivery: right (released), or wrong and never to be read (rejected, `batches`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hold_id: str
    verdict: Literal["released", "rejected"]
    decided_at: datetime
    decided_by: str
    reason: str
    batches: list[str] = []


class Hold(BaseModel):
    """Why a run waits; `decision` once a person spoke, `published` once a version was made of what was released.

    `superseded` once a later run met another delivery: nobody has to decide about this one any more.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hold_id: str
    held_at: datetime
    as_of: str
    findings: list[Finding]
    decision: Decision | None = None
    published: str | None = None
    superseded: bool = False

    @property
    def state(self) -> str:
        """held, released, rejected, published or superseded."""
        if self.published:
            return "published"
        return "superseded" if self.superseded else self.decision.verdict if self.decision else "held"


def hold(warehouse: Path, findings: list[Finding], held_at: datetime, as_of: str) -> Hold:
    """Write a hold, or return the open one of the same findings: a rerun of the night is not another hold.

    Any other open one is superseded, so that at most one waits.
    """
    keys = sorted(finding.key for finding in findings)
    same = None
    for earlier in read_holds(warehouse):
        if earlier.state == "held" and sorted(finding.key for finding in earlier.findings) == keys:
            same = earlier
    supersede(warehouse, keep=same)
    if same:
        return same
    identity = hashlib.sha256(json.dumps([*keys, held_at.isoformat()]).encode()).hexdigest()
    made = Hold(hold_id=f"h{identity[:8]}", held_at=held_at, as_of=as_of, findings=findings)
    _write_hold(warehouse, made)
    return made


def read_holds(warehouse: Path) -> list[Hold]:
    """All holds, newest first, with what became of each. Raises CrwError for a damaged file."""
    holds = []
    for path in sorted((warehouse / "holds").glob("*.held.json")):
        try:
            found = Hold.model_validate_json(path.read_bytes())
            name = found.hold_id
            if (decided := _file(warehouse, name, "decision")).is_file():
                decision = Decision.model_validate_json(decided.read_bytes())
                found = found.model_copy(update={"decision": decision})
            if (done := _file(warehouse, name, "published")).is_file():
                found = found.model_copy(update={"published": json.loads(done.read_bytes())["version"]})
            found = found.model_copy(update={"superseded": _file(warehouse, name, "superseded").is_file()})
        except (ValueError, KeyError):
            raise CrwError(
                f"The hold {path.name} is damaged.", "restore warehouse/holds from a backup."
            ) from None
        holds.append(found)
    return sorted(holds, key=lambda found: (found.held_at, found.hold_id), reverse=True)


def supersede(warehouse: Path, keep: Hold | None = None) -> None:
    """Close the holds that wait, but for one: what they speak of was replaced."""
    for found in read_holds(warehouse):
        if found.state == "held" and found != keep:
            write_json(_file(warehouse, found.hold_id, "superseded"), {})


def release(warehouse: Path, hold_id: str | None, *, by: str, reason: str, at: datetime) -> Hold:
    """Let a held delivery pass; without an id the only one that waits. Raises ConfigurationError."""
    chosen = _to_decide(warehouse, hold_id, by, reason)
    return _decide(warehouse, chosen, "released", by, reason, at, [])


def reject(
    warehouse: Path, hold_id: str | None, accepted: set[str], *, by: str, reason: str, at: datetime
) -> Hold:
    """Never read what is new in a held delivery; `accepted`: batches that were accepted before. Raises as release."""
    chosen = _to_decide(warehouse, hold_id, by, reason)
    batches = {batch.batch_id for finding in chosen.findings for batch in finding.batches}
    return _decide(warehouse, chosen, "rejected", by, reason, at, sorted(batches - accepted))


def rejected_batches(warehouse: Path) -> set[str]:
    """Batches that a person said are wrong."""
    return {
        batch
        for found in read_holds(warehouse)
        if found.decision and found.decision.verdict == "rejected"
        for batch in found.decision.batches
    }


def _to_decide(warehouse: Path, hold_id: str | None, by: str, reason: str) -> Hold:
    if not reason.strip() or not by.strip():
        raise ConfigurationError(
            "A decision needs a reason and a name.", 'give --reason "why" and, if it is not you, --by NAME.'
        )
    holds = read_holds(warehouse)
    waiting = [found for found in holds if found.state == "held"]
    listed = ", ".join(found.hold_id for found in waiting) or "none"
    if hold_id is None:
        if len(waiting) != 1:
            raise ConfigurationError(f"{len(waiting)} holds wait: {listed}.", "see `crw hold show --all`.")
        return waiting[0]
    found = next((found for found in holds if found.hold_id == hold_id), None)
    if found is None or found.state != "held":
        state = "is unknown" if found is None else f"is {found.state} already"
        raise ConfigurationError(
            f"The hold {hold_id} {state}; waiting: {listed}.", "see `crw hold show --all`."
        )
    return found


def _decide(
    warehouse: Path,
    chosen: Hold,
    verdict: Literal["released", "rejected"],
    by: str,
    reason: str,
    at: datetime,
    batches: list[str],
) -> Hold:
    decision = Decision(
        hold_id=chosen.hold_id,
        verdict=verdict,
        decided_at=at,
        decided_by=by.strip(),
        reason=reason.strip(),
        batches=batches,
    )
    _write_decision(warehouse, decision)
    return chosen.model_copy(update={"decision": decision})


def released_keys(warehouse: Path) -> dict[str, str]:
    """Keys of findings that a person let pass and no version was made of yet -> hold id."""
    return {
        finding.key: found.hold_id
        for found in read_holds(warehouse)
        if found.state == "released"
        for finding in found.findings
    }


def never_accepted(warehouse: Path) -> list[Finding]:
    """Findings that no person ever let pass, waiting or superseded."""
    holds = read_holds(warehouse)
    passed = {
        finding.key
        for found in holds
        if found.decision and found.decision.verdict == "released"
        for finding in found.findings
    }
    return [finding for found in holds for finding in found.findings if finding.key not in passed]


def rename_batches(warehouse: Path, successors: Mapping[str, str]) -> None:
    """Have holds speak of batches by their new names, old id -> new id; may be repeated.

    A rejected batch stays rejected under both: between here and the ledger a killed call may leave either.
    """
    for found in read_holds(warehouse):
        findings = [
            finding.model_copy(
                update={
                    "batches": [
                        batch.model_copy(update={"batch_id": successors.get(batch.batch_id, batch.batch_id)})
                        for batch in finding.batches
                    ]
                }
            )
            for finding in found.findings
        ]
        if findings != found.findings:
            _write_hold(warehouse, found.model_copy(update={"findings": findings}))
        decision = found.decision
        if decision:
            ids = set(decision.batches)
            ids |= {successors[batch] for batch in ids if batch in successors}
            if len(ids) > len(decision.batches):
                _write_decision(warehouse, decision.model_copy(update={"batches": sorted(ids)}))


def mark_published(warehouse: Path, hold_ids: set[str], version: str) -> None:
    """Use up releases: what they let pass is the accepted delivery from now on."""
    for hold_id in sorted(hold_ids):
        write_json(_file(warehouse, hold_id, "published"), {"version": version})


def _write_hold(warehouse: Path, found: Hold) -> None:
    content = found.model_dump(mode="json", exclude={"decision", "published", "superseded"})
    write_json(_file(warehouse, found.hold_id, "held"), content)


def _write_decision(warehouse: Path, decision: Decision) -> None:
    write_json(_file(warehouse, decision.hold_id, "decision"), decision.model_dump(mode="json"))


def _file(warehouse: Path, hold_id: str, kind: str) -> Path:
    return warehouse / "holds" / f"{hold_id}.{kind}.json"
