"""Every recorded session of the public retail benchmark, on our tools."""

import json
from typing import Any

import pytest

from interplay.domains.retail.rows import RetailDatabase
from interplay.domains.retail.tools import TOOLS
from interplay.engine.database import Base
from interplay.engine.replay import Tally, read_sessions, replay
from interplay.engine.tools import Toolset


@pytest.fixture(scope="module")
def base(conformance_kit) -> Base[RetailDatabase]:
    return Base.read(RetailDatabase, conformance_kit / "taubench" / "retail")


@pytest.mark.recordings("golden/retail_*.jsonl", "fuzz/retail*.jsonl")
def test_our_tools_answer_refuse_and_change_what_the_recordings_say(base, recording):
    toolset, tally = Toolset(TOOLS), Tally(first=5)
    for session in read_sessions([recording]):
        tally.add(toolset, replay(toolset, base, session))
    assert tally.sessions
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
