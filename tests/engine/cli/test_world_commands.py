"""`domains`, `tools`, `policy` and `graph` say what there is, to people and to programs."""

import json
from importlib.metadata import EntryPoint

import pytest

from interplay.engine import domain as domain_module
from interplay.engine.domain import GROUP, domain_names, load_domain


@pytest.mark.parametrize("command", ["tools", "policy", "graph"])
def test_unknown_world_is_answered_with_the_known_ones(process, command):
    said = process(command, "nonesuch")
    assert said.code == 2
    assert said.err == f"error: there is no domain 'nonesuch'; known: {', '.join(domain_names())}\n"


def test_worlds_are_listed_with_what_they_hold(cli):
    said = cli("domains")
    retail = load_domain("retail")
    assert said.code == 0
    row = next(line for line in said.out.splitlines() if line.startswith("retail"))
    writes = sum(tool.writes for tool in retail.tools.values())
    assert row.split()[1:5] == [str(each) for each in (len(retail.tools), writes, 0, len(retail.policy.rules))]
    assert row.endswith(retail.summary)
    [found] = [each for each in json.loads(cli("domains", "--json").out) if each["name"] == "retail"]
    assert (found["tools"], found["summary"]) == (len(retail.tools), retail.summary)


def test_broken_world_is_listed_with_what_is_wrong_beside_the_others(cli, monkeypatch):
    known = domain_module.entry_points
    broken = EntryPoint(name="broken", value="no_such_package_anywhere:DOMAIN", group=GROUP)
    odd = EntryPoint(name="odd", value="json:dumps", group=GROUP)

    def entry_points(**wanted):
        if wanted.get("name") in ("broken", "odd"):
            return [broken if wanted["name"] == "broken" else odd]
        return [*known(**wanted), broken, odd] if "name" not in wanted else known(**wanted)

    monkeypatch.setattr(domain_module, "entry_points", entry_points)
    said = cli("domains")
    assert said.code == 1
    assert "ModuleNotFoundError" in next(line for line in said.out.splitlines() if line.startswith("broken"))
    assert "expected a Domain" in next(line for line in said.out.splitlines() if line.startswith("odd"))
    assert any(line.startswith("retail") and "shop" in line for line in said.out.splitlines())
    as_json = {each["name"]: each for each in json.loads(cli("domains", "--json").out)}
    assert "broken" in as_json["odd"]
    assert "broken" not in as_json["retail"]


def test_the_humans_own_tools_are_counted_and_listed_apart(cli):
    telecom = load_domain("telecom")
    row = next(line for line in cli("domains").out.splitlines() if line.startswith("telecom"))
    assert row.split()[3] == str(len(telecom.tools.human))
    listed = cli("tools", "telecom").out
    assert "toggle_airplane_mode" not in listed
    assert listed.endswith("tools of their own: interplay tools telecom --of human\n")
    own = cli("tools", "telecom", "--of", "human").out
    assert "toggle_airplane_mode (writes)" in own
    assert "suspend_line" not in own
    schemas = json.loads(cli("tools", "telecom", "--of", "human", "--json").out)
    assert [each["function"]["name"] for each in schemas] == list(telecom.tools.human)
    assert cli("tools", "retail", "--of", "human").out == "The human has no tools in this world.\n"


def test_tools_are_listed_with_parameters_types_and_allowed_values(cli):
    lines = cli("tools", "retail").out.splitlines()
    at = lines.index("cancel_pending_order (writes)")
    assert lines[at + 1].startswith("  Cancel an order")
    assert lines[at + 2].split()[:2] == ["order_id", "string"]
    assert '"no longer needed" | "ordered by mistake"' in lines[at + 3]
    assert "transfer_to_human_agents (hands over)" in lines
    assert any("list of strings" in line for line in lines)


def test_tools_as_json_are_the_array_that_models_are_given(cli):
    assert json.loads(cli("tools", "retail", "--json").out) == list(load_domain("retail").tools.schemas)


def test_policy_is_the_text_that_agents_are_given(cli):
    said = cli("policy", "retail")
    assert said.code == 0
    assert said.out == load_domain("retail").policy.text + "\n"
    assert "<!--" not in said.out


def test_policy_as_json_has_the_text_and_the_rules_that_are_code(cli):
    found, policy = json.loads(cli("policy", "retail", "--json").out), load_domain("retail").policy
    assert found["text"] == policy.text
    assert [each["id"] for each in found["rules"]] == [rule.id for rule in policy.rules]
    [first] = [each for each in found["rules"] if each["id"] == "authenticate-first"]
    [rule] = [each for each in policy.rules if each.id == "authenticate-first"]
    assert first == {"id": rule.id, "section": rule.section, "tools": sorted(rule.tools), "dialogue": rule.dialogue}


def test_graph_is_text_dot_or_edges(cli):
    graph = load_domain("retail").graph
    assert cli("graph", "retail").out == graph.to_text() + "\n"
    assert cli("graph", "retail", "--dot").out == graph.to_dot() + "\n"
    found = json.loads(cli("graph", "retail", "--json").out)
    assert [tuple(edge.values()) for edge in found["edges"]] == [tuple(edge) for edge in graph.edges]
    assert {tool["name"] for tool in found["tools"] if tool["writes"]} == {
        tool.name for tool in graph.tools.values() if tool.writes
    }
    refused = cli("graph", "retail", "--dot", "--json")
    assert (refused.code, refused.err) == (2, "error: --dot and --json exclude each other")


@pytest.mark.parametrize("arguments", [["domains"], ["tools", "retail"], ["policy", "retail"], ["graph", "retail"]])
def test_a_pipe_gets_no_colours_and_no_trailing_spaces(process, arguments):
    said = process(*arguments)
    assert said.code == 0
    assert "\x1b" not in said.out
    assert all(line == line.rstrip() for line in said.out.splitlines())
