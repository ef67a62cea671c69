"""Terms: the policy's figures, and what follows from them.

Rules, scenarios and generated data all reckon with these; what the tools check by themselves is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping

from interplay.domains.airline.rows import Cabin, Membership

FREE_BAGS: Mapping[Membership, Mapping[Cabin, int]] = {
    "regular": {"basic_economy": 0, "economy": 1, "business": 2},
    "silver": {"basic_economy": 1, "economy": 2, "business": 3},
    "gold": {"basic_economy": 2, "economy": 3, "business": 3},
}
"""Checked bags that each passenger has free."""
BAG_PRICE = 50
"""Dollars for each bag beyond the free ones."""
INSURANCE_PRICE = 30
"""Dollars for each passenger."""
MOST_PASSENGERS = 5
MOST_CERTIFICATES = 1
MOST_CREDIT_CARDS = 1
MOST_GIFT_CARDS = 3
"""How many of a kind pay for one booking."""
FOR_CANCELLED = 100
"""Dollars of compensation for each passenger of a flight that the airline cancelled."""
FOR_LATE = 50
"""Dollars of compensation for each passenger of a flight that is late."""


def free_bags(membership: Membership, cabin: Cabin, passengers: int) -> int:
    """How many bags a reservation has free.

    Args:
        membership: of the customer who booked.
        cabin: of the reservation.
        passengers: how many fly.
    """
    return FREE_BAGS[membership][cabin] * passengers


def paid_bags(membership: Membership, cabin: Cabin, passengers: int, bags: int) -> int:
    """How many of a reservation's bags have to be paid for."""
    return max(0, bags - free_bags(membership, cabin, passengers))
