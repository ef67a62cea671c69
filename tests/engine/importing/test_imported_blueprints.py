"""An imported blueprint begins, acts and ends as the original task does, and is judged by the same things."""

import msgspec
import pytest
from tests.engine.importing.conftest import HOUSE, action, task

from interplay.engine.blueprint import Blueprint
from interplay.engine.importing.checkouts import search
from interplay.engine.importing.world import import_world
from interplay.engine.truth import execute

BULB = action("put_bulb", "user", lamp_id="lamp_1")
LIT = {"func_name": "is_lit", "arguments": {"lamp_id": "lamp_1"}, "env_type": "user", "assert_value": True}


@pytest.fixture
def imported(house):
    """The blueprints of these tasks, and the original data."""

    def run(*tasks):
        [checkout] = search("tau2", house(*tasks)).found
        found = import_world("tau2", checkout)
        return found.blueprints, found.base

    return run


def test_blueprint_begins_with_the_tasks_data_setup_and_history(imported):
    called = {"id": "1", "name": "turn", "arguments": {"switch_id": "SW-9001", "on": False}}
    failed = {"id": "2", "name": "turn", "arguments": {"switch_id": "SW-9001", "on": False}}
    initial = {
        "initialization_data": {"agent_data": {"rows": {"SW-1001": {"on": True}}}},
        "initialization_actions": [
            {"env_type": "user", "func_name": "take_bulb", "arguments": {"lamp_id": "lamp_1"}},
            {"env_type": "user", "func_name": "put_bulb", "arguments": {"lamp_id": "lamp_2"}},
        ],
        "message_history": [
            {"role": "user", "content": "Turn off the cellar's light."},
            {"role": "assistant", "tool_calls": [called, failed]},
            {"role": "tool", "id": "1", "content": "turned"},
            {"role": "tool", "id": "2", "content": "Error", "error": True},
        ],
    }
    [blueprint], base = imported(task("t", BULB, initial=initial))
    assert blueprint.rows == {"switches": {"SW-1001": {"switch_id": "SW-1001", "lamp_id": "lamp_1", "on": True}}}
    assert [(each.tool, each.by) for each in blueprint.setup] == [
        ("take_bulb", "world"), ("put_bulb", "human"), ("turn", "agent")
    ]  # fmt: skip
    truth = execute(HOUSE.tools, base, blueprint)
    start = truth.start.fork()
    assert (start.lamps["lamp_1"].bulb, start.lamps["lamp_1"].lit, start.switches["SW-9001"].on) == (
        False,
        False,
        False,
    )
    assert truth.changes["lamps", "lamp_1"].after == msgspec.structs.replace(start.lamps["lamp_1"], bulb=True, lit=True)


def test_blueprint_acts_for_the_side_that_acts_and_is_judged_by_the_tasks_basis(imported):
    dark = {
        "initialization_actions": [{"env_type": "user", "func_name": "take_bulb", "arguments": {"lamp_id": "lamp_2"}}]
    }
    cellar = action("put_bulb", "user", lamp_id="lamp_2")
    lit = {**LIT, "arguments": {"lamp_id": "lamp_2"}}
    (state, asserted, both, told), _ = imported(
        task("state", cellar, initial=dark, env_assertions=[lit], communicate_info=["lamp_2"]),
        task("asserted", cellar, initial=dark, env_assertions=[lit], basis=("ENV_ASSERTION",), wish="a"),
        task("both", cellar, initial=dark, env_assertions=[lit], basis=("DB", "ENV_ASSERTION"), wish="b"),
        task("told", communicate_info=["lamp_2"], basis=("COMMUNICATE",), wish="c"),
    )
    assert [each.by for each in state.actions] == ["human"]
    assert [each.judged for each in (state, asserted, both, told)] == ["all", "none", "all", "none"]
    assert [len(each.assertions) for each in (state, asserted, both, told)] == [0, 1, 1, 0]
    assert [len(each.outputs) for each in (state, asserted, both, told)] == [0, 0, 0, 1]
    assert [each.goals[0].kind for each in (state, asserted, both, told)] == ["write", "write", "write", "read"]


def test_blueprint_tells_who_calls_why_and_how_they_are(imported):
    written = task("t", wish="Your lamp is dark.")
    written["user_scenario"]["persona"] = "You are short of time.\n"
    written["user_scenario"]["instructions"] |= {
        "unknown_info": "Which switch it is.",
        "task_instructions": "Be brief.",
    }
    [blueprint], _ = imported(written)
    assert blueprint.instruction == (
        "Your lamp is dark.\n\nWhat you know: You are Ada Byron.\n\nWhat you do not know: Which switch it is.\n\n"
        "How you behave: Be brief.\n\nYou are short of time."
    )
    assert blueprint.persona.name == "Ada Byron"
    assert blueprint.persona.description == "You are short of time."
    assert [goal.wish for goal in blueprint.goals] == ["Your lamp is dark."]


def test_reference_that_hands_over_makes_it_a_duty(imported):
    [blueprint], _ = imported(task("t", action("call_an_electrician", summary="dark"), basis=("DB", "ACTION")))
    assert [duty.kind for duty in blueprint.duties] == ["hand_over"]
    assert blueprint.goals[0].kind == "hand_over"


def test_scenario_in_one_text_is_the_instruction_and_the_wish(imported):
    written = task("t")
    written["user_scenario"]["instructions"] = "You are Bo. Ask for light."
    [blueprint], _ = imported(written)
    assert (blueprint.instruction, blueprint.goals[0].wish) == ("You are Bo. Ask for light.",) * 2
    assert blueprint.persona.name == "Bo"
    assert msgspec.json.decode(msgspec.json.encode(blueprint), type=Blueprint) == blueprint
