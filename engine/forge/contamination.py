"""Contamination: whether a task is taken from a test set.

A test set that is to be kept out is read in the layouts that are in use: the public benchmark's tasks in
both of its versions, blueprints of another run, or lines with an instruction and actions. A candidate is
compared with each task in three ways: the words of the instruction, the ids that the calls name, and the
changes themselves. What people do with things of their own names nobody's, and is no change that could be taken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from interplay.engine.blueprint import Blueprint
from interplay.engine.errors import BlueprintError, DataError
from interplay.engine.forge.duplicates import DONE, LEFT, matter, spelling
from interplay.engine.forge.provenance import leaves
from interplay.engine.tools import Toolset

GRAM = 8
"""Words in a row that are compared."""
WORDS_SHARED = 0.5
"""Share of the shorter instruction's word sequences that also stand in the other one."""
WORDS_LEAST = 5
"""Sequences that two instructions share at least: a dozen words in a row, or several shorter stretches."""
COMMON = 0.01
"""A sequence in more than this share of all tasks, and in more than a few, is a phrase and tells nothing."""
FEW = 3
IDS_SHARED = 0.6
"""Share of the ids of both that stand in both."""
CHANGES_SHARED = 0.5
"""Share of the candidate's changes that the other makes, too."""

EXPECTED = (
    'expected a JSON array of tasks, or a JSON object a line, each with "instruction" and "actions", with '
    '"user_scenario" and "evaluation_criteria", or with "blueprint"'
)

_WORD = re.compile(r"[\w#@'.-]*\w")
_ID = re.compile(r"(?=(?:\D*\d){4})\S{6,}")
"""Six signs or more without a space, at least four of them digits."""


class _Call(NamedTuple):
    """A call that a task is about."""

    tool: str
    arguments: dict[str, Any]
    left: bool = False
    """Whether it must not be made."""


class _Task(NamedTuple):
    """What is compared of a task."""

    where: str
    words: frozenset[Hashable]
    ids: frozenset[str]
    changes: frozenset[str]


class Exclusions:
    """Tasks of test sets that nothing may be taken from.

    Args:
        tools: of the world that candidates are for; what they only look up is no change.
    """

    def __init__(self, tools: Toolset) -> None:
        self._tools = tools
        self._tasks: list[_Task] = []
        self._by_words: dict[Hashable, list[int]] = {}
        self._by_id: dict[str, list[int]] = {}
        self._by_change: dict[str, list[int]] = {}

    @classmethod
    def read(cls, paths: Iterable[Path], tools: Toolset) -> Exclusions:
        """Read test sets.

        Args:
            paths: files, JSON or JSON lines.
            tools: of the world that candidates are for.
        Raises:
            DataError: a file cannot be read or holds no tasks, or one in it is in no known layout; says which
                file, which task or line, and what was expected.
        """
        exclusions = cls(tools)
        for path in paths:
            before = len(exclusions)
            for where, document in _documents(path):
                exclusions._add(where, document)
            if len(exclusions) == before:
                raise DataError(f"{path} holds no tasks; {EXPECTED}")
        return exclusions

    def __len__(self) -> int:
        return len(self._tasks)

    def check(self, blueprint: Blueprint) -> None:
        """The blueprint is taken from none of these tasks.

        Raises:
            BlueprintError: "contamination"; names the task, and what is shared.
        """
        own = self._task("", matter(blueprint), _calls_of(blueprint))
        for at, count in _shared(self._by_change, own.changes):
            if count >= CHANGES_SHARED * len(own.changes):
                raise _taken(self._tasks[at], f"{count} of its {len(own.changes)} changes are made there, too")
        for at, count in _shared(self._by_id, own.ids):
            if count >= IDS_SHARED * len(own.ids | self._tasks[at].ids):
                raise _taken(self._tasks[at], f"{count} of its {len(own.ids)} ids stand there, too")
        most = max(FEW, int(COMMON * len(self)))
        telling = {each for each in own.words if len(self._by_words.get(each, ())) <= most}
        for at, count in _shared(self._by_words, telling):
            if count >= max(WORDS_LEAST, WORDS_SHARED * min(len(own.words), len(self._tasks[at].words))):
                raise _taken(self._tasks[at], f"{count} sequences of {GRAM} words stand in both instructions")

    def _add(self, where: str, document: Any) -> None:
        for text, calls in _layout(where, document):
            at = len(self._tasks)
            task = self._task(where, text, calls)
            self._tasks.append(task)
            indexes: tuple[tuple[dict[Any, list[int]], frozenset[Any]], ...] = (
                (self._by_words, task.words),
                (self._by_id, task.ids),
                (self._by_change, task.changes),
            )
            for index, keys in indexes:
                for key in keys:
                    index.setdefault(key, []).append(at)

    def _task(self, where: str, text: str, calls: Sequence[_Call]) -> _Task:
        tools, own = self._tools, self._tools.human
        changes = [
            call for call in calls if call.tool not in own and (call.tool not in tools or tools[call.tool].writes)
        ]
        values = (value for call in calls for _, value in leaves(call.arguments) if isinstance(value, str))
        return _Task(
            where=where,
            words=frozenset(_sequences(text)),
            ids=frozenset(value for value in values if _ID.fullmatch(value)),
            changes=frozenset((LEFT if call.left else DONE) + spelling(call.tool, call.arguments) for call in changes),
        )


