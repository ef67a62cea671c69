"""What the page about worlds shows is what happens."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from interplay.engine.cli import COMMANDS, commands
from interplay.engine.domain import load_domain
from interplay.engine.messages import ToolCall
from interplay.engine.scaffold import newworld, skeleton
from interplay.engine.seeds import Seed
from interplay.engine.testing import check_domain, play_blueprints

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "worlds.md").read_text("utf-8")
NAME = "tavern"
TAVERN = dict(skeleton(NAME))


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def shown(place: str) -> str:
    """The block that stands for a whole file."""
    [text] = [each for each in blocks("python") if each.startswith(f"# {place}\n")]
    return text


@pytest.fixture
def linecare(tmp_path, monkeypatch) -> Path:
    """The page's world of two sides, as a package that is installed."""
    package = tmp_path / "linecare"
    package.mkdir()
    (package / "__init__.py").write_text(shown("linecare/__init__.py"))
    [policy] = [each for each in blocks("markdown") if each.startswith("# ")]
    (package / "policy.md").write_text(policy)
    info = tmp_path / "linecare-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: linecare\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[interplay.domains]\nlinecare = linecare:DOMAIN\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield package
    sys.modules.pop("linecare", None)


def test_every_excerpt_stands_in_the_skeleton_as_it_is_shown():
    excerpts = [re.match(r"# ((?:src|tests)/\S+)\n(.*)", each, re.DOTALL) for each in blocks("python")]
    found = [each for each in excerpts if each is not None]
    assert len(found) >= 6
    for each in found:
        assert each[2].strip() in TAVERN[each[1]], each[1]
    [sentence] = [each for each in blocks("markdown") if not each.startswith("# ")]
    assert sentence.strip() in TAVERN[f"src/{NAME}/policy.md"]
    [registered] = map(tomllib.loads, blocks("toml"))
    assert registered["project"]["entry-points"] == tomllib.loads(TAVERN["pyproject.toml"])["project"]["entry-points"]


def test_every_file_of_the_skeleton_that_is_about_the_world_is_in_the_table():
    named = set(re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE))
    about = {place for place in TAVERN if place.endswith((".py", ".md", ".toml")) and place != "README.md"}
    assert about <= named
    assert named - about == {"human_tools", "human_tables", "sync", "setups", "assertions"}


def test_every_command_that_the_page_names_exists():
    named = set(re.findall(r"^    interplay (\w+)", PAGE, re.MULTILINE)) | set(re.findall(r"`interplay (\w+)", PAGE))
    assert {"new", "generate", "verify", "graph", "domains"} <= named <= set(COMMANDS)


def test_every_link_leads_somewhere():
    headings = {
        re.sub(r"[^a-z0-9 -]", "", each.lower()).replace(" ", "-")
        for each in re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)
    }
    for page in (DOCS / "worlds.md", DOCS / "README.md"):
        for target in re.findall(r"\]\(([^)]+)\)", page.read_text("utf-8")):
            assert target[1:] in headings if target.startswith("#") else (DOCS / target).is_file(), target


def test_the_world_of_two_sides_keeps_the_contract_and_its_tasks_are_played_well(linecare):
    domain = load_domain("linecare")
    base = domain.generate(Seed.root(1), 10)
    assert check_domain(domain, base) == []
    played = list(play_blueprints(domain, base, 20, seed=Seed.root(2)))
    assert [each for each in played if not each.verdict.accepted] == []
    acted = {(m.by, m.tool) for each in played for m in each.played.messages if isinstance(m, ToolCall)}
    assert acted == {
        ("agent", "get_line"),
        ("agent", "open_line"),
        ("human", "look_at_light"),
        ("human", "plug_in"),
    }


def test_the_world_of_two_sides_is_generated_and_verified_by_name(linecare, tmp_path):
    made = CliRunner().invoke(commands, ["generate", "linecare", "-n", "10", "--out", str(tmp_path / "run")])
    assert made.exit_code == 0, made.output
    again = CliRunner().invoke(commands, ["verify", str(tmp_path / "run")])
    assert "10 replayed, 10 same, 0 different" in again.output


def test_the_edition_that_is_shown_reads_what_it_writes(tmp_path):
    [source] = [each for each in blocks("python") if "Layout" in each and not each.startswith("# linecare")]
    known = {"DOMAIN": newworld.DOMAIN, "TOOLS": newworld.TOOLS, "WorldDatabase": newworld.WorldDatabase}
    exec(compile(source, "worlds.md", "exec"), known)
    edition = known["DOMAIN"].editions["tau2"]
    base = newworld.DOMAIN.generate(Seed.root(3), 4)
    edition.write(base, tmp_path)
    assert edition.read(tmp_path).digest() == base.digest()


def test_the_parts_of_a_draft_that_the_page_names_are_there():
    draft = import_module("interplay.engine.worldkit.draft").Draft
    for name in re.findall(r"`draft\.(\w+)", PAGE):
        assert hasattr(draft, name) or name == "judged", name
    testing = import_module("interplay.engine.testing")
    for name in ("check_domain", "domain_machine", "play_blueprints", "survey_writer", "unenforced_rules"):
        assert f"`{name}`" in PAGE
        assert hasattr(testing, name)
