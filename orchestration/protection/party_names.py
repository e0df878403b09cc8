"""Ids that are names: some systems call a customer by its name, and a person's name is no id to hand on in clear."""

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.protection.detectors import Span

PATTERN = "person_name"
# A digit makes a code, a legal form or a kind of house makes an organisation; whatever is neither may be a person.
_HOUSES = (
    "公司|集团|有限|企业|银行|大学|学院|学校|医院|研究|事务所|合作社|协会|委员会|"
    "中心|商行|商贸|贸易|工作室|超市|酒店"
)
_ENDINGS = "厂|店|局|部|行|社|所|院|校|场|站|馆|坊"
_FORMS = (
    "ltd|limited|llc|llp|inc|incorporated|corp|corporation|co|company|gmbh|plc|kg|srl|spa|sarl|pty|pte|bhd|"
    "holdings?|group|trading|industries|international|enterprises?|technolog(?:y|ies)|systems|solutions|services|"
    "bank|university|institute|hospital|school|college|foundation|association|stores?|supplies|manufacturing|"
    "logistics|engineering|partners|associates|hotels?|foods|works"
)
_ORGANISATION = (
    rf"[0-9]|{_HOUSES}|.{{3,}}(?:{_ENDINGS})$|(?i:\b(?:{_FORMS})\b)|\b(?:AG|SA|SE|AB|AS|BV|NV|OY|KK)$"
)


def may_name_persons(column: pa.Array) -> dict[str, list[Span]]:
    """Distinct ids that are neither codes nor names of organisations, each as one span over its whole length."""
    values = pc.unique(column.drop_null())
    unknown = values.filter(pc.invert(pc.match_substring_regex(values, _ORGANISATION)))
    return {value: [Span(0, len(value), PATTERN)] for value in unknown.to_pylist()}
