"""What holds at the airline whatever is called: cards stay covered, and tools enforce what they are known to."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from tests.domains.airline.carrier import carrier

from interplay.domains.airline import DOMAIN
from interplay.domains.airline.rows import AirlineDatabase, GiftCard
from interplay.engine.seeds import Seed
from interplay.engine.testing import domain_machine, policy_property, unenforced_rules

SEED = Seed.root(8)
BASE = carrier()
ENFORCED = ("own-payment-method", "no-certificate", "same-number")
"""Rules about state that the tools see to; the rest is left to the agent, as in the public benchmark."""
START = {key: len(booked.passengers) for key, booked in BASE.fork().reservations.items()}


def no_gift_card_is_overdrawn(db: AirlineDatabase) -> bool:
    methods = (method for user in db.users.values() for method in user.payment_methods.values())
    return all(method.amount >= 0 for method in methods if isinstance(method, GiftCard))


def reservations_keep_their_number_of_passengers(db: AirlineDatabase) -> bool:
    return all(len(db.reservations[key].passengers) == count for key, count in START.items())  # type: ignore[index]


def flights_stay_as_they_are(db: AirlineDatabase) -> bool:
    return not any(table == "flights" for table, _ in db.changes())


def reservations_and_users_name_each_other(db: AirlineDatabase) -> bool:
    return all(key in db.users[booked.user_id].reservations for key, booked in db.reservations.items())


Desk = domain_machine(
    DOMAIN,
    BASE,
    invariants=[
        (each.__name__.replace("_", " "), each)
        for each in (
            no_gift_card_is_overdrawn,
            reservations_keep_their_number_of_passengers,
            flights_stay_as_they_are,
            reservations_and_users_name_each_other,
        )
    ],
    properties=[policy_property(DOMAIN, ENFORCED)],
)


class TestDesk(Desk.TestCase):  # type: ignore[name-defined]
    """No gift card is overdrawn on any walk, and each call that is carried out keeps the rules that tools enforce."""

    settings = settings(
        max_examples=25,
        stateful_step_count=15,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def test_much_of_the_policy_is_left_to_the_agent() -> None:
    found = {each.rule for each in unenforced_rules(DOMAIN, BASE, SEED, walks=60)}
    assert not found & set(ENFORCED)
    assert {"cancel-allowed", "bags-counted", "compensation-amount", "one-person"} <= found
