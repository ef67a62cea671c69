"""Outside worlds are found by name like ours, and one that cannot be used says what is wrong, and where."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from interplay.engine.cli import commands
from interplay.engine.domain import domain_names, load_domain
from interplay.engine.errors import DomainError

SOUND = """
from dataclasses import replace
from interplay.engine.testing import tiny_domain
from interplay.engine.tools import tool
from interplay.engine.policy import Policy, rule
TINY = tiny_domain()
DOMAIN = replace(TINY, name={name!r})
"""
FIRST = SOUND.count("\n") + 1
"""Where what a test adds to it begins."""

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path, monkeypatch) -> Install:
    """Lets a package be found as if it were installed: a module, and the entry point of a world in it."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    made: list[str] = []

    def installed(name: str, source: str, *, value: str = "", world: str = "", version: str = "1.0") -> Path:
        module = site / f"{name}.py"
        module.write_text(SOUND.format(name=name) + source)
        info = site / f"{name}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[interplay.domains]\n{world or name} = {value or name + ':DOMAIN'}\n")
        made.append(name)
        return module

    yield installed
    for name in made:
        sys.modules.pop(name, None)


def said(name: str) -> str:
    """What is wrong with a world, in the one error that is raised."""
    with pytest.raises(DomainError) as error:
        load_domain(name)
    assert "Traceback" not in str(error.value)
    return str(error.value)


def test_an_outside_world_is_found_by_name_and_listed_among_ours(install):
    install("lending", "")
    assert load_domain("lending").name == "lending"
    assert {"lending", "retail"} <= set(domain_names())
    done = CliRunner().invoke(commands, ["tools", "lending"])
    assert (done.exit_code, done.output.startswith("get_loan")) == (0, True)


def test_an_unknown_world_is_answered_with_the_known_ones(install):
    install("lending", "")
    text = said("landing")
    assert text.startswith("there is no domain 'landing'; known: ")
    assert "lending" in text


@pytest.mark.parametrize(
    ("source", "wrong", "below"),
    [
        ("import no_such_thing_anywhere\n", "ModuleNotFoundError: No module named 'no_such_thing_anywhere'", 0),
        ("def made():\n    return 1 / 0\nmade()\n", "ZeroDivisionError: division by zero", 1),
        ("x = (\n", "SyntaxError: '(' was never closed", 0),
        ("from interplay.engine.tools import Tools\n", "ImportError: cannot import name 'Tools'", 0),
        ("import json\njson.loads('')\n", "JSONDecodeError: Expecting value", 1),
        ("raise SystemExit('I am a script')\n", "SystemExit: I am a script", 0),
        ("from interplay.engine.errors import first\nfirst(None)\n", "AttributeError", 1),
    ],
)
def test_a_package_that_breaks_when_it_is_imported_names_the_line_of_its_own(install, source, wrong, below):
    module = install("breaking", source)
    text = said("breaking")
    assert text.startswith(f"domain 'breaking' (breaking:DOMAIN, of breaking 1.0) cannot be imported: {wrong}")
    assert text.endswith(f"({module}, line {FIRST + below})")


def test_a_package_that_is_gone_is_named(install):
    install("gone", "").unlink()
    assert said("gone").endswith("cannot be imported: ModuleNotFoundError: No module named 'gone'")


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("worlds:WORLD", "cannot be had: module 'worlds' has no attribute 'WORLD'"),
        ("worlds:WORLD", "worlds.py; there are TINY, DOMAIN)"),
        ("worlds:DOMAIN.nothing", "'Domain' object has no attribute 'nothing'"),
        ("worlds:tiny_domain", "is function; expected a Domain"),
        ("worlds", "is module; expected a Domain"),
        ("worlds DOMAIN", "names nothing that can be imported; expected package:ATTRIBUTE"),
    ],
)
def test_an_entry_point_that_leads_to_no_world_says_so(install, value, wrong):
    install("worlds", "", value=value)
    assert wrong in said("worlds")


