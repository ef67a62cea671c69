"""Blueprint: a task before anyone acts.

What a person wants, told two ways: as an instruction in words, and as facts and goals that a simulated
human keeps as a ledger. What fulfils it: the ground-truth actions, each argument with its origin, the
outputs that the agent must tell, and the duties that leave no trace in state. An agent under test sees
none of it.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from interplay.engine.messages import Caller


class _Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Part of a blueprint."""


class Persona(_Value, frozen=True):
    """How the human behaves, apart from what they want."""

    name: str
    description: str
    """For the instruction: "You are short of time and write in few words."."""
    verbosity: Literal["terse", "plain", "chatty"] = "plain"
    mood: Literal["friendly", "neutral", "annoyed"] = "neutral"
    discloses: Literal["stepwise", "together"] = "stepwise"
    """One wish at a time, or all of them in the first message."""
    patience: Literal["patient", "usual", "impatient"] = "usual"
    """Whether delay is borne, or pressed against."""
    precision: Literal["exact", "usual", "vague"] = "usual"
    """Whether details come with what they belong to, or only when asked for."""
    comfort: Literal["low", "usual", "high"] = "usual"
    """With computers and the words that go with them."""
    language: Literal["usual", "formal", "casual", "foreign"] = "usual"
    """How they write; to "foreign" English is a second language."""
    identifies: Literal["asked", "first", "reluctant"] = "asked"
    """When they say who they are: when asked, with their first words, or only after some grumbling."""


class Fact(_Value, frozen=True):
    """Something that the human knows and says when it is their turn to."""

    key: str
    """Unique in the blueprint: "email", "g1.order_id"."""
    values: tuple[str, ...]
    """The values that become known when it is said; each stands in `say` literally."""
    say: str
    """A whole sentence."""
    question: str
    """How an employee asks for it, a whole sentence."""
    cues: tuple[str, ...]
    """Words, lower case, of which a question for it has at least one: "email", "e-mail"."""
    goal: str = ""
    """Id of the goal that it belongs to; empty for who the person is."""


class Check(_Value, frozen=True):
    """How the human sees for themselves, by a tool of their own, that a goal was met."""

    tool: str
    contains: str
    """Stands in what the tool answers when the goal was met."""
    arguments: dict[str, Any] = {}


class Goal(_Value, frozen=True):
    """One thing that the human wants."""

    id: str
    kind: Literal["write", "read", "refuse", "hand_over"]
    """How it ends well: a change, an answer, a no, or a hand-over to a person."""
    wish: str
    """What the human says first, whole sentences; may hold values of facts."""
    signs: tuple[str, ...]
    """Words, lower case, of which an agent's statement has one when the goal was met."""
    revision: str = ""
    """Said once instead of the first yes: a change of mind."""
    insistence: str = ""
    """Said once when the agent declines."""
    story: str = ""
    """The same wish, told to the one who plays the person: "You want to cancel order ...". For the instruction."""
    check: Check | None = None
    """Where there is one, the human takes nobody's word for it that the goal was met."""


class Brief(_Value, frozen=True):
    """What a simulated human knows of a blueprint."""

    instruction: str
    persona: Persona
    facts: tuple[Fact, ...]
    goals: tuple[Goal, ...]
    turns: tuple[str, ...] = ()
    """What they say, word for word, where the conversation has a script; then nothing else is theirs to choose."""

    @property
    def words(self) -> str:
        """All that the human was given, as one text: what stands in it they may say, and nothing else."""
        parts = [self.instruction, self.persona.name, self.persona.description]
        parts += [text for fact in self.facts for text in (fact.say, *fact.values)]
        parts += [text for goal in self.goals for text in (goal.wish, goal.revision, goal.insistence)]
        return "\n".join(parts)


class Action(_Value, frozen=True):
    """A ground-truth tool call."""

    tool: str
    arguments: dict[str, Any]
    goal: str = ""
    """Id of the goal that it serves; empty for finding out who the person is."""
    origins: dict[str, str] = {}
    """Where each argument's value comes from, by path in the arguments ("item_ids/0"): "told:KEY",
    "read:N" (result of action N), "policy", or "composed"."""
    by: Caller = "agent"
    """Who makes it; what is the human's to do the agent has to ask for."""


class Output(_Value, frozen=True):
    """A fact that the agent must tell the human."""

    value: str
    statement: str
    """A sentence that tells it; holds `value` literally."""
    goal: str


class Duty(_Value, frozen=True):
    """Something owed that leaves no trace in state."""

    kind: Literal["refuse", "hand_over"]
    goal: str
    statement: str
    """How a good employee says it."""


class Setup(_Value, frozen=True):
    """Something done to the world before anybody speaks."""

    tool: str
    arguments: dict[str, Any] = {}
    by: Literal["world", "agent", "human"] = "world"
    """Whose tool it is; "world": one of the setups, which nobody can call."""


class Assertion(_Value, frozen=True):
    """A question about the state at the end, with its answer."""

    tool: str
    """One of the world's assertions."""
    arguments: dict[str, Any] = {}
    expected: bool = True
    goal: str = ""


class Turn(_Value, frozen=True):
    """A turn of a scripted conversation, in which the human's words are given and not chosen."""

    say: str
    """What the human says, word for word."""
    actions: tuple[Action, ...] = ()
    """What the agent has to do before the human speaks again; none where something is lacking to do it."""
    reveals: tuple[str, ...] = ()
    """Tools that the agent has from this turn on, and had not before."""


class Blueprint(_Value, frozen=True):
    """A validated task; see `forge.checks` for what was checked."""

    id: str
    domain: str
    instruction: str
    persona: Persona
    facts: tuple[Fact, ...]
    goals: tuple[Goal, ...]
    actions: tuple[Action, ...]
    outputs: tuple[Output, ...] = ()
    duties: tuple[Duty, ...] = ()
    untaken: dict[str, Action] = {}
    """By goal id: a change that is asked for and must not be made, thought better of or forbidden."""
    traits: tuple[str, ...] = ()
    """What makes it hard, for counting: "mind_change", "conditional", "forbidden", ..."""
    rows: dict[str, dict[str, dict[str, Any] | None]] = {}
    """Rows, by table and key, that the world has for this task before its setup; None: has not."""
    setup: tuple[Setup, ...] = ()
    """What is done to the world, in order, before anybody speaks."""
    assertions: tuple[Assertion, ...] = ()
    """What has to be true at the end."""
    judged: Literal["all", "agent", "none"] = "all"
    """Which tables' end decides: all, those of the agent's side, or none, so that assertions do."""
    turns: tuple[Turn, ...] = ()
    """The script, where the human has one; `actions` are those of all turns."""
    tools: tuple[str, ...] | None = None
    """Names of the tools that the agent is offered at first; None: all that no turn reveals later."""

    @property
    def brief(self) -> Brief:
        """What the simulated human is given: never the actions or the outputs."""
        return Brief(
            instruction=self.instruction,
            persona=self.persona,
            facts=self.facts,
            goals=self.goals,
            turns=tuple(turn.say for turn in self.turns),
        )

    @property
    def duty_of(self) -> dict[str, Duty]:
        """The duty of each goal that has one, by goal id."""
        return {duty.goal: duty for duty in self.duties}


Candidate = Blueprint
"""A blueprint that nothing has checked yet; its actions have no origins."""
