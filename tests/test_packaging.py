"""What people install: the wheel, the sdist and its wheel, the editable wheel, the locked packages.

Every wheel goes into an environment of its own where this checkout cannot be imported: python -I heeds
neither the working directory nor PYTHONPATH. The packages that interplay needs are borrowed from the
environment of these tests by a .pth line; Python reads no .pth file of a folder that is added so, and
thus leaves out the editable install that may lie there.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parent.parent
FLOORS = ("engine", "domains", "agents")
LOCKS = {"dev": REPOSITORY / "requirements-dev.lock", "readers": REPOSITORY / "requirements-readers.lock"}
"""Which file locks a group of dependencies."""
IMPORT_EVERYTHING = """
import importlib, json, pathlib, sys
import interplay
names = []
for folder in interplay.__path__:
    for file in sorted(pathlib.Path(folder).glob("*/**/*.py")):
        parts = file.relative_to(pathlib.Path(folder).parent).with_suffix("").parts
        names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
files = {name: importlib.import_module(name).__file__ for name in names if not name.endswith(".__main__")}
print(json.dumps({"files": files, "folders": list(interplay.__path__), "namespace": interplay.__file__ is None}))
"""
LOAD_ENTRY_POINTS = """
from importlib.metadata import distribution
for each in distribution("interplay").entry_points:
    each.load()
    print(each.name)
