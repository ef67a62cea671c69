"""The airline's tools, on an airline small enough to hold in mind."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.airline.carrier import LAST, LATER, TODAY, TOMORROW, carrier, document

from interplay.domains.airline.rows import AirlineDatabase
from interplay.domains.airline.tau2 import TAU2_TOOLS, Tau2Database
from interplay.domains.airline.tools import TOOLS
from interplay.engine.environment import Environment
from interplay.engine.graph import ToolGraph
from interplay.engine.messages import ToolCall, ToolResult
from interplay.engine.patch import same
from interplay.engine.tools import Toolset

TOOLSET = Toolset(TOOLS)
ANN = {"first_name": "Ann", "last_name": "Lee", "dob": "1990-01-31"}
BEN = {"first_name": "Ben", "last_name": "Lee", "dob": "1992-01-31"}
HOP = {"flight_number": "F1", "date": TOMORROW}


class Desk:
    """Calls on a fork of the airline."""

    def __init__(
        self, toolset: Toolset = TOOLSET, kind: type[AirlineDatabase] = AirlineDatabase, **tables: Any
    ) -> None:
        self.environment = Environment(toolset, carrier({**document(), **tables}, kind).fork())
        self.db: AirlineDatabase = self.environment.db

    def call(self, tool: str, **arguments: Any) -> ToolResult:
        return self.environment.apply(ToolCall(call_id="c", tool=tool, arguments=arguments))

    def answer(self, tool: str, **arguments: Any) -> Any:
        result = self.call(tool, **arguments)
        assert result.refusal is None, result.content
        return json.loads(result.content) if result.content[:1] in "{[" else result.content

    def refusal(self, tool: str, **arguments: Any) -> str | None:
        before = self.db.patch()
        result = self.call(tool, **arguments)
        assert self.db.patch() == before
        return result.refusal

    def worth(self, method: str, user: str = "ann_lee_1") -> float | None:
        found = self.db.users[user].payment_methods.get(method)
        return None if found is None else found.amount


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def newer() -> Desk:
    return Desk(Toolset(TAU2_TOOLS), Tau2Database)


def booking(*payments: tuple[str, float], **changes: Any) -> dict[str, Any]:
    return {
        "user_id": "ann_lee_1", "origin": "BOS", "destination": "DEN", "flight_type": "one_way", "cabin": "economy",
        "flights": [HOP], "passengers": [ANN], "total_baggages": 1, "nonfree_baggages": 0, "insurance": "no",
        "payment_methods": [{"payment_id": method, "amount": amount} for method, amount in payments],
    } | changes  # fmt: skip


def flights(*chosen: tuple[str, str]) -> list[dict[str, str]]:
    return [{"flight_number": number, "date": date} for number, date in chosen]


# --- booking


def test_a_booking_holds_the_prices_of_now_and_the_time_of_now(desk):
    made = desk.answer("book_reservation", **booking(("credit_card_1", 200)))
    leg = {**HOP, "origin": "BOS", "destination": "DEN", "price": 200}
    assert made == desk.answer("get_reservation_details", reservation_id="HATHAT")
    assert (made["flights"], made["created_at"]) == ([leg], "2031-03-01T12:00:00")
    assert "status" not in made
    assert desk.db.users["ann_lee_1"].reservations == ("R1", "HATHAT")


def test_insurance_is_paid_for_each_passenger_and_bags_each(desk):
    extras = {"passengers": [ANN, BEN], "insurance": "yes", "nonfree_baggages": 3}
    assert desk.refusal("book_reservation", **booking(("credit_card_1", 609), **extras)) == "payment_sum_wrong"
    desk.answer("book_reservation", **booking(("credit_card_1", 2 * 200 + 2 * 30 + 3 * 50), **extras))


def test_a_gift_card_holds_less_afterwards_and_a_certificate_is_gone_whatever_it_was_worth(desk):
    desk.answer("book_reservation", **booking(("gift_card_1", 150), ("certificate_1", 50)))
    assert (desk.worth("gift_card_1"), desk.worth("certificate_1")) == (100, None)


def test_a_payment_may_be_split_over_one_gift_card_even_beyond_what_it_holds_in_all(desk):
    desk.answer("book_reservation", **booking(("gift_card_1", 200), ("gift_card_1", 200), flights=[HOP, HOP]))
    assert desk.worth("gift_card_1") == -150


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("user_unknown", {"user_id": "cy"}),
        ("flight_unknown", {"flights": flights(("f1", TOMORROW))}),
        ("flight_not_on_date", {"flights": flights(("F1", "2031-04-01"))}),
        ("flight_not_available", {"flights": flights(("F1", TODAY))}),
        ("seats_short", {"flights": flights(("F1", LATER)), "passengers": [ANN, BEN, ANN]}),
        ("payment_unknown", {"payment_methods": [{"payment_id": "gift_card_9", "amount": 200}]}),
        ("balance_too_low", {"payment_methods": [{"payment_id": "gift_card_1", "amount": 251}]}),
        ("balance_too_low", {"payment_methods": [{"payment_id": "certificate_1", "amount": 301}]}),
        ("payment_sum_wrong", {"payment_methods": []}),
        ("payment_unknown", {"payment_methods": [{"payment_id": "certificate_1", "amount": 100}] * 2}),
        ("bad_arguments", {"cabin": "first"}),
        ("bad_arguments", {"flights": [{"flight_number": "F1"}]}),
        ("bad_arguments", {"passengers": [{**ANN, 'no"te': 1}]}),
    ],
)
def test_a_booking_is_refused_before_anything_is_written(desk, reason, changes):
    assert desk.refusal("book_reservation", **booking(("credit_card_1", 200)) | changes) == reason


def test_the_fourth_booking_takes_the_place_of_the_third(desk):
    made = [desk.answer("book_reservation", **booking(("credit_card_1", 200)))["reservation_id"] for _ in range(4)]
    assert made == ["HATHAT", "HATHAU", "HATHAV", "HATHAV"]
    assert desk.db.users["ann_lee_1"].reservations == ("R1", *made)


def test_fields_that_no_schema_forbids_are_kept_beside_ours(desk):
    made = desk.answer(
        "book_reservation",
        **booking(
            passengers=[{**ANN, "seat of choice": [1]}],
            flights=[{**HOP, "price": 1, "note": {"a": None}}],
            payment_methods=[{"payment_id": "credit_card_1", "amount": 200, "note": 10**24}],
        ),
    )
    assert made["passengers"] == [{**ANN, "seat of choice": [1]}]
    assert made["flights"] == [{**HOP, "origin": "BOS", "destination": "DEN", "price": 200, "note": {"a": None}}]
    assert made["payment_history"] == [{"payment_id": "credit_card_1", "amount": 200, "note": 10**24}]
    kept = next(change for change in desk.db.patch() if change.path == ("reservations", "HATHAT"))
    assert same(kept.after, made)


# --- changes


def test_cancelling_refunds_every_entry_and_again_what_was_refunded(desk):
    for expected in ([320, -320], [320, -320, -320, 320]):
        after = desk.answer("cancel_reservation", reservation_id="R1")
        assert [each["amount"] for each in after["payment_history"]] == expected
        assert after["status"] == "cancelled"
    assert desk.worth("gift_card_1") == 250


def test_a_flight_that_stays_keeps_its_price_while_the_cabin_stays(desk):
    change = {"reservation_id": "R1", "payment_id": "gift_card_1"}
    after = desk.answer(
        "update_reservation_flights", **change, cabin="economy", flights=flights(("F1", TOMORROW), ("F5", LAST))
    )
    assert [leg["price"] for leg in after["flights"]] == [150, 200]
    assert after["payment_history"][1:] == [{"payment_id": "gift_card_1", "amount": 30}]
    change["payment_id"] = "credit_card_1"
    after = desk.answer(
        "update_reservation_flights", **change, cabin="business", flights=flights(("F1", TOMORROW), ("F5", LAST))
    )
    assert [leg["price"] for leg in after["flights"]] == [300, 300]
    assert after["payment_history"][2:] == [{"payment_id": "credit_card_1", "amount": 250}]
    assert (after["cabin"], desk.worth("gift_card_1")) == ("economy", 220)


def test_what_costs_less_is_refunded_and_what_costs_the_same_leaves_no_payment(desk):
    change = {"reservation_id": "R1", "cabin": "economy", "payment_id": "gift_card_1"}
    after = desk.answer("update_reservation_flights", **change, flights=flights(("F1", TOMORROW)))
    assert after["payment_history"][1:] == [{"payment_id": "gift_card_1", "amount": -170}]
    assert desk.worth("gift_card_1") == 420
    again = desk.answer("update_reservation_flights", **change, flights=flights(("F1", TOMORROW)))
    assert again == after


def test_a_flight_that_stays_need_not_be_available_any_more():
    tables = document()
    tables["flights"]["F1"]["dates"][TOMORROW] = {"status": "cancelled"}
    desk = Desk(flights=tables["flights"])
    change = {"reservation_id": "R1", "payment_id": "credit_card_1", "flights": flights(("F1", TOMORROW))}
    desk.answer("update_reservation_flights", cabin="economy", **change)
    assert desk.refusal("update_reservation_flights", cabin="business", **change) == "flight_not_available"


def test_bags_cost_only_what_is_new_and_fewer_refund_nothing(desk):
    change = {"reservation_id": "R1", "payment_id": "gift_card_1"}
    after = desk.answer("update_reservation_baggages", **change, total_baggages=4, nonfree_baggages=2)
    assert after["payment_history"][1:] == [{"payment_id": "gift_card_1", "amount": 100}]
    fewer = desk.answer("update_reservation_baggages", **change, total_baggages=1, nonfree_baggages=0)
    assert fewer["payment_history"] == after["payment_history"]
    assert (fewer["total_baggages"], desk.worth("gift_card_1")) == (1, 150)


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("reservation_unknown", {"reservation_id": "R9"}),
        ("payment_unknown", {"payment_id": "gift_card_9"}),
        ("certificate_not_allowed", {"payment_id": "certificate_1"}),
        ("balance_too_low", {"nonfree_baggages": 6}),
        ("bad_arguments", {"total_baggages": 1.5}),
    ],
)
def test_a_change_of_bags_is_refused_before_anything_is_written(desk, reason, changes):
    given = {"reservation_id": "R1", "total_baggages": 6, "nonfree_baggages": 1, "payment_id": "gift_card_1"}
    assert desk.refusal("update_reservation_baggages", **given | changes) == reason


def test_passengers_are_replaced_and_their_number_stays(desk):
    assert desk.answer("update_reservation_passengers", reservation_id="R1", passengers=[BEN])["passengers"] == [BEN]
    for passengers in ([], [ANN, BEN]):
        refusal = desk.refusal("update_reservation_passengers", reservation_id="R1", passengers=passengers)
        assert refusal == "passenger_count_wrong"


@pytest.mark.parametrize(("amount", "said"), [(50, "50"), (75.5, "75.5"), (10**24, str(10**24)), (-1, "-1")])
def test_a_certificate_is_worth_what_was_said(desk, amount, said):
    told = desk.answer("send_certificate", user_id="bob_lee_2", amount=amount)
    assert told == f"Certificate certificate_3221322 added to user bob_lee_2 with amount {said}."
    assert desk.worth("certificate_3221322", "bob_lee_2") == amount


def test_a_customer_holds_three_new_certificates_at_most_and_one_that_is_used_makes_room(desk):
    sent = [desk.answer("send_certificate", user_id="ann_lee_1", amount=200).split()[1] for _ in range(3)]
    assert len(set(sent)) == 3
    assert desk.refusal("send_certificate", user_id="ann_lee_1", amount=200) == "too_many_certificates"
    desk.answer("book_reservation", **booking((sent[1], 200)))
    assert desk.answer("send_certificate", user_id="ann_lee_1", amount=1).split()[1] == sent[1]


# --- searching


def numbers(found: list[Any]) -> list[Any]:
    return [tuple(each["flight_number"] for each in pair) if isinstance(pair, list) else pair["flight_number"]
            for pair in found]  # fmt: skip


def test_only_flights_that_can_be_booked_on_the_day_are_found(desk):
    search = {"origin": "BOS", "destination": "DEN"}
    assert numbers(desk.answer("search_direct_flight", **search, date=TOMORROW)) == ["F1", "F4"]
    assert desk.answer("search_direct_flight", **search, date=TODAY) == []
    assert desk.answer("search_direct_flight", origin="bos", destination="DEN", date=TOMORROW) == []
    [first, _] = desk.answer("search_direct_flight", **search, date=TOMORROW)
    assert first["prices"] == {"basic_economy": 100, "economy": 200, "business": 300}
    assert "dates" not in first
    assert "date" not in first


def test_a_connection_leaves_once_the_first_flight_arrived_on_its_own_day(desk):
    found = desk.answer("search_onestop_flight", origin="BOS", destination="SFO", date=TOMORROW)
    # At ten on the day after, F2 leaves in the very second in which F4 arrives: that is no connection.
    assert numbers(found) == [("F1", "F2")]
    assert [each["date"] for each in found[0]] == [TOMORROW, TOMORROW]


def test_after_a_night_the_second_flight_is_that_of_the_day_after_across_months():
    tables = document()
    tables["flights"]["F2"]["scheduled_departure_time_est"] = "10:00:01"
    tables["flights"]["F2"]["dates"]["2031-04-01"] = tables["flights"]["F2"]["dates"][LATER]
    desk = Desk(flights=tables["flights"])
    found = desk.answer("search_onestop_flight", origin="BOS", destination="SFO", date=LAST)
    assert [[each["date"] for each in pair] for pair in found] == [[LAST, LAST], [LAST, "2031-04-01"]]
    assert found[1][1]["prices"]["economy"] == 200  # as recorded: of the day on which the first flight leaves


@pytest.mark.parametrize(("date", "refused"), [("", True), ("2031-03-0l", True), ("20", False), ("tomorrow 2", False)])
def test_a_date_that_ends_in_no_day_is_refused_only_where_a_day_after_is_needed(desk, date, refused):
    result = desk.call("search_onestop_flight", origin="BOS", destination="SFO", date=date)
    assert (result.refusal == "bad_arguments") is refused
    assert desk.answer("search_onestop_flight", origin="DEN", destination="DEN", date=date) == []


def test_airports_are_listed_with_their_cities(desk):
    assert len(desk.answer("list_all_airports")) == 20
    assert desk.answer("list_all_airports")["LGA"] == "LaGuardia"


# --- the newer project


def test_there_a_booking_leaves_fewer_seats_and_answers_null_for_what_is_not_there(newer):
    made = newer.answer("book_reservation", **booking(("credit_card_1", 400), passengers=[ANN, BEN]))
    assert made["status"] is None
    [found, _] = newer.answer("search_direct_flight", origin="BOS", destination="DEN", date=TOMORROW)
    assert (found["available_seats"]["economy"], found["available_seats"]["business"], found["date"]) == (7, 9, None)


def test_there_a_change_of_flights_changes_the_cabin(newer):
    change = {"reservation_id": "R1", "cabin": "business", "flights": [HOP], "payment_id": "credit_card_1"}
    assert newer.answer("update_reservation_flights", **change)["cabin"] == "business"


def test_there_the_status_of_a_flight_is_looked_up(newer):
    assert newer.answer("get_flight_status", flight_number="F1", date=TODAY) == "cancelled"
    assert newer.refusal("get_flight_status", flight_number="F9", date=TODAY) == "flight_unknown"
    assert newer.refusal("get_flight_status", flight_number="F1", date="2030-01-01") == "flight_not_on_date"
    assert newer.refusal("think", thought="hm") == "unknown_tool"


# --- all of them


def test_every_id_that_a_tool_takes_is_given_by_another():
    graph = ToolGraph(TOOLS)
    assert graph.edges
    for each in TOOLS:
        if each.writes:
            assert each.speech is not None
            assert each.consumes


@given(st.lists(st.tuples(st.sampled_from(("gift_card_1", "credit_card_1")), st.integers(0, 300)), max_size=4))
def test_a_booking_moves_exactly_the_money_that_it_costs(payments):
    desk = Desk()
    result = desk.call("book_reservation", **booking(*payments))
    spent = sum(amount for method, amount in payments if method == "gift_card_1")
    paid = sum(amount for _, amount in payments) == 200
    fits = all(method != "gift_card_1" or amount <= 250 for method, amount in payments)
    assert (result.refusal is None) is (paid and fits)
    assert desk.worth("gift_card_1") == 250 - (spent if result.refusal is None else 0)
