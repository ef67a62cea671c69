"""Audit: what is wrong with a task, found by running it.

Everything is established by code: calls are made, ends compared, ids looked up, rules asked. Each function
looks at one kind of thing in one case and yields findings; nothing here changes what is imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from interplay.engine.database import Base, Changes, to_patch
from interplay.engine.edition import Edition
from interplay.engine.importing.cases import CALLERS, Case
from interplay.engine.importing.conduct import broken
from interplay.engine.importing.findings import Finding
from interplay.engine.importing.identities import Identities
from interplay.engine.importing.rehearsal import Rehearsal
from interplay.engine.importing.telling import Tellings
from interplay.engine.patch import Change, Path, same

SHOWN = 4
"""Differing places that a text names before it only counts them."""


class Auditor:
    """Audits the cases of one world.

    Args:
        edition: the world as the project has it.
        base: its original data.
    """

    def __init__(self, edition: Edition[Any], base: Base[Any]) -> None:
        self._edition, self._domain, self._base = edition, edition.domain, base
        self._tools = edition.domain.tools
        self._identities = Identities(base)
        self._tellings = Tellings(base)

    def audit(self, case: Case, rehearsal: Rehearsal) -> list[Finding]:
        """Everything found in one case that could be run."""
        return [
            *self._reference(case, rehearsal),
            *self._questions(case, rehearsal),
            *_idle(case, rehearsal),
            *self._policy(case, rehearsal),
            *self._out_of_step(case, rehearsal),
            *self._absent(case, rehearsal),
            *self._outputs(case, rehearsal),
            *_basis(case),
        ]

    def contradictions(self, case: Case) -> Iterator[Finding]:
        """Initialisations of which a later one takes back what an earlier one made."""
        db = self._base.fork()
        made: list[tuple[int, dict[Path, Change]]] = []
        for index, step in enumerate(case.setups):
            if step.side not in CALLERS:
                where = f"initialisation {index} ({step.name})"
                yield Finding("unknown_requestor", case.label, where, _no_side(step.side))
                return
            mark, own = db.mark(), self._tools.of(CALLERS[step.side])
            offered = self._tools.setups if step.name in self._tools.setups else own
            try:
                offered.named(step.name).run(db, step.arguments)
            except Exception:
                return  # the world cannot be made ready; that is told where it is tried
            leaves = {change.path: change for change in to_patch(db.changes(mark))}
            for earlier, before in made:
                other = case.setups[earlier]
                if before and _undone(before, leaves, same_tool=other.name == step.name):
                    where = f"initialisation {index} ({_call(step.name, step.arguments)})"
                    unmade = f"{_call(other.name, other.arguments)} made before: {_places(before.values())}"
                    yield Finding("setup_undone", case.label, where, f"takes back what {unmade}")
            made.append((index, leaves))

    def _reference(self, case: Case, rehearsal: Rehearsal) -> Iterator[Finding]:
        for index, each in enumerate(rehearsal.done):
            step, where = each.step, f"action {index} ({each.step.name})"
            if step.side not in CALLERS:
                yield Finding("unknown_requestor", case.label, where, _no_side(step.side))
            elif each.result is None:
                yield Finding("tool_broke", case.label, where, each.problem)
            elif each.refusal == "unknown_tool":
                yield Finding("unknown_tool", case.label, where, self._unknown(step.name, step.side))
            elif each.refusal is not None:
                said = each.result.content.removeprefix("Error: ")
                text = f"{_call(step.name, step.arguments)} is refused ({each.refusal}): {said}"
                yield Finding("reference_refused", case.label, where, text)

    def _unknown(self, name: str, side: str) -> str:
        other = next((s for s, by in CALLERS.items() if s != side and name in self._tools.of(by)), None)
        if other is not None:
            return f"the {side} has no tool {name!r}; the {other} has: is the requestor right?"
        return f"the {side} has no tool {name!r}; its tools are {', '.join(self._tools.of(CALLERS[side])) or 'none'}"

    def _questions(self, case: Case, rehearsal: Rehearsal) -> Iterator[Finding]:
        for index, question in enumerate(case.questions):
            where = f"assertion {index} ({_call(question.name, question.arguments)})"
            if question.side not in CALLERS:
                yield Finding("unknown_requestor", case.label, where, _no_side(question.side))
            first, last = rehearsal.idle.answers[index], rehearsal.end.answers[index]
            wanted = str(question.expected).lower()
            if last.problem:
                yield Finding("unknown_assertion", case.label, where, last.problem)
            elif not last.met:
                counts = "" if case.basis.questions else "; it is not part of the reward basis"
                yield Finding("assertion_unmet", case.label, where, f"is not {wanted} after the reference{counts}")
            elif first.met:
                yield Finding("assertion_met_at_start", case.label, where, f"is {wanted} before anything is done")

    def _policy(self, case: Case, rehearsal: Rehearsal) -> Iterator[Finding]:
        for each in broken(self._tools, self._domain.policy, rehearsal):
            where = f"action {each.call.call_id} ({each.call.tool})"
            kind = "policy_unshown" if each.unshown else "policy_broken"
            text = f'rule {each.rule.id} ("{each.rule.section}"): {each.text}'
            yield Finding(kind, case.label, where, text)

    def _out_of_step(self, case: Case, rehearsal: Rehearsal) -> Iterator[Finding]:
        loose, end = rehearsal.loose, rehearsal.end
        if loose is None or loose == end:
            return
        told = [self._unlike(rehearsal, loose.changes)] if loose.changes != end.changes else []
        for question, kept, apart in zip(case.questions, end.answers, loose.answers, strict=True):
            if kept.met != apart.met:
                told.append(f"{question.name} is {'met' if kept.met else 'unmet'} only in step")
        told.append(f"the end of the data is {'graded' if case.basis.state else 'not graded here'}")
        yield Finding("out_of_step", case.label, "reference", "; ".join(told))

    def _unlike(self, rehearsal: Rehearsal, loose: Changes) -> str:
        """Where two ends differ, in the project's own words."""
        kept, apart = (
            {
                (side, change.path): change
                for side, changes in self._edition.recorded(rehearsal.start, to_patch(ends)).items()
                for change in changes
            }
            for ends in (rehearsal.end.changes, loose)
        )
        lines = []
        for place in dict.fromkeys((*kept, *apart)):
            one, other = kept.get(place), apart.get(place)
            if one is None or other is None or not _alike(one.after, other.after):
                side, path = place
                lines.append(f"{side}{Change(path).pointer}: in step {_end(one)}, out of step {_end(other)}")
        return _listed(lines)

    def _absent(self, case: Case, rehearsal: Rehearsal) -> Iterator[Finding]:
        db, returned = rehearsal.start.fork(), ""
        for index, each in enumerate(rehearsal.done):
            tool = self._tools.of(CALLERS[each.step.side]).get(each.step.name) if each.step.side in CALLERS else None
            shown = each.result.content if each.carried_out and each.result is not None else ""
            if tool is not None:
                for text in self._identities.absent_in(tool, each.step.arguments, db, returned, shown):
                    yield Finding("absent_argument", case.label, f"action {index} ({each.step.name})", text)
            returned += shown
        for where, told in (("user_id", case.person), ("instruction", case.instruction)):
            for word in self._identities.absent_from(told, db):
                text = f"{word!r} is written like an id of this world, and nothing in the data has it"
                yield Finding("absent_in_text", case.label, where, text)

    def _outputs(self, case: Case, rehearsal: Rehearsal) -> Iterator[Finding]:
        for index, value in enumerate(case.outputs):
            where = f"output {index}"
            if self._tellings.is_sentence(value):
                yield Finding("output_is_sentence", case.label, where, f"{value!r} has to be said word for word")
            elif not self._tellings.told(value, rehearsal):
                text = f"{value!r} is in no result of the reference, and nowhere in the data"
                yield Finding("output_unreturned", case.label, where, text)


