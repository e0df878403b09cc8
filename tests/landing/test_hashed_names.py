"""Names of batches and deliveries stand in tables and manifests that are searched for personal values."""

from orchestration.landing.hashed_names import hashed_name
from orchestration.protection.detectors import find


def test_no_name_reads_like_a_personal_value() -> None:
    names = [hashed_name([content], length) for content in range(20_000) for length in (12, 16)]
    assert len(set(names)) == len(names)
    assert {len(name) for name in names} == {12, 16}
    assert [name for name in names if find(name)] == []
    # Hashes of digits alone are among them, and one such without its letter is a card.
    assert [name for name in names if name[1:].isdigit()]
    assert find("2272888721080492") == ["card"]
    assert find("h2272888721080492") == []