def test_two_packages_that_register_one_name_are_both_named(install):
    install("north", "", world="twin")
    install("south", "", world="twin", version="2.1")
    text = said("twin")
    assert text.startswith("2 packages register a domain 'twin': ")
    assert "north 1.0 (north:DOMAIN)" in text
    assert "south 2.1 (south:DOMAIN)" in text


def test_two_packages_that_register_one_world_are_no_trouble(install):
    install("north", "", world="north")
    install("alias", "", world="north", value="north:DOMAIN")
    assert load_domain("north").name == "north"


BARE = """
@tool()
def browse(db, shelf):
    \"\"\"Browse.\"\"\"
"""
CONTRADICTIONS = {
    "duplicate": ("DOMAIN = replace(DOMAIN, tools_in_order=(*TINY.tools_in_order, TINY.tools_in_order[0]))\n", "named"),
    "over_sides": (
        "DOMAIN = replace(DOMAIN, human_tools=TINY.tools_in_order[:1])\n",
        "two tools are named 'get_loan'",
    ),
    "bare": (
        BARE + "DOMAIN = replace(DOMAIN, tools_in_order=(*TINY.tools_in_order, browse))\n",
        "parameter 'shelf' has no type annotation",
    ),
    "forward": (
        BARE.replace("shelf", "shelf: 'Shelf'") + "DOMAIN = replace(DOMAIN, setups=(browse,))\n",
        "name 'Shelf' is not defined",
    ),
    "undecorated": (
        BARE.replace("@tool()\n", "") + "DOMAIN = replace(DOMAIN, assertions=(browse,))\n",
        "browse",
    ),
    "policy": (
        "DOMAIN = replace(DOMAIN, policy=Policy('interplay.engine.testing', 'none.md', ()))\n",
        "its policy cannot be read: ",
    ),
    "no_package": ("DOMAIN = replace(DOMAIN, policy=Policy('no_such_package', 'none.md', ()))\n", "No module named"),
    "tables": (
        "DOMAIN = replace(DOMAIN, human_tables=frozenset({'shelves'}))\n",
        "human_tables names shelves, and the tables are loans",
    ),
    "rule_tool": (
        "DOMAIN = replace(DOMAIN, tools_in_order=TINY.tools_in_order[:1])\n",
        "rule 'renew-once' judges renew_loan, and the tools are get_loan",
    ),
    "renamed": ("DOMAIN = replace(DOMAIN, name='other')\n", "registered as 'renamed' and its own name is 'other'"),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_world_that_contradicts_itself_says_how(install, name):
    source, wrong = CONTRADICTIONS[name]
    module = install(name, source)
    text = said(name)
    assert text.startswith(f"domain {name!r} ({name}:DOMAIN) contradicts itself: ")
    assert wrong in text
    if "browse" in source:
        assert f"({module}, line {FIRST + 1})" in text


def test_all_that_is_wrong_with_a_world_is_told_at_once(install):
    install("worse", "DOMAIN = replace(DOMAIN, name='x', human_tables=frozenset({'y'}))\n")
    text = said("worse")
    assert "its own name is 'x'" in text
    assert "human_tables names y" in text


def test_broken_worlds_are_listed_with_what_is_wrong_beside_the_sound_ones(install):
    install("lending", "")
    install("breaking", "import no_such_thing_anywhere\n")
    install("script", "raise SystemExit(3)\n")
    install("double", "DOMAIN = replace(DOMAIN, tools_in_order=TINY.tools_in_order * 2)\n")
    done = CliRunner().invoke(commands, ["domains", "--json"])
    listed = {each["name"]: each for each in json.loads(done.stdout)}
    assert done.exit_code == 1
    assert "broken" not in listed["lending"]
    assert f"breaking.py, line {FIRST}" in listed["breaking"]["broken"]
    assert "SystemExit: 3" in listed["script"]["broken"]
    assert "two tools are named" in listed["double"]["broken"]
    table = CliRunner().invoke(commands, ["domains"]).stdout
    assert {"lending", "breaking", "script", "double", "retail"} <= {line.split()[0] for line in table.splitlines()}
