"""Reading: one conversation, from what was wanted to what it was worth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from rich.console import Console
from rich.text import Text

from interplay.engine.blueprint import Action, Blueprint
from interplay.engine.cli.listing import style_of
from interplay.engine.cli.printing import compact, cut, inert, inert_line, lines
from interplay.engine.database import Base, to_patch
from interplay.engine.domain import Domain
from interplay.engine.errors import BlueprintError
from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.patch import Change, Path
from interplay.engine.reverify import replay_calls
from interplay.engine.statistics import ending_name
from interplay.engine.trajectory import Faulted, Scored, Trajectory, Unresolved, kind
from interplay.engine.truth import execute
from interplay.engine.units import Unit
from interplay.engine.verifier import Discrepancy, Verdict

GUTTER = 13
"""Columns before the text of a message."""
RESULT_LINES = 10
"""Lines of a result that are shown unless all are asked for."""
LONG = 160
"""Characters of one value that are shown unless all are asked for."""

ROLES = {"human": "bold cyan", "agent": "bold green", "call": "bold yellow", "result": "yellow"}


class Step(NamedTuple):
    """One leaf of the state, as the conversation left it and as the blueprint leaves it."""

    found: Change | None
    expected: Change | None


class Reading:
    """Prints one conversation.

    Args:
        out: where.
        unit: what.
        world: its world and data, for the comparison of states; None where they cannot be had.
        full: print long results and values whole.
    """

    def __init__(self, out: Console, unit: Unit, world: tuple[Domain[Any], Base[Any]] | None, *, full: bool) -> None:
        self._out, self._unit, self._world, self._full = out, unit, world, full
        self._blueprint = unit.record.blueprint if unit.record is not None else None
        self._trajectory = unit.trajectory
        outcome = unit.trajectory.outcome if unit.trajectory is not None else None
        self._verdict = outcome.verdict if isinstance(outcome, Scored) else None

    def print(self, trouble: str) -> None:
        """Print it.

        Args:
            trouble: why there is no world.
        """
        self._print_head()
        if self._blueprint is not None:
            self._print_blueprint(self._blueprint)
        if self._trajectory is None:
            self._heading("conversation")
            self._line("not played yet")
            return
        if self._trajectory.messages:
            self._heading("conversation")
            self._print_messages(self._trajectory)
            self._heading("state", "what changed, and what should have")
            self._print_state(self._trajectory, trouble)
        self._heading("outcome")
        self._print_outcome(self._trajectory)

    # --- before anybody spoke

    def _print_head(self) -> None:
        unit, trajectory = self._unit, self._trajectory
        head = Text.assemble((f"unit {unit.number}", "bold"))
        if trajectory is not None:
            outcome = kind(trajectory.outcome)
            head.append(f"  {inert_line(trajectory.blueprint)}  ")
            head.append(outcome, style_of(outcome)).append(f"  {ending_name(trajectory.ending)}")
        lines(self._out, head)
        if unit.record is not None and unit.record.rejected:
            fell = ", ".join(f"{count} at {check}" for check, count in unit.record.rejected.items())
            self._line(Text(f"candidates that fell before this blueprint: {inert_line(fell)}", "dim"))

    def _print_blueprint(self, blueprint: Blueprint) -> None:
        self._heading("blueprint")
        persona = blueprint.persona
        about = f"{persona.name}: {persona.mood}, {persona.verbosity}, tells things {persona.discloses}"
        self._labelled("person", Text(inert_line(about)))
        self._labelled("instruction", Text(inert(blueprint.instruction)))
        for goal in blueprint.goals:
            said = Text.assemble((f"{goal.kind}  ", "bold"), inert_line(goal.wish))
            self._labelled(f"goal {inert_line(goal.id)}", said)
        for action in blueprint.actions:
            self._labelled("action", self._called(action.tool, action.arguments))
        for goal_id, untaken in blueprint.untaken.items():
            self._labelled("not to do", self._untaken(goal_id, untaken))
        for output in blueprint.outputs:
            self._labelled("output", Text(inert_line(output.value)))
        for duty in blueprint.duties:
            self._labelled("duty", Text(inert_line(f"{duty.kind} ({duty.goal})")))
        if blueprint.traits:
            self._labelled("traits", Text(inert_line(", ".join(blueprint.traits))))

    def _untaken(self, goal_id: str, action: Action) -> Text:
        return self._called(action.tool, action.arguments).append(f"  ({inert_line(goal_id)})", "dim")

    # --- the conversation

    def _print_messages(self, trajectory: Trajectory) -> None:
        notes = self._notes()
        for at, message in enumerate(trajectory.messages):
            match message:
                case HumanMessage(text=text, stop=stop):
                    left = Text(f"  [leaves: {stop.replace('_', ' ')}]", "dim") if stop else Text()
                    self._message(at, "human", Text(inert(text)).append_text(left))
                case AgentMessage(text=text, final=final):
                    parting = Text("  [to a person]", "dim") if final else Text()
                    self._message(at, "agent", Text(inert(text)).append_text(parting))
                case ToolCall(tool=tool, arguments=arguments):
                    self._message(at, "call", self._called(tool, arguments))
                case ToolResult():
                    self._message(at, "result", self._result(message))
            for note in notes.get(at, ()):
                lines(self._out, note, label=Text("    ^", "bold red"), indent=GUTTER)

    def _message(self, at: int, role: str, text: Text) -> None:
        label = Text.assemble((f"{at:>4} ", "dim"), (role, ROLES[role]))
        lines(self._out, text, label=label, indent=GUTTER)

    def _called(self, tool: str, arguments: dict[str, Any]) -> Text:
        said = Text.assemble((inert_line(tool), "bold"), "(")
        for number, (name, value) in enumerate(arguments.items()):
            said.append(", " if number else "").append(f"{inert_line(name)}=", "dim").append(self._value(value))
        return said.append(")")

    def _result(self, result: ToolResult) -> Text:
        if result.refusal is not None:
            refused = f"refused ({inert_line(result.refusal)}) "
            return Text.assemble((refused, "bold red"), self._cut(inert(result.content)))
        try:
            document = msgspec.json.decode(result.content)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            document = None
        if not isinstance(document, dict | list):
            return Text(self._cut(inert(result.content)))
        pretty = inert(result.content) if len(result.content) <= LONG / 2 else _pretty(document)
        shown = pretty.split("\n")
        if self._full or len(shown) <= RESULT_LINES + 1:
            return Text("\n".join(shown if self._full else (self._cut(line) for line in shown)))
        head = Text("\n".join(self._cut(line) for line in shown[:RESULT_LINES]))
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

    def _print_state(self, trajectory: Trajectory, trouble: str) -> None:
        if self._world is None:
            self._line(Text(f"not compared: {inert_line(trouble)}", "yellow"))
            return
        world, base = self._world
        replayed = replay_calls(world.tools, base, trajectory)
        if replayed.differences:
            self._line(Text("the tools answer otherwise than recorded; `interplay verify` says where", "yellow"))
        wanted: dict[Path, Change] = {}
        if self._blueprint is not None:
            try:
                truth = execute(world.tools, base, self._blueprint)
                wanted = {change.path: change for change in to_patch(truth.changes)}
            except BlueprintError as error:
                self._line(Text(f"the blueprint's actions fail: {inert_line(str(error))}", "red"))
        found = {change.path: change for change in to_patch(replayed.changes)}
        for path in [*found, *(path for path in wanted if path not in found)]:
            self._step(Step(found.get(path), wanted.get(path)))
        if not found and not wanted:
            self._line(Text("nothing changed, and nothing should have", "dim"))

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
        return said.append(" -> ".join(self._value(value) for value in sides))

    # --- the outcome

    def _print_outcome(self, trajectory: Trajectory) -> None:
        match trajectory.outcome:
            case Scored(verdict=verdict):
                self._print_verdict(verdict)
            case Faulted(fault=fault, cause=cause, text=text):
                self._line(Text(f"no verdict: {fault}, {cause}", "magenta"))
                self._line(inert(text))
                trace = getattr(trajectory.ending, "traceback", "")
                self._line(Text(inert(trace.rstrip()), "dim"))
            case Unresolved(text=text, traceback=trace):
                self._line(Text("no verdict", "yellow"))
                self._line(inert(text))
                self._line(Text(inert(trace.rstrip()), "dim"))
        self._line(Text(f"seed {trajectory.seed}", "dim"))

    def _print_verdict(self, verdict: Verdict) -> None:
        word, style = ("verified", "green") if verdict.accepted else ("rejected", "red")
        numbers = f"  reward {verdict.reward:g}, progress {verdict.progress:g}"
        self._line(Text.assemble((word, f"bold {style}"), numbers))
        for name, good, details in self._parts(verdict):
            mark = Text("yes", "green") if good else Text("no", "bold red")
            self._labelled(name, mark)
            for detail in details:
                lines(self._out, detail, indent=GUTTER + 4)

    def _parts(self, verdict: Verdict) -> Iterator[tuple[str, bool, list[Text]]]:
        yield "state", verdict.state, [self._discrepancy(each) for each in verdict.discrepancies]
        yield "outputs", verdict.outputs, [Text(f"never told: {inert_line(value)}") for value in verdict.untold]
        yield "duties", verdict.duties, [Text(inert_line(f"{each.duty}: {each.text}")) for each in verdict.unmet]
        broken = [f"message {v.message} breaks {v.rule} ({v.section}): {v.text}" for v in verdict.violations]
        yield "policy", verdict.policy, [Text(inert_line(each)) for each in broken]
        claims = [f"message {claim.message}: {claim.sentence}" for claim in verdict.false_claims]
        if claims:
            yield "true claims", False, [Text(inert_line(each)) for each in claims]

    def _discrepancy(self, wrong: Discrepancy) -> Text:
        said = Text.assemble((f"{wrong.kind} ", "bold red"), inert_line(wrong.pointer))
        if wrong.expected is not msgspec.UNSET:
            said.append(f", expected {self._value(wrong.expected)}")
        if wrong.found is not msgspec.UNSET:
            said.append(f", found {self._value(wrong.found)}")
        return said

    # --- words

    def _value(self, value: Any) -> str:
        return compact(value, None if self._full else LONG)

    def _cut(self, text: str) -> str:
        return cut(text, None if self._full else 4 * LONG)

    def _heading(self, name: str, about: str = "") -> None:
        self._out.print()
        lines(self._out, Text.assemble((name, "bold underline"), (f"  {about}".rstrip(), "dim")))

    def _line(self, text: Text | str) -> None:
        if text:
            lines(self._out, text, indent=2)

    def _labelled(self, label: str, text: Text) -> None:
        lines(self._out, text, label=Text(f"  {label[: GUTTER - 1]}", "dim"), indent=GUTTER + 2)


def _pretty(document: Any) -> str:
    """A JSON value on many lines, inert."""
    return inert(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())
