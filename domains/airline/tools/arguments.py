"""Arguments: what an agent writes in lists when it books or changes a reservation.

More fields than these are allowed, and kept with the reservation as they came.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from interplay.domains.airline.rows import Date, FlightNumber, Money, PaymentId
from interplay.engine.extras import Open


class ChosenFlight(Open, frozen=True, kw_only=True):
    """A flight on a day."""

    flight_number: Annotated[FlightNumber, msgspec.Meta(description='such as "HAT001"')]
    date: Annotated[Date, msgspec.Meta(description='year, month and day, such as "2024-05-20"')]


class Traveller(Open, frozen=True, kw_only=True):
    """Somebody who is to fly."""

    first_name: str
    last_name: str
    dob: Annotated[str, msgspec.Meta(description='date of birth, such as "1990-01-31"')]


class Share(Open, frozen=True, kw_only=True):
    """What one payment method pays of the price."""

    payment_id: Annotated[PaymentId, msgspec.Meta(description='such as "gift_card_0000000"')]
    amount: Annotated[Money, msgspec.Meta(description="dollars")]