"""

pytestmark = pytest.mark.xdist_group("packaging")  # so that one worker builds, once


def shipped() -> set[str]:
    """Every file of the three floors, as a wheel should hold it."""
    files = (file for floor in FLOORS for file in (REPOSITORY / floor).rglob("*") if file.is_file())
    return {
        f"interplay/{file.relative_to(REPOSITORY).as_posix()}" for file in files if file.parent.name != "__pycache__"
    }


def output(*command: str | Path, at: Path = REPOSITORY) -> str:
    """What a command prints, once it has succeeded."""
    done = subprocess.run([str(each) for each in command], cwd=at, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def the_only(folder: Path, pattern: str) -> Path:
    (file,) = folder.glob(pattern)
    return file


@pytest.fixture(scope="module")
def dist(tmp_path_factory) -> Path:
    """A folder that holds the sdist and, made from it, the wheel."""
    folder = tmp_path_factory.mktemp("dist")
    output(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder)
    return folder


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel that is made from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    output(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", folder)
    return the_only(folder, "*.whl")


@pytest.fixture(scope="module")
def editable(tmp_path_factory) -> Path:
    """The wheel that an editable install puts in place."""
    folder = tmp_path_factory.mktemp("editable")
    output(sys.executable, "-c", "import sys, hatchling.build as b; b.build_editable(sys.argv[1])", folder)
    return the_only(folder, "*.whl")


@pytest.fixture(scope="module")
def install(tmp_path_factory) -> Callable[[Path], Path]:
    """Put a wheel into an environment of its own, once; its folder."""

    @cache
    def installed(wheel: Path) -> Path:
        home = tmp_path_factory.mktemp("environment").resolve()
        venv.create(home, with_pip=False, symlinks=True)
        pip = (sys.executable, "-m", "pip", "--python", home / "bin" / "python", "--disable-pip-version-check")
        output(*pip, "install", "--quiet", "--no-deps", "--no-index", "--no-compile", wheel)
        borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
        (site(home) / "borrowed.pth").write_text("".join(f"{folder}\n" for folder in sorted(borrowed)))
        return home

    return installed


def site(home: Path) -> Path:
    return the_only(home, "lib/python3*/site-packages")


def imported(home: Path, at: Path) -> dict[str, Any]:
    """Every module of interplay that an environment has, imported there with warnings as errors."""
    found: dict[str, Any] = json.loads(output(home / "bin/python", "-I", "-W", "error", "-c", IMPORT_EVERYTHING, at=at))
    return found


def test_a_wheel_holds_every_file_of_the_three_floors(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"interplay/domains/retail/policy.md", *(f"interplay/{floor}/py.typed" for floor in FLOORS)} <= shipped()
    assert {name for name in names if name.startswith("interplay/")} == shipped()
    assert {name.partition(".dist-info/")[2] for name in names if not name.startswith("interplay/")} == {
        *("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")
    }


def test_the_sdist_makes_the_same_wheel_and_holds_no_link(dist, wheel):
    ours, theirs = zipfile.ZipFile(wheel), zipfile.ZipFile(the_only(dist, "*.whl"))
    assert {i.filename: i.CRC for i in theirs.infolist()} == {i.filename: i.CRC for i in ours.infolist()}
    with tarfile.open(the_only(dist, "*.tar.gz")) as sdist:
        assert all(member.isfile() for member in sdist.getmembers())
        names = {member.name.partition("/")[2] for member in sdist.getmembers()}
    assert {"LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "tests/test_packaging.py"} <= names


@pytest.mark.parametrize("origin", ["checkout", "sdist"])
def test_every_module_is_imported_from_the_installed_wheel(origin, dist, wheel, install, tmp_path):
    home = install(wheel if origin == "checkout" else the_only(dist, "*.whl"))
    found = imported(home, tmp_path)
    assert found["namespace"]
    assert found["folders"] == [str(site(home) / "interplay")]
    assert {"interplay.engine.tools", "interplay.domains.retail.tools", "interplay.agents.human"} <= set(found["files"])
    assert [file for file in found["files"].values() if not Path(file).is_relative_to(home)] == []
    assert all((site(home) / name).is_file() for name in shipped())


def test_the_installed_commands_and_all_that_is_found_by_name_answer(wheel, install, tmp_path):
    home = install(wheel)
    for command in ([home / "bin" / "interplay"], [home / "bin" / "python", "-I", "-m", "interplay.engine.cli"]):
        assert "generate" in output(*command, "--help", at=tmp_path)
    names = output(home / "bin" / "python", "-I", "-c", LOAD_ENTRY_POINTS, at=tmp_path).split()
    assert {"interplay", "retail"} <= set(names)


def test_the_installed_policy_is_the_written_one(wheel, install, tmp_path):
    written = REPOSITORY / "domains" / "retail" / "policy.md"
    assert zipfile.ZipFile(wheel).read("interplay/domains/retail/policy.md") == written.read_bytes()
    read = "from interplay.engine.domain import load_domain; print(len(load_domain('retail').policy.text))"
    assert int(output(install(wheel) / "bin" / "python", "-I", "-c", read, at=tmp_path)) > 1000


def test_an_editable_install_imports_the_checkout_and_its_new_files(editable, install, tmp_path):
    home = install(editable)
    found = imported(home, tmp_path)
    assert found["namespace"]
    assert found["folders"] == [str(REPOSITORY / "src" / "interplay")]
    assert set(found["files"]) >= {"interplay.engine.tools", "interplay.domains.retail", "interplay.agents.human"}
    # A folder on the path, no list of files: a file that is new tomorrow is found without installing again.
    assert [name for name in zipfile.ZipFile(editable).namelist() if not name.startswith("interplay-")] == [
        "_interplay.pth"
    ]


def asked_for(group: str) -> list[str]:
    """What a lock has to hold; the group for development holds what the project itself needs, too."""
    asked = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    wanted = list(asked["dependency-groups"][group])
    if group == "dev":
        project = asked["project"]
        wanted += [*asked["build-system"]["requires"], *project["dependencies"]]
        wanted += project["optional-dependencies"]["testing"]
    else:
        wanted += [each for extra in ("parquet", "tokens") for each in asked["project"]["optional-dependencies"][extra]]
    return wanted


@pytest.mark.parametrize("group", LOCKS)
def test_a_lock_holds_every_package_that_is_asked_for_and_its_hashes(group):
    entries = re.split(r"\n(?=[a-z])", LOCKS[group].read_text("utf-8"))
    locked = {canonicalize_name(entry.partition("==")[0]): entry for entry in entries}
    assert [name for name, entry in locked.items() if "--hash=sha256:" not in entry] == []
    for each in map(Requirement, asked_for(group)):
        entry = locked.get(canonicalize_name(each.name), "")
        version = re.match(r"\S+==(\S+)", entry)
        assert version, f"{each} is not in {LOCKS[group].name}: make lock"
        assert version[1] in each.specifier, f"{each} but {version[0]} is locked: make lock"


def test_the_locks_agree_on_every_package_that_both_hold():
    one, other = (
        set(re.findall(r"^([a-z0-9.-]+)==(\S+)", lock.read_text("utf-8"), re.MULTILINE)) for lock in LOCKS.values()
    )
    both = {name for name, _ in one} & {name for name, _ in other}
    assert {entry for entry in one if entry[0] in both} == {entry for entry in other if entry[0] in both}


@pytest.mark.parametrize("group", LOCKS)
def test_a_lock_names_no_place_that_packages_come_from(group):
    lines = LOCKS[group].read_text("utf-8").splitlines()
    assert [line for line in lines if re.search(r"://|file:|^-| @ ", line)] == []
