"""Every kind of finding is found where it is, and nowhere else."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from tests.engine.importing.conftest import action, task

from interplay.engine.importing.checkouts import search
from interplay.engine.importing.findings import KINDS, counted
from interplay.engine.importing.world import Imported, import_world

LOOK, TURN = action("get_switch", switch_id="SW-1001"), action("turn", switch_id="SW-1001", on=True)
LIT = {"func_name": "is_lit", "arguments": {"lamp_id": "lamp_1"}, "env_type": "user", "assert_value": True}
CELLAR_LIT = {**LIT, "arguments": {"lamp_id": "lamp_2"}}
DARK = {"env_type": "user", "func_name": "take_bulb", "arguments": {"lamp_id": "lamp_1"}}


@pytest.fixture
def audited(house):
    """Imports these tasks of the house."""

    def run(*tasks: Any) -> Imported:
        [checkout] = search("tau2", house(*tasks)).found
        return import_world("tau2", checkout)

    return run


def kinds(imported: Imported) -> dict[str, int]:
    return {kind: number for kind, (number, _) in counted(imported.findings).items() if KINDS[kind].weight != "note"}


def only(imported: Imported, kind: str) -> Any:
    [found] = [each for each in imported.findings if each.kind == kind]
    return found


def test_task_that_is_as_it_should_be_has_no_findings_but_that_its_sides_matter(audited):
    imported = audited(task("good", LOOK, TURN, env_assertions=[LIT], basis=("DB", "ENV_ASSERTION")))
    assert {each.kind for each in imported.findings} == {"out_of_step"}
    assert len(imported.blueprints) == 1
    assert (imported.tasks, imported.calls) == (1, 2)


def test_refused_call_of_the_reference_is_told_with_our_reason(audited):
    imported = audited(task("t", LOOK, TURN, action("get_switch", switch_id="SW-1001"), TURN))
    found = only(imported, "reference_refused")
    assert (found.task, found.where) == ("t", "action 3 (turn)")
    assert found.text == (
        'turn(switch_id="SW-1001", on=true) is refused (no_change): Switch SW-1001 is like that already.'
    )
    assert [each.tool for each in imported.blueprints[0].actions] == ["get_switch", "turn", "get_switch"]


def test_id_that_is_absent_is_told_with_what_it_is_of_else(audited):
    looks = [action("get_switch", switch_id=name) for name in ("SW-1001", "SW-7777", "lamp_1")]
    imported = audited(task("t", *looks, TURN, wish="Turn on SW-1001, and SW-4444 as well, 24 times."))
    texts = [each.text for each in imported.findings if each.kind.startswith("absent")]
    assert texts == [
        "there is no SwitchId 'SW-7777'",
        "there is no SwitchId 'lamp_1'; it is the LampId of something else",
        "'SW-4444' is written like an id of this world, and nothing in the data has it",
    ]


def test_rule_about_the_call_is_told_apart_from_one_about_what_came_before(audited):
    imported = audited(task("t", action("turn", switch_id="SW-9001", on=False)))
    assert only(imported, "policy_broken").text == 'rule not-the-cellar ("Cellar"): that is the cellar\'s'
    assert only(imported, "policy_unshown").text == 'rule look-first ("Looking"): nobody looked'


def test_expectation_that_doing_nothing_meets_is_wrong_and_one_that_only_words_meet_is_doubtful(audited):
    imported = audited(
        task("nothing"),
        task("looks", LOOK, wish="Look."),
        task("lit already", wish="a", basis=("ENV_ASSERTION",), env_assertions=[CELLAR_LIT]),
        task("tell", wish="b", basis=("DB", "COMMUNICATE"), communicate_info=["SW-1001"]),
        task("hand over", action("call_an_electrician", summary="s"), wish="c", basis=("DB", "ACTION")),
        task("judge", wish="d", basis=("DB", "NL_ASSERTION"), nl_assertions=["It was polite."]),
    )  # fmt: skip
    found = {each.task: each.kind for each in imported.findings if each.kind.startswith("idle")}
    assert found == {
        "nothing": "idle_rewarded",
        "looks": "idle_rewarded",
        "lit already": "idle_rewarded",
        "tell": "idle_end",
        "hand over": "idle_end",
        "judge": "idle_end",
    }


def test_end_that_is_reached_only_out_of_step_is_told_by_place(audited):
    found = only(audited(task("t", LOOK, TURN)), "out_of_step")
    assert found.text == "agent/lamps/lamp_1/lit: in step true, out of step unchanged; the end of the data is graded"


def test_assertion_whose_answer_hangs_on_the_step_is_told(audited):
    imported = audited(task("t", LOOK, TURN, basis=("ENV_ASSERTION",), env_assertions=[LIT]))
    told = only(imported, "out_of_step").text
    assert told.endswith("; is_lit is met only in step; the end of the data is not graded here")


def test_assertions_that_are_true_at_once_unmet_or_not_there_are_told_apart(audited):
    imported = audited(
        task(
            "t",
            LOOK,
            TURN,
            basis=("DB", "ENV_ASSERTION"),
            env_assertions=[
                CELLAR_LIT,
                {**LIT, "assert_value": False},
                {**LIT, "func_name": "is_blue"},
                {**LIT, "arguments": {"lamp": 3}},
                {**LIT, "env_type": "cat"},
            ],
        )
    )
    assert only(imported, "assertion_met_at_start").where == 'assertion 0 (is_lit(lamp_id="lamp_2"))'
    assert only(imported, "assertion_unmet").text == "is not false after the reference"
    assert only(imported, "unknown_requestor").text == "there is no side 'cat'; the sides are assistant, user"
    assert [each.where.split()[1] for each in imported.findings if each.kind == "unknown_assertion"] == ["2", "3"]
    assert [each.expected for each in imported.blueprints[0].assertions] == [True, False, True]


def test_unknown_tools_and_requestors_are_told_and_left_out(audited):
    bulb, cat = action("put_bulb", lamp_id="lamp_1"), action("turn", "cat", switch_id="a")
    imported = audited(task("t", LOOK, TURN, action("paint"), bulb, cat))
    unknown = [each.text for each in imported.findings if each.kind == "unknown_tool"]
    assert unknown[0].startswith("the assistant has no tool 'paint'; its tools are get_switch, turn,")
    assert unknown[1] == "the assistant has no tool 'put_bulb'; the user has: is the requestor right?"
    assert only(imported, "unknown_requestor").where == "action 4 (turn)"
    assert [each.tool for each in imported.blueprints[0].actions] == ["get_switch", "turn"]


def test_initialisations_that_undo_each_other_are_told(audited):
    def switched(on: bool) -> dict[str, Any]:
        return {"env_type": "assistant", "func_name": "set_switch", "arguments": {"switch_id": "SW-9001", "on": on}}

    undone = {"initialization_actions": [switched(on=False), DARK, switched(on=True)]}
    imported = audited(
        task("t", action("put_bulb", "user", lamp_id="lamp_1"), initial=undone),
        task("fine", action("put_bulb", "user", lamp_id="lamp_1"), initial={"initialization_actions": [DARK]}),
        task("odd", initial={"initialization_actions": [{**DARK, "env_type": "cat"}]}),
    )
    found = only(imported, "setup_undone")
    assert (found.task, found.where) == ("t", 'initialisation 2 (set_switch(switch_id="SW-9001", on=true))')
    assert found.text.endswith("made before: /switches/SW-9001/on")
    assert only(imported, "unknown_requestor").task == "odd"
    assert imported.blueprints[1].setup[0].by == "world"


def test_world_that_cannot_be_made_ready_is_told_and_the_other_tasks_are_imported(audited):
    imported = audited(
        task("unknown", initial={"initialization_actions": [{**DARK, "func_name": "burn"}]}),
        task("broken", initial={"initialization_actions": [{**DARK, "arguments": {"lamp_id": "lamp_9"}}]}),
        task("misfit", initial={"initialization_data": {"user_data": {"rows": {"lamp_1": {"bulb": "no"}}}}}),
        task("no rows", initial={"initialization_data": {"agent_data": {"lamps": {}}}}),
        task("good", LOOK, TURN, wish="On."),
        {"id": "none at all"},
    )
    texts = {each.task: each.text for each in imported.findings if each.kind == "no_start"}
    assert "burn" in texts["unknown"]
    assert "raised KeyError" in texts["broken"]
    assert "lamps/lamp_1 would not be a valid row" in texts["misfit"]
    assert "fits no table" in texts["no rows"]
    assert only(imported, "unreadable_task").task == "none at all"
    assert [each.id for each in imported.blueprints] == ["tau2-house-good"]
    assert imported.tasks == 6


def test_tool_that_breaks_is_our_defect_and_makes_no_blueprint(audited):
    imported = audited(task("t", LOOK, TURN, action("explode")))
    assert "ZeroDivisionError" in only(imported, "tool_broke").text
    assert not imported.blueprints


def test_same_task_twice_is_a_duplicate_and_the_same_words_with_another_end_a_contradiction(audited):
    imported = audited(
        task("a", LOOK, TURN),
        task("b", LOOK, TURN),
        task("c", LOOK, TURN, LOOK),
        task("d", LOOK),
        task("e", LOOK, TURN, basis=("DB", "COMMUNICATE"), communicate_info=["SW-1001"]),
        task("f", LOOK, TURN, wish="Another thing."),
    )
    assert only(imported, "duplicate_task").text == "is the same as task a"
    assert only(imported, "duplicate_task").task == "b"
    told = {each.task: each.text for each in imported.findings if each.kind == "same_words_other_end"}
    assert told == {"d": "tells the person the same as task a; the reference ends elsewhere"}
    assert [each.task for each in imported.findings if each.kind == "same_words"] == ["c", "e"]


def test_tasks_that_share_an_id_are_told_and_their_blueprints_told_apart(audited):
    imported = audited(task("a", LOOK, TURN), task("a", LOOK, TURN, wish="b"))
    assert only(imported, "duplicate_id").task == "a"
    assert [each.id for each in imported.blueprints] == ["tau2-house-a", "tau2-house-a~2"]


def test_values_to_tell_are_sought_in_results_and_in_the_data(audited):
    imported = audited(
        task(
            "t",
            LOOK,
            TURN,
            basis=("DB", "COMMUNICATE"),
            communicate_info=["SW-1001", "lamp_2", "3", "12.50", "The agent said that the light is on."],
        )
    )
    assert only(imported, "output_unreturned").text.startswith("'12.50' is in no result")
    assert only(imported, "output_is_sentence").where == "output 4"
    assert [each.value for each in imported.blueprints[0].outputs][:2] == ["SW-1001", "lamp_2"]


def test_what_the_basis_leaves_out_and_what_the_blueprint_does_is_noted(audited):
    basis = ("DB", "ACTION", "NL_ASSERTION", "VIBES")
    imported = audited(task("t", LOOK, TURN, basis=basis, nl_assertions=["a", "b"], env_assertions=[LIT]))
    assert [each.text for each in imported.findings if each.kind == "left_out"] == [
        "2 sentences that a judge has to find true",
        "that the reference's very calls are made",
    ]
    assert only(imported, "not_judged").text == "assertions"
    assert only(imported, "unknown_basis").text == "'VIBES' is no basis that is known"
    assert not imported.blueprints[0].assertions


def test_tau_tasks_are_audited_alike(library):
    text = json.dumps(
        [
            {"user_id": "ada", "instruction": "You are Ada. Renew L0001.", "outputs": [],
             "actions": [{"name": "renew_loan", "arguments": {"loan_id": "L0001"}}]},
            {"user_id": "L0008", "instruction": "You are Ben. Renew L0002 or L0009.", "outputs": [],
             "actions": [{"name": "renew_loan", "arguments": {"loan_id": "L0002"}}]},
        ]
    )  # fmt: skip
    [checkout] = search("tau", library(tasks_test__json=text)).found
    imported = import_world("tau", checkout)
    assert kinds(imported) == {"reference_refused": 1, "idle_rewarded": 1, "absent_in_text": 2}
    assert only(imported, "reference_refused").task == "test 1"
    assert [each.id for each in imported.blueprints] == ["tau-tiny-test-0", "tau-tiny-test-1"]
    assert [each.goals[0].kind for each in imported.blueprints] == ["write", "refuse"]


def test_findings_say_what_they_mean_and_what_to_do(audited):
    found = only(audited(task("t", LOOK)), "idle_rewarded")
    assert KINDS[found.kind].meaning.startswith("An agent that neither acts nor says a word")
    assert KINDS[found.kind].advice.startswith("Ask for something")
    assert msgspec.json.decode(msgspec.json.encode(found), type=type(found)) == found


def test_lookups_are_made_of_what_the_calls_lead_to(audited):
    imported = audited(task("t", TURN), task("cellar", action("turn", switch_id="SW-9001", on=False), wish="b"))
    assert [each.task for each in imported.findings if each.kind == "policy_unshown"] == ["t", "cellar"]
    assert [each.task for each in imported.findings if each.kind == "policy_broken"] == ["cellar"]
