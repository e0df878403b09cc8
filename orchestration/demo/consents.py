"""Consents of the people of one block, and what they ask about their data.

A person is asked for marketing, care and surveys when the customer starts. On file is all of it, half of it or
nothing, as the customer's class says; class `withdrawn` took it back on a day of the last two years. One consent in
five was given for two years only. One person in twenty has asked something in the last 500 days; it is answered after
3-25 days, where complaints rot often not at all.
"""

from dataclasses import dataclass

import numpy as np

from orchestration.demo.block import CONSENTS, REQUESTS, Block
from orchestration.demo.calendar import LAST
from orchestration.demo.draws import Ints
from orchestration.demo.traits import GAPS, WITHDRAWN, Habits
from orchestration.demo.traits import NONE as NOTHING

MARKETING, CARE, SURVEY = range(3)
EVERY_CHANNEL, EMAIL, PHONE = range(3)
ACCESS, CORRECTION, ERASURE, RESTRICTION, PORTABILITY, WITHDRAWAL = range(6)
NONE = -1


@dataclass(frozen=True)
class Consents:
    """One entry per consent by customer, person and purpose; days -1 when not."""

    customer: Ints
    person: Ints  # position among the customer's people
    purpose: Ints
    channel: Ints
    given_day: Ints
    withdrawn_day: Ints
    expiry_day: Ints


@dataclass(frozen=True)
class Requests:
    """One entry per request by customer and person; `closed_day` -1 while open."""

    customer: Ints
    person: Ints
    kind: Ints
    received_day: Ints
    closed_day: Ints


def _persons(people: Ints) -> tuple[Ints, Ints]:
    """Customer and position of every person."""
    return np.repeat(np.arange(len(people)), people), np.concatenate([np.arange(n) for n in people.tolist()])


def draw_consents(block: Block, habits: Habits, people: Ints) -> Consents:
    """Consents of all people of the block; `people`: how many each customer has."""
    traits, draws = block.traits, block.draws(CONSENTS)
    customer, person = (np.repeat(column, 3) for column in _persons(people))
    size = len(customer)
    given = np.minimum(traits.start[customer] + draws.between(0, 40, size), LAST)
    withdrawn = draws.between(LAST - 600, LAST - 10, size)
    withdrawn = np.where((habits.care[customer] == WITHDRAWN) & (withdrawn > given), withdrawn, NONE)
    expiry = np.where(draws.chance(200, size), given + 730, NONE)
    kept = (habits.care[customer] != NOTHING) & ~((habits.care[customer] == GAPS) & draws.chance(500, size))
    columns = {
        "customer": customer,
        "person": person,
        "purpose": np.arange(size) % 3,
        "channel": draws.pick([EVERY_CHANNEL, EVERY_CHANNEL, EMAIL, PHONE], size),
        "given_day": given,
        "withdrawn_day": withdrawn,
        "expiry_day": expiry,
    }
    return Consents(**{name: column[kept] for name, column in columns.items()})


def draw_requests(block: Block, habits: Habits, people: Ints) -> Requests:
    """Requests of the people of the block."""
    traits, draws = block.traits, block.draws(REQUESTS)
    customer, person = _persons(people)
    asks = draws.chance(50, len(customer)) & (traits.start[customer] < LAST - 60)
    customer, person = customer[asks], person[asks]
    size = len(customer)
    received = np.maximum(LAST - draws.below(500, size), traits.start[customer] + 5)
    closed = received + draws.between(3, 25, size)
    stuck = draws.chance(np.where(habits.rot[customer], 700, 120), size)
    return Requests(
        customer=customer,
        person=person,
        kind=draws.below(6, size),
        received_day=received,
        closed_day=np.where(stuck | (closed > LAST), NONE, closed),
    )
