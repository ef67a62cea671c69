"""Writing: rows put back after a change."""

from __future__ import annotations

from typing import Any

import msgspec

from interplay.domains.retail.rows import Order, RetailDatabase, User
from interplay.engine.worldkit.rows import UserId


def put_order(db: RetailDatabase, order: Order, **changes: Any) -> Order:
    """Put an order back with some fields changed."""
    return db.orders.put(order.order_id, msgspec.structs.replace(order, **changes))


def put_user(db: RetailDatabase, user_id: UserId, user: User) -> None:
    """Put a user back, if anything about them changed."""
    if user is not db.users[user_id]:
        db.users.put(user_id, user)
