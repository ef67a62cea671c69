"""The skeleton of a world is a world: it is sound as it lies here, and under any name that it is copied to."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.errors import UsageError
from interplay.engine.scaffold import LONGEST, expect_name, new_world, skeleton
from interplay.engine.scaffold.newworld import DOMAIN
from interplay.engine.seeds import Seed
from interplay.engine.testing import check_domain, play_blueprints, survey_writer, unenforced_rules

REPOSITORY = Path(__file__).resolve().parents[3]
SEED = Seed.root(11)
BASE = DOMAIN.generate(SEED, 20)
NAME = "tea_house"


def output(*command: str | Path, at: Path) -> str:
    """What a command prints, once it has succeeded."""
    done = subprocess.run([str(each) for each in command], cwd=at, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_skeleton_keeps_the_contract():
    assert check_domain(DOMAIN, BASE) == []


def test_the_skeletons_tasks_end_in_a_yes_an_answer_a_no_and_a_hand_over_and_all_are_played_well():
    played = list(play_blueprints(DOMAIN, BASE, 40, seed=SEED))
    assert [each for each in played if not each.verdict.accepted] == []
    assert {goal.kind for each in played for goal in each.blueprint.goals} == {"write", "read", "refuse", "hand_over"}
    assert survey_writer(DOMAIN, BASE, SEED, 100).share > 0.7


def test_the_skeleton_leaves_one_of_its_rules_to_the_agent():
    [found] = unenforced_rules(DOMAIN, BASE, SEED)
    assert (found.rule, found.calls[-1].tool) == ("largest-party", "change_persons")
    assert {rule.id for rule in DOMAIN.policy.rules} == {"largest-party", "confirm-before-write"}


@given(st.from_regex(rf"[a-z][a-z0-9_]{{0,{LONGEST - 1}}}", fullmatch=True))
def test_no_trace_of_the_skeletons_own_name_is_left_under_another(name):
    written = dict(skeleton(name))
    assert not [place for place, text in written.items() if re.search("newworld|new-world", place + text)]
    project = tomllib.loads(written["pyproject.toml"])["project"]
    assert project["entry-points"]["interplay.domains"] == {name: f"{name}:DOMAIN"}
    assert f'name="{name}"' in written[f"src/{name}/__init__.py"]
    for place, text in written.items():
        if place.endswith(".py"):
            compile(text, place, "exec")


@pytest.mark.parametrize("name", ["q", "zoo", "a_world_with_the_longest_name_yet"[:LONGEST]])
def test_what_is_written_is_formatted_and_lint_free_by_its_own_rules_and_by_ours(tmp_path, name):
    home = new_world(name, tmp_path)
    ruff = (sys.executable, "-m", "ruff")
    output(*ruff, "check", "--no-cache", ".", at=home)
    output(*ruff, "format", "--no-cache", "--check", ".", at=home)
    output(*ruff, "check", "--no-cache", "--config", REPOSITORY / "pyproject.toml", "src", at=home)


def test_a_name_has_to_be_one_of_a_package():
    for name in ("Shop", "my-shop", "2shops", "_shop", "shop.", "", "läden", "a b", "../shop", "class", "x" * 33):
        with pytest.raises(UsageError, match=r"name|package"):
            expect_name(name)


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> tuple[Path, Path]:
    """The package of a new world, and the Python of an environment that it was installed in, as people do it.

    The packages that it needs are borrowed from the environment of these tests; nothing is fetched.
    """
    folder = tmp_path_factory.mktemp("worlds").resolve()
    package, environment = new_world(NAME, folder), folder / "environment"
    venv.create(environment, with_pip=False, symlinks=True)
    (site,) = environment.glob("lib/python3*/site-packages")
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), str(REPOSITORY / "src")}
    (site / "borrowed.pth").write_text("".join(f"{each}\n" for each in sorted(borrowed)))
    python = environment / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "install", "--quiet")
    output(*pip, "--no-deps", "--no-index", "--no-build-isolation", "--editable", package, at=folder)
    return package, python


def test_a_new_world_is_installed_found_by_name_generated_and_verified(installed, tmp_path):
    _, python = installed
    interplay = (python, "-m", "interplay.engine.cli")
    listed = output(*interplay, "tools", NAME, at=tmp_path)
    assert [line for line in listed.splitlines() if line and not line.startswith(" ")] == [
        "get_reservation",
        "change_persons (writes)",
        "transfer_to_human_agents (hands over)",
    ]
    made = output(*interplay, "generate", NAME, "-n", "20", "--seed", "3", "--out", "run", at=tmp_path)
    assert "20 of 20 done; in this session 20 verified" in made
    assert "20 replayed, 20 same, 0 different" in output(*interplay, "verify", "run", at=tmp_path)


def test_a_new_worlds_own_tests_pass(installed):
    package, python = installed
    assert "3 passed" in output(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", at=package)


def test_the_wheel_of_a_new_world_holds_its_policy(installed, tmp_path):
    package, python = installed
    build = "import sys, hatchling.build as b; print(b.build_wheel(sys.argv[1]))"
    wheel = output(python, "-c", build, tmp_path, at=package).strip().splitlines()[-1]
    names = output(python, "-m", "zipfile", "-l", tmp_path / wheel, at=tmp_path)
    assert {f"{NAME}/policy.md", f"{NAME}/py.typed"} <= {line.split()[0] for line in names.splitlines()}
