"""Reading: one conversation, from what was wanted to what it was worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec
from rich.text import Text

from interplay.engine.attribution import human_fault
from interplay.engine.cli.listing import outcome_name, style_of
from interplay.engine.cli.made import print_fallen, print_making
from interplay.engine.cli.page import GUTTER, LONG, Page
from interplay.engine.cli.printing import inert, inert_line, lines
from interplay.engine.database import Base, to_patch
from interplay.engine.deliberation import Deliberation, Draft
from interplay.engine.domain import Domain
from interplay.engine.errors import BlueprintError
from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.patch import Change, Path
from interplay.engine.reverify import Replayed, replay_calls
from interplay.engine.statistics import ending_name
from interplay.engine.trajectory import Faulted, Scored, Trajectory, Unresolved
from interplay.engine.truth import begin, execute
from interplay.engine.turns import TurnVerdict
from interplay.engine.units import Unit
from interplay.engine.verifier import Discrepancy, Evidence, Verdict

RESULT_LINES = 10
"""Lines of a result that are shown unless all are asked for."""

ROLES = {
    "human": "bold cyan",
    "agent": "bold green",
    "call": "bold yellow",
    "result": "yellow",
    "does": "bold magenta",
    "sees": "magenta",
}
"""Who a line is of; what the human does with things of their own, and sees, is set apart from the agent's calls."""


class Step(NamedTuple):
    """One leaf of the state, as the conversation left it and as the blueprint leaves it."""

    found: Change | None
    expected: Change | None


