"""Every recorded session of the public retail benchmark, on our tools.

The recordings are data that is not in this repository: set INTERPLAY_CONFORMANCE to the directory that
holds them, or put it at ../shared/conformance. Without it these tests are skipped, and say so.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from interplay.domains.retail.rows import RetailDatabase
from interplay.domains.retail.tools import TOOLS
from interplay.engine.database import Base
from interplay.engine.replay import Tally, read_sessions, replay
from interplay.engine.tools import Toolset

NAMED = os.environ.get("INTERPLAY_CONFORMANCE")
REPOSITORY = Path(__file__).resolve().parent.parent.parent
KIT = Path(NAMED) if NAMED else REPOSITORY.parent / "shared" / "conformance"
FILES = sorted([*KIT.glob("golden/retail_*.jsonl"), *KIT.glob("fuzz/retail*.jsonl")])
ABSENT = (
    f"RECORDINGS NOT RUN: there are none in {KIT}. Set INTERPLAY_CONFORMANCE to the directory that holds "
    "golden/, fuzz/ and taubench/."
)


@pytest.fixture(scope="module")
def kit() -> Path:
    if FILES:
        return KIT
    if NAMED:
        pytest.fail(ABSENT)
    print(ABSENT)
    pytest.skip(ABSENT)


@pytest.fixture(scope="module")
def base(kit) -> Base[RetailDatabase]:
    return Base.read(RetailDatabase, kit / "taubench" / "retail")


@pytest.mark.parametrize("file", FILES or [KIT / "golden" / "retail.jsonl"], ids=lambda file: file.stem)
def test_our_tools_answer_refuse_and_change_what_the_recordings_say(base, file):
    toolset, tally = Toolset(TOOLS), Tally(first=5)
    for session in read_sessions([file]):
        tally.add(toolset, replay(toolset, base, session))
    assert tally.sessions
    assert tally.agrees, "\n".join(map(str, tally.disagreements))


def test_our_tools_have_the_recorded_names_and_parameters(kit):
    def bare(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: bare(value) for key, value in node.items() if key != "description"}
        return [bare(each) for each in node] if isinstance(node, list) else node

    recorded = json.loads((kit / "taubench" / "retail" / "tools.json").read_bytes())
    # As text, because parameters are to stand in the same order too.
    ours = {s["function"]["name"]: list(s["function"]["parameters"]["properties"]) for s in Toolset(TOOLS).schemas}
    theirs = {s["function"]["name"]: list(s["function"]["parameters"]["properties"]) for s in recorded}
    assert list(ours.items()) == list(theirs.items())
    assert [bare(schema) for schema in Toolset(TOOLS).schemas] == [bare(schema) for schema in recorded]
