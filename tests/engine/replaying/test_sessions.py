"""Recorded sessions against tools: what counts as agreement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from interplay.engine.replaying import sessions
from interplay.engine.replaying.checks import FINAL_STATE, NO_SUCH_TOOL, Replayed, Tally

LOOK: dict[str, Any] = {
    "name": "look",
    "arguments": {"box": "a"},
    "compare": "value",
    "observation": '{"labels":[],"count":1}',
}
FILLED = [
    {"path": ["boxes", "a", "labels", 0], "after": "full"},
    {"path": ["boxes", "a", "count"], "before": 1, "after": 5},
]


@pytest.fixture
def run(stage) -> Callable[..., Replayed]:
    """Replays a session of these calls."""

    def replayed(*calls: dict[str, Any], **session: Any) -> Replayed:
        line = msgspec.json.encode({"session": 7, "calls": calls, **session})
        return sessions.replay(stage, sessions.read(line))

    return replayed


def fill_with(count: float, **recorded: Any) -> dict[str, Any]:
    return {"name": "fill", "arguments": {"box": "a", "count": count}, **recorded}


def said(replayed: Replayed) -> list[str | None]:
    return [check.disagreement for check in replayed.checks]


def test_json_answers_agree_by_value_whatever_the_order_of_keys(run):
    assert run(LOOK).agrees


def test_a_different_answer_is_told_leaf_by_leaf(run):
    replayed = run({**LOOK, "observation": '{"labels":[],"count":3}'})
    assert said(replayed) == ["/count: ours 1.0; recorded 3"]
    assert not replayed.agrees


def test_text_answers_agree_by_text(run):
    assert run(fill_with(5, compare="value", observation="5.0 in it")).agrees
    assert not run(fill_with(5, compare="value", observation="5 in it")).agrees


def test_true_is_not_one(run):
    assert not run({**LOOK, "observation": '{"labels":[],"count":true}'}).agrees


def test_a_recorded_refusal_agrees_with_any_refusal_that_changes_nothing(run):
    replayed = run(fill_with(-1, compare="refused", refusal="other_word"), compare_diff=True, diff=[])
    assert replayed.agrees
    assert replayed.record["calls"][0]["refusal"] == "negative"
    assert not replayed.record["diff"]


def test_an_answer_where_a_refusal_was_recorded_disagrees_and_so_does_the_reverse(run):
    [text] = said(run({**LOOK, "compare": "refused", "refusal": "box_unknown"}))
    assert "recorded as refused (box_unknown)" in (text or "")
    [text] = said(run({**LOOK, "arguments": {"box": "c"}}))
    assert "ours refused (box_unknown)" in (text or "")


@pytest.mark.parametrize("compare", [{"compare": "skip"}, {}])
def test_a_call_that_is_not_compared_runs_and_may_do_what_it_likes(run, compare):
    assert run(fill_with(5, **compare), compare_diff=True, diff=FILLED).agrees
    assert run({"name": "look", "arguments": {"box": 3}, **compare}).agrees


def test_a_tool_that_breaks_is_a_disagreement_even_where_nothing_is_compared(run):
    replayed = run(fill_with(100), {**LOOK, "index": 9}, compare_diff=True, diff=[])
    assert said(replayed) == ["defect: ZeroDivisionError: burst", None, None]
    assert replayed.checks[1].at == 9


def test_final_states_agree_by_path_in_any_order_and_numbers_by_value(run):
    assert run(fill_with(5), diff=FILLED).agrees
    assert run(fill_with(5), compare_diff=True, diff=FILLED[::-1]).agrees


def test_final_states_that_differ_are_told_path_by_path(run):
    other = [FILLED[0], {"path": ["boxes", "b", "count"], "before": 2, "after": 3}]
    assert said(run(fill_with(5), compare_diff=True, diff=other))[-1] == (
        "/boxes/b/count: ours unchanged; recorded 2 -> 3\n/boxes/a/count: ours 1.0 -> 5.0; recorded unchanged"
    )
    assert run(fill_with(5), compare_diff=False, diff=other).agrees
    assert run(fill_with(5)).agrees


def test_an_added_null_is_not_an_absent_value(run):
    added = [{"path": ["boxes", "a", "labels", 0], "after": None}, FILLED[1]]
    assert not run(fill_with(5), diff=added).agrees


def test_sessions_do_not_see_each_other(run):
    run(fill_with(5))
    assert run(LOOK).agrees


def test_a_record_of_ours_agrees_with_ours(run, stage):
    calls = [LOOK, fill_with(5), fill_with(-1), {"name": "nothing", "arguments": {}}, fill_with(7, compare="skip")]
    again = sessions.read(msgspec.json.encode(run(*calls).record))
    assert [call.compare for call in again.calls] == ["value", "value", "refused", "refused", "skip"]
    assert [call.index for call in again.calls] == [0, 1, 2, 3, 4]
    assert again.calls[3].refusal == "unknown_tool"
    assert sessions.replay(stage, again).agrees


def test_a_defect_is_recorded_as_one(run):
    assert run(fill_with(100)).record["calls"][0]["defect"] == "ZeroDivisionError: burst"


def test_a_tally_counts_by_tool_and_outcome_and_keeps_the_first_disagreements(run):
    tally = Tally(first=2)
    wrong = {**LOOK, "observation": "no"}
    for session in [
        run(LOOK, wrong, diff=[]),
        run({"name": "函数", "arguments": {}, "compare": "refused"}),
        run(wrong, wrong),
    ]:
        tally.add(session)
    assert tally.rows() == [(NO_SUCH_TOOL, "refused", 1, 1), ("look", "value", 1, 4), (FINAL_STATE, "value", 1, 1)]
    assert tally.compared == (2, 5)
    assert (tally.recordings, tally.agreeing, tally.disagreed, tally.calls) == (3, 1, 3, 5)
    assert not tally.agrees
    assert [found.check.at for found in tally.disagreements] == [1, 0]


def test_a_refusal_after_ours_refused_what_the_original_carried_out_is_not_compared(run):
    forbidden = {"name": "look", "arguments": {"box": 3}, "compare": "skip"}
    refused = {**LOOK, "compare": "refused"}
    assert run({**forbidden, "observation": "looked"}, refused).agrees
    assert not run({**forbidden, "observation": "looked"}, {**LOOK, "observation": "no"}).agrees
    assert not run(forbidden, refused).agrees
