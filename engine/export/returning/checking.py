"""Checking: one row against the run that it is of.

Three things have to hold. The conversation in the row is the run's, word for word. With the row's words, calls and
answers in it, its calls give the same answers again and it is judged as the run recorded. And the row, column for
column, is the one that the run gives when it is exported again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple, TypeAlias

import msgspec

from interplay.engine.errors import DataError
from interplay.engine.export.formats import Format
from interplay.engine.export.returning.layouts import LAYOUTS
from interplay.engine.export.returning.reading import Reading, Unlike, compared, leaves_of, restored, same
from interplay.engine.export.returning.recall import Recalled
from interplay.engine.export.returning.recognising import Formats
from interplay.engine.export.returning.rows import FileRow, reread
from interplay.engine.export.returning.runs import Opened, Runs
from interplay.engine.export.samples import Sample
from interplay.engine.patch import Change

Sides: TypeAlias = tuple[str, str]
"""Where the two values of a leaf come from."""
RUN: Sides = ("row", "run")
ANSWER: Sides = ("row", "replayed")
"""What a row says, and what comes of it when it is run again."""
VERDICT: Sides = ("recorded", "replayed")
"""What the run recorded, and what comes of the row's words."""


UNCHECKED = {"loss": ("input_ids", "assistant_masks"), "parquet": ("tokens",)}
"""By format, columns that only a tokenizer can make again, left to the file's digest where none is given."""


class Name(NamedTuple):
    """What a row's id says."""

    run: str
    unit: int
    trial: int
    part: str
    """Of the conversation, where the row is only a part; empty where it is all of it."""


class Finding(NamedTuple):
    """What is wrong with a row."""

    unlike: Unlike
    sides: Sides


class Checked(NamedTuple):
    """A row that was looked at."""

    id: str
    name: Name | None
    outcome: str
    """Of its conversation, as the run recorded it; empty where there is none."""
    findings: list[Finding]
    stranger: bool = False
    """Whether the run has no such conversation, or has it of another world or another blueprint."""


def named(document: dict[str, Any]) -> Name:
    """The conversation that a row says it is of.

    Raises:
        DataError: it says none.
    """
    id = document.get("id")  # noqa: A001
    text, _, part = id.partition("#") if isinstance(id, str) else ("", "", "")
    run, unit, trial = text.rsplit("/", 2) if text.count("/") >= 2 else ("", "", "")
    if not run or not _number(unit) or not _number(trial):
        raise DataError(f"id is {id!r}; it has to be RUN/UNIT/TRIAL")
    return Name(run, int(unit), int(trial), part)


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12 and (text == "0" or text[0] != "0")


class Checker(ABC):
    """Looks at the rows of one format.

    Args:
        formats: the format, as it wrote each row.
        runs: that they are of.
    """

    def __init__(self, formats: Formats, runs: Runs) -> None:
        self._formats, self._runs = formats, runs

    def check(self, row: FileRow) -> Checked:
        """One row.

        Raises:
            UsageError: the run is not there, or is another.
            RunError: the run cannot be read.
        """
        document = row.document
        if document is None:
            return Checked("", None, "", [said(row.trouble)])
        try:
            name = named(document)
        except DataError as error:
            return Checked("", None, "", [said(str(error))])
        opened = self._runs.run(name.run)
        recalled = opened.recall.unit(name.unit)
        sample = recalled.sample(name.trial) if recalled is not None else None
        if recalled is None or sample is None:
            lacking = f"no trial {name.trial} of unit {name.unit}" if recalled is not None else f"no unit {name.unit}"
            return Checked(document["id"], name, "", [absent(f"the run {name.run!r} has {lacking}")], stranger=True)
        try:
            findings = self._findings(row, document, sample, recalled, opened)
        except DataError as error:
            findings = [said(str(error), "the layout")]
        stranger = (document.get("domain"), document.get("blueprint")) != (sample.domain, sample.blueprint)
        return Checked(document["id"], name, sample.outcome, findings, stranger)

    @abstractmethod
    def _findings(
        self, row: FileRow, document: dict[str, Any], sample: Sample, recalled: Recalled, opened: Opened
    ) -> list[Finding]:
        """What is wrong with a row.

        Args:
            row: as it stands in its file.
            document: the same, decoded.
            sample: the conversation that its id names.
            recalled: the unit of that.
            opened: the run.

        Raises:
            DataError: the row is not laid out as its format is.
        """


