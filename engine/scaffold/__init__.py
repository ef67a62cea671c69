"""Scaffold: a world to begin with, copied under a name of one's own.

`newworld` is a whole world, checked like any other part of the engine: what is copied runs. `around` holds what a
package has beside its modules, as text, because it has no place inside the engine: a test that needs the world
installed, a pyproject. In all of them the world's name is `newworld`, and its distribution's `new-world`.
"""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path

from interplay.engine.domain import domain_names
from interplay.engine.errors import UsageError
from interplay.engine.whole import whole_directory

LONGEST = 32
"""Characters of a name; the lines that hold it stay within what the formatter allows."""
AROUND = {
    "pyproject.toml.txt": "pyproject.toml",
    "README.md.txt": "README.md",
    "gitignore.txt": ".gitignore",
    "test_newworld.py.txt": "tests/test_newworld.py",
}
"""Where each file of `around` goes."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def new_world(name: str, into: Path) -> Path:
    """Write the package of a new world.

    Args:
        name: of the world, its package and its directory.
        into: the directory in which the package's own is made.
    Returns:
        The directory that was made.
    Raises:
        UsageError: the name cannot be a world's, something is there already, or nothing can be written; then
            nothing was.
    """
    expect_name(name)
    target = into / name
    if target.exists() or target.is_symlink():
        raise UsageError(f"{target} is there already; nothing was written. Choose another name, or another --into")
    if not into.is_dir():
        raise UsageError(f"cannot write in {into}: it is no directory; make it first, or choose another --into")
    expect_free(name)
    with whole_directory(target) as part:
        for place, text in skeleton(name):
            file = part / place
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
    return target


def skeleton(name: str) -> Iterator[tuple[str, str]]:
    """Every file of a world's package: its path in the package's directory, and its text.

    Args:
        name: the world's.
    """
    home = files(__name__)
    sources = [(f"src/newworld/{each.name}", each) for each in _sources(home / "newworld")]
    sources += [(place, home / "around" / file) for file, place in AROUND.items()]
    for place, source in sources:
        yield _named(place, name), _named(source.read_text("utf-8"), name)


def expect_name(name: str) -> None:
    """See that a name can be a world's.

    Raises:
        UsageError: it cannot; says why.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot be a world's name: it names a Python package, so it begins with a lower-case letter, and "
            "goes on with those, digits and underscores"
        )
    if len(name) > LONGEST:
        raise UsageError(f"{name!r} has {len(name)} characters; a world's name has at most {LONGEST}")
    if keyword.iskeyword(name):
        raise UsageError(f"{name!r} is a keyword of Python, and no package can be named so")


def expect_free(name: str) -> None:
    """See that nothing else has a name.

    Raises:
        UsageError: a world or a module that is installed has it.
    """
    if name in domain_names():
        raise UsageError(f"a world named {name!r} is installed already; choose another name")
    if name in sys.stdlib_module_names:
        raise UsageError(f"{name!r} is a module of Python's own library, which the package would hide; choose another")
    found = find_spec(name)
    if found is not None:
        where = found.origin or ", ".join(found.submodule_search_locations or ())
        raise UsageError(f"a module named {name!r} is there already ({where}), and one would hide the other")


def _sources(package: Traversable) -> list[Traversable]:
    return sorted((each for each in package.iterdir() if each.is_file()), key=lambda each: each.name)


def _named(text: str, name: str) -> str:
    return text.replace("new-world", name.strip("_").replace("_", "-")).replace("newworld", name)
