"""Audit: an export read back, file by file and row by row, and what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from interplay.engine.errors import UsageError
from interplay.engine.export.card import FILE as CARD
from interplay.engine.export.manifest import FILE as MANIFEST
from interplay.engine.export.manifest import Manifest, Part, read_manifest
from interplay.engine.export.returning.checking import Checked, Checker, ConversationChecker, Finding, Sides
from interplay.engine.export.returning.pairs import PreferenceChecker
from interplay.engine.export.returning.recognising import Formats, format_of
from interplay.engine.export.returning.rows import FileRow, digest_of, rows_of
from interplay.engine.export.returning.runs import Runs
from interplay.engine.export.returning.seen import Seen
from interplay.engine.patch import Change

ENOUGH = 20
"""So many rows, all of them of conversations that a run does not hold, are enough to know that it is another run."""
WRITTEN: Sides = ("file", "manifest")


class Place(NamedTuple):
    """Something that is not as it should be, and where."""

    file: str
    row: int | None
    """Line of a text file, row of another, from 1; None where it is about the file."""
    id: str
    """Of the row; empty where it has none."""
    what: str
    message: int | None
    """Index in the trajectory; None where it is no message."""
    leaves: tuple[Change, ...]
    """`before` as it stands in the file, `after` as it should."""
    sides: Sides
    """Where the two come from: "row", "run", "recorded", "replayed", "file", "manifest"."""


class Audit:
    """What was found of an export.

    Args:
        path: of the export.
        first: how many differences to keep.
    """

    def __init__(self, path: Path, first: int) -> None:
        self.path, self.first = path, first
        self.format = ""
        self.files = 0
        self.rows = 0
        """That were read."""
        self.different = 0
        """Rows in which something is not as it should be."""
        self.lost = 0
        """Rows that should be there and are not."""
        self.kinds: Counter[str] = Counter()
        """Rows by what became of their conversations."""
        self.runs: dict[str, None] = {}
        """Names of the runs that rows are of."""
        self.differed = 0
        """Differences in all; a row may have several."""
        self.differences: list[Place] = []
        """The first of them."""

    @property
    def same(self) -> int:
        """Rows that are as they should be."""
        return self.rows - self.different

    @property
    def agrees(self) -> bool:
        """Whether all that is there is as it should be, and all is there."""
        return not self.differed and not self.lost

    def add(self, file: str, number: int, checked: Checked, more: Iterable[Finding] = ()) -> None:
        """Count a row that was looked at."""
        findings = [*checked.findings, *more]
        self.rows += 1
        self.different += bool(findings)
        if checked.outcome:
            self.kinds[checked.outcome] += 1
        if checked.name is not None and checked.outcome:
            self.runs[checked.name.run] = None
        for unlike, sides in findings:
            self._place(Place(file, number, checked.id, unlike.what, unlike.message, unlike.leaves, sides))

    def add_file(self, file: str, what: str, found: object, should: object) -> None:
        """Count something that is wrong with a file."""
        self._place(Place(file, None, "", what, None, (Change((), found, should),), WRITTEN))

    def _place(self, place: Place) -> None:
        self.differed += 1
        if len(self.differences) < self.first:
            self.differences.append(place)


Track = Callable[[Iterator[FileRow], int], Iterable[FileRow]]
"""Shows how far a file has been read: given its rows, and how many there should be (0: nobody knows)."""


def audit(
    path: Path,
    runs: Sequence[Path] = (),
    *,
    format: str = "",  # noqa: A002
    tokenizer: Path | None = None,
    first: int = 10,
    track: Track = lambda rows, _: rows,
) -> Audit:
    """Read an export back, and compare it with the runs that it was made of.

    Args:
        path: a directory with a manifest, or a file of rows.
        runs: where its runs are, or directories that hold them; none: around the export.
        format: of a file of rows, where its first row does not tell.
        tokenizer: directory of the one whose tokens are in the rows; without it they are not made again.
        first: how many differences to keep.
        track: shows how far it is.

    Raises:
        UsageError: a run is not to be found, or is another; or nobody can tell what the file is.
        DataError: the manifest is damaged, or a file cannot be read.
        RunError: a run cannot be read.
        DomainError: a run's world is not installed, or broken.
    """
    found = Audit(path, first)
    manifest = read_manifest(path) if path.is_dir() else None
    with Runs(runs, path, manifest.sources if manifest is not None else ()) as opened:
        if manifest is not None:
            found.format = manifest.format
            formats = Formats(manifest.format, manifest.options, tokenizer)
            _audit_directory(found, path, manifest, _checker(formats, opened), track)
        else:
            found.format = format or format_of(path)
            found.files = 1
            checker = _checker(Formats(found.format, None, tokenizer), opened)
            _audit_rows(found, path, _Acquainted(checker, opened, path), Seen(), track, 0)
    return found


class _Acquainted:
    """Looks at the rows of a file that no manifest names the runs of, and refuses runs that are others.

    Args:
        checker: looks at each row.
        runs: that it compares with.
        path: of the file.
    """

    def __init__(self, checker: Checker, runs: Runs, path: Path) -> None:
        self._checker, self._runs, self._path = checker, runs, path
        self._strangers = self._rows = 0

    def check(self, row: FileRow) -> Checked:
        """One row.

        Raises:
            UsageError: of the first rows none is of the run that it was compared with.
        """
        checked = self._checker.check(row)
        self._rows += 1
        self._strangers += checked.stranger
        if self._strangers == self._rows == ENOUGH:
            self._refuse(row)
        return checked

    def finish(self, row: FileRow | None) -> None:
        """Say it of a file of fewer rows, too, where there are several; one alone may have been changed.

        Args:
            row: the last.

        Raises:
            UsageError: none of the rows is of the run that it was compared with.
        """
        if row is not None and 1 < self._strangers == self._rows:
            self._refuse(row)

    def _refuse(self, row: FileRow) -> NoReturn:
        world = (row.document or {}).get("domain")
        raise UsageError(
            f"{self._path} was not made of {self._runs.described}: of its first {self._rows} rows, which are of the "
            f"world {world!r}, none is a conversation of that run; say with --run DIR where its own run is"
        )


def _checker(formats: Formats, opened: Runs) -> Checker:
    return PreferenceChecker(formats, opened) if formats.name == "preferences" else ConversationChecker(formats, opened)


def _audit_directory(found: Audit, path: Path, manifest: Manifest, checker: Checker, track: Track) -> None:
    seen = Seen()
    for part in manifest.files:
        file = path / part.name
        if not file.is_file():
            found.add_file(part.name, "the file", "not there", f"{part.rows} rows")
            found.lost += part.rows
            continue
        found.files += 1
        _audit_digest(found, file, part)
        rows = _audit_rows(found, file, checker, seen, track, part.rows)
        if rows != part.rows:
            found.add_file(part.name, "the number of rows", rows, part.rows)
            found.lost += max(0, part.rows - rows)
    listed = {part.name for part in manifest.files} | {MANIFEST, CARD}
    for each in sorted(path.iterdir()):
        if each.name not in listed and not each.name.startswith("."):
            found.add_file(each.name, "the file", "there", "not in the manifest")
    counts = manifest.counts
    if counts.read != counts.kept + sum(counts.left_out.values()):
        found.add_file(MANIFEST, "the counts", counts.kept, counts.read - sum(counts.left_out.values()))


def _audit_digest(found: Audit, file: Path, part: Part) -> None:
    size, digest = digest_of(file)
    if size != part.bytes:
        found.add_file(part.name, "the size in bytes", size, part.bytes)
    if digest != part.blake2b:
        found.add_file(part.name, "the BLAKE2b", digest, part.blake2b)


def _audit_rows(
    found: Audit, file: Path, checker: Checker | _Acquainted, seen: Seen, track: Track, expected: int
) -> int:
    rows, row = 0, None
    for row in track(rows_of(file), expected):
        rows += 1
        checked = checker.check(row)
        found.add(file.name, row.number, checked, seen.twice(checked))
    if isinstance(checker, _Acquainted):
        checker.finish(row)
    return rows