def duplicates(cases: Sequence[tuple[Case, Changes | None]]) -> Iterator[Finding]:
    """Tasks that stand there twice, and tasks with the same words and different expectations.

    Args:
        cases: those of one world, each with the changes that its reference makes; None where it could not be run.
    """
    first: dict[bytes, list[tuple[Case, Changes | None]]] = {}
    for case, changes in cases:
        said = msgspec.json.encode((case.instruction, case.persona, case.data, case.setups, case.history))
        for other, ended in first.get(said, ()):
            kind, text = _likeness(case, changes, other, ended)
            if kind:
                yield Finding(kind, case.label, "task", text)
                break
        first.setdefault(said, []).append((case, changes))


def _likeness(case: Case, changes: Changes | None, other: Case, ended: Changes | None) -> tuple[str, str]:
    """What it means that two cases tell the person the same and begin alike; empty where it is not known."""
    if _expectations(case) == _expectations(other) and case.steps == other.steps:
        return "duplicate_task", f"is the same as task {other.label}"
    if changes is None or ended is None:
        return "", ""
    alike = f"tells the person the same as task {other.label}"
    if changes != ended and case.basis.state and other.basis.state:
        return "same_words_other_end", f"{alike}; the reference ends elsewhere"
    return "same_words", f"{alike}; only the reference or what is judged differs"


