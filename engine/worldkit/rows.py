"""Rows: the strict structs that a world's tables are made of, and ids that are types.

Every kind of id is a `NewType` of its own, for the tool graph is made of those. The ids here are the ones that any
world with customers has; what is a world's alone (an order id, a line id) it declares itself.
"""

from __future__ import annotations

from typing import NewType

import msgspec

UserId = NewType("UserId", str)
PaymentMethodId = NewType("PaymentMethodId", str)
Email = NewType("Email", str)
FirstName = NewType("FirstName", str)
LastName = NewType("LastName", str)
Zip = NewType("Zip", str)


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row or part of one: frozen, and strict about its fields."""
