"""Recorded conversations of a real model with a simulated human at the public airline benchmark."""

import json

import pytest
from tests.conformance.recorded import tallied, told

from interplay.domains.airline import DOMAIN
from interplay.engine.replaying.conversations import REWARD
from interplay.engine.replaying.stage import Stage


@pytest.mark.recordings("recorded/airline_*.jsonl")
def test_every_result_end_and_reward_is_as_it_was_recorded(conformance_kit, recording):
    unlike = []
    tally = tallied(
        Stage(DOMAIN, conformance_kit / "taubench" / "airline"),
        recording,
        lambda replayed: unlike.append([each.message for each in replayed.record["observation_mismatches"]]),
    )
    assert tally.runs[REWARD, "value"] == tally.recordings > 0
    assert tally.agrees, told(tally)
    # Where the project itself no longer gives the recorded result, ours does not give it either.
    lines = map(json.loads, recording.read_text("utf-8").splitlines())
    assert unlike == [[each["message"] for each in line["observation_mismatches"]] for line in lines]
