"""Satisfaction surveys of one block.

Every customer is asked about every 330 days, by questionnaire, phone or online. Whether an answer comes is the
customer's habit; a sour one answers half as often online and as often by phone, so online answers look better than
things are. An answer follows the mood of the day: the recommendation (0-10), the overall satisfaction (1-5), the
effort (1-7) and four attributes (1-5), of which delivery suffers from late milestones and service from rotting
complaints.
"""

from dataclasses import dataclass

import numpy as np

from orchestration.demo.block import SURVEYS, Block
from orchestration.demo.calendar import LAST
from orchestration.demo.draws import Draws, Ints, series
from orchestration.demo.traits import Habits

QUESTIONNAIRE, PHONE, ONLINE = range(3)
NPS, CSAT, CES, DELIVERY, QUALITY, PRICE, SERVICE = range(7)
"""Questions; from DELIVERY on attributes."""

NONE = -1


@dataclass(frozen=True)
class Surveys:
    """One entry per invitation, each customer's by day; `scores` has a column per question, -1: not answered."""

    customer: Ints
    day: Ints
    method: Ints
    scores: Ints


def draw_surveys(block: Block, habits: Habits) -> Surveys:
    """Invitations of the block's customers and their answers."""
    traits, draws = block.traits, block.draws(SURVEYS)
    first, last = np.minimum(traits.start + 60, LAST), np.minimum(traits.leave_day + 30, LAST)
    owner, day = series(draws, first, last, np.full(len(traits), 3))
    size = len(owner)
    method = draws.pick([QUESTIONNAIRE, QUESTIONNAIRE, PHONE, ONLINE, ONLINE], size)
    shy = habits.is_sour(owner, day) & (method == ONLINE)
    answers = draws.chance(habits.reply[owner] // np.where(shy, 2, 1) + 150 * (method == PHONE), size)
    scores = _scores(habits, owner, day, draws)
    # Two in five answer the question about effort, one in ten leaves the attributes out.
    scores[draws.chance(600, size), CES] = NONE
    scores[draws.chance(100, size), DELIVERY:] = NONE
    scores[~answers] = NONE
    return Surveys(customer=owner, day=day, method=method, scores=scores)


def _scores(habits: Habits, owner: Ints, day: Ints, draws: Draws) -> Ints:
    """A row of scores per invitation as if all had answered."""
    mood, size = habits.mood_on(owner, day), len(owner)
    offsets = {
        NPS: np.zeros(size, dtype=np.int64),
        CSAT: np.zeros(size, dtype=np.int64),
        CES: np.zeros(size, dtype=np.int64),
        DELIVERY: -130 * (habits.slip[owner] > 20) - 50 * (habits.slip[owner] > 7),
        QUALITY: draws.between(-30, 40, size),
        PRICE: draws.between(-90, 30, size),
        SERVICE: -150 * habits.rot[owner],
    }
    columns = []
    for question, offset in offsets.items():
        level = mood + offset + draws.normal(size) * 45 // 256
        if question == NPS:
            columns.append(np.clip((level - 100) * 5 // 200 + 1, 0, 10))
        elif question == CES:
            columns.append(np.clip((level - 100) * 3 // 200 + 2, 1, 7))
        else:
            columns.append(np.clip((level + 50) // 100, 1, 5))
    return np.stack(columns, axis=1).astype(np.int64)