class ConversationChecker(Checker):
    """Looks at rows each of which is a conversation."""

    def _findings(
        self, row: FileRow, document: dict[str, Any], sample: Sample, recalled: Recalled, opened: Opened
    ) -> list[Finding]:
        found = spoken(LAYOUTS[self._formats.name](document), sample, recalled, opened)
        return found or [Finding(each, RUN) for each in self._unlike(row, document, sample)]

    def _unlike(self, row: FileRow, document: dict[str, Any], sample: Sample) -> Iterator[Unlike]:
        """Where a row is not the one that its conversation gives when it is exported again."""
        form = self._formats.of(document)
        expected = list(form.rows([sample]))
        if len(expected) != 1:
            yield Unlike("the row", None, (Change((), after="no row is made of this conversation"),))
            return
        yield from unlike_row(row, document, form, expected[0])


def unlike_row(row: FileRow, document: dict[str, Any], form: Format, expected: Any) -> Iterator[Unlike]:
    """Where a row is otherwise than the one that was made again.

    Args:
        row: as it stands in its file.
        document: the same, decoded.
        form: the format, as it wrote the row.
        expected: the row, made again.
    """
    written = BytesIO()
    shard = form.shard(written)
    shard.write([expected])
    shard.close()
    if row.line and row.line == written.getvalue().removesuffix(b"\n"):
        return
    should = reread(written, form.suffix)
    for name in dict.fromkeys((*should, *document)):
        if name in UNCHECKED.get(form.name, ()) and should.get(name) is None:
            continue
        one, other = document.get(name, msgspec.UNSET), should.get(name, msgspec.UNSET)
        if one is msgspec.UNSET or other is msgspec.UNSET:
            yield Unlike(f"the column {name}", None, (Change((), one, other),))
        elif not same(one, other):
            yield Unlike(f"the column {name}", None, leaves_of(one, other, name))


def spoken(reading: Reading, sample: Sample, recalled: Recalled, opened: Opened) -> list[Finding]:
    """What is wrong with the conversation in a row: its words, and what comes of them.

    Args:
        reading: of the row.
        sample: the conversation that it should be.
        recalled: the unit of that.
        opened: the run.
    """
    found = [Finding(each, RUN) for each in compared(reading, sample.dialogue)]
    placed = {each.unlike.message for each in found}
    again = replayed(reading, sample, recalled, opened)
    return found + [each for each in again if each.unlike.message is None or each.unlike.message not in placed]


def replayed(reading: Reading, sample: Sample, recalled: Recalled, opened: Opened) -> list[Finding]:
    """Where what comes of a row's words, calls and answers, run and judged again, is not as recorded."""
    messages = restored(reading, sample.dialogue.turns, sample.trajectory.messages)
    if messages is None:
        return []
    trajectory = msgspec.structs.replace(sample.trajectory, messages=messages)
    differences = opened.reverifier.conversation(trajectory, recalled.blueprint)
    sides = [VERDICT if each.message is None else ANSWER for each in differences]
    unlike = [Unlike(each.what, each.message, each.leaves) for each in differences]
    return [Finding(*pair) for pair in zip(unlike, sides, strict=True)]


def absent(text: str) -> Finding:
    """A row whose conversation the run does not hold."""
    return Finding(Unlike("the conversation", None, (Change((), after=text),)), RUN)


def said(text: str, what: str = "the row") -> Finding:
    """Something that is wrong with all of a row, in words."""
    return Finding(Unlike(what, None, (Change((), text),)), RUN)
