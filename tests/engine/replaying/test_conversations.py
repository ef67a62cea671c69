"""Recorded conversations: results, except those known to have changed, final state and reward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from interplay.engine.replaying import conversations
from interplay.engine.replaying.checks import Replayed


def call(id: str, name: str, **arguments: Any) -> dict[str, Any]:  # noqa: A002
    function = {"name": name, "arguments": msgspec.json.encode(arguments).decode()}
    return {"role": "assistant", "content": None, "tool_calls": [{"id": id, "function": function}]}


def answer(id: str, content: str) -> dict[str, Any]:  # noqa: A002
    return {"role": "tool", "tool_call_id": id, "name": "any", "content": content}


LINE: dict[str, Any] = {
    "task_id": 3,
    "trial": 1,
    "reward": 1.0,
    "recorded_task": {"actions": [{"name": "fill", "arguments": {"box": "a", "count": 5}}], "outputs": ["1,000"]},
    "replayed_reward_recorded_task": 1.0,
    "diff": [
        {"path": ["boxes", "a", "labels", 0], "after": "full"},
        {"path": ["boxes", "a", "count"], "before": 1, "after": 5},
    ],
    "observation_mismatches": [{"message": 4, "name": "look"}],
    "messages": [
        {"role": "system", "content": ""},
        {"role": "user", "content": "Fill it."},
        {"role": "assistant", "content": "It cost 1000."},
        call("x", "look", box="a"),
        answer("x", "as it was then"),
        call("x", "look", box="z"),
        answer("x", "Error: unknown"),
        call("y", "fill", box="a", count=5),
        answer("y", "5.0 in it"),
        {"role": "user", "content": "###STOP###"},
    ],
}


@pytest.fixture
def run(stage) -> Callable[..., Replayed]:
    """Replays the line, changed so."""

    def replayed(**changed: Any) -> Replayed:
        return conversations.replay(stage, conversations.read(msgspec.json.encode({**LINE, **changed})))

    return replayed


def test_a_conversation_agrees_but_for_what_is_known_to_have_changed(run):
    replayed = run(recorded_task={**LINE["recorded_task"], "outputs": ["1000"]})
    assert [check.disagreement for check in replayed.checks] == [None] * 5
    assert [check.outcome for check in replayed.checks] == ["skip", "refused", "value", "value", "value"]


def test_ours_is_written_in_the_same_form_with_our_results(run):
    ours = msgspec.json.decode(msgspec.json.encode(run().record))
    assert list(ours) == list(LINE)
    assert ours["observation_mismatches"] == LINE["observation_mismatches"]
    assert ours["messages"][4]["content"] == '{"count":1.0,"labels":[]}'
    assert ours["messages"][:4] == LINE["messages"][:4]


def test_a_result_that_is_not_known_to_have_changed_is_compared(run):
    assert "ours answered" in (run(observation_mismatches=[]).checks[0].disagreement or "")


def test_final_state_and_reward_are_compared(run):
    replayed = run(diff=[], recorded_task={"actions": [], "outputs": []})
    wrong = {check.part: check.disagreement for check in replayed.checks if check.disagreement}
    assert "/boxes/a/count" in wrong["(final state)"]
    assert wrong["(reward)"] == "/: ours 0.0; recorded 1.0"


def test_an_output_that_was_not_told_earns_nothing(run):
    assert run(recorded_task={**LINE["recorded_task"], "outputs": ["2000"]}).record["reward"] == 0.0
