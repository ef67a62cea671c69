"""Tau2: the tasks of a tau2 checkout, as its files have them.

The structs say what a task file holds and no more: names of tools, of sides and of reward bases are
text here, since judging them is the audit's part, and one odd task must not hide the others. Fields
that are not named here are passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from interplay.engine.errors import DataError
from interplay.engine.importing.files import Unreadable, read_json, several

DEFAULT_BASIS = ("DB", "COMMUNICATE")
"""What a task is judged by that does not say it."""


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a task."""


class Instructions(_Part, frozen=True):
    """What the person wants and knows, in parts."""

    reason_for_call: str = ""
    task_instructions: str = ""
    known_info: str | None = None
    unknown_info: str | None = None
    domain: str = ""


class Scenario(_Part, frozen=True):
    """The person: how they are, and what they want."""

    instructions: Instructions | str = ""
    persona: str | None = None


class EnvCall(_Part, frozen=True):
    """Something done to the world before anybody speaks."""

    func_name: str
    arguments: dict[str, Any] = {}
    env_type: str = "assistant"
    """The side it is done to: "assistant" or "user"."""


class EnvAssertion(_Part, frozen=True):
    """A question about the world's end, and its right answer."""

    func_name: str
    arguments: dict[str, Any] = {}
    env_type: str = "assistant"
    assert_value: bool = True
    message: str | None = None


class HistoryCall(_Part, frozen=True):
    """A tool call in a recorded message."""

    name: str
    arguments: dict[str, Any] = {}
    id: str = ""
    requestor: str = ""
    """Who called; empty: whose message it is."""


class HistoryMessage(_Part, frozen=True):
    """A message of a conversation that was under way before the task begins."""

    role: str
    content: str | None = None
    tool_calls: tuple[HistoryCall, ...] | None = None
    id: str | None = None
    requestor: str = ""
    error: bool = False
    turn_idx: int | None = None


class InitializationData(_Part, frozen=True):
    """What is laid over the data of each side: objects key by key, everything else as a whole."""

    agent_data: dict[str, Any] | None = None
    user_data: dict[str, Any] | None = None


class InitialState(_Part, frozen=True):
    """How the world is made ready: data, then actions, then what was recorded."""

    initialization_data: InitializationData | None = None
    initialization_actions: tuple[EnvCall, ...] | None = None
    message_history: tuple[HistoryMessage, ...] | None = None


class ReferenceAction(_Part, frozen=True):
    """A call of the reference solution."""

    name: str
    arguments: dict[str, Any] = {}
    requestor: str = "assistant"
    """Who makes it: "assistant" or "user"."""
    action_id: str = ""
    info: str | None = None
    compare_args: tuple[str, ...] | None = None


class Criteria(_Part, frozen=True):
    """What a conversation is judged by."""

    actions: tuple[ReferenceAction, ...] | None = None
    env_assertions: tuple[EnvAssertion, ...] | None = None
    communicate_info: tuple[str, ...] | None = None
    nl_assertions: tuple[str, ...] | None = None
    reward_basis: tuple[str, ...] = DEFAULT_BASIS


class Description(_Part, frozen=True):
    """What a task is for, in words."""

    purpose: str | None = None
    notes: str | None = None
    relevant_policies: str | None = None


class Task(_Part, frozen=True):
    """One task."""

    id: str
    user_scenario: Scenario
    description: Description | None = None
    ticket: str | None = None
    initial_state: InitialState | None = None
    evaluation_criteria: Criteria | None = None

    @property
    def criteria(self) -> Criteria:
        """What it is judged by; nothing, where the file does not say."""
        return self.evaluation_criteria or Criteria()

    @property
    def initial(self) -> InitialState:
        """How the world is made ready; nothing, where the file does not say."""
        return self.initial_state or InitialState()


class Tasks(NamedTuple):
    """A task file, read."""

    tasks: tuple[Task, ...]
    unreadable: tuple[Unreadable, ...] = ()
    """Those that are no tasks, with what is wrong with them."""


def read_tasks(path: Path) -> Tasks:
    """The tasks of a file; one that is none is told apart and hides no other.

    Raises:
        DataError: the file cannot be read, or holds no JSON array.
    """
    read, unreadable = several(path, Task)
    return Tasks(tuple(read), tuple(unreadable))


def read_splits(path: Path) -> Mapping[str, tuple[str, ...]]:
    """The ids of each split of a world, by the split's name.

    Raises:
        DataError: the file cannot be read, or is no object from name to list of ids.
    """
    return read_json(path, dict[str, tuple[str, ...]], "an object from a split's name to a list of task ids")


def in_split(tasks: Tasks, splits: Mapping[str, tuple[str, ...]], name: str, where: Path) -> Tasks:
    """The tasks of one split, in the file's order.

    Raises:
        DataError: there is no such split, or it names a task that is not there.
    """
    if name not in splits:
        raise DataError(f"{where}: there is no split {name!r}; its splits are {', '.join(splits) or 'none'}")
    wanted = set(splits[name])
    kept = tuple(task for task in tasks.tasks if task.id in wanted)
    broken = tuple(each for each in tasks.unreadable if each.id in wanted)
    known = {task.id for task in kept} | {each.id for each in broken}
    absent = [each for each in splits[name] if each not in known]
    if absent:
        raise DataError(
            f"{where}: split {name!r} names {len(absent)} tasks that the task file lacks: {', '.join(absent[:3])}"
        )
    return Tasks(kept, broken)
