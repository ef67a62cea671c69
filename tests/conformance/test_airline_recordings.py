"""Every recorded session of the public airline benchmark, on our tools."""

import json

import pytest
from tests.conformance.recorded import bare, parameters, tallied, told

from interplay.domains.airline import DOMAIN
from interplay.engine.replaying.stage import Stage


@pytest.fixture(scope="module")
def stage(conformance_kit) -> Stage:
    return Stage(DOMAIN, conformance_kit / "taubench" / "airline")


@pytest.mark.recordings("golden/airline_*.jsonl", "fuzz/airline*.jsonl")
def test_our_tools_answer_refuse_and_change_what_the_recordings_say(stage, recording):
    tally = tallied(stage, recording)
    assert tally.recordings
    assert tally.agrees, told(tally)


def test_our_tools_have_the_recorded_names_and_parameters(conformance_kit):
    recorded = json.loads((conformance_kit / "taubench" / "airline" / "tools.json").read_bytes())
    assert parameters(DOMAIN.tools.schemas) == parameters(recorded)
    assert [bare(schema) for schema in DOMAIN.tools.schemas] == bare(recorded)
