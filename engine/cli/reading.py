"""Reading: one conversation, from what was wanted to what it was worth."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
from rich.text import Text

from interplay.engine.cli.listing import outcome_name, style_of
from interplay.engine.cli.made import print_fallen, print_making
from interplay.engine.cli.page import GUTTER, LONG, Page
from interplay.engine.cli.printing import lines
from interplay.engine.deliberation import Deliberation, Draft
from interplay.engine.inert import inert, inert_line
from interplay.engine.inspection import Inspection, Mark, Step
from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.patch import Change
from interplay.engine.statistics import ending_name
from interplay.engine.trajectory import Faulted, Scored, Trajectory, Unresolved
from interplay.engine.verifier import Discrepancy, Verdict

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


class Reading:
    """Prints one conversation.

    Args:
        page: where.
        read: what there is to say of it.
        drafts: print what the human might have said, in words.
    """

    def __init__(self, page: Page, read: Inspection, *, drafts: bool) -> None:
        self._page, self._out, self._read, self._drafts = page, page.out, read, drafts

    def print(self) -> None:
        """Print it."""
        page, unit, trajectory = self._page, self._read.unit, self._read.trajectory
        self._print_head()
        if unit.record is not None:
            print_making(page, unit.record)
        if trajectory is None:
            page.heading("conversation")
            page.line("not played yet")
            page.line(inert(unit.record.failure) if unit.record is not None else "")
            return
        if trajectory.messages:
            page.heading("conversation")
            self._print_messages(trajectory)
            page.heading("state", "what changed, and what should have")
            self._print_state()
        page.heading("outcome")
        self._print_outcome(trajectory)

    def _print_head(self) -> None:
        unit, trajectory = self._read.unit, self._read.trajectory
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

    # --- the conversation

    def _print_messages(self, trajectory: Trajectory) -> None:
        deliberations = self._read.deliberations
        for at, message in enumerate(trajectory.messages):
            match message:
                case HumanMessage(text=text, stop=stop):
                    left = Text(f"  [leaves: {stop.replace('_', ' ')}]", "dim") if stop else Text()
                    self._message(at, "human", Text(inert(text)).append_text(left))
                case AgentMessage(text=text, final=final, thought=thought):
                    self._print_thought(thought)
                    parting = Text("  [to a person]", "dim") if final else Text()
                    self._message(at, "agent", Text(inert(text)).append_text(parting))
                case ToolCall(tool=tool, arguments=arguments, thought=thought, by=by):
                    self._print_thought(thought)
                    self._message(at, "does" if by == "human" else "call", self._page.called(tool, arguments))
                case ToolResult(by=by):
                    self._message(at, "sees" if by == "human" else "result", self._result(message))
            if at in deliberations:
                self._print_drafts(deliberations[at])
            for mark in self._read.marks.get(at, ()):
                self._page.note(self._marked_text(mark), Text("    ^", "bold red"))

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

    def _marked_text(self, mark: Mark) -> Text:
        """What is to be said under a message."""
        if mark.discrepancy is not None:
            return self._discrepancy(mark.discrepancy)
        return Text.assemble((f"{inert_line(mark.title)}: ", "bold red"), inert_line(mark.text))

    # --- the state

    def _print_state(self) -> None:
        read = self._read
        if read.steps is None:
            self._page.line(Text(f"not compared: {inert_line(read.trouble)}", "yellow"))
            return
        if read.differs:
            self._page.line(Text("the tools answer otherwise than recorded; `interplay verify` says where", "yellow"))
        if read.failing:
            self._page.line(Text(f"the blueprint's actions fail: {inert_line(read.failing)}", "red"))
        for step in read.steps:
            self._step(step)
        if not read.steps:
            self._page.line(Text("nothing changed, and nothing should have", "dim"))

    def _step(self, step: Step) -> None:
        """One operation: as expected, another than expected, expected by nobody, or expected and missing."""
        style = "green" if step.mark == "expected" else "red"
        self._marked(step.mark, style, self._operation(step.change))
        if step.mark == "wrong" and step.expected is not None:
            self._marked("  wanted", "green", self._operation(step.expected))

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
                    why = f"  {inert_line(self._read.reason)}" if self._read.reason else ""
                    self._page.labelled("whose fault", Text.assemble((f"the {fault}'s", "bold"), why))
            case Faulted(fault=fault, cause=cause, text=text, traceback=trace):
                self._page.line(Text(f"no verdict: {fault}, {cause}", "magenta"))
                self._page.line(inert(text))
                trace = trace or getattr(trajectory.ending, "traceback", "")
                self._page.line(Text(inert(trace.rstrip()), "dim"))
            case Unresolved(text=text):
                self._page.line(Text("no verdict", "yellow"))
                self._page.line(inert(text))
        self._page.line(Text(f"seed {inert_line(trajectory.seed)}", "dim"))

    def _print_verdict(self, verdict: Verdict) -> None:
        word, style = ("verified", "green") if verdict.accepted else ("rejected", "red")
        numbers = f"  reward {verdict.reward:g}, progress {verdict.progress:g}"
        self._page.line(Text.assemble((word, f"bold {style}"), numbers))
        for part in self._read.parts:
            mark = Text("yes", "green") if part.good else Text("no", "bold red")
            self._page.labelled(part.name, mark)
            for detail in part.details:
                wrong = detail.discrepancy
                said = Text(inert_line(detail.text)) if wrong is None else self._discrepancy(wrong)
                lines(self._out, said, indent=GUTTER + 4)

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
