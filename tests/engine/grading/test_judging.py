"""Conversations recorded elsewhere get the verdict and the attribution that ours get."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from interplay.engine.attribution import blame
from interplay.engine.conversation import Stopped
from interplay.engine.database import Base
from interplay.engine.edition import Edition
from interplay.engine.grading.chat import read_chat
from interplay.engine.grading.judging import Graded, Judge, Ungraded
from interplay.engine.grading.marks import Agreement, Marks
from interplay.engine.grading.recorded import Recorded, read_recorded
from interplay.engine.grading.shelf import Shelf
from interplay.engine.verifier import Evidence, Verifier


@pytest.fixture
def grade(shelf, renewal) -> Callable[..., Any]:
    """Grades these messages of OpenAI's."""

    def graded(messages: Any, **recorded: Any) -> Any:
        return Judge(shelf).grade(Recorded("line 1", renewal.id, read_chat(messages), **recorded))

    return graded


def without(chat: list[dict[str, Any]], *places: int) -> list[dict[str, Any]]:
    return [message for at, message in enumerate(chat) if at not in places]


def test_a_good_conversation_is_accepted_in_every_form(shelf, renewal, chat, simulated, write):
    forms = [
        {"messages": chat, "blueprint": renewal.id},
        [{"task_id": renewal.id, "traj": chat, "reward": 1.0}],
        {"simulations": [{"task_id": renewal.id, "messages": simulated}], "tasks": []},
    ]
    for form in forms:
        [recorded] = read_recorded(write(form))
        grade = Judge(shelf).grade(recorded)
        assert isinstance(grade, Graded)
        assert grade.verdict.accepted, grade
        assert (grade.fault, grade.rule_reward, grade.unlike) == (None, 1.0, ())


def test_the_verdict_and_the_blame_are_those_of_a_conversation_of_ours(grade, chat, shelf, validated):
    messages = without(chat, 6, 7)  # nobody asked, and nobody said yes
    found = grade(messages)
    evidence = Evidence(read_chat(messages).messages, Stopped("satisfied"), validated.truth.changes, {})
    effects = {"b": validated.truth.changes}
    verdict = Verifier(shelf.domain.tools, shelf.domain.policy, shelf.base).verify(
        validated.blueprint, validated.truth, evidence._replace(effects=effects)
    )
    assert found.verdict == verdict
    assert found.fault == blame(validated.blueprint, evidence, verdict) == "agent"
    assert found.reason.startswith("yes-first: ")
    assert messages[found.message]["tool_calls"][0]["function"]["name"] == "renew_loan"
    assert found.rule_reward == 1.0


def test_a_human_who_left_without_a_word_is_to_blame(grade, chat):
    said = [{"role": "user", "content": "Good morning."}, {"role": "assistant", "content": "Hello."}, chat[-1]]
    found = grade(said)
    assert found.fault == "human"
    assert found.reason.startswith("left without a word")


def test_a_call_runs_again_and_a_result_that_differs_is_told(grade, chat):
    chat[5]["content"] = '{"loan_id": "other"}'
    found = grade(chat)
    assert found.verdict.accepted
    assert [(each.message, each.tool) for each in found.unlike] == [(5, "get_loan")]


def test_a_conversation_that_breaks_off_was_ended_by_nobody(grade, chat):
    found = grade(chat[:10])
    assert [each.duty for each in found.verdict.unmet] == ["end"]
    assert grade(chat[:-1]).verdict.accepted
    assert not grade(chat[:-1], cut_off=True).verdict.accepted


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"task": "nobody"}, "blueprint"),
        ({"task": ""}, "blueprint"),
    ],
)
def test_a_conversation_without_a_blueprint_is_not_judged(shelf, chat, change, cause):
    found = Judge(shelf).grade(Recorded("line 1", "", read_chat(chat))._replace(**change))
    assert isinstance(found, Ungraded)
    assert found.cause == cause


def test_a_tool_that_answered_there_and_is_unknown_here_is_not_judged(grade, chat):
    chat[4]["tool_calls"][0]["function"]["name"] = "read_minds"
    found = grade(chat)
    assert (found.cause, "read_minds answered where this was recorded" in found.text) == ("tool", True)
    chat[5]["content"] = "Error: no such tool"
    assert isinstance(grade(chat), Graded)


def test_a_task_in_the_file_is_its_own_blueprint(shelf, chat, loan, write):
    task = {
        "user_id": "ada",
        "instruction": "You are Ada Byron. I would like to renew a loan.",
        "actions": [{"name": "renew_loan", "kwargs": {"loan_id": loan}}],
        "outputs": [],
    }
    [recorded] = read_recorded(write([{"task_id": 0, "traj": chat, "reward": 1.0, "info": {"task": task}}]))
    bare = Shelf(shelf.edition, shelf.base, ())
    found = Judge(bare).grade(recorded)
    assert found.verdict.accepted
    assert found.blueprint == "tau-tiny-0"
    refused = {**task, "actions": [{"name": "renew_loan", "kwargs": {"loan_id": "L9999"}}]}
    [recorded] = read_recorded(write([{"task_id": 0, "traj": chat, "info": {"task": refused}}]))
    assert not Judge(bare).grade(recorded).verdict.state


def test_a_world_that_cannot_run_the_blueprint_is_an_outcome(shelf, renewal, chat):
    empty = Shelf(shelf.edition, Base(shelf.base.kind, {"loans": {}}), [renewal])
    found = Judge(empty).grade(Recorded("line 1", renewal.id, read_chat(chat)))
    assert (found.cause, "was refused" in found.text) == ("blueprint", True)


def test_a_shelf_finds_a_blueprint_by_its_task_where_that_is_one(shelf, renewal, chat):
    number = renewal.id.removeprefix("tiny-")
    assert shelf.find(number) == renewal
    twins = [msgspec.structs.replace(renewal, id=f"{split}-{number}") for split in ("test", "train")]
    several = Shelf(Edition(domain=shelf.domain, read=shelf.domain.read), shelf.base, twins)
    found = Judge(several).grade(Recorded("line 1", number, read_chat(chat)))
    assert isinstance(found, Ungraded)
    assert "several blueprints" in found.text


def test_marks_count_faults_and_agreement_with_what_was_recorded(grade, chat):
    marks = Marks(
        [
            grade(chat, reward=1.0),
            grade(without(chat, 6, 7), reward=1.0),
            grade(chat[1:3], reward=0.0),
            grade(chat),
            Ungraded(name="x", task="", cause="role", text="unknown"),
        ]
    )
    assert (len(marks.graded), marks.accepted) == (4, 2)
    assert marks.faults == {"agent": 1, "human": 1}
    assert marks.ungraded == {"role": 1}
    assert marks.verdict_agreement == Agreement(2, 3)
    assert marks.rule_agreement == Agreement(3, 3)