def _shared(index: dict[Any, list[int]], keys: Iterable[Any]) -> list[tuple[int, int]]:
    """Places of tasks that share keys, and how many; the first task first."""
    return sorted(Counter(at for key in keys for at in index.get(key, ())).items())


def _taken(task: _Task, why: str) -> BlueprintError:
    return BlueprintError("contamination", f"too near {task.where}: {why}; write about other things in other words")


def _sequences(text: str) -> Iterator[Hashable]:
    """Every so many words in a row; of a text with fewer, all."""
    words = _WORD.findall(text.casefold())
    for at in range(max(1, len(words) - GRAM + 1) if words else 0):
        yield hash(tuple(words[at : at + GRAM]))


# --- layouts


def _documents(path: Path) -> Iterator[tuple[str, Any]]:
    """Each task of a file, with words for where it stands."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}; {EXPECTED}") from None
    try:
        whole = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        yield from _lines(path, data)
        return
    tasks = whole.get("tasks", whole) if isinstance(whole, dict) else whole
    for at, document in enumerate(tasks if isinstance(tasks, list) else [tasks]):
        yield f"{path}, task {at}", document


def _lines(path: Path, data: bytes) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(data.splitlines(), 1):
        if line.strip():
            try:
                yield f"{path}, line {number}", msgspec.json.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise DataError(f"{path}, line {number}: {error}; {EXPECTED}") from None


def _layout(where: str, document: Any) -> Iterator[tuple[str, list[_Call]]]:
    """The instruction and the calls of a task in any known layout; nothing where a unit came to none."""
    match document:
        case {"unit": _, "blueprint": dict() as blueprint}:
            yield _blueprint(where, blueprint)
        case {"unit": _, **others} if "blueprint" not in others:
            return
        case {"persona": dict(), "facts": _, "goals": _}:
            yield _blueprint(where, document)
        case {"user_scenario": scenario, "evaluation_criteria": criteria}:
            actions = criteria.get("actions") if isinstance(criteria, dict) else None
            yield " ".join(_texts(scenario)), _calls(where, actions or [])
        case {"instruction": str(text)}:
            yield text, _calls(where, document.get("actions") or [])
        case _:
            found = ", ".join(sorted(map(str, document))) if isinstance(document, dict) else type(document).__name__
            raise DataError(f"{where}: found {found[:200]}; {EXPECTED}")


def _blueprint(where: str, document: dict[str, Any]) -> tuple[str, list[_Call]]:
    try:
        blueprint = msgspec.convert(document, Blueprint)
    except msgspec.ValidationError as error:
        raise DataError(f"{where}: no blueprint: {error}") from None
    return matter(blueprint), _calls_of(blueprint)


def _calls_of(blueprint: Blueprint) -> list[_Call]:
    done = [_Call(action.tool, action.arguments) for action in blueprint.actions]
    return done + [_Call(action.tool, action.arguments, left=True) for action in blueprint.untaken.values()]


def _calls(where: str, actions: Any) -> list[_Call]:
    """Calls by name or by tool, with arguments as an object or as its text."""
    if not isinstance(actions, list):
        raise DataError(f'{where}: "actions" is {type(actions).__name__}; expected an array of calls')
    return [_call(f"{where}, action {at}", action) for at, action in enumerate(actions)]


def _call(where: str, action: Any) -> _Call:
    match action:
        case {"name": str(tool), "arguments": arguments} | {"tool": str(tool), "arguments": arguments}:
            if isinstance(arguments, str):
                try:
                    arguments = msgspec.json.decode(arguments)
                except msgspec.DecodeError as error:
                    raise DataError(f"{where}: the arguments are no JSON: {error}") from None
            if isinstance(arguments, dict):
                return _Call(tool, arguments)
    raise DataError(f'{where}: expected {{"name": ..., "arguments": {{...}}}}, found {str(action)[:200]}')


def _texts(document: Any) -> Iterator[str]:
    """Every text in a scenario, in order."""
    for _, value in leaves(document):
        if isinstance(value, str):
            yield value
