"""The airline's rules, each both ways, on an airline small enough to hold in mind."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.domains.airline.carrier import LATER, TODAY, TOMORROW, carrier, document, flight

from interplay.domains.airline import DOMAIN
from interplay.domains.airline.data.network import NOW
from interplay.domains.airline.rows import AirlineDatabase
from interplay.domains.airline.rules import RULES
from interplay.engine.database import Base
from interplay.engine.environment import Environment
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.testing.declared import check_policy

POLICY = DOMAIN.policy
ANN = {"first_name": "Ann", "last_name": "Lee", "dob": "1990-01-31"}
BEN = {"first_name": "Ben", "last_name": "Lee", "dob": "1992-01-31"}
THERE, BACK = {"flight_number": "F1", "date": TOMORROW}, {"flight_number": "F5", "date": LATER}
ON = {"flight_number": "F2", "date": TOMORROW}
FLOWN = {"actual_departure_time_est": f"{TODAY}T06:00:00", "actual_arrival_time_est": f"{TODAY}T09:00:00"}
LATE = {"estimated_departure_time_est": f"{TODAY}T15:00:00", "estimated_arrival_time_est": f"{TODAY}T17:00:00"}
CARD, GIFT, CERTIFICATE = "credit_card_1", "gift_card_1", "certificate_1"


def base() -> Base[AirlineDatabase]:
    """The small airline, with a reservation for every case."""
    rows = document()
    rows["flights"]["F6"] = flight("F6", "BOS-DEN", "06:00:00", "09:00:00", **{TODAY: {"status": "landed", **FLOWN}})
    rows["flights"]["F7"] = flight("F7", "BOS-DEN", "13:00:00", "15:00:00", **{TODAY: {"status": "delayed", **LATE}})
    plain, ann = rows["reservations"]["R1"], rows["users"]["ann_lee_1"]
    one_way = {**plain, "flight_type": "one_way", "flights": plain["flights"][:1]}
    leg = plain["flights"][0]
    today = {**leg, "date": TODAY}
    made: dict[str, dict[str, Any]] = {
        "BASIC": {**one_way, "cabin": "basic_economy", "insurance": "yes"},
        "BUSINESS": {**one_way, "cabin": "business"},
        "NEW": {**one_way, "created_at": f"{TODAY}T08:00:00"},
        "OFF": {**one_way, "flights": [today]},
        "FLOWN": {**plain, "cabin": "business", "flights": [{**today, "flight_number": "F6"}, plain["flights"][1]]},
        "LATE": {
            **one_way,
            "cabin": "business",
            "flights": [{**today, "flight_number": "F7"}],
            "passengers": [ANN, BEN],
        },
        "GONE": {**one_way, "status": "cancelled", "cabin": "business"},
        "BAGS": {**one_way, "total_baggages": 5, "nonfree_baggages": 2},
    }
    for key, row in made.items():
        rows["reservations"][key] = {**row, "reservation_id": key}
    cards = {f"gift_card_{n}": {"source": "gift_card", "amount": 90, "id": f"gift_card_{n}"} for n in (2, 3, 4)}
    more = {"source": "certificate", "amount": 200, "id": "certificate_2"}
    second = {**ann["payment_methods"][CARD], "id": "credit_card_2"}
    ann["payment_methods"] |= {**cards, "certificate_2": more, "credit_card_2": second}
    ann["reservations"] = ["R1", *made]
    theirs = {**made["OFF"], "reservation_id": "THEIRS", "user_id": "bob_lee_2"}
    rows["reservations"]["THEIRS"] = theirs
    rows["users"]["bob_lee_2"]["reservations"] = ["THEIRS"]
    return carrier(rows)


Step = tuple[str, dict[str, Any]] | AnyMessage


def cancel(reservation_id: str) -> Step:
    return "cancel_reservation", {"reservation_id": reservation_id}


def fly(reservation_id: str, *flights: dict[str, Any], cabin: str = "economy", payment: str = CARD) -> Step:
    given = {"reservation_id": reservation_id, "cabin": cabin, "flights": list(flights), "payment_id": payment}
    return "update_reservation_flights", given


def check(reservation_id: str, total: int, paid: int, payment: str = CARD) -> Step:
    given = {"reservation_id": reservation_id, "total_baggages": total, "nonfree_baggages": paid}
    return "update_reservation_baggages", {**given, "payment_id": payment}


def seat(reservation_id: str, *people: dict[str, str]) -> Step:
    return "update_reservation_passengers", {"reservation_id": reservation_id, "passengers": list(people)}


def send(amount: int, user_id: str = "ann_lee_1") -> Step:
    return "send_certificate", {"user_id": user_id, "amount": amount}


def book(*shares: tuple[str, int], **more: Any) -> Step:
    """One seat in economy from BOS to DEN, which costs $200, unless told otherwise."""
    given: dict[str, Any] = {
        "user_id": "ann_lee_1", "origin": "BOS", "destination": "DEN", "flight_type": "one_way", "cabin": "economy",
        "flights": [THERE], "passengers": [ANN], "total_baggages": 0, "nonfree_baggages": 0, "insurance": "no",
    }  # fmt: skip
    paid = [{"payment_id": payment_id, "amount": amount} for payment_id, amount in shares or ((CARD, 200),)]
    return "book_reservation", {**given, "payment_methods": paid, **more}


def look(reservation_id: str) -> Step:
    return "get_reservation_details", {"reservation_id": reservation_id}


HAND_OVER = ("transfer_to_human_agents", {"summary": "wants a wheelchair"})


def broken(*steps: Step, dialogue: bool = False, lax: bool = True) -> set[str]:
    """Ids of the rules that these steps break; a call that our tools refuse counts as let pass, changing nothing."""
    world = base()
    environment = Environment(DOMAIN.tools, world.fork())
    messages: list[AnyMessage] = []
    for number, step in enumerate(steps):
        if isinstance(step, tuple):
            call = ToolCall(call_id=str(number), tool=step[0], arguments=step[1])
            result = environment.apply(call)
            assert lax or result.refusal is None, result.content
            content = result.content if result.refusal is None else ""
            messages += [call, ToolResult(call_id=call.call_id, content=content)]
        else:
            messages.append(step)
    found = POLICY.violations(world, messages, environment.effects, dialogue=dialogue)
    assert all(each.text for each in found)
    return {each.rule for each in found}


def test_text_and_rules_fit_each_other() -> None:
    assert list(check_policy(POLICY, list(DOMAIN.tools))) == []


def test_agents_see_no_marks_and_a_text_of_readable_length() -> None:
    assert "<!--" not in POLICY.text
    assert "rule:" not in POLICY.text
    assert 1200 <= len(POLICY.text.split()) <= 1800


def test_the_text_says_what_time_it_is_in_the_generated_world() -> None:
    assert f"{NOW:%A}, {NOW:%Y-%m-%d}, {NOW:%H:%M}" in POLICY.text


def test_rules_judge_every_tool() -> None:
    assert {tool for rule in RULES for tool in rule.tools} == set(DOMAIN.tools)


RIGHT: list[tuple[Step, ...]] = [
    (("search_direct_flight", {"origin": "BOS", "destination": "DEN", "date": TOMORROW}),),
    (look("R1"), ("get_user_details", {"user_id": "ann_lee_1"}), HAND_OVER),
    (book(),),
    (book((CERTIFICATE, 200)),),
    (book((CARD, 230), insurance="yes"),),
    (book((CARD, 250), total_baggages=4, nonfree_baggages=1),),
    (book((CARD, 190), (GIFT, 10)),),
    (book(("gift_card_2", 70), ("gift_card_3", 70), ("gift_card_4", 60)),),
    (book((CARD, 400), flights=[THERE, ON], destination="SFO"),),
    (book((CARD, 600), flights=[THERE, BACK], flight_type="round_trip"),),
    (book((CARD, 400), passengers=[ANN, BEN]),),
    (fly("R1", {"flight_number": "F4", "date": TOMORROW}, BACK),),
    (fly("R1", THERE, {"flight_number": "F5", "date": "2031-03-31"}, payment=GIFT),),
    (fly("BASIC", THERE, cabin="economy"), fly("BASIC", {"flight_number": "F1", "date": LATER})),
    (fly("BUSINESS", THERE, cabin="economy"),),
    (check("R1", 3, 0), check("R1", 4, 1)),
    (check("BAGS", 6, 3),),
    (seat("R1", BEN),),
    (cancel("NEW"),),
    (cancel("BUSINESS"),),
    (cancel("OFF"),),
    (cancel("BASIC"),),
    (send(100),),
    (cancel("OFF"), send(100)),
    (look("LATE"), cancel("LATE"), send(100)),
    (fly("R1", THERE, BACK, cabin="business"), cancel("R1")),
]


@pytest.mark.parametrize("steps", RIGHT)
def test_what_the_policy_allows_breaks_no_rule(steps: tuple[Step, ...]) -> None:
    assert broken(*steps, lax=False) == set()


WRONG: list[tuple[str, tuple[Step, ...]]] = [
    ("one-person", (look("R1"), look("THEIRS"))),
    ("one-person", (look("R1"), ("get_user_details", {"user_id": "bob_lee_2"}))),
    ("hand-over-last", (HAND_OVER, look("R1"))),
    ("most-passengers", (book((CARD, 1200), passengers=[ANN] * 6),)),
    (
        "flights-connect",
        (book((CARD, 400), flights=[THERE, {"flight_number": "F3", "date": TOMORROW}], destination="SFO"),),
    ),
    ("flights-connect", (book((CARD, 200), destination="SFO"),)),
    ("flights-connect", (book((CARD, 200), origin="SFO"),)),
    ("flights-connect", (book((CARD, 200), flight_type="round_trip"),)),
    (
        "flights-connect",
        (fly("R1", {"flight_number": "F1", "date": LATER}, {"flight_number": "F5", "date": TOMORROW}),),
    ),
    (
        "seats-available",
        (book((CARD, 1200), flights=[{"flight_number": "F1", "date": LATER}], passengers=[ANN, BEN, BEN]),),
    ),
    ("seats-available", (fly("R1", {"flight_number": "F7", "date": TODAY}, BACK),)),
    ("payment-mix", (book((CERTIFICATE, 150), ("certificate_2", 50)),)),
    ("payment-mix", (book((CARD, 150), ("credit_card_2", 50)),)),
    ("payment-mix", (book((GIFT, 50), ("gift_card_2", 50), ("gift_card_3", 50), ("gift_card_4", 50)),)),
    ("own-payment-method", (book(("credit_card_9", 200)),)),
    ("own-payment-method", (check("R1", 2, 0, "credit_card_9"),)),
    ("balance-covers", (book(("gift_card_2", 200)),)),
    ("balance-covers", (fly("R1", THERE, BACK, cabin="business", payment="gift_card_2"),)),
    ("full-price", (book((CARD, 199)),)),
    ("full-price", (book((CARD, 200), insurance="yes"),)),
    ("full-price", (book((CARD, 200), total_baggages=4, nonfree_baggages=1),)),
    ("bags-counted", (book((CARD, 200), total_baggages=4),)),
    ("bags-counted", (book((CARD, 250), total_baggages=1, nonfree_baggages=1),)),
    ("bags-counted", (check("R1", 4, 0),)),
    ("bags-counted", (check("BAGS", 5, 1),)),
    ("bags-only-added", (check("R1", 0, 0),)),
    ("cancelled-is-over", (cancel("GONE"),)),
    ("cancelled-is-over", (seat("GONE", BEN),)),
    ("basic-economy-fixed", (fly("BASIC", {"flight_number": "F1", "date": LATER}, cabin="basic_economy"),)),
    ("basic-economy-fixed", (fly("BASIC", {"flight_number": "F1", "date": LATER}),)),
    ("same-trip", (fly("R1", THERE),)),
    ("same-trip", (fly("NEW", THERE, ON),)),
    ("nothing-flown", (cancel("FLOWN"),)),
    ("nothing-flown", (fly("FLOWN", {"flight_number": "F6", "date": TODAY}, BACK, cabin="business"),)),
    ("no-certificate", (fly("R1", THERE, BACK, payment=CERTIFICATE),)),
    ("no-certificate", (check("R1", 2, 0, CERTIFICATE),)),
    ("same-number", (seat("R1", ANN, BEN),)),
    ("cancel-allowed", (cancel("R1"),)),
    ("compensation-allowed", (send(100, "bob_lee_2"),)),
    ("compensation-amount", (send(50),)),
    ("compensation-amount", (cancel("LATE"), send(50))),
    ("compensated-once", (send(100), send(100))),
]


@pytest.mark.parametrize(("rule", "steps"), WRONG)
def test_a_violation_breaks_its_rule_and_no_other(rule: str, steps: tuple[Step, ...]) -> None:
    assert broken(*steps) == {rule}


def test_every_rule_is_broken_by_some_example() -> None:
    dialogue = {rule.id for rule in RULES if rule.dialogue}
    assert {rule for rule, _ in WRONG} | dialogue == {rule.id for rule in RULES}
    told = {"user-id-first", "no-invented-ids", "confirm-before-write", "one-call-at-a-time"}
    assert dialogue == told | {"insured-reason", "asked-for"}


WHO = HumanMessage(text="I'm Ann Lee, my user id is Ann_Lee_1.")
YES = HumanMessage(text="Yes, please.")
KNOWN: tuple[Step, ...] = (
    WHO,
    ("get_user_details", {"user_id": "ann_lee_1"}),
    HumanMessage(text="It's about R1, BASIC, BUSINESS, OFF; I'm ill and want compensation. F1, F4, F5."),
)
LISTED: list[tuple[str, Step]] = [
    ("Cancel BUSINESS and refund it?", cancel("BUSINESS")),
    ("Change R1 to F4 and F5, refund to your Visa ending in 0001?", fly("R1", {**THERE, "flight_number": "F4"}, BACK)),
    (
        "Upgrade R1 to business class, to be paid with your gift card?",
        fly("R1", THERE, BACK, cabin="business", payment=CARD),
    ),
    ("Make it 4 bags in R1, one of them for $50 from your visa card?", check("R1", 4, 1)),
    ("In R1, Ben Lee flies instead of Ann Lee?", seat("R1", BEN)),
    ("I send you a certificate of $100. Do you agree?", send(100)),
    (
        "Book F1 for Ann in economy with insurance and 1 bag, paid by credit card?",
        book((CARD, 230), total_baggages=1, insurance="yes"),
    ),
]


def test_a_write_that_was_listed_and_agreed_on_breaks_no_rule() -> None:
    for listing, write in LISTED:
        said = AgentMessage(text=listing.replace("gift card", "credit card"))
        assert broken(*KNOWN, said, YES, write, dialogue=True, lax=False) == set(), listing
        assert broken(*KNOWN, said, HumanMessage(text="Wait."), write, dialogue=True) == {"confirm-before-write"}
        assert broken(*KNOWN, AgentMessage(text="Shall I do it?"), YES, write, dialogue=True) == {
            "confirm-before-write"
        }


def test_a_listing_without_the_payment_or_the_cabin_is_no_listing() -> None:
    write = fly("R1", THERE, BACK, cabin="business")
    for said in ("Change R1, paid with your credit card?", "Upgrade R1 to business?"):
        assert broken(*KNOWN, AgentMessage(text=said), YES, write, dialogue=True) == {"confirm-before-write"}


def test_nothing_is_looked_up_before_the_user_id_was_named() -> None:
    assert broken(HumanMessage(text="Look at R1."), look("R1"), dialogue=True) == {"user-id-first"}
    assert broken(WHO, look("R1"), dialogue=True) == set()


def test_an_id_that_nobody_named_is_invented() -> None:
    said = AgentMessage(text="Cancel NEW?")
    assert broken(*KNOWN, said, YES, cancel("NEW"), dialogue=True) == set()  # the profile lists it
    said = AgentMessage(text="Change R1 to F2, paid by credit card?")
    found = broken(*KNOWN, said, YES, fly("R1", THERE, {"flight_number": "F2", "date": LATER}), dialogue=True)
    assert "no-invented-ids" in found


def test_insurance_lets_cancel_only_for_health_or_weather() -> None:
    said = AgentMessage(text="Cancel BASIC?")
    asked = (WHO, look("BASIC"), HumanMessage(text="Cancel BASIC, my plans changed."), said, YES, cancel("BASIC"))
    assert broken(*asked, dialogue=True) == {"insured-reason"}
    for reason in ("my son has the flu", "there is a snowstorm", "I had an accident", "the doctor forbids it"):
        ill = (WHO, look("BASIC"), HumanMessage(text=f"Cancel BASIC, {reason}."), said, YES, cancel("BASIC"))
        assert broken(*ill, dialogue=True) == set(), reason


def test_compensation_is_not_offered() -> None:
    said = AgentMessage(text="May I send you a certificate of $100?")
    assert broken(WHO, look("OFF"), said, YES, send(100), dialogue=True) == {"asked-for"}


def test_two_calls_without_a_result_between_are_not_one_at_a_time() -> None:
    calls = [ToolCall(call_id=name, tool="list_all_airports", arguments={}) for name in "ab"]
    results = [ToolResult(call_id=name, content="{}") for name in "ab"]
    assert [each.rule for each in POLICY.violations(base(), [*calls, *results], {})] == ["one-call-at-a-time"]


def test_rules_say_nothing_about_rows_that_do_not_exist() -> None:
    nobody = {"first_name": "No", "last_name": "One", "dob": "2000-01-01"}
    steps = (cancel("NONE"), fly("NONE", THERE), check("NONE", 0, 0), seat("NONE", nobody), send(50, "nobody_1"))
    assert broken(*steps) == set()


def test_the_reference_solutions_of_the_public_tasks_that_break_a_rule_are_these(conformance_kit: Path) -> None:
    public = DOMAIN.read(conformance_kit / "taubench" / "airline")
    tasks = json.loads((conformance_kit / "taubench" / "airline" / "tasks_test.json").read_text())
    found: dict[int, set[str]] = {}
    for task in tasks:
        environment = Environment(DOMAIN.tools, public.fork())
        messages: list[AnyMessage] = []
        for number, action in enumerate(task["actions"]):
            call = ToolCall(call_id=str(number), tool=action["name"], arguments=action["arguments"])
            messages += [call, environment.apply(call)]
        violations = POLICY.violations(public, messages, environment.effects, dialogue=False)
        if violations:
            found[task["id"]] = {each.rule for each in violations}
    assert found == {
        10: {"cancel-allowed"},  # economy, no insurance, booked two weeks ago
        16: {"compensation-amount"},  # late, and the reservation was left as it is
        19: {"same-trip", "bags-counted"},  # another airport; a free bag is paid for
        23: {"bags-counted"},  # free bags are paid for
        26: {"nothing-flown"},  # cancels what has landed
        27: {"nothing-flown"},  # the same
        34: {"cancel-allowed"},  # an upgrade to economy lets nobody cancel
        45: {"compensation-amount"},  # late, and the reservation was left as it is
        46: {"compensation-amount"},  # the same
    }
