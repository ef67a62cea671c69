"""What each part may know of the others, read from its imports.

Every import counts: those inside functions, those for type checkers, and import_module of a constant.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parent.parent
FLOORS = ("engine", "domains", "agents")
BESIDE = ("tests", "benchmarks")
DOORS = tuple(f"interplay.engine.{door}" for door in ("cli", "export", "pages", "report", "view"))
TESTING = "interplay.engine.testing"
FOR_TESTS = ("hypothesis", "pytest", "_pytest", "trio")


def under(module: str, *packages: str) -> bool:
    """Whether a module is one of these packages or inside one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


@dataclass(frozen=True)
class Rule:
    """Modules of some packages import nothing of some others."""

    says: str
    of: tuple[str, ...]
    never: tuple[str, ...]
    spared: tuple[str, ...] = ()

    def breaks(self, importer: str, imported: str) -> bool:
        return under(importer, *self.of) and not under(importer, *self.spared) and under(imported, *self.never)


RULES = (
    Rule("engine knows no domain and no agent", ("interplay.engine",), ("interplay.domains", "interplay.agents")),
    Rule("domains know no agent", ("interplay.domains",), ("interplay.agents",)),
    Rule("agents know no domain", ("interplay.agents",), ("interplay.domains",)),
    Rule("nothing inside imports a door to the outside", ("interplay",), DOORS, spared=DOORS),
    Rule("what tests need, only tests import", ("interplay",), FOR_TESTS, spared=(TESTING,)),
    Rule("nothing imports tests or benchmarks", ("interplay",), BESIDE),
    Rule("a floor has one name, under interplay", ("interplay", *BESIDE), FLOORS),
)


def module_name(file: Path) -> str:
    """The name that a file of the repository is imported by."""
    parts = file.relative_to(REPOSITORY).with_suffix("").parts
    parts = parts[:-1] if parts[-1] == "__init__" else parts
    return ".".join(("interplay", *parts) if parts[0] in FLOORS else parts)


def imports(source: str, module: str, *, package: bool = False) -> Iterator[tuple[int, str]]:
    """Every module, and every name that may be one, which a source imports, with its line."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=origin, names=names, level=level):
                if level:
                    above = module.split(".")
                    above = above[: len(above) - level + package]
                    origin = ".".join([*above, *([origin] if origin else [])])
                yield from ((node.lineno, f"{origin}.{alias.name}") for alias in names)
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield node.lineno, name


def broken(source: str, module: str, *, package: bool = False) -> list[str]:
    """What a module's imports break, one sentence each."""
    return [
        f"{module}:{line} imports {imported}: {rule.says}"
        for line, imported in imports(source, module, package=package)
        for rule in RULES
        if rule.breaks(module, imported)
    ]


def sources(*folders: str) -> Iterator[tuple[str, Path]]:
    for folder in folders:
        for file in sorted((REPOSITORY / folder).rglob("*.py")):
            yield module_name(file), file


def test_every_module_keeps_to_its_floor():
    read, found = set(), []
    for module, file in sources(*FLOORS, *BESIDE):
        read.add(module)
        found += broken(file.read_text("utf-8"), module, package=file.name == "__init__.py")
    assert {"interplay.engine.tools", "interplay.domains.retail", "interplay.agents.human"} <= read
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("interplay.engine.tools", "import interplay.domains.retail"),
        ("interplay.engine.tools", "from interplay import agents"),
        ("interplay.engine.tools", "from ..domains.retail import DOMAIN"),
        ("interplay.engine.tools", "from .. import domains"),
        ("interplay.engine.tools", "from . import cli"),
        ("interplay.engine.tools", "def late():\n    from interplay.engine.report import page"),
        ("interplay.engine.tools", "if TYPE_CHECKING:\n    from interplay.agents.human import Human"),
        ("interplay.engine.tools", "importlib.import_module('interplay.domains.retail')"),
        ("interplay.engine.cli.generate", "from interplay.domains.retail import DOMAIN"),
        ("interplay.engine.tools", "from hypothesis import given"),
        ("interplay.engine.export.chat", "import pytest"),
        ("interplay.domains.retail.tools", "from interplay.agents import human"),
        ("interplay.domains.retail.tools", "import interplay.engine.cli as cli"),
        ("interplay.agents.human", "import json, interplay.domains"),
        ("interplay.agents.human", "from tests.conftest import REPOSITORY"),
        ("tests.engine.test_tools", "from engine.tools import Toolset"),
    ],
)
def test_an_import_across_floors_is_found(module, line):
    assert broken("from interplay.engine.errors import Refusal\n", module) == []
    assert len(broken(f"from interplay.engine.errors import Refusal\n{line}\n", module)) == 1


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("interplay.engine.cli.generate", "from interplay.engine.report import page"),
        ("interplay.engine.testing.walks", "from hypothesis import given"),
        ("interplay.engine.engineering", "import enginework, domains_of_life"),
        ("interplay.domains.retail.tools", "from interplay.domains.retail import rows"),
        ("tests.engine.cli.test_generate", "from interplay.engine.cli import main"),
    ],
)
def test_an_import_within_its_floor_is_allowed(module, line):
    assert broken(line, module) == []


def test_a_package_resolves_its_own_dots():
    assert list(imports("from . import b\nfrom .. import c", "interplay.engine.run", package=True)) == [
        (1, "interplay.engine.run.b"),
        (2, "interplay.engine.c"),
    ]


def test_every_package_that_is_imported_is_declared():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [each for extra in project["optional-dependencies"].values() for each in extra]
    declared = {canonicalize_name(Requirement(each).name) for each in (*project["dependencies"], *extras)}
    undeclared = {
        f"{module}:{line} imports {name}"
        for module, file in sources(*FLOORS)
        for line, name in imports(file.read_text("utf-8"), module, package=file.name == "__init__.py")
        if (top := name.partition(".")[0]) not in {"interplay", "__future__", *sys.stdlib_module_names}
        and canonicalize_name(top) not in declared
    }
    assert not undeclared, "\n".join(sorted(undeclared))


def test_engine_holds_no_domain_by_name():
    worlds = {folder.name for folder in (REPOSITORY / "domains").iterdir() if (folder / "__init__.py").is_file()}
    assert "retail" in worlds
    named = [
        f"{module}:{node.lineno} holds {node.value!r}"
        for module, file in sources("engine")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in worlds
    ]
    assert not named, "\n".join(named)


def test_interplay_is_three_links_and_no_package_of_its_own():
    folder = REPOSITORY / "src" / "interplay"
    assert sorted(each.name for each in folder.iterdir() if each.name != "__pycache__") == sorted(FLOORS)
    assert {each.name: each.readlink().as_posix() for each in folder.iterdir() if each.is_symlink()} == {
        floor: f"../../{floor}" for floor in FLOORS
    }
    assert all((folder / floor / "py.typed").is_file() for floor in FLOORS)
