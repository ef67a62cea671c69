"""The airline's generated data: everything in it agrees, at any size."""

import subprocess
import sys
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interplay.domains.airline import DOMAIN, times
from interplay.domains.airline.data import MOST_PERSONS, generate
from interplay.domains.airline.data.network import (
    HUBS,
    NOW,
    PLACES,
    SHORTEST_STOP,
    Network,
    miles,
    minutes,
)
from interplay.domains.airline.rows import (
    AirlineDatabase,
    Available,
    Cancelled,
    Certificate,
    Delayed,
    Flying,
    Landed,
    OnTime,
    Reservation,
)
from interplay.domains.airline.terms import BAG_PRICE, INSURANCE_PRICE, MOST_PASSENGERS, paid_bags
from interplay.domains.airline.tools.offers import AIRPORTS, direct, one_stop
from interplay.engine.errors import DomainError
from interplay.engine.seeds import Seed

seeds = st.integers(0, 2**32).map(Seed.root)
sizes = st.integers(1, 40)
worlds = settings(max_examples=8, deadline=None)
LARGE = generate(Seed.root(4), 400).fork()


def airline(seed: Seed, persons: int) -> AirlineDatabase:
    return generate(seed, persons).fork()


@worlds
@given(seeds, sizes)
def test_same_seed_and_size_give_the_same_bytes_and_rows_that_fit_together(seed: Seed, persons: int) -> None:
    base = generate(seed, persons)
    assert base.digest() == generate(seed, persons).digest()
    assert DOMAIN.check is not None
    DOMAIN.check(base)
    assert len(base.tables["users"].rows) == persons


def test_another_seed_gives_other_data() -> None:
    assert generate(Seed.root(1), 20).digest() != generate(Seed.root(2), 20).digest()


def test_the_bytes_depend_on_no_hash_seed() -> None:
    program = (
        "from interplay.domains.airline.data import generate; from interplay.engine.seeds import Seed; "
        "print(generate(Seed.root(3), 10).digest())"
    )
    digests = set()
    for hash_seed in ("1", "2"):
        run = [sys.executable, "-c", program]
        environment = {"PYTHONHASHSEED": hash_seed}
        digests.add(subprocess.run(run, env=environment, check=True, capture_output=True, text=True).stdout)
    assert digests == {generate(Seed.root(3), 10).digest() + "\n"}


@pytest.mark.parametrize("persons", [0, -1, MOST_PERSONS + 1])
def test_a_size_that_is_not_possible_is_refused(persons: int) -> None:
    with pytest.raises(DomainError, match=f"{persons:,}"):
        generate(Seed.root(0), persons)


@worlds
@given(seeds)
def test_the_network_does_not_depend_on_the_size(seed: Seed) -> None:
    assert dict(airline(seed, 1).flights.items()) == dict(airline(seed, 3).flights.items())


@worlds
@given(seeds)
def test_from_nearly_everywhere_to_nearly_everywhere_there_is_a_way(seed: Seed) -> None:
    network = Network(seed)
    assert set(PLACES) == set(AIRPORTS)
    linked = set(network.between) | set(network.ways)
    assert len(linked) >= 0.94 * len(PLACES) * (len(PLACES) - 1)
    assert all((b, a) in network.between for a, b in network.between)
    assert all((a, b) in network.between for a in HUBS for b in HUBS if a != b)


@worlds
@given(seeds)
def test_a_flight_takes_and_costs_what_its_distance_says(seed: Seed) -> None:
    network = Network(seed)
    for line in network.lines:
        distance = miles(line.origin, line.destination)
        assert line.takes == minutes(distance)
        assert 0.85 < line.fare / (48 + 0.075 * distance) < 1.15
    for flight in network.flights().values():
        for day, state in flight.dates.items():
            assert times.arrival(flight, day) > times.departure(flight, day)
            if isinstance(state, Available):
                low, middle, high = (state.prices[cabin] for cabin in ("basic_economy", "economy", "business"))
                assert 0 < low < middle < high
                assert all(0 <= seats <= 20 for seats in state.available_seats.values())


@worlds
@given(seeds)
def test_a_day_stands_as_the_present_moment_has_it(seed: Seed) -> None:
    for flight in Network(seed).flights().values():
        for day, state in flight.dates.items():
            planned = times.departure(flight, day)
            if planned.date() > NOW.date():
                assert isinstance(state, Available | Cancelled)
            elif planned.date() < NOW.date():
                assert isinstance(state, Landed | Cancelled)
            match state:
                case Landed(actual_departure_time_est=off, actual_arrival_time_est=down):
                    assert off < down <= times.written(NOW)
                case Flying(actual_departure_time_est=off, estimated_arrival_time_est=down):
                    assert off <= times.written(NOW) < down
                case OnTime(estimated_departure_time_est=off) | Delayed(estimated_departure_time_est=off):
                    assert off > times.written(NOW)
                case _:
                    pass


