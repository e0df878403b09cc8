"""What is unlike the last accepted delivery: which batches, which rule, both figures; never a cell's value."""

import hashlib
import json

from pydantic import BaseModel, ConfigDict


class Batch(BaseModel):
    """One batch that a finding speaks of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    entity: str
    file: str
    batch_id: str
    delivery_id: str


class Finding(BaseModel):
    """One figure outside its band. `column` and `currency` of an amount; `column` of a reference."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule_id: str
    source: str
    entity: str
    column: str = ""
    currency: str = ""
    observed: str
    accepted: str
    text: str
    batches: list[Batch]

    @property
    def key(self) -> str:
        """Hash of the rule and the content judged: a release accepts this and nothing else."""
        content = sorted({batch.batch_id for batch in self.batches})
        subject = [self.rule_id, self.source, self.entity, self.column, self.currency, content]
        return hashlib.sha256(json.dumps(subject).encode()).hexdigest()
