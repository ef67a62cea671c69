"""Does a fork cost what it changed, and not what there is?

Fork, three writes, the diff leaf by leaf, a comparison with another end, and the fork thrown away; on a
base of 1, 10 and 100 times 500 persons' orders. The figure is how far the three costs lie apart; they
are measured in turn, so that a drift of the machine meets all of them.
"""

from __future__ import annotations

import statistics
from time import process_time

import msgspec

from benchmarks.material import SEED, publish
from interplay.domains.retail.rows import Order, RetailDatabase
from interplay.engine.database import Base
from interplay.engine.domain import load_domain
from interplay.engine.seeds import Seed

SIZES = (500, 5_000, 50_000)
FORKS = 2_000
ROUNDS = 15


def _cost(base: Base[RetailDatabase], orders: list[Order]) -> float:
    """CPU seconds of one fork's life."""
    other = base.fork()
    other.orders.put(orders[0].order_id, msgspec.structs.replace(orders[0], status="cancelled"))
    end = other.changes()
    began = process_time()
    for at in range(FORKS):
        fork = base.fork()
        for step in range(3):
            order = orders[(at + step) % len(orders)]
            refund = msgspec.structs.replace(order.payment_history[0], transaction_type="refund")
            paid = (*order.payment_history, refund)
            fork.orders.put(order.order_id, msgspec.structs.replace(order, status="cancelled", payment_history=paid))
        fork.patch()
        assert fork.changes() != end
    return (process_time() - began) / FORKS


def main() -> None:
    """Measure and print."""
    domain = load_domain("retail")
    bases: list[Base[RetailDatabase]] = [domain.generate(Seed.root(SEED), size) for size in SIZES]
    orders = []
    for base in bases:
        rows = [order for order in base.fork().orders.values() if len(order.items) == 3]
        step = max(1, len(rows) // 100)
        orders.append(rows[::step][:100])  # as many rows of every base, and spread over it
    costs: list[list[float]] = [[] for _ in bases]
    for _ in range(ROUNDS):
        for index, base in enumerate(bases):
            costs[index].append(_cost(base, orders[index]))
    figures = [statistics.median(each) for each in costs]
    publish(
        "state",
        persons=list(SIZES),
        rows=[sum(len(table.rows) for table in base.tables.values()) for base in bases],
        us=[round(figure * 1e6, 1) for figure in figures],
        to_smallest=[round(figure / figures[0], 3) for figure in figures],
        goal_us=100.0,
        goal_to_smallest=1.2,
    )


if __name__ == "__main__":
    main()