def test_ways_with_a_stop_can_be_flown_and_are_found_by_the_search() -> None:
    network = Network(Seed.root(4).child("network"))
    for ways in network.ways.values():
        for first, second in ways:
            assert (second.leaves - first.arrives) * 60 >= SHORTEST_STOP.total_seconds()
            assert (first.destination, first.origin) == (second.origin, first.origin)
    found = one_stop(LARGE, "BOS", "SFO", "2024-05-20")  # type: ignore[arg-type]
    assert found
    assert all(a.destination == b.origin for a, b in found)
    assert direct(LARGE, "ATL", "JFK", "2024-05-20")  # type: ignore[arg-type]


def trip(booked: Reservation) -> list[tuple[datetime, datetime]]:
    found = []
    for leg in booked.flights:
        flight = LARGE.flights[leg.flight_number]
        assert (flight.origin, flight.destination) == (leg.origin, leg.destination)
        found.append((times.departure(flight, leg.date), times.arrival(flight, leg.date)))
    return found


def test_a_reservation_leads_where_it_says_and_can_be_flown() -> None:
    for booked in LARGE.reservations.values():
        legs = booked.flights
        assert legs[0].origin == booked.origin != booked.destination
        assert all(a.destination == b.origin for a, b in pairwise(legs))
        assert all(b[0] > a[1] for a, b in pairwise(trip(booked)))
        assert legs[-1].destination == (booked.destination if booked.flight_type == "one_way" else booked.origin)
        assert booked.destination in [leg.destination for leg in legs]
        assert len(legs) <= (2 if booked.flight_type == "one_way" else 4)


def test_a_reservation_was_made_before_now_and_before_it_begins() -> None:
    for booked in LARGE.reservations.values():
        made = datetime.fromisoformat(booked.created_at)
        assert made < min(NOW, trip(booked)[0][0])


def test_a_reservation_cost_what_it_holds_and_was_paid_by_its_owner() -> None:
    for booked in LARGE.reservations.values():
        owner = LARGE.users[booked.user_id]
        people = len(booked.passengers)
        assert 1 <= people <= MOST_PASSENGERS
        assert booked.nonfree_baggages == paid_bags(owner.membership, booked.cabin, people, booked.total_baggages)
        seat = sum(leg.price for leg in booked.flights) + INSURANCE_PRICE * (booked.insurance == "yes")
        paid = [each.amount for each in booked.payment_history if each.amount > 0]
        assert sum(paid) == seat * people + BAG_PRICE * booked.nonfree_baggages
        assert (booked.status == "cancelled") == (sum(each.amount for each in booked.payment_history) == 0)
        methods = [owner.payment_methods[each.payment_id] for each in booked.payment_history]
        assert not any(isinstance(each, Certificate) for each in methods)


def test_prices_of_reservations_are_about_those_of_today() -> None:
    for booked in LARGE.reservations.values():
        for leg in booked.flights:
            state = LARGE.flights[leg.flight_number].dates[leg.date]
            if isinstance(state, Available):
                assert 0.6 < leg.price / state.prices[booked.cabin] < 1.6


def test_users_and_reservations_point_at_each_other_and_nobody_is_in_two_places() -> None:
    pairs = [(key, user_id) for user_id, user in LARGE.users.items() for key in user.reservations]
    assert sorted(pairs) == sorted((key, booked.user_id) for key, booked in LARGE.reservations.items())
    for user in LARGE.users.values():
        trips = sorted(trip(LARGE.reservations[key]) for key in user.reservations)
        assert all(one[-1][1] <= other[0][0] + timedelta(hours=6) for one, other in pairwise(trips))


def test_people_come_in_all_the_kinds_that_the_policy_tells_apart() -> None:
    booked = list(LARGE.reservations.values())
    assert {user.membership for user in LARGE.users.values()} == {"regular", "silver", "gold"}
    assert {each.cabin for each in booked} == {"basic_economy", "economy", "business"}
    assert {len(each.passengers) for each in booked} == {1, 2, 3, 4, 5}
    assert any(times.has_flown(LARGE, each.flights) and each.flights[-1].date > "2024-05-15" for each in booked)
    assert any(times.was_late(LARGE, each.flights) for each in booked)
    assert any(times.was_cancelled(LARGE, each.flights) for each in booked)
    assert 0.05 < sum(times.is_recent(LARGE, each) for each in booked) / len(booked) < 0.4


def test_nobody_lands_from_one_journey_on_the_day_on_which_the_next_begins() -> None:
    for user in LARGE.users.values():
        booked = [LARGE.reservations[each] for each in user.reservations]
        journeys = sorted(
            (each.flights for each in booked if each.status != "cancelled"), key=lambda legs: legs[0].date
        )
        for before, after in pairwise(journeys):
            landed = times.arrival(LARGE.flights[before[-1].flight_number], before[-1].date)
            assert f"{landed:%Y-%m-%d}" < after[0].date