def _expectations(case: Case) -> tuple[object, ...]:
    return case.outputs, case.questions, case.sentences, case.basis


def _idle(case: Case, rehearsal: Rehearsal) -> Iterator[Finding]:
    """Whether doing nothing meets what the original judges, as its grader would see it."""
    basis, graded = case.basis, rehearsal.loose or rehearsal.end
    if (basis.state and graded.changes) or (basis.questions and not all(a.met for a in rehearsal.idle.answers)):
        return
    rest = [
        text
        for asked, text in (
            (basis.outputs and case.outputs, "values to tell"),
            (basis.actions and case.steps, "the reference's calls"),
            (basis.judge and case.sentences, "what a judge has to find true"),
        )
        if asked
    ]
    of = "the reference changes nothing" if basis.state else "the assertions are true from the start"
    of = of if basis.state or basis.questions else "nothing is asked of the state"
    if basis.state and basis.questions and case.questions:
        of += ", and the assertions are true from the start"
    if rest:
        yield Finding("idle_end", case.label, "expectations", f"{of}; what is left: {', '.join(rest)}")
    else:
        yield Finding("idle_rewarded", case.label, "expectations", f"{of}, and nothing else is asked for")


def _basis(case: Case) -> Iterator[Finding]:
    basis = case.basis
    for name in basis.unknown:
        yield Finding("unknown_basis", case.label, "reward basis", f"{name!r} is no basis that is known")
    if basis.judge and case.sentences:
        text = f"{len(case.sentences)} sentences that a judge has to find true"
        yield Finding("left_out", case.label, "reward basis", text)
    if basis.actions and case.steps:
        yield Finding("left_out", case.label, "reward basis", "that the reference's very calls are made")
    spare = [
        text
        for unasked, text in (
            (not basis.questions and case.questions, "assertions"),
            (not basis.outputs and case.outputs, "values to tell"),
            (not basis.judge and case.sentences, "sentences for a judge"),
        )
        if unasked
    ]
    if spare:
        yield Finding("not_judged", case.label, "reward basis", ", ".join(spare))


def _undone(made: dict[Path, Change], later: dict[Path, Change], *, same_tool: bool) -> bool:
    """Whether all that was made is as it was before, or, by another call of the same tool, made otherwise."""
    if not made.keys() <= later.keys():
        return False
    return same_tool or all(_alike(change.before, later[path].after) for path, change in made.items())


def _alike(one: Any, other: Any) -> bool:
    return one is other or (msgspec.UNSET not in (one, other) and same(one, other))


def _no_side(side: str) -> str:
    return f"there is no side {side!r}; the sides are {', '.join(CALLERS)}"


def _call(name: str, arguments: dict[str, Any]) -> str:
    return f"{name}({', '.join(f'{key}={_short(value)}' for key, value in arguments.items())})"


def _short(value: Any, limit: int = 120) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= limit else f"{text[:limit]}..."


def _end(change: Change | None) -> str:
    if change is None:
        return "unchanged"
    return "nothing" if change.after is msgspec.UNSET else _short(change.after)


def _places(changes: Any) -> str:
    return _listed([f"{change.pointer}" for change in changes], ", ")


def _listed(lines: list[str], by: str = "; ") -> str:
    more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return by.join(lines[:SHOWN] + more)