class Reading:
    """Prints one conversation.

    Args:
        page: where.
        unit: whose.
        trajectory: which of its conversations; None where it was not played.
        world: its world and data, for the comparison of states; None where they cannot be had.
        drafts: print what the human might have said, in words.
    """

    def __init__(
        self,
        page: Page,
        unit: Unit,
        trajectory: Trajectory | None,
        world: tuple[Domain[Any], Base[Any]] | None,
        *,
        drafts: bool,
    ) -> None:
        self._page, self._out, self._unit, self._trajectory = page, page.out, unit, trajectory
        self._world, self._drafts = world, drafts
        self._blueprint = unit.record.blueprint if unit.record is not None else None
        outcome = trajectory.outcome if trajectory is not None else None
        self._verdict = outcome.verdict if isinstance(outcome, Scored) else None
        self._replayed: Replayed | None = None

    def print(self, trouble: str) -> None:
        """Print it.

        Args:
            trouble: why there is no world.
        """
        page, trajectory = self._page, self._trajectory
        self._print_head()
        if self._unit.record is not None:
            print_making(page, self._unit.record)
        if trajectory is None:
            page.heading("conversation")
            page.line("not played yet")
            page.line(inert(self._unit.record.failure) if self._unit.record is not None else "")
            return
        if trajectory.messages:
            if self._world is not None:
                self._replayed = self._replay(*self._world, trajectory)
            page.heading("conversation")
            self._print_messages(trajectory)
            page.heading("state", "what changed, and what should have")
            self._print_state(trouble)
        page.heading("outcome")
        self._print_outcome(trajectory)

    def _print_head(self) -> None:
        unit, trajectory = self._unit, self._trajectory
        head = Text.assemble((f"unit {unit.number}", "bold"))
        if trajectory is not None:
            outcome = outcome_name(trajectory.outcome)
            head.append(f"  {inert_line(trajectory.blueprint)}  ")
            head.append(outcome, style_of(outcome)).append(f"  {ending_name(trajectory.ending)}")
        lines(self._out, head)
        if trajectory is not None and len(unit.played) > 1:
            good = f"{sum(each.accepted for each in unit.played)} of {len(unit.played)} trials were verified"
            became = ", ".join(f"{each.trial} {outcome_name(each.outcome)}" for each in unit.played)
            self._page.line(f"trial {trajectory.trial}; {good} ({became}); --trial N reads another")
        if unit.record is not None:
            print_fallen(self._page, unit.record)

    def _replay(self, world: Domain[Any], base: Base[Any], trajectory: Trajectory) -> Replayed:
        """The calls run again, on the data as the conversation found it where that can be had."""
        if self._blueprint is not None:
            with suppress(BlueprintError):  # what is wrong with the blueprint is told where its actions are
                base = begin(world.tools, base, self._blueprint)
        return replay_calls(world.tools, base, trajectory, self._blueprint)

    # --- the conversation

    def _print_messages(self, trajectory: Trajectory) -> None:
        notes = self._notes()
        deliberated = {each.turn: each for each in trajectory.deliberations}
        turn = 0
        for at, message in enumerate(trajectory.messages):
            match message:
                case HumanMessage(text=text, stop=stop):
                    left = Text(f"  [leaves: {stop.replace('_', ' ')}]", "dim") if stop else Text()
                    self._message(at, "human", Text(inert(text)).append_text(left))
                    if turn in deliberated:
                        self._print_drafts(deliberated[turn])
                    turn += 1
                case AgentMessage(text=text, final=final, thought=thought):
                    self._print_thought(thought)
                    parting = Text("  [to a person]", "dim") if final else Text()
                    self._message(at, "agent", Text(inert(text)).append_text(parting))
                case ToolCall(tool=tool, arguments=arguments, thought=thought):
                    self._print_thought(thought)
                    own = message.by == "human"
                    self._message(at, "does" if own else "call", self._page.called(tool, arguments))
                    if own:
                        if turn in deliberated:
                            self._print_drafts(deliberated[turn])
                        turn += 1
                case ToolResult():
                    self._message(at, "sees" if message.by == "human" else "result", self._result(message))
            for note in notes.get(at, ()):
                self._page.note(note, Text("    ^", "bold red"))

    def _message(self, at: int, role: str, text: Text) -> None:
        self._page.note(text, Text.assemble((f"{at:>4} ", "dim"), (role, ROLES[role])))

    def _print_thought(self, thought: str) -> None:
        """What the agent thought before the message that follows."""
        if thought:
            self._page.note(Text(self._page.cut(inert(thought)), "dim italic"), Text("     thinks", "dim"))

    def _print_drafts(self, deliberation: Deliberation) -> None:
        """What the human might have said instead: in a line, unless the words are asked for."""
        drafts, chosen = deliberation.drafts, deliberation.chosen
        if not self._drafts:
            reasons = Counter(draft.struck for draft in drafts if draft.struck)
            struck = [f"{count} struck: {self._page.cut(inert_line(why))}" for why, count in reasons.items()]
            said = "; ".join([f"draft {chosen} of {len(drafts)} was said", *struck])
            self._page.note(Text(f"{said}; --drafts prints them", "dim"))
            return
        for number, draft in enumerate(drafts):
            mark, style = ("said", "green") if number == chosen else ("struck", "red") if draft.struck else ("", "dim")
            head = Text(f"draft {number}  ", "dim").append(mark, style).append(f"  {_scores(draft)}".rstrip(), "dim")
            self._page.note(head)
            self._page.note(Text(inert(draft.text) + (f"  [leaves: {draft.stop}]" if draft.stop else ""), "dim"))
            for why in filter(None, (draft.struck, draft.critique)):
                self._page.note(Text(f"({self._page.cut(inert(why))})", "dim"))

    def _result(self, result: ToolResult) -> Text:
        if result.refusal is not None:
            refused = f"refused ({inert_line(result.refusal)}) "
            return Text.assemble((refused, "bold red"), self._page.cut(inert(result.content)))
        try:
            document = msgspec.json.decode(result.content)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            document = None
        if not isinstance(document, dict | list):
            return Text(self._page.cut(inert(result.content)))
        pretty = inert(result.content) if len(result.content) <= LONG / 2 else _pretty(document)
        shown = pretty.split("\n")
        if self._page.full or len(shown) <= RESULT_LINES + 1:
            return Text("\n".join(shown if self._page.full else (self._page.cut(line) for line in shown)))
        head = Text("\n".join(self._page.cut(line) for line in shown[:RESULT_LINES]))
        return head.append(f"\n... {len(shown) - RESULT_LINES:,} more lines; --full prints them", "dim")

    def _notes(self) -> dict[int, list[Text]]:
        """What is to be said under each message, by its index."""
        found: dict[int, list[Text]] = {}
        if self._verdict is None:
            return found
        for violation in self._verdict.violations:
            broken = f"breaks {inert_line(violation.rule)} ({inert_line(violation.section)}): "
            said = Text.assemble((broken, "bold red"), inert_line(violation.text))
            found.setdefault(violation.message, []).append(said)
        for claim in self._verdict.false_claims:
            said = Text.assemble(("false claim: ", "bold red"), inert_line(claim.sentence))
            found.setdefault(claim.message, []).append(said)
        for wrong in self._verdict.discrepancies:
            if wrong.message is not None:
                found.setdefault(wrong.message, []).append(self._discrepancy(wrong))
        return found

    # --- the state

    def _print_state(self, trouble: str) -> None:
        replayed = self._replayed
        if self._world is None or replayed is None:
            self._page.line(Text(f"not compared: {inert_line(trouble)}", "yellow"))
            return
        world, base = self._world
        if replayed.differences:
            self._page.line(Text("the tools answer otherwise than recorded; `interplay verify` says where", "yellow"))
        wanted: dict[Path, Change] = {}
        if self._blueprint is not None:
            try:
                truth = execute(world.tools, base, self._blueprint)
                wanted = {change.path: change for change in to_patch(truth.changes)}
            except BlueprintError as error:
                self._page.line(Text(f"the blueprint's actions fail: {inert_line(str(error))}", "red"))
        found = {change.path: change for change in to_patch(replayed.changes)}
        for path in [*found, *(path for path in wanted if path not in found)]:
            self._step(Step(found.get(path), wanted.get(path)))
        if not found and not wanted:
            self._page.line(Text("nothing changed, and nothing should have", "dim"))

    def _step(self, step: Step) -> None:
        """One operation: as expected, another than expected, expected by nobody, or expected and missing."""
        found, expected = step
        if found is None and expected is not None:
            self._marked("missing", "red", self._operation(expected))
        elif found is not None and found == expected:
            self._marked("expected", "green", self._operation(found))
        elif found is not None:
            self._marked("wrong" if expected else "extra", "red", self._operation(found))
            if expected is not None:
                self._marked("  wanted", "green", self._operation(expected))

    def _marked(self, mark: str, style: str, text: Text) -> None:
        lines(self._out, text, label=Text(f"  {mark}", style), indent=GUTTER)

    def _operation(self, change: Change) -> Text:
        """One RFC 6902 operation, with what was there before."""
        said = Text.assemble((change.operation()["op"], "bold"), f" {inert_line(change.pointer)}: ")
        sides = [value for value in (change.before, change.after) if value is not msgspec.UNSET]
        return said.append(" -> ".join(self._page.value(value) for value in sides))

    # --- the outcome

    def _print_outcome(self, trajectory: Trajectory) -> None:
        match trajectory.outcome:
            case Scored(verdict=verdict, fault=fault):
                self._print_verdict(verdict)
                if fault is not None:
                    self._page.labelled("whose fault", self._blamed(trajectory, verdict, fault))
            case Faulted(fault=fault, cause=cause, text=text, traceback=trace):
                self._page.line(Text(f"no verdict: {fault}, {cause}", "magenta"))
                self._page.line(inert(text))
                trace = trace or getattr(trajectory.ending, "traceback", "")
                self._page.line(Text(inert(trace.rstrip()), "dim"))
            case Unresolved(text=text):
                self._page.line(Text("no verdict", "yellow"))
                self._page.line(inert(text))
        self._page.line(Text(f"seed {trajectory.seed}", "dim"))

    def _blamed(self, trajectory: Trajectory, verdict: Verdict, fault: str) -> Text:
        """Whose fault a rejection was; of a human's, what it was, where that can be found again."""
        said, replayed = Text(f"the {fault}'s", "bold"), self._replayed
        if fault == "human" and self._blueprint is not None and replayed is not None and trajectory.ending is not None:
            evidence = Evidence(replayed.messages, trajectory.ending, replayed.changes, replayed.effects)
            why = human_fault(self._blueprint, evidence, verdict)
            said.append(f"  {inert_line(why)}" if why else "", "")
        return said

    def _print_verdict(self, verdict: Verdict) -> None:
        word, style = ("verified", "green") if verdict.accepted else ("rejected", "red")
        numbers = f"  reward {verdict.reward:g}, progress {verdict.progress:g}"
        self._page.line(Text.assemble((word, f"bold {style}"), numbers))
        for name, good, details in self._parts(verdict):
            mark = Text("yes", "green") if good else Text("no", "bold red")
            self._page.labelled(name, mark)
            for detail in details:
                lines(self._out, detail, indent=GUTTER + 4)

    def _parts(self, verdict: Verdict) -> Iterator[tuple[str, bool, list[Text]]]:
        yield "state", verdict.state, [self._discrepancy(each) for each in verdict.discrepancies]
        yield "outputs", verdict.outputs, [Text(f"never told: {inert_line(value)}") for value in verdict.untold]
        yield "duties", verdict.duties, [Text(inert_line(f"{each.duty}: {each.text}")) for each in verdict.unmet]
        broken = [f"message {v.message} breaks {v.rule} ({v.section}): {v.text}" for v in verdict.violations]
        yield "policy", verdict.policy, [Text(inert_line(each)) for each in broken]
        if verdict.unmet_assertions or (self._blueprint is not None and self._blueprint.assertions):
            unmet = [Text(f"does not hold: {inert_line(each)}") for each in verdict.unmet_assertions]
            yield "assertions", verdict.assertions, unmet
        if verdict.turns:
            yield "turns", all(turn.met for turn in verdict.turns), list(_missed(verdict.turns))
        claims = [f"message {claim.message}: {claim.sentence}" for claim in verdict.false_claims]
        if claims:
            yield "true claims", False, [Text(inert_line(each)) for each in claims]

    def _discrepancy(self, wrong: Discrepancy) -> Text:
        said = Text.assemble((f"{wrong.kind} ", "bold red"), inert_line(wrong.pointer))
        if wrong.expected is not msgspec.UNSET:
            said.append(f", expected {self._page.value(wrong.expected)}")
        if wrong.found is not msgspec.UNSET:
            said.append(f", found {self._page.value(wrong.found)}")
        return said


def _scores(draft: Draft) -> str:
    """What the judge gave, as far as there was one."""
    given = {name: getattr(draft, name) for name in ("agreement", "consistency", "flow")}
    return ", ".join(f"{name} {value:g}" for name, value in given.items() if value is not None)


def _pretty(document: Any) -> str:
    """A JSON value on many lines, inert."""
    return inert(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())


def _missed(turns: Sequence[TurnVerdict]) -> Iterator[Text]:
    """What is wrong with the turns of a script that were not met."""
    for turn in turns:
        if not turn.reached:
            yield Text(f"turn {turn.turn} was not reached")
        for pointer in turn.differing:
            yield Text(inert_line(f"turn {turn.turn} left another state: {pointer}"))
        for missing in turn.missing:
            yield Text(inert_line(f"turn {turn.turn} did not return {missing}"))
