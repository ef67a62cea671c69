"""Cases: one shape for the tasks of both projects, before anything is judged.

A case says what a task file says: whose words, which reference calls by which side, how the world is made
ready, and what the original judges. Names are as they stand there; which of them our world knows is found
out when a case is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from interplay.engine.importing import tau, tau2
from interplay.engine.messages import Caller

Project: TypeAlias = Literal["tau", "tau2"]

CALLERS: Mapping[str, Caller] = {"assistant": "agent", "user": "human"}
"""The sides as the projects name them, and as we do."""

_NAMED = re.compile(r"\b(?:[Yy]ou are|[Yy]our name is) ((?:[A-Z][\w'-]+ )?[A-Z][\w'-]+)")
_STRANGER = "the caller"
KNOWN, UNKNOWN, BEHAVIOUR = "What you know: ", "What you do not know: ", "How you behave: "
"""What the parts of an instruction begin with, after why the person calls."""


class Step(NamedTuple):
    """A call of the reference, of a setup or of a recorded message."""

    name: str
    arguments: dict[str, Any]
    side: str = "assistant"
    """Whose it is, as the file has it."""


class Question(NamedTuple):
    """Something asked of the world's end, and the right answer."""

    name: str
    arguments: dict[str, Any]
    side: str
    expected: bool


class Basis(NamedTuple):
    """What the original judges a conversation by."""

    state: bool
    """The end of the data."""
    questions: bool
    """The questions asked of it."""
    outputs: bool
    """What has to be told."""
    actions: bool
    """That the reference's very calls were made."""
    judge: bool
    """What only a model or a person can judge."""
    unknown: tuple[str, ...] = ()
    """Names of bases that we know nothing of."""


class Case(NamedTuple):
    """One task."""

    project: Project
    world: str
    split: str
    """Which of several task files it stands in; empty where there is one."""
    task: str
    instruction: str
    """All that whoever plays the person is told."""
    wish: str
    """Why the person calls."""
    name: str
    persona: str
    steps: tuple[Step, ...]
    outputs: tuple[str, ...]
    basis: Basis
    data: Mapping[str, dict[str, Any]] = {}
    """Laid over the data of each side, "agent" or "user", before anything else."""
    setups: tuple[Step, ...] = ()
    history: tuple[Step, ...] = ()
    """Calls that were made before the task begins."""
    questions: tuple[Question, ...] = ()
    sentences: tuple[str, ...] = ()
    """What a judge has to find true."""
    person: str = ""
    """Id of the person, where the file says it."""

    @property
    def id(self) -> str:
        """The blueprint's id: "tau-WORLD-test-12"."""
        return "-".join(filter(None, (self.project, self.world, self.split, self.task)))

    @property
    def label(self) -> str:
        """The task as a report names it: its id, after its split where there are several."""
        return f"{self.split} {self.task}".strip()


TAU_BASIS = Basis(state=True, questions=False, outputs=True, actions=False, judge=False)
_BASES = {
    "DB": "state", "ENV_ASSERTION": "questions", "COMMUNICATE": "outputs", "ACTION": "actions", "NL_ASSERTION": "judge"
}  # fmt: skip


def from_tau(task: tau.Task, world: str, split: str) -> Case:
    """A task of the older project."""
    return Case(
        project="tau",
        world=world,
        split=split,
        task=task.id,
        instruction=task.instruction,
        wish=task.instruction,
        name=_name(task.instruction),
        person=task.user_id,
        persona="",
        steps=tuple(Step(each.name, each.arguments) for each in task.actions),
        outputs=task.outputs,
        basis=TAU_BASIS,
    )


def from_tau2(task: tau2.Task, world: str) -> Case:
    """A task of the newer project."""
    criteria, initial, told = task.criteria, task.initial, task.user_scenario.instructions
    laid = initial.initialization_data or tau2.InitializationData()
    instruction = _instruction(task.user_scenario)
    return Case(
        project="tau2",
        world=world,
        split="",
        task=task.id,
        instruction=instruction,
        wish=(told if isinstance(told, str) else told.reason_for_call) or instruction,
        name=_name(told if isinstance(told, str) else told.known_info or ""),
        persona=(task.user_scenario.persona or "").strip(),
        steps=tuple(Step(each.name, each.arguments, each.requestor) for each in criteria.actions or ()),
        outputs=criteria.communicate_info or (),
        basis=_basis(criteria.reward_basis),
        data={side: data for side, data in (("agent", laid.agent_data), ("user", laid.user_data)) if data},
        setups=tuple(Step(e.func_name, e.arguments, e.env_type) for e in initial.initialization_actions or ()),
        history=tuple(_history(initial.message_history or ())),
        questions=tuple(
            Question(e.func_name, e.arguments, e.env_type, e.assert_value) for e in criteria.env_assertions or ()
        ),
        sentences=criteria.nl_assertions or (),
    )


def _basis(names: tuple[str, ...]) -> Basis:
    judged = {field: name in names for name, field in _BASES.items()}
    return Basis(**judged, unknown=tuple(name for name in names if name not in _BASES))


def _instruction(scenario: tau2.Scenario) -> str:
    """The parts of a scenario as one text; the persona is told beside it."""
    told = scenario.instructions
    if isinstance(told, str):
        return told.strip()
    parts = (
        ("", told.reason_for_call),
        (KNOWN, told.known_info),
        (UNKNOWN, told.unknown_info),
        (BEHAVIOUR, told.task_instructions),
    )
    return "\n\n".join(f"{label}{text.strip()}" for label, text in parts if text and text.strip())


def _name(text: str) -> str:
    """Who the person says they are, where it stands as a name."""
    found = _NAMED.search(text)
    return found[1] if found else _STRANGER


def _history(messages: tuple[tau2.HistoryMessage, ...]) -> Iterator[Step]:
    """Calls of recorded messages that did not fail."""
    failed = {each.id for each in messages if each.role == "tool" and each.error}
    for message in messages:
        for call in message.tool_calls or ():
            if call.id not in failed or not call.id:
                yield Step(call.name, call.arguments, call.requestor or message.role)
