"""The airline's scenarios: what customers want, and that it can be played to the right end."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from interplay.domains.airline import DOMAIN, times
from interplay.domains.airline.material import material
from interplay.domains.airline.scenarios.writer import write
from interplay.domains.airline.terms import FOR_CANCELLED
from interplay.domains.airline.tools.offers import AIRPORTS
from interplay.engine.blueprint import Blueprint
from interplay.engine.database import Base
from interplay.engine.environment import Environment
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.checks import validate
from interplay.engine.messages import AgentMessage, ToolCall
from interplay.engine.seeds import Seed
from interplay.engine.telling import claims, declines
from interplay.engine.testing import play_blueprints

SEED = Seed.root(12)
CANDIDATES = 300


@cache
def world() -> Base[Any]:
    return DOMAIN.generate(SEED, 300)


@cache
def written() -> tuple[tuple[Blueprint, ...], Counter[str]]:
    """The candidates that pass, and why others do not."""
    passed, failed = [], Counter[str]()
    for number in range(CANDIDATES):
        try:
            candidate = write(DOMAIN, world(), SEED.child(number))
            passed.append(validate(DOMAIN, world(), candidate).blueprint)
        except BlueprintError as error:
            failed[error.check] += 1
    return tuple(passed), failed


def test_most_candidates_pass_at_once() -> None:
    passed, failed = written()
    assert len(passed) >= 0.9 * CANDIDATES, failed


def test_a_third_of_the_blueprints_end_in_a_no_or_a_hand_over() -> None:
    passed, _ = written()
    assert 0.27 <= sum(bool(each.duties) for each in passed) / len(passed) <= 0.4


def test_every_tool_that_writes_is_wanted_and_every_trait_comes_up() -> None:
    passed, _ = written()
    called = {action.tool for each in passed for action in each.actions}
    assert called == set(DOMAIN.tools) - {"think"}
    traits = {trait for each in passed for trait in each.traits}
    wanted = {"mind_change", "conditional", "must_ask", "split_payment", "certificate", "forbidden", "hand_over"}
    assert wanted | {"confused_reservations", "reservation_searched"} <= traits


def test_what_is_declined_is_declined_in_words_that_say_no() -> None:
    passed, _ = written()
    refused = [duty.statement for each in passed for duty in each.duties if duty.kind == "refuse"]
    assert len(set(refused)) > 10
    assert all(map(declines, refused))


def test_most_of_what_is_declined_the_tools_would_do() -> None:
    passed, _ = written()
    tempting = [action for each in passed for goal, action in each.untaken.items() if goal in each.duty_of]
    done = 0
    for action in tempting:
        call = ToolCall(call_id="1", tool=action.tool, arguments=action.arguments)
        done += Environment(DOMAIN.tools, world().fork()).apply(call).refusal is None
    assert done > 0.5 * len(tempting)


def test_a_number_that_the_policy_states_needs_no_other_source() -> None:
    passed, _ = written()
    sent = [action for each in passed for action in each.actions if action.tool == "send_certificate"]
    assert {action.origins["amount"] for action in sent if action.arguments["amount"] == FOR_CANCELLED} == {"policy"}
    more = {action.origins["amount"][:5] for action in sent if action.arguments["amount"] > FOR_CANCELLED}
    assert more <= {"read:"}


def test_nobody_is_on_two_journeys_on_one_day_once_all_is_booked_and_changed() -> None:
    passed, _ = written()
    for blueprint in passed:
        end = Environment(DOMAIN.tools, world().fork())
        for number, action in enumerate(blueprint.actions):
            end.apply(ToolCall(call_id=str(number), tool=action.tool, arguments=action.arguments))
        user_id = next(a.arguments["user_id"] for a in blueprint.actions if a.tool == "get_user_details")
        booked = [end.db.reservations[each] for each in end.db.users[user_id].reservations]
        journeys = sorted(
            (each.flights for each in booked if each.status != "cancelled"), key=lambda legs: legs[0].date
        )
        for before, after in pairwise(journeys):
            landed = times.arrival(end.db.flights[before[-1].flight_number], before[-1].date)
            assert f"{landed:%Y-%m-%d}" < after[0].date, blueprint.instruction


def test_nothing_is_added_to_nothing_and_the_list_of_airports_is_for_people_who_speak_of_cities() -> None:
    passed, _ = written()
    reckoned = [a.arguments["expression"] for each in passed for a in each.actions if a.tool == "calculate"]
    assert reckoned
    assert not [each for each in reckoned if "0" in each.replace("(", "").replace(")", "").split()]
    listing = [each for each in passed if any(a.tool == "list_all_airports" for a in each.actions)]
    assert 0.2 * len(passed) < len(listing) < 0.8 * len(passed)
    assert all(any(city in each.instruction for city in AIRPORTS.values()) for each in listing)


def test_bags_that_come_with_a_better_cabin_are_not_taken_as_seen_to_when_the_cabin_is() -> None:
    passed, _ = written()
    both = {"update_reservation_flights", "update_reservation_baggages"}
    upgrades = [
        (goal, [a for a in each.actions if a.goal == goal.id])
        for each in passed
        for goal in each.goals
        if both <= {a.tool for a in each.actions if a.goal == goal.id}
    ]
    assert upgrades
    for goal, actions in upgrades:
        told = [DOMAIN.tools[a.tool].speech.done for a in actions if a.tool in both]  # type: ignore[union-attr]
        assert [any(claims(text, goal.signs)) for text in told] == [False, True]


def test_what_is_lost_on_a_certificate_is_spoken_of_only_where_one_pays() -> None:
    speech = DOMAIN.tools["book_reservation"].speech
    assert speech is not None
    assert "lost" not in speech.propose + speech.done
    passed, _ = written()
    aware = [each for each in passed if "left on the certificate is lost" in each.instruction]
    assert aware
    assert all("certificate" in each.traits for each in aware)


def test_reasons_of_weather_fit_the_season() -> None:
    passed, _ = written()
    told = " ".join(each.instruction for each in passed).lower()
    assert "flooding" in told
    assert not any(word in told for word in ("snow", "blizzard", "ice storm"))


def test_the_same_seed_writes_the_same_candidate() -> None:
    for number in range(20):
        try:
            one = write(DOMAIN, world(), SEED.child(number))
        except BlueprintError:
            continue
        assert write(DOMAIN, world(), SEED.child(number)) == one


def test_guided_agent_and_scripted_human_play_every_blueprint_to_an_accepted_end() -> None:
    for each in play_blueprints(DOMAIN, world(), 120, seed=SEED):
        assert each.verdict.accepted, str(each)
        assert not any("{" in said.text for said in each.played.messages if isinstance(said, AgentMessage))


@pytest.mark.parametrize("number", range(5))
def test_material_is_of_one_person_and_says_what_is_useful(number: int) -> None:
    rows = material(world(), SEED.child(number))
    person, *others = rows
    assert person.table == "users"
    assert all(row.document["user_id"] == person.key for row in others if row.table == "reservations")
    assert all(row.note for row in rows)
    assert any(row.table == "flights" for row in others)
    assert material(world(), SEED.child(number)) == rows
