"""Mutated files of every format: read whole or refused in our own words, with every row counted once."""

import random
import traceback
from collections.abc import Callable

import pytest

from orchestration.landing.claims import claim_files
from tests.landing.door import Door
from tests.landing.fuzz import seeds
from tests.landing.fuzz.harness import MORE_MEMORY_MIB, Fuzz, peak_mib
from tests.landing.fuzz.mutations import TEXT, Mutation, mutate, parquet, workbook

FAMILIES: dict[str, tuple[str, Callable[[], bytes], tuple[Mutation, ...]]] = {
    "csv": ("i.csv", lambda: seeds.delimited(","), TEXT),
    "tsv": ("i.tsv", lambda: seeds.delimited("\t"), TEXT),
    "xlsx": ("i.xlsx", seeds.workbook, (workbook,)),
    "jsonl": ("i.jsonl", seeds.json_lines, TEXT),
    "parquet": ("i.parquet", seeds.parquet, (parquet,)),
}


def run(door: Door, family: str, files: int, seed: int) -> Fuzz:
    """Judge so many mutated files of a family; one in eight that can be read is loaded whole."""
    name, make, kinds = FAMILIES[family]
    door.mapping(name)
    good = make()
    door.put(name, good)
    (claim,) = claim_files(door.landing).claims
    fuzz = Fuzz(door, claim.spec, name)
    assert fuzz.judge(good) == "loaded"
    before, wrong = peak_mib(), []
    for number in range(files):
        content = mutate(random.Random(f"{family} {seed} {number}"), good, kinds)
        try:
            fuzz.judge(content)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            wrong.append(f"file {number}: {type(error).__name__} {error} ({place.name} {place.lineno})")
    assert wrong == [], f"{family}, seed {seed}: {len(wrong)} files end wrong"
    assert peak_mib() - before < MORE_MEMORY_MIB
    assert len(fuzz.outcomes) > 2, fuzz.outcomes
    return fuzz


@pytest.mark.parametrize("family", FAMILIES)
def test_a_few_hundred(door: Door, family: str) -> None:
    run(door, family, 250, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_five_thousand(door: Door, family: str) -> None:
    fuzz = run(door, family, 5000, seed=2)
    assert fuzz.outcomes["loaded"] > 100
    assert fuzz.doors > 50
