"""The rows of the airline: users, flights with a state for each day, reservations, and the clock.

The layout is that of the public airline benchmark's JSON files, so that its data loads unchanged, in the
older project's layout and in the newer one's. Every kind of id is a type of its own; that is what the tool
graph is made of. Money is in dollars, times of day are Eastern Standard Time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, NamedTuple, NewType, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from interplay.engine.database import Database, Table
from interplay.engine.worldkit.identity import Address, Name
from interplay.engine.worldkit.rows import PaymentMethodId as PaymentId
from interplay.engine.worldkit.rows import Row, UserId
from interplay.engine.worldkit.wallet import CreditCard

ReservationId = NewType("ReservationId", str)
FlightNumber = NewType("FlightNumber", str)
Airport = NewType("Airport", str)
Date = NewType("Date", str)
"""Year, month and day: "2024-05-15"."""
Time = NewType("Time", str)
"""Time of day, "06:00:00"; "+1" at its end means the day after: "00:30:00+1"."""
Moment = NewType("Moment", str)
"""Day and time: "2024-05-15T15:00:00"."""

Cabin: TypeAlias = Literal["basic_economy", "economy", "business"]
FlightType: TypeAlias = Literal["one_way", "round_trip"]
Membership: TypeAlias = Literal["regular", "silver", "gold"]
Answer: TypeAlias = Literal["yes", "no"]
Money: TypeAlias = Annotated[int | float, msgspec.Meta(description="dollars")]
"""Whole numbers stay whole, as an agent sees them."""


class Passenger(Row, frozen=True):
    """Somebody who flies."""

    first_name: str
    last_name: str
    dob: str


class GiftCard(Row, frozen=True, tag_field="source", tag="gift_card"):
    """A gift card with money on it."""

    amount: Money
    id: PaymentId


class Certificate(Row, frozen=True, tag_field="source", tag="certificate"):
    """A travel certificate: worth its amount, and used up by one payment."""

    amount: Money
    id: PaymentId


PaymentMethod: TypeAlias = CreditCard | GiftCard | Certificate


class User(Row, frozen=True, kw_only=True):
    """A customer."""

    user_id: UserId | UnsetType = UNSET
    """Only the newer project's layout repeats the row's key."""
    name: Name
    address: Address
    email: str
    dob: str
    payment_methods: Mapping[PaymentId, PaymentMethod]
    saved_passengers: tuple[Passenger, ...]
    membership: Membership
    reservations: tuple[ReservationId, ...]


class Available(Row, frozen=True, tag_field="status", tag="available"):
    """A day on which a flight can be booked."""

    available_seats: Mapping[Cabin, int]
    prices: Mapping[Cabin, Money]


class OnTime(Row, frozen=True, tag_field="status", tag="on time"):
    """A day whose flight has not left yet, and is expected when it was planned."""

    estimated_departure_time_est: Moment
    estimated_arrival_time_est: Moment


class Delayed(Row, frozen=True, tag_field="status", tag="delayed"):
    """A day whose flight has not left yet, and leaves late."""

    estimated_departure_time_est: Moment
    estimated_arrival_time_est: Moment


class Flying(Row, frozen=True, tag_field="status", tag="flying"):
    """A day whose flight is in the air."""

    actual_departure_time_est: Moment
    estimated_arrival_time_est: Moment


class Landed(Row, frozen=True, tag_field="status", tag="landed"):
    """A day whose flight has arrived."""

    actual_departure_time_est: Moment
    actual_arrival_time_est: Moment


class Cancelled(Row, frozen=True, tag_field="status", tag="cancelled"):
    """A day whose flight the airline has cancelled."""


FlightDay: TypeAlias = Available | OnTime | Delayed | Flying | Landed | Cancelled


class Flight(Row, frozen=True):
    """A flight that leaves every day at the same time, and how it is with each day."""

    flight_number: FlightNumber
    origin: Airport
    destination: Airport
    scheduled_departure_time_est: Time
    scheduled_arrival_time_est: Time
    dates: Mapping[Date, FlightDay]


class Leg(Row, frozen=True):
    """A flight of a reservation, at the price of one seat when it was booked."""

    origin: Airport
    destination: Airport
    flight_number: FlightNumber
    date: Date
    price: Money


class Payment(Row, frozen=True):
    """Money that was paid; less than nothing where it was refunded."""

    payment_id: PaymentId
    amount: Money


class Reservation(Row, frozen=True):
    """A journey that was booked for one or more passengers; it has a status once it is cancelled."""

    reservation_id: ReservationId
    user_id: UserId
    origin: Airport
    destination: Airport
    flight_type: FlightType
    cabin: Cabin
    flights: tuple[Leg, ...]
    passengers: tuple[Passenger, ...]
    payment_history: tuple[Payment, ...]
    created_at: Moment
    total_baggages: int
    nonfree_baggages: int
    insurance: Answer
    status: Literal["cancelled"] | UnsetType = UNSET


class Habits(NamedTuple):
    """Where implementations of the airline differ in what their tools do."""

    counts_seats: bool = False
    """Whether a booking leaves fewer seats for others."""
    changes_cabin: bool = False
    """Whether a reservation whose flights are changed in another cabin says so afterwards."""


class Clock(Row, frozen=True):
    """The world's present moment."""

    now: Moment
    zone: str = "EST"


CLOCK = "world"
"""Key of the one row of the clock."""


class AirlineDatabase(Database):
    """The airline's data."""

    flights: Table[FlightNumber, Flight]
    users: Table[UserId, User]
    reservations: Table[ReservationId, Reservation]
    clock: Table[str, Clock]

    habits: ClassVar[Habits] = Habits()
    defaults: ClassVar[Mapping[str, Mapping[str, msgspec.Struct]]] = {
        "clock": {CLOCK: Clock(now=Moment("2024-05-15T15:00:00"))}
    }

    @property
    def now(self) -> Moment:
        """The world's present moment; the only clock that anything in it reads."""
        return self.clock[CLOCK].now


__all__ = [
    "CLOCK",
    "Address",
    "AirlineDatabase",
    "Airport",
    "Answer",
    "Available",
    "Cabin",
    "Cancelled",
    "Certificate",
    "Clock",
    "CreditCard",
    "Date",
    "Delayed",
    "Flight",
    "FlightDay",
    "FlightNumber",
    "FlightType",
    "Flying",
    "GiftCard",
    "Habits",
    "Landed",
    "Leg",
    "Membership",
    "Moment",
    "Money",
    "Name",
    "OnTime",
    "Passenger",
    "Payment",
    "PaymentId",
    "PaymentMethod",
    "Reservation",
    "ReservationId",
    "Row",
    "Time",
    "User",
    "UserId",
]
