"""Every recorded session of the public retail benchmark, on our tools."""

import json
from typing import Any

import pytest

from interplay.domains.retail import DOMAIN
from interplay.domains.retail.tools import TOOLS
from interplay.engine.replaying.checks import Tally
from interplay.engine.replaying.forms import read_lines, replay_line
from interplay.engine.replaying.stage import Stage
from interplay.engine.tools import Toolset


@pytest.fixture(scope="module")
def stage(conformance_kit) -> Stage:
    return Stage(DOMAIN, conformance_kit / "taubench" / "retail")


@pytest.mark.recordings("golden/retail_*.jsonl", "fuzz/retail*.jsonl")
def test_our_tools_answer_refuse_and_change_what_the_recordings_say(stage, recording):
    tally = Tally(first=5)
    for line in read_lines(recording):
        tally.add(replay_line(stage, line))
    assert tally.recordings
    assert tally.agrees, "\n".join(map(str, tally.disagreements))


def test_our_tools_have_the_recorded_names_and_parameters(conformance_kit):
    def bare(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: bare(value) for key, value in node.items() if key != "description"}
        return [bare(each) for each in node] if isinstance(node, list) else node

    recorded = json.loads((conformance_kit / "taubench" / "retail" / "tools.json").read_bytes())
    # As text, because parameters are to stand in the same order too.
    ours = {s["function"]["name"]: list(s["function"]["parameters"]["properties"]) for s in Toolset(TOOLS).schemas}
    theirs = {s["function"]["name"]: list(s["function"]["parameters"]["properties"]) for s in recorded}
    assert list(ours.items()) == list(theirs.items())
    assert [bare(schema) for schema in Toolset(TOOLS).schemas] == [bare(schema) for schema in recorded]
