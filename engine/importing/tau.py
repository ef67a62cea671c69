"""Tau: the tasks of a tau-bench checkout, from Python literals or JSON.

The project keeps its tasks as Python modules, each with a list of `Task(...)` calls, or of dicts in its
older files. They are read as data, see `literals`. The same tasks may stand in JSON files.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from interplay.engine.errors import DataError
from interplay.engine.importing.files import Unreadable, read_json
from interplay.engine.importing.literals import Record, read_module


class ReferenceAction(msgspec.Struct, frozen=True, kw_only=True):
    """A call of the reference solution."""

    name: str
    arguments: dict[str, Any] = {}


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One task."""

    id: str
    """What the file says, else its place in the file."""
    user_id: str
    instruction: str
    actions: tuple[ReferenceAction, ...] = ()
    outputs: tuple[str, ...] = ()
    """Strings that the agent has to tell."""


class Tasks(NamedTuple):
    """The tasks of one file."""

    split: str
    """"test" of `tasks_test.py`; empty for a file named `tasks.py`."""
    tasks: tuple[Task, ...]
    unreadable: tuple[Unreadable, ...] = ()
    """Those that are no tasks, with what is wrong with them."""


class _Found(NamedTuple):
    """What may be a task, as plain values, and where it stands."""

    document: Any
    where: str


def read_tasks(path: Path) -> Tasks:
    """The tasks of a file, by its ending Python or JSON; one that is none is told apart and hides no other.

    Raises:
        DataError: the file cannot be read, holds no list of tasks, or holds Python that is no data.
    """
    found = _from_python(path) if path.suffix == ".py" else _from_json(path)
    tasks: list[Task] = []
    unreadable: list[Unreadable] = []
    for index, each in enumerate(found):
        try:
            tasks.append(_task(each.document, index))
        except (DataError, msgspec.ValidationError, UnicodeEncodeError, RecursionError) as error:
            unreadable.append(Unreadable(_id(each.document, index), str(error), each.where))
    return Tasks(split_of(path), tuple(tasks), tuple(unreadable))


def split_of(path: Path) -> str:
    """The split that a task file's name tells: "test" of `tasks_test.py`."""
    return path.stem.removeprefix("tasks").lstrip("_")


def _from_json(path: Path) -> Iterator[_Found]:
    for index, document in enumerate(read_json(path, list[Any], "a JSON array of tasks")):
        yield _Found(document, f"{path}, element {index}")


def _from_python(path: Path) -> list[_Found]:
    lists = [each for each in read_module(path) if _holds_tasks(each.value)]
    if not lists:
        raise DataError(
            f"{path}: assigns no list of tasks; expected a list of Task(user_id=..., instruction=..., actions=[...])"
        )
    return [
        _Found(_plain(item), f"{path}, line {item.line if isinstance(item, Record) else each.line}")
        for each in lists
        for item in each.value
    ]


def _holds_tasks(value: Any) -> bool:
    """Whether a value is a list of tasks; one that is empty may be a split without tasks."""
    if not isinstance(value, list):
        return False
    return all(isinstance(item, Record) or (isinstance(item, dict) and "instruction" in item) for item in value)


def _plain(value: Any) -> Any:
    """Records as dicts, however deep."""
    match value:
        case Record(_, fields, _):
            return {name: _plain(field) for name, field in fields.items()}
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {key: _plain(item) for key, item in value.items()}
    return value


def _task(document: Any, index: int) -> Task:
    if not isinstance(document, dict):
        raise DataError(f"expected a task with user_id, instruction, actions and outputs, got {document!r:.80}")
    task = dict(document)
    task["id"] = _id(document, index)
    task["actions"] = [_action(each, at) for at, each in enumerate(document.get("actions") or ())]
    task["outputs"] = [_output(each) for each in document.get("outputs") or ()]
    msgspec.json.encode(task)  # half of a character cannot be written again
    return msgspec.convert(task, Task)


def _action(document: Any, at: int) -> Any:
    if not isinstance(document, dict):
        raise DataError(f"action {at} is {document!r:.80}; expected a name and its arguments")
    arguments = document["kwargs"] if "kwargs" in document else document.get("arguments", {})
    return {"name": document.get("name"), "arguments": arguments}


def _output(value: Any) -> Any:
    """Numbers in outputs mean the text that tells them."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _id(document: Any, index: int) -> str:
    found = document.get("id") if isinstance(document, dict) else None
    return str(found) if isinstance(found, str | int) else str(index)
