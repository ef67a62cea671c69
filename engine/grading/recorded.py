"""Recorded: conversations as others keep them in files, told apart by content.

- a line each: `{"messages": [...], "blueprint" or "task_id": id}`, with OpenAI's messages
- the same with the task beside it, `recorded_task`, and the reward
- the older project's results: a list of `{task_id, trial, reward, traj, info}`
- the newer project's results: one object with `simulations` and `tasks`

One conversation that cannot be read is kept as what is wrong with it, and hides no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from interplay.engine.errors import DataError, TranscriptError
from interplay.engine.grading.chat import read_chat
from interplay.engine.grading.simulation import read_simulation
from interplay.engine.grading.transcript import Transcript
from interplay.engine.importing import tau, tau2

EXPECTED = (
    "expected conversations: one JSON object a line with `messages` and `blueprint` or `task_id`; "
    "or a list of results with `task_id` and `traj`; or one object with `simulations` and `tasks`"
)
_CUT_OFF = frozenset({"max_steps", "too_many_errors", "max_errors", "timeout"})
"""Words for endings in which nobody left."""
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Recorded(NamedTuple):
    """One conversation, as it was recorded."""

    name: str
    """Where it stands: "line 3"."""
    task: str
    """The id of its task or blueprint; empty where nothing says."""
    transcript: Transcript | TranscriptError
    """What was said and done, or why that cannot be read."""
    trial: int = 0
    reward: float | None = None
    """What it was given."""
    cut_off: bool = False
    """Whether the recording says that it was ended by a limit."""
    own: tau.Task | tau2.Task | None = None
    """The task as the file holds it."""


def read_recorded(path: Path) -> Iterator[Recorded]:
    """The conversations of a file, in order.

    Raises:
        DataError: it cannot be read, or holds no conversations.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from None
    if not data.strip():
        raise DataError(f"{path} is empty; {EXPECTED}")
    try:
        whole = msgspec.json.decode(data)
    except _UNREADABLE:
        return _lines(path, data)
    if isinstance(whole, list):
        return (_guarded(_result, f"result {number}", document) for number, document in enumerate(whole))
    if isinstance(whole, dict) and "simulations" in whole:
        return _simulations(path, whole)
    return _lines(path, data)


def _lines(path: Path, data: bytes) -> Iterator[Recorded]:
    first = True
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        name = f"line {number}"
        try:
            document = msgspec.json.decode(line)
        except _UNREADABLE as error:
            if first:
                raise DataError(f"{path}, line {number}: {error}; {EXPECTED}") from None
            yield Recorded(name, "", TranscriptError("message", f"not JSON: {error}"))
            continue
        first = False
        yield _guarded(_chat, name, document)


class _Chat(msgspec.Struct, frozen=True, kw_only=True):
    messages: tuple[Any, ...]
    blueprint: str | int | None = None
    task_id: str | int | None = None
    trial: int = 0
    reward: float | None = None
    end: str = ""
    recorded_task: dict[str, Any] | None = None


class _Result(msgspec.Struct, frozen=True, kw_only=True):
    task_id: str | int
    traj: tuple[Any, ...]
    trial: int = 0
    reward: float | None = None
    info: Any = None


class _RewardInfo(msgspec.Struct, frozen=True, kw_only=True):
    reward: float | None = None


class _Simulation(msgspec.Struct, frozen=True, kw_only=True):
    task_id: str | int
    messages: tuple[Any, ...]
    trial: int | None = None
    reward_info: _RewardInfo | None = None
    termination_reason: str | None = None


class _TauTask(msgspec.Struct, frozen=True, kw_only=True):
    """A task as results hold it; fields beyond these are passed over."""

    actions: tuple[dict[str, Any], ...]
    user_id: str = ""
    instruction: str = ""
    outputs: tuple[str | int | float, ...] = ()


def _chat(name: str, document: Any) -> Recorded:
    found = msgspec.convert(document, _Chat)
    task = str(found.task_id if found.blueprint is None else found.blueprint)
    return Recorded(
        name=name,
        task="" if found.blueprint is None and found.task_id is None else task,
        transcript=_transcript(read_chat, found.messages),
        trial=found.trial,
        reward=found.reward,
        cut_off=found.end in _CUT_OFF,
        own=_tau_task(task, found.recorded_task),
    )


def _result(name: str, document: Any) -> Recorded:
    found = msgspec.convert(document, _Result)
    info = found.info if isinstance(found.info, Mapping) else {}
    return Recorded(
        name=name,
        task=str(found.task_id),
        transcript=_transcript(read_chat, found.traj),
        trial=found.trial,
        reward=found.reward,
        own=_tau_task(str(found.task_id), info.get("task")),
    )


def _simulations(path: Path, whole: Mapping[str, Any]) -> Iterator[Recorded]:
    if not isinstance(whole["simulations"], list):
        raise DataError(f"{path}: `simulations` is no list; {EXPECTED}")
    told = whole.get("tasks") or []
    if not isinstance(told, list):
        raise DataError(f"{path}: `tasks` is no list; {EXPECTED}")
    tasks: dict[str, tau2.Task] = {}
    for document in told:
        try:
            task = msgspec.convert(document, tau2.Task)
        except msgspec.ValidationError:
            continue  # the conversation that needs it will say that its blueprint is lacking
        tasks[task.id] = task
    read = partial(_simulation, tasks)
    return (_guarded(read, f"simulation {number}", each) for number, each in enumerate(whole["simulations"]))


def _simulation(tasks: Mapping[str, tau2.Task], name: str, document: Any) -> Recorded:
    found = msgspec.convert(document, _Simulation)
    return Recorded(
        name=name,
        task=str(found.task_id),
        transcript=_transcript(read_simulation, found.messages),
        trial=found.trial or 0,
        reward=found.reward_info.reward if found.reward_info is not None else None,
        cut_off=found.termination_reason in _CUT_OFF,
        own=tasks.get(str(found.task_id)),
    )


def _guarded(read: Callable[[str, Any], Recorded], name: str, document: Any) -> Recorded:
    """A conversation as a reader takes it, or what is wrong with it."""
    try:
        return read(name, document)
    except msgspec.ValidationError as error:
        return Recorded(name, "", TranscriptError("message", f"{error}; {EXPECTED}"))


def _transcript(read: Callable[[Sequence[Any]], Transcript], messages: Sequence[Any]) -> Transcript | TranscriptError:
    try:
        return read(messages)
    except TranscriptError as error:
        return error


def _tau_task(name: str, document: Any) -> tau.Task | None:
    """The older project's task, whose actions hold `arguments` or, in its results, `kwargs`."""
    try:
        found = msgspec.convert(document, _TauTask)
        actions = [{"name": a.get("name"), "arguments": a.get("kwargs", a.get("arguments", {}))} for a in found.actions]
        return tau.Task(
            id=name,
            user_id=found.user_id,
            instruction=found.instruction,
            actions=msgspec.convert(actions, tuple[tau.ReferenceAction, ...]),
            outputs=tuple(map(str, found.outputs)),
        )
    except msgspec.ValidationError:
        return None
