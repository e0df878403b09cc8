"""Sales orders of one block.

Past orders are what a few consecutive invoices of a customer were ordered with, 4-20 days before the first of them,
promised for the day of the last invoice less the customer's slip, closed ten days after delivery. One order in
twenty of those closed in the last year was opened again for another third of its amount. Six in ten customers that
still buy have an open order, part of it delivered, part of that invoiced; one in 25 of these was cancelled.
"""

from dataclasses import dataclass, fields

import numpy as np

from orchestration.demo.block import ORDERS, Block
from orchestration.demo.calendar import LAST
from orchestration.demo.draws import Draws, Ints
from orchestration.demo.ledger import ISSUED
from orchestration.demo.traits import Habits, spread

OPEN, CLOSED, CANCELLED = range(3)
NONE = -1


@dataclass(frozen=True)
class Orders:
    """One entry per order, each customer's by day; amounts in fen or cents of its currency, days -1 when not (yet)."""

    customer: Ints
    order_day: Ints
    promised_day: Ints
    delivered_day: Ints
    closed_day: Ints
    reopened_day: Ints
    amount: Ints
    delivered: Ints
    invoiced: Ints
    status: Ints


def draw_orders(block: Block, habits: Habits) -> Orders:
    """Orders of the block's customers."""
    draws = block.draws(ORDERS)
    parts = (_past_orders(block, habits, draws), _open_orders(block, draws))
    names = [field.name for field in fields(Orders)]
    whole = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    order = np.lexsort((whole["order_day"], whole["customer"]))
    return Orders(**{name: values[order] for name, values in whole.items()})


def _past_orders(block: Block, habits: Habits, draws: Draws) -> Orders:
    ledger = block.ledger
    issued = ledger.status == ISSUED
    owner, day, total = ledger.invoice_customer[issued], ledger.issue_day[issued], ledger.total[issued]
    opens = draws.chance(270, len(owner)) | (np.diff(owner, prepend=-1) != 0)
    first = np.flatnonzero(opens)
    last = np.append(first[1:], len(owner)) - 1
    customer, size = owner[first], len(first)
    amount = np.add.reduceat(total, first) if size else total
    delivered_day = day[last]
    slip = habits.slip[customer] + draws.between(-3, 3, size)
    order_day = np.maximum(day[first] - draws.between(4, 20, size), 0)
    closes = delivered_day + 10 <= LAST
    closed_day = np.where(closes, delivered_day + 10, NONE)
    reopened_day = closed_day + draws.between(10, 60, size)
    reopened = closes & draws.chance(50, size)
    reopened &= (reopened_day > LAST - 330) & (reopened_day <= LAST)
    return Orders(
        customer=customer,
        order_day=order_day,
        promised_day=np.maximum(delivered_day - slip, order_day),
        delivered_day=np.where(reopened, NONE, delivered_day),
        closed_day=closed_day,
        reopened_day=np.where(reopened, reopened_day, NONE),
        amount=amount + np.where(reopened, amount // 3, 0),
        delivered=amount,
        invoiced=amount,
        status=np.where(closes & ~reopened, CLOSED, OPEN),
    )


def _open_orders(block: Block, draws: Draws) -> Orders:
    traits = block.traits
    buys = (traits.leave_day > LAST) & (traits.start < LAST - 40) & draws.chance(600, len(traits))
    customer = np.flatnonzero(buys)
    size = len(customer)
    amount = np.maximum(spread(traits.size[customer], draws) * draws.between(1, 4, size), 2_000)
    share = draws.pick([0, 0, 40, 100], size)
    day = LAST - draws.between(3, 40, size)
    promised = LAST + draws.between(-12, 45, size)
    status = np.where(draws.chance(40, size), CANCELLED, OPEN)
    share = np.where(status == CANCELLED, 0, share)
    delivered = amount * share // 100
    none = np.full(size, NONE, dtype=np.int64)
    return Orders(
        customer=customer,
        order_day=day,
        promised_day=np.maximum(promised, day),
        delivered_day=np.where(share == 100, np.minimum(day + 12, LAST), none),
        closed_day=none,
        reopened_day=none.copy(),
        amount=amount,
        delivered=delivered,
        invoiced=np.where(draws.chance(500, size), delivered, 0),
        status=status,
    )
