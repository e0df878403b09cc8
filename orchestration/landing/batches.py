"""What names a batch: the file's bytes and everything that decides which rows and pseudonyms they become."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.files import fsync_dir
from orchestration.landing.hashed_names import hashed_name
from orchestration.landing.ledger import Load, read_ledger
from orchestration.landing.limits import Limits
from orchestration.landing.spec import EntitySpec
from orchestration.protection.protector import Protector
from orchestration.settings import Settings


@dataclass(frozen=True)
class BatchIdentity:
    """Batch ids under the rules, limits and time zone in force."""

    limits: Limits
    protector: Protector
    settings: Settings

    def of(self, sha256: str, spec: EntitySpec, control: str = "") -> str:
        """Id of the batch that a file becomes as an entity; `control` names the totals it is checked against.

        A batch checked against other totals is another one, so that no check is skipped as done before.
        """
        return self._id(sha256, spec.fingerprint, spec.source, self.protector.pseudonym_key, control)

    def under(self, load: Load, pseudonym_key: str) -> str:
        """Id of a landed file once its pseudonyms are made with another secret; an erased batch has one of its own.

        The one that landing the same file again would give, where that file would be recognised today.
        """
        known = load.read_id or load.batch_id
        before, after = (
            self._id(load.sha256 or "", load.spec_sha, load.source, key, load.control)
            for key in (load.pseudonym_key or "", pseudonym_key)
        )
        return after if before == known else hashed_name([known, pseudonym_key])

    def _id(self, sha256: str, spec_sha: str, source: str, pseudonym_key: str, control: str) -> str:
        longest = self.limits.get("max_text_length", source)
        protection = [self.protector.fingerprint, self.settings.timezone, longest, pseudonym_key]
        return hashed_name([sha256, spec_sha, *protection, *([control] if control else [])])


def place(kind: str, source: str, entity: str, batch_id: str) -> str:
    """Path of a batch's file, relative to the warehouse; kind: raw, quarantine or vault."""
    return f"{kind}/{source}/{entity}/{batch_id}.parquet"


def remove_unnamed(warehouse: Path) -> Iterator[Path]:
    """Remove landed files that no ledger entry names: batches written anew, and what killed landings left.

    Yields each path removed.
    """
    named = {
        warehouse / path
        for delivery in read_ledger(warehouse)
        for load in delivery.loads
        for path in (load.raw_path, load.quarantine_path, load.vault_path)
        if path
    }
    for kind in ("raw", "quarantine", "vault"):
        for path in sorted((warehouse / kind).rglob("*")):
            if path.is_file() and path not in named:
                path.unlink()
                fsync_dir(path.parent)
                yield path
