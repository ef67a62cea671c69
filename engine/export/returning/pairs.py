"""Pairs: rows of preferences against the conversations that they are the beginnings of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from interplay.engine.errors import DataError
from interplay.engine.export.formats import Format
from interplay.engine.export.returning.checking import RUN, Checker, Finding, named, said, spoken, unlike_row
from interplay.engine.export.returning.layouts import beginning
from interplay.engine.export.returning.reading import Unlike
from interplay.engine.export.returning.recall import Recalled
from interplay.engine.export.returning.rows import FileRow
from interplay.engine.export.returning.runs import Opened
from interplay.engine.export.samples import Sample
from interplay.engine.patch import Change


class PreferenceChecker(Checker):
    """Looks at rows of two messages of which one is better, or of one with a label.

    With its prompt, each message has to be the beginning of the play that the row names, and that play has to be
    worth what the row says: verified where it is the better one, and not where it is the worse.
    """

    def _findings(
        self, row: FileRow, document: dict[str, Any], sample: Sample, recalled: Recalled, opened: Opened
    ) -> list[Finding]:
        single = "completion" in document
        found = _single(document, sample, recalled, opened) if single else _pair(document, sample, recalled, opened)
        return found or [
            Finding(each, RUN) for each in _unlike(row, document, self._formats.of(document), sample, recalled)
        ]


def _pair(document: dict[str, Any], better: Sample, recalled: Recalled, opened: Opened) -> list[Finding]:
    worse = _other(document, better, recalled)
    found = [_worth("chosen_id", better, accepted=True), _worth("rejected_id", worse, accepted=False)]
    found += [_is("chosen_id", document.get("chosen_id"), better.id)]
    good, bad = beginning(document, "chosen"), beginning(document, "rejected", ids=False)
    wrong = [each for each in found if each is not None]
    wrong += spoken(good, better, recalled, opened) + spoken(bad, worse, recalled, opened)
    if _without_id(document["chosen"]) == _without_id(document["rejected"]):
        wrong.append(said("chosen and rejected are the same", "the pair"))
    return wrong


def _single(document: dict[str, Any], sample: Sample, recalled: Recalled, opened: Opened) -> list[Finding]:
    wrong = _is("label", document.get("label"), sample.trajectory.accepted)
    return [*([wrong] if wrong else []), *spoken(beginning(document, "completion"), sample, recalled, opened)]


def _other(document: dict[str, Any], better: Sample, recalled: Recalled) -> Sample:
    """The worse play of a pair.

    Raises:
        DataError: the row names none of the same unit.
    """
    name = named({"id": document.get("rejected_id")})
    found = recalled.sample(name.trial)
    if (name.run, name.unit) != (better.source.name, better.unit) or found is None or name.part:
        raise DataError(f"rejected_id is {document['rejected_id']!r}, which is no play of the blueprint of {better.id}")
    return found


def _worth(column: str, sample: Sample, *, accepted: bool) -> Finding | None:
    if sample.trajectory.accepted is accepted:
        return None
    expected = "a verified play" if accepted else "a rejected play"
    return Finding(Unlike(f"the outcome of {column}", None, (Change((), expected, sample.outcome),)), RUN)


def _is(column: str, found: Any, should: Any) -> Finding | None:
    return None if found == should else Finding(Unlike(f"the column {column}", None, (Change((), found, should),)), RUN)


def _without_id(messages: list[Any]) -> bytes:
    bare = [{**each, "tool_calls": [{**c, "id": ""} for c in each.get("tool_calls") or []]} for each in messages]
    return msgspec.json.encode(bare)


def _unlike(
    row: FileRow, document: dict[str, Any], form: Format, sample: Sample, recalled: Recalled
) -> Iterator[Unlike]:
    """Where a row is none that its unit gives when it is exported again.

    Which plays of the unit were kept is not known here, and what a single is cut at hangs on the others: a row that
    any choice of them gives will do.
    """
    others = [each for each in recalled.samples if each is not sample]
    closest: list[Unlike] | None = None
    for chosen in ([*recalled.samples], [sample], *([sample, other] for other in others)):
        ordered = sorted(chosen, key=lambda each: each.trajectory.trial)
        for expected in form.rows(ordered):
            if getattr(expected, "id", "") != document["id"]:
                continue
            unlike = list(unlike_row(row, document, form, expected))
            if not unlike:
                return
            closest = closest or unlike
    yield from closest or [Unlike("the row", None, (Change((), after="no such row is made of this unit"),))]
