"""Every recorded script of the public benchmark BFCL, multi-turn, on its own classes as a toolkit of ours."""

import hashlib

import msgspec
import pytest

from interplay.domains.bfcl import DOMAIN
from interplay.domains.bfcl.package import VARIABLE, VERSION, installed


@pytest.fixture(autouse=True)
def package() -> None:
    if not installed():
        pytest.skip(
            f"BFCL NOT RUN: the package bfcl-eval is not installed. pip install --no-deps bfcl-eval=={VERSION} mpmath, "
            f"or set {VARIABLE}."
        )


@pytest.mark.recordings("golden/bfcl_multi_turn_*.jsonl")
def test_results_and_final_states_are_those_recorded(recording):
    lines = [msgspec.json.decode(line) for line in recording.read_bytes().splitlines()]
    assert lines
    for line in lines:
        ours = DOMAIN.replay_script(line)
        for recorded, ran in zip(line["turns"], ours["turns"], strict=True):
            for one, other in zip(recorded["results"], ran["results"], strict=True):
                assert told(one) == told(other), (line["id"], one["call"])
        assert ours["final_state"] == line["final_state"], line["id"]


def told(result):
    """A result as it can be compared: long ones are recorded by their hash."""
    return result.get("result_sha256") or (
        result["result"] if len(result["result"]) <= 4000 else hashlib.sha256(result["result"].encode()).hexdigest()
    )
