"""All that is to be said of one conversation is found in one place."""

import msgspec
import pytest
from tests.engine.cli.conftest import BASE, HARD, VERIFIER, changing, made, played, recorded, thoughtful

from interplay.agents import faulty
from interplay.domains.retail import DOMAIN
from interplay.engine.conversation import Stopped
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.inspection import inspect, world_of
from interplay.engine.messages import HumanMessage, ToolCall
from interplay.engine.run import Run, RunConfig
from interplay.engine.trajectory import Scored, Trials
from interplay.engine.units import Unit
from interplay.engine.verifier import Evidence

WORLD = (DOMAIN, BASE)


def unit_of(number, blueprint, *trajectories):
    return Unit(number, BlueprintRecord(number, blueprint), Trials(number, blueprint.id, trajectories))


@pytest.fixture(scope="module")
def good():
    validated = changing(1)
    return inspect(unit_of(1, validated.blueprint, played(1, validated)), played(1, validated), WORLD)


@pytest.fixture(scope="module")
def bad():
    validated = changing(1)
    trajectory = played(1, validated, HARD)
    return inspect(unit_of(1, validated.blueprint, trajectory), trajectory, WORLD)


def test_of_a_good_conversation_all_is_as_expected(good):
    assert good.steps
    assert {step.mark for step in good.steps} == {"expected"}
    assert good.rows
    assert all(row.good and row.decides for row in good.rows)
    assert (good.marks, good.reason, good.failing, good.differs) == ({}, "", "", False)
    assert {part.name: part.good for part in good.parts} == dict.fromkeys(
        ("state", "outputs", "duties", "policy"), True
    )


def test_what_a_call_changed_is_told_with_the_call(good):
    assert good.effects
    told = {change.pointer for changes in good.effects.values() for change in changes}
    assert {step.change.pointer for step in good.steps} <= told
    assert all(isinstance(good.trajectory.messages[at], ToolCall) for at in good.effects)


def test_a_broken_rule_is_marked_at_the_call_that_broke_it(bad):
    (violation, *_) = bad.verdict.violations
    (mark, *_) = bad.marks[violation.message]
    assert mark.kind == "violation"
    assert mark.title == f"breaks {violation.rule} ({violation.section})"
    assert (mark.rule, mark.section, mark.text) == (violation.rule, violation.section, violation.text)
    policy = next(part for part in bad.parts if part.name == "policy")
    assert not policy.good
    assert policy.details[0].message == violation.message


def test_a_false_claim_is_marked_with_the_very_sentence():
    validated = changing(1)
    trajectory = played(1, validated, faulty.ClaimsWithoutDoing)
    read = inspect(unit_of(1, validated.blueprint, trajectory), trajectory, WORLD)
    marks = {at: mark for at, found in read.marks.items() for mark in found if mark.kind == "false_claim"}
    assert marks
    assert all(mark.text in trajectory.messages[at].text for at, mark in marks.items())
    assert not all(row.good for row in read.rows)


def test_a_wrong_value_is_marked_at_the_call_that_made_it():
    for number in range(60):
        validated = changing(number)
        trajectory = played(number, validated, faulty.WrongItem)
        read = inspect(unit_of(number, validated.blueprint, trajectory), trajectory, WORLD)
        wrong = [mark for found in read.marks.values() for mark in found if mark.kind == "discrepancy"]
        if wrong:
            break
    fields = [field for row in read.rows for field in row.fields if field.message is not None]
    assert fields
    assert {field.message for field in fields} <= set(read.marks)
    assert all(mark.discrepancy.pointer == mark.text for mark in wrong)


def test_drafts_stand_at_what_was_said():
    validated = changing(2)
    trajectory = thoughtful(played(2, validated))
    read = inspect(unit_of(2, validated.blueprint, trajectory), trajectory, WORLD)
    ((at, deliberation),) = read.deliberations.items()
    said = trajectory.messages[at]
    assert isinstance(said, HumanMessage)
    assert deliberation.drafts[deliberation.chosen].text == said.text


def test_a_humans_fault_is_told_in_words():
    validated = changing(1)
    silent = (HumanMessage(text="Bye.", stop="satisfied"),)
    verdict = VERIFIER.verify(validated.blueprint, validated.truth, Evidence(silent, Stopped("satisfied"), {}, {}))
    trajectory = msgspec.structs.replace(
        played(1, validated), messages=silent, ending=Stopped("satisfied"), outcome=Scored(verdict, "human")
    )
    read = inspect(unit_of(1, validated.blueprint, trajectory), trajectory, WORLD)
    assert read.reason.startswith("left without a word about g")
    assert {field.mark for row in read.rows for field in row.fields} == {"missing"}


def test_without_a_world_the_rest_is_still_told(bad):
    read = inspect(bad.unit, bad.trajectory, None, "no such world")
    assert (read.steps, read.rows, read.effects, read.trouble) == (None, (), {}, "no such world")
    assert (read.marks, read.parts) == (bad.marks, bad.parts)
    assert read.exchanges == bad.exchanges


def test_a_unit_that_was_not_played_has_nothing_to_say():
    validated = made(3)
    read = inspect(Unit(3, recorded(3, validated), None), None, WORLD)
    assert (read.exchanges, read.marks, read.parts, read.steps) == ((), {}, (), None)
    assert read.blueprint == validated.blueprint


def test_actions_that_fail_are_told_and_the_end_is_still_read(good):
    action = msgspec.structs.replace(good.blueprint.actions[0], tool="no_such_tool")
    broken = msgspec.structs.replace(good.blueprint, actions=(action,))
    read = inspect(unit_of(1, broken, good.trajectory), good.trajectory, WORLD)
    assert "no_such_tool" in read.failing
    assert {step.mark for step in read.steps} == {"extra"}


def test_answers_that_are_not_as_recorded_are_told(good):
    messages = tuple(
        msgspec.structs.replace(m, content='"other"') if hasattr(m, "content") else m for m in good.trajectory.messages
    )
    trajectory = msgspec.structs.replace(good.trajectory, messages=messages)
    assert inspect(good.unit, trajectory, WORLD).differs


def test_where_no_table_decides_every_row_says_so(good):
    unjudged = msgspec.structs.replace(good.blueprint, judged="none")
    read = inspect(unit_of(1, unjudged, good.trajectory), good.trajectory, WORLD)
    assert read.rows
    assert not any(row.decides for row in read.rows)


def test_a_world_that_cannot_be_had_is_told(tmp_path):
    run = Run.create(tmp_path / "run", RunConfig(domain="nowhere", seed=7, units=1, settings={}), BASE)
    world, trouble = world_of(run)
    assert world is None
    assert "nowhere" in trouble
