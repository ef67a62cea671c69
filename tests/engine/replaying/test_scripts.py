"""Recorded scripts: results and final state, whole or truncated."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from interplay.engine.errors import DataError, UsageError
from interplay.engine.replaying import scripts
from interplay.engine.replaying.stage import Stage


def result(call: str, total: int) -> dict[str, Any]:
    return {"call": call, "result": f'{{"dots": "{"." * total}", "total": {total}}}'}


LINE = {
    "id": "s",
    "turns": [{"results": [result("add(1)", 1), result("add(2)", 3)]}, {"results": []}],
    "final_state": {"Adder": {"total": 3}},
}


def replay(domain, line: dict[str, Any]):
    return scripts.replay(Stage(domain, None), scripts.read(msgspec.json.encode(line)))


def test_a_script_needs_no_data_and_agrees_by_value(domain):
    replayed = replay(domain, LINE)
    assert replayed.agrees
    assert [check.part for check in replayed.checks] == ["add", "add", "(final state)"]


def test_results_and_states_that_differ_are_told(domain):
    wrong = {**LINE, "turns": [{"results": [result("add(1)", 2)]}], "final_state": {"Adder": {"total": 2}}}
    texts = [check.disagreement for check in replay(domain, wrong).checks]
    assert texts[0] is not None
    assert "/total: ours 1; recorded 2" in texts[0]
    assert texts[1] == "/Adder/total: ours 1; recorded 2"


def test_a_truncated_result_is_compared_by_its_digest_and_written_truncated(domain):
    whole = f'{{"total": 9, "dots": "{"." * 9}"}}'
    cut = {
        "call": "add(9)",
        "result": whole[:5],
        "result_truncated": True,
        "result_length": len(whole),
        "result_sha256": hashlib.sha256(whole.encode()).hexdigest(),
    }
    line = {"id": "s", "turns": [{"results": [cut]}], "final_state": {"Adder": {"total": 9}}}
    replayed = replay(domain, line)
    assert replayed.agrees
    assert replayed.record["turns"][0]["results"] == [cut]
    other = {**cut, "result_sha256": "0"}
    assert not replay(domain, {**line, "turns": [{"results": [other]}]}).agrees


def test_a_line_that_the_world_cannot_run_is_an_error_and_so_is_a_world_without_scripts(domain):
    with pytest.raises(DataError, match="burst"):
        replay(domain, {**LINE, "turns": [{"results": [{"call": "burst()", "result": ""}]}]})
    with pytest.raises(UsageError, match="has no scripts"):
        replay(replace(domain, replay_script=None), LINE)
