"""Given: blueprints that were made elsewhere, to be played as they are.

They come from an import or from another run. They are not Phase 1's to judge: nobody knows what the person
in them can tell, and some break the policy. They are executed, twice, as any other, and what they ask about their end
has to be something that can be asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from interplay.engine.blueprint import Blueprint
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import BlueprintError, DataError
from interplay.engine.forge.checks import Validated, check_execution
from interplay.engine.forge.difficulty import Difficulty
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.truth import question

FILE = "blueprints.jsonl"
DATA = "data"


class Given(msgspec.Struct, frozen=True):
    """A blueprint that was made elsewhere, and what is known there of how it came about."""

    blueprint: Blueprint
    parents: tuple[str, ...] = ()
    """Ids of the blueprints that it was joined from, so that its relatives can be told here, too."""
    difficulty: Difficulty | None = None


class _Line(msgspec.Struct):
    """The record of a unit, as a run keeps it."""

    blueprint: Blueprint | None = None
    parents: tuple[str, ...] = ()
    difficulty: Difficulty | None = None


def read_blueprints(path: Path) -> tuple[Blueprint, ...]:
    """The same as `read_given`, the blueprints alone."""
    return tuple(each.blueprint for each in read_given(path))


def read_given(path: Path) -> tuple[Given, ...]:
    """What stands in a file, one JSON object a line: blueprints, or the records of a run.

    Args:
        path: the file, or a directory that has it as `blueprints.jsonl`.
    Raises:
        DataError: it cannot be read, or a line is no blueprint; names the line.
    """
    file = path / FILE if path.is_dir() else path
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise DataError(f"cannot read {file}: {error.strerror or error}; expected one blueprint a line") from None
    found = [_read(file, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not any(found):
        raise DataError(f"{file} holds no blueprint; one JSON object a line was expected")
    return tuple(each for each in found if each is not None)


def expect_world(blueprints: Iterable[Blueprint], domain: Domain[Any]) -> None:
    """See that the blueprints are of this world.

    Raises:
        DataError: one is of another; names both.
    """
    for each in blueprints:
        if each.domain != domain.name:
            raise DataError(
                f"blueprint {each.id} is of the world {each.domain!r}, not of {domain.name!r}; "
                f"say `interplay generate {each.domain}`"
            )


def take(domain: Domain[Any], base: Base[Any], unit: int, given: Given) -> tuple[BlueprintRecord, Validated | None]:
    """One of them, executed.

    Args:
        domain: the world.
        base: its data.
        unit: which unit plays it.
        given: the blueprint, as it was made elsewhere.
    Returns:
        The record, and the blueprint with what its actions do; None where they cannot be carried out.
    """
    blueprint = given.blueprint
    try:
        for each in blueprint.assertions:
            question(domain.tools, each)
        done = Validated(blueprint, check_execution(domain.tools, base, blueprint))
    except BlueprintError as error:
        return BlueprintRecord(unit, given=True, failure=f"{blueprint.id}: {error.check}: {error.text}"), None
    return BlueprintRecord(unit, blueprint, parents=given.parents, difficulty=given.difficulty, given=True), done


def _read(file: Path, number: int, line: bytes) -> Given | None:
    """What a line gives; None in the record of a unit that has no blueprint."""
    try:
        if b'"unit":' in line[:16]:
            record = msgspec.json.decode(line, type=_Line)
            found = record.blueprint
            return None if found is None else Given(found, record.parents, record.difficulty)
        return Given(msgspec.json.decode(line, type=Blueprint))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"{file}, line {number}: not a blueprint: {error}") from None
