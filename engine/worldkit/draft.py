"""Draft: a blueprint while it is being written.

It keeps a fork of its own in which every action was carried out, so that each next wish is made for the state that
the earlier ones leave behind. Reads are not listed by hand: `look_up` walks the tool graph backwards from the change
that is wanted. A world subclasses it with its person, how they are identified, and what it picks for a wish.

A wish is a function of a draft and a seed. It tells what the person knows (`tell`), carries out what fulfils it
(`look_up`, `look`, `act`), and closes the goal: `finish`, or one of `refuse` and `hand_over`. Where the person has
nothing for it, it raises `lacking(...)`, and `attempt` leaves the draft as it was.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Generic, Literal, TypeAlias, TypeVar

import msgspec

from interplay.engine.blueprint import Action, Assertion, Candidate, Check, Duty, Fact, Goal, Output, Persona, Setup
from interplay.engine.database import Base, Database
from interplay.engine.domain import Domain
from interplay.engine.environment import Environment
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.instruction import compose
from interplay.engine.messages import Caller, ToolCall
from interplay.engine.seeds import Seed
from interplay.engine.truth import begin, holds

D = TypeVar("D", bound=Database)
R = TypeVar("R")
T = TypeVar("T", bound="Draft[Any]")

Ending: TypeAlias = Literal["write", "read", "refuse", "hand_over"]


class Draft(ABC, Generic[D]):
    """One person and what was written for them so far.

    Args:
        domain: the world.
        base: its data.
        seed: decides who the person is, and how the tool graph is walked.
    """

    self_evident: ClassVar[frozenset[Any]] = frozenset()
    """Entities that every person can tell about themselves."""

    def __init__(self, domain: Domain[D], base: Base[D], seed: Seed) -> None:
        self.domain = domain
        self.base = base
        self.db: D = base.fork()
        self.seed = seed
        self.touched: set[str] = set()
        """Ids of things that a goal is about already."""
        self.goals: list[Goal] = []
        self.facts: list[Fact] = []
        self.actions: list[Action] = []
        self.outputs: list[Output] = []
        self.duties: list[Duty] = []
        self.untaken: dict[str, Action] = {}
        self.traits: set[str] = set()
        self.setups: list[Setup] = []
        self.assertions: list[Assertion] = []
        self.judged: Literal["all", "agent", "none"] = "all"
        """Which tables' end decides; "none" leaves it to the assertions."""
        self.holds: list[Callable[[], bool]] = []
        """What was told or meant and has to be true still when all goals were met, in whatever order."""
        self._looked_at: set[tuple[str, str]] = set()
        self._rows: dict[tuple[str, str], msgspec.Struct | None] = {}
        self._environment = Environment(domain.tools, self.db)
        if domain.tools.sync is not None:
            self._begin_again()

    @property
    @abstractmethod
    def name(self) -> str:
        """The person's full name."""

    @abstractmethod
    def identify(self, seed: Seed) -> None:
        """Begin with finding out who the person is: facts of no goal, and the lookups that find them.

        Args:
            seed: decides how.
        """

    @property
    def goal(self) -> str:
        """Id of the goal that is being written."""
        return f"g{len(self.goals) + 1}"

    # The world before anybody speaks

    def put(self, table: str, key: str, row: msgspec.Struct | None) -> None:
        """Give the world a row for this blueprint alone; None takes one away."""
        self._rows[table, key] = row
        self._begin_again()

    def setup(self, tool: str, /, by: Literal["world", "agent", "human"] = "world", **arguments: Any) -> None:
        """Do something to the world before anybody speaks; what was acted so far is acted again after it.

        Raises:
            BlueprintError: it cannot be done, or not before what was acted so far.
        """
        self.set_up(Setup(tool=tool, arguments=arguments, by=by))

    def set_up(self, *setups: Setup) -> None:
        """Do several things to the world before anybody speaks, in this order; see `setup`, which costs as much.

        Raises:
            BlueprintError: one cannot be done, or not before what was acted so far.
        """
        self.setups += setups
        self._begin_again()

    def assertion(self, tool: str, /, expected: bool = True, goal: str | None = None, **arguments: Any) -> None:
        """Something that has to be true at the end; it is asked when all wishes are there.

        Args:
            tool: one of the world's assertions.
            expected: its answer.
            goal: the goal that it is about; the one being written by default.
            arguments: the tool's.
        """
        asked = Assertion(tool=tool, arguments=arguments, expected=expected, goal=self.goal if goal is None else goal)
        self.assertions.append(asked)
        self.holds.append(lambda: holds(self.domain.tools, self.db, asked))

    # What a wish can be about

    def take(self, found: Sequence[R], key: Callable[[R], str], what: str, seed: Seed) -> R:
        """One of several things that the goal being written is about, and no other goal from then on.

        Args:
            found: things of the person's that are as the wish needs them, whatever was touched.
            key: a thing's id.
            what: what is looked for, for the error: "an order that is pending".
            seed: decides which.
        Raises:
            BlueprintError: there is none; another person or wish has to be tried.
        """
        free = [each for each in found if key(each) not in self.touched]
        if not free:
            raise lacking(what)
        taken = seed.pick(free)
        self.touched.add(key(taken))
        return taken

    # What the person knows and says

    def introduce(
        self,
        key: str,
        values: Sequence[str],
        says: Sequence[str],
        questions: Sequence[str],
        cues: Sequence[str],
        seed: Seed,
    ) -> Fact:
        """Something that the person can say of who they are; the world adds it to `facts`.

        Args:
            key: unique among facts.
            values: what becomes known by it; each stands in every one of `says`.
            says: ways to say it, whole sentences.
            questions: ways to ask for it.
            cues: words, lower case, that a question for it has one of.
            seed: picks.
        """
        return Fact(
            key=key,
            values=tuple(values),
            say=seed.child("say").pick(says),
            question=seed.child("ask").pick(questions),
            cues=tuple(cues),
        )

    def tell(self, name: str, values: Sequence[str], say: str, *, question: str, cues: Sequence[str]) -> None:
        """Something that the person knows about the goal being written."""
        key = f"{self.goal}.{name}"
        self.facts.append(
            Fact(key=key, values=tuple(values), say=say, question=question, cues=tuple(cues), goal=self.goal)
        )

    # What is done

    def look_up(
        self,
        change: str,
        bindings: Mapping[Any, Sequence[str]],
        *,
        told: Sequence[Any] = (),
        always: Sequence[str] = (),
    ) -> None:
        """The reads before a change, found by walking the tool graph backwards from it.

        Args:
            change: name of the tool that the reads lead to.
            bindings: values of each entity that the walk may pass; a read whose entity has none is left out.
            told: entities that the person tells, beside those that everybody can.
            always: names of reads to make in any case after the walk, because what they show decides.
        """
        walk = self.domain.graph.walk_back(change, self.self_evident | set(told), self.seed.child("walk", self.goal))
        for name in (*walk[:-1], *always):
            parameters = self.domain.tools[name].parameters
            if any(parameter.entity in self.self_evident for parameter in parameters):
                continue  # who the person is was found out at the beginning
            if len(parameters) == 1:
                for value in bindings.get(parameters[0].entity, ()):
                    self.look(name, **{parameters[0].name: value})

    def look(self, tool: str, /, **arguments: Any) -> Any:
        """One read by the agent, unless it was done before; returns what it gives, decoded."""
        key = (tool, repr(sorted(arguments.items())))
        if key in self._looked_at:
            return _decoded(self._run(tool, arguments))
        self._looked_at.add(key)
        return _decoded(self.act(tool, arguments))

    def act(self, tool: str, arguments: dict[str, Any], *, goal: str | None = None, by: Caller = "agent") -> str:
        """Carry an action out, and keep it; returns what the tool answered.

        Args:
            tool: a tool of whoever acts.
            arguments: as that one gives them.
            goal: the goal that it serves: the one being written by default, "" for finding out who the person is.
            by: who acts; what is the human's to do the agent has to ask for.
        Raises:
            BlueprintError: the tool refused; the draft is no good.
        """
        content = self._run(tool, arguments, by)
        self.actions.append(Action(tool=tool, arguments=arguments, goal=self.goal if goal is None else goal, by=by))
        return content

    def forbid(self, tool: str, arguments: dict[str, Any]) -> None:
        """Keep a change that the goal being written asks for and that must not be made."""
        self.untaken[self.goal] = Action(tool=tool, arguments=arguments, goal=self.goal)

    def rethink(self, tool: str, arguments: dict[str, Any]) -> None:
        """Keep a change that the person asks for first, and thinks better of."""
        self.forbid(tool, arguments)
        self.traits.add("mind_change")

    # How a goal ends

    def answer(self, value: str, statement: str) -> None:
        """A value that the agent has to tell; the statement holds it literally."""
        self.outputs.append(Output(value=value, statement=statement, goal=self.goal))

    def finish(
        self,
        kind: Ending,
        wish: str,
        story: str,
        signs: Sequence[str],
        *,
        revision: str = "",
        insistence: str = "",
        check: Check | None = None,
    ) -> None:
        """Close the goal being written.

        Args:
            kind: how it ends well.
            wish: the person's first words about it.
            story: the same, told to the one who plays the person.
            signs: words, lower case, that show that it was met.
            revision: said instead of the first yes: a change of mind.
            insistence: said once when the agent declines.
            check: how the person sees for themselves that it was met.
        """
        self.goals.append(
            Goal(
                id=self.goal,
                kind=kind,
                wish=wish,
                story=story,
                signs=tuple(signs),
                revision=revision,
                insistence=insistence,
                check=check,
            )
        )

    def refuse(
        self,
        wish: str,
        story: str,
        no: str,
        seed: Seed,
        *,
        insisting: Sequence[str] = (),
        signs: Sequence[str] = (),
        revision: str = "",
    ) -> None:
        """Close a goal whose right end is a no that changes nothing.

        Args:
            wish: the person's first words about it.
            story: the same, told to the one who plays the person.
            no: how a good employee declines, with the reason.
            seed: decides whether the person insists.
            insisting: what they may say then; with none they do not.
            signs: words that would show that it was granted; by default what the forbidden change's tool claims.
            revision: said instead of a yes, should the agent propose the change after all.
        """
        insistence = seed.child("insistence").pick(insisting) if insisting and seed.child("insists").chance(0.7) else ""
        self.duties.append(Duty(kind="refuse", goal=self.goal, statement=no))
        self.traits.add("forbidden")
        if insistence:
            story += " If that is denied, you insist once and then accept it."
        granted = signs or self.claims(self.untaken[self.goal].tool)
        self.finish("refuse", wish, story, granted, insistence=insistence, revision=revision)

    def hand_over(self, wish: str, story: str, summary: str, statement: str) -> None:
        """Close a goal that only a person can see to; it has to be the last one.

        Args:
            wish: the person's first words about it.
            story: the same, told to the one who plays the person.
            summary: what the agent tells the colleague.
            statement: what the agent tells the person.
        """
        tool = next(each for each in self.domain.tools.values() if each.hands_over)
        self.act(tool.name, {tool.parameters[0].name: summary})
        self.duties.append(Duty(kind="hand_over", goal=self.goal, statement=statement))
        self.traits.add("hand_over")
        self.finish("hand_over", wish, story, ("colleague", "person", "human agent"))

    def claims(self, tool: str) -> tuple[str, ...]:
        """Words that say that a tool's change was made."""
        speech = self.domain.tools[tool].speech
        return speech.claims if speech else ()

    # The whole

    def attempt(self: T, wish: Callable[[T, Seed], None], seed: Seed) -> bool:
        """Add a wish, or, when the person has nothing for it, leave the draft as it was.

        Returns:
            Whether the wish was added.
        """
        lists: tuple[list[Any], ...] = (self.goals, self.facts, self.actions, self.outputs, self.duties, self.holds)
        lists += (self.setups, self.assertions)
        lengths = [len(each) for each in lists]
        sets = set(self.touched), set(self.traits), set(self._looked_at), dict(self.untaken)
        begun, judged = (len(self.setups), dict(self._rows)), self.judged
        mark = self.db.mark()
        try:
            wish(self, seed)
        except BlueprintError:
            same_beginning = begun == (len(self.setups), self._rows)
            for each, length in zip(lists, lengths, strict=True):
                del each[length:]
            self.touched, self.traits, self._looked_at, self.untaken = sets
            self._rows, self.judged = begun[1], judged
            if same_beginning:
                self.db.rollback(mark)
            else:
                self._begin_again()
            return False
        return True

    def candidate(self, persona: Persona) -> Candidate:
        """What was written, as a candidate without an id.

        Args:
            persona: how the person behaves.
        """
        rows: dict[str, dict[str, dict[str, Any] | None]] = {}
        for (table, key), row in self._rows.items():
            rows.setdefault(table, {})[key] = None if row is None else msgspec.to_builtins(row, str_keys=True)
        return Candidate(
            id="",
            domain=self.domain.name,
            instruction=compose(persona, self.facts, self.goals),
            persona=persona,
            facts=tuple(self.facts),
            goals=tuple(self.goals),
            actions=tuple(self.actions),
            outputs=tuple(self.outputs),
            duties=tuple(self.duties),
            untaken=self.untaken,
            traits=tuple(sorted(self.traits)),
            rows=rows,
            setup=tuple(self.setups),
            assertions=tuple(self.assertions),
            judged=self.judged,
        )

    def _begin_again(self) -> None:
        """Set the world up from its data on, and act once more what was acted."""
        start = begin(self.domain.tools, self.base, self.candidate(Persona(name="", description="")))
        self.db.rollback()
        self.db.write(start.beginning)
        for action in self.actions:
            self._run(action.tool, action.arguments, action.by)

    def _run(self, tool: str, arguments: dict[str, Any], by: Caller = "agent") -> str:
        offered = self.domain.tools.of(by)[tool]
        result = self._environment.apply(ToolCall(call_id="", tool=offered.name, arguments=arguments, by=by))
        if result.refusal is not None:
            raise BlueprintError("writing", f"{tool} was refused: {result.content.removeprefix('Error: ')}")
        return result.content


def lacking(what: str) -> BlueprintError:
    """This person has nothing for such a wish."""
    return BlueprintError("material", f"the person lacks {what}")


def _decoded(content: str) -> Any:
    return msgspec.json.decode(content) if content.startswith(("{", "[")) else content
