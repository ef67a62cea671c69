"""Every recorded task of the public benchmark of two sides, on its edition of our phone company."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from interplay.domains.telecom import DOMAIN
from interplay.engine.importing.blueprints import framed
from interplay.engine.importing.cases import from_tau2
from interplay.engine.importing.rehearsal import rehearse
from interplay.engine.replaying import tasks
from interplay.engine.replaying.stage import Stage

EDITION = DOMAIN.editions["tau2"]


@pytest.fixture(scope="module")
def stage(conformance_kit: Path) -> Stage:
    return Stage(DOMAIN, conformance_kit / "tau2" / "telecom")


def test_every_recorded_task_begins_goes_on_and_ends_as_it_was_recorded(stage, conformance_kit):
    done: Counter[str] = Counter()
    unlike: list[tuple[str, Any]] = []
    for line in (conformance_kit / "golden" / "tau2_telecom.jsonl").read_bytes().splitlines():
        replayed = tasks.replay(stage, tasks.read(line))
        done["tasks"] += 1
        for check in replayed.checks:
            done["checks"] += 1
            if check.disagreement is not None:
                unlike.append((replayed.name, check))
    assert done["checks"] > done["tasks"] > 0
    assert not unlike, "\n".join(map(str, unlike[:5]))


def test_every_task_is_fulfilled_by_its_reference_and_none_by_a_refused_call(stage):
    wrong: list[tuple[str, Any]] = []
    idle = 0
    for task in stage.tasks.values():
        case = from_tau2(task, DOMAIN.name)
        run = rehearse(EDITION.domain.tools, stage.base, case, framed(EDITION, stage.base, case))
        wrong += [(case.id, each) for each in run.done if not each.carried_out]
        wrong += [(case.id, each) for each in run.end.answers if not each.met]
        idle += all(each.met for each in run.idle.answers)
    assert stage.tasks
    assert not wrong, "\n".join(map(str, wrong[:5]))
    assert idle == sum(
        any(action.name == "transfer_to_human_agents" for action in task.criteria.actions or ())
        for task in stage.tasks.values()
    )


def test_both_sides_have_the_recorded_tools_and_parameters(conformance_kit):
    for file, tools in (("tools.json", DOMAIN.tools), ("user_tools.json", DOMAIN.tools.human)):
        recorded = json.loads((conformance_kit / "tau2" / "telecom" / file).read_bytes())
        theirs = {each["function"]["name"]: each["function"]["parameters"] for each in recorded}
        assert [schema["function"]["name"] for schema in tools.schemas] == list(theirs)
        for schema in tools.schemas:
            ours, expected = schema["function"]["parameters"], theirs[schema["function"]["name"]]
            assert _bare(ours["properties"], {}) == _bare(expected["properties"], expected.get("$defs", {}))
            assert ours["required"] == expected.get("required", [])


def test_which_tools_write_is_as_recorded(conformance_kit):
    for file, tools in (("tools.json", DOMAIN.tools), ("user_tools.json", DOMAIN.tools.human)):
        recorded = json.loads((conformance_kit / "tau2" / "telecom" / file).read_bytes())
        for each in recorded:
            assert tools[each["function"]["name"]].writes == each["mutates_state"], each


def test_its_data_are_saved_as_they_are_read(stage, tmp_path):
    EDITION.write(stage.base, tmp_path)
    assert EDITION.read(tmp_path).digest() == stage.base.digest()


def _bare(node: Any, definitions: dict[str, Any]) -> Any:
    """A schema without words and defaults; of a choice between a named type and anything, the named type."""
    if isinstance(node, list):
        return [_bare(each, definitions) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _bare(definitions[node["$ref"].rsplit("/", 1)[1]], definitions)
    named = [each for each in node.get("anyOf", ()) if "$ref" in each]
    if named:
        return _bare(named[0], definitions)
    if "enum" in node:
        return sorted(node["enum"])
    wordless = {key: value for key, value in node.items() if key not in {"description", "title", "default"}}
    return {key: _bare(value, definitions) for key, value in wordless.items() if (key, value) != ("required", [])}
