"""Pipeline: conversations from runs into the files of an export, one unit at a time.

Memory holds one unit, eight bytes of digest a conversation, the families of blueprints that have relatives, and what
waits for the disk; never a run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from interplay.engine.errors import DataError, UsageError
from interplay.engine.export.card import FILE as CARD
from interplay.engine.export.card import card
from interplay.engine.export.census import Census, Figures
from interplay.engine.export.columns import columns
from interplay.engine.export.distinctness import Distinctness, Unique
from interplay.engine.export.features import features
from interplay.engine.export.formats import Format
from interplay.engine.export.lineage import ALL, Lineage, Share
from interplay.engine.export.manifest import FILE as MANIFEST
from interplay.engine.export.manifest import Counts, Manifest, Origin, Part, Tokens, encode_manifest, origin
from interplay.engine.export.samples import Sample, SampledUnit, sampled_units
from interplay.engine.export.selection import Selection
from interplay.engine.export.sources import Source
from interplay.engine.export.writing import Shards, write_whole
from interplay.engine.run.appending import sync
from interplay.engine.statistics.spread import descending
from interplay.engine.units import is_open
from interplay.engine.whole import check_free, whole_directory, whole_file

SHARD_ROWS = 50_000
"""Rows of one file, unless somebody says otherwise: about a gigabyte of retail's conversations."""

UNPLAYED = "never took place"
DOUBLE = {
    "conversation": "the same conversation is there",
    "calls": "the same calls are there",
    "blueprint": "its blueprint is there",
}
MEANWHILE = "written meanwhile"
ROWLESS = "nothing to make a row of"
TOO_LONG = "more tokens than asked for"

Watch = Callable[[Iterable[SampledUnit]], Iterable[SampledUnit]]
"""Shows how far it is."""


class Asked(NamedTuple):
    """What an export is asked for, beside its format."""

    selection: Selection = Selection()
    unique: Unique = "conversation"
    thoughts: bool = False
    splits: Sequence[Share] = ALL
    seed: int = 0
    shard_rows: int = SHARD_ROWS
    licence: str = ""
    options: dict[str, Any] = {}  # noqa: RUF012  (a default that nobody changes)
    """As they were given, for the manifest."""


class Exported(NamedTuple):
    """What was written."""

    manifest: Manifest
    """Also of a single file, beside which none stands."""
    figures: Figures
    notes: tuple[str, ...]
    """What the reader should know: runs that are not complete, splits that stayed empty."""


def export(sources: Sequence[Source], layout: Format, asked: Asked, out: Path, watch: Watch = iter) -> Exported:
    """Export runs.

    Args:
        sources: the runs.
        layout: the format.
        asked: what else is asked for.
        out: a name that is free: of a file where it ends as the format's files do, else of a directory.
        watch: is given the units, and gives them on.

    Raises:
        UsageError: the name is taken or cannot be written, or one file is asked for and several splits.
        DataError: nothing is left to export; says why.
        RunError: a run cannot be read.
    """
    single = out.suffix == layout.suffix
    if single and len(asked.splits) > 1:
        raise UsageError(f"{out} is one file, which holds no splits; name a directory, without {layout.suffix}")
    check_free(out, "file" if single else "directory")
    passage = _Passage(sources, layout, asked)
    with whole_file(out) if single else whole_directory(out) as path:
        with Shards(layout, path, asked.shard_rows, single=single) as shards:
            passage.go(shards, watch)
            files = shards.finish()
        if single:
            files = tuple(msgspec.structs.replace(part, name=out.name) for part in files)
        exported = passage.exported(files)
        if not single:
            write_whole(path / MANIFEST, encode_manifest(exported.manifest))
            shown = columns(layout.name, asked.options)
            text = card(out.name, exported.manifest, exported.figures, shown, features(layout.name, passage.names))
            write_whole(path / CARD, text.encode())
            sync(path)
    return exported


class _Passage:
    """Conversations on their way from the runs to the files.

    Args:
        sources: the runs.
        layout: the format.
        asked: what else is asked for.

    Raises:
        RunError: a run cannot be read.
    """

    def __init__(self, sources: Sequence[Source], layout: Format, asked: Asked) -> None:
        self._sources, self._format, self._asked = sources, layout, asked
        self._lineage = Lineage.of(sources, asked.splits, asked.seed)
        self._distinct = Distinctness(asked.unique, thoughts=asked.thoughts)
        self._census = Census()
        self._left_out: Counter[str] = Counter()
        self._notes: list[str] = []
        self._done: dict[str, int] = {}  # by run, units that are there
        self._read = self._kept = 0
        self.names: tuple[str, ...] = ()
        """Of the rows' columns; none before there is a row."""

    def go(self, shards: Shards, watch: Watch) -> None:
        """Write whatever is kept.

        Raises:
            DataError: nothing is; says why.
        """
        for unit in watch(self._units()):
            self._read += len(unit.samples) + unit.unplayed
            self._left_out[UNPLAYED] += unit.unplayed
            kept = [sample for sample in unit.samples if self._keeps(sample)]
            rows = list(self._format.rows(kept)) if kept else []
            if not rows:
                self._left_out[ROWLESS] += len(kept)
                continue
            self._kept += len(kept)
            split = self._lineage.split(kept[0].blueprint)
            shards.write(split, rows)
            self.names = self.names or rows[0].__struct_fields__
            for sample in kept:
                self._census.add(split, sample, sample.tokens)
        if not self._kept:
            raise DataError(self._nothing())

    def exported(self, files: Sequence[Part]) -> Exported:
        """What is to be said of it.

        Args:
            files: that were written.
        """
        asked, counter = self._asked, self._asked.selection.counter
        there = {part.split for part in files}
        empty = [share.name for share in asked.splits if share.name not in there]
        notes = [f"the split {name!r} is empty: no family of blueprints fell to it" for name in empty]
        manifest = Manifest(
            format=self._format.name,
            options=asked.options,
            licence=asked.licence,
            sources=tuple(self._origin(each) for each in self._sources),
            counts=Counts(
                read=self._read,
                kept=self._kept,
                left_out=self._reasons(),
                rowless=self._rowless(),
            ),
            files=tuple(files),
            tokens=None if counter is None else Tokens(tokenizer=counter.name, estimate=not counter.exact),
        )
        return Exported(manifest, self._census.figures(), (*self._notes, *notes))

    def _origin(self, source: Source) -> Origin:
        found = origin(source.name, source.run.config, source.domain)
        return msgspec.structs.replace(found, done=self._done.get(source.name))

    def _units(self) -> Iterator[SampledUnit]:
        for source in self._sources:
            there = 0
            for unit in sampled_units(source):
                there += unit.recorded
                yield unit
            self._done[source.name] = there
            units = source.run.config.units
            if there < units:
                state = "is being written, or was cut short" if is_open(source.run) else "is not complete"
                self._notes.append(f"{source.name} {state}: {there:,} of its {units:,} units are there")

    def _keeps(self, sample: Sample) -> bool:
        why = self._against(sample)
        if why:
            self._left_out[why] += 1
        return not why

    def _against(self, sample: Sample) -> str:
        """Why a conversation is left out; empty where it is kept."""
        selection, made = self._asked.selection, sample.made
        why = selection.reason(sample)
        if why:
            return why
        if not self._lineage.knows(sample.blueprint, made.parents):
            return MEANWHILE
        sample.tokens = selection.length(sample)
        if selection.too_long(sample.tokens):
            return TOO_LONG
        return "" if self._distinct.is_new(sample) else DOUBLE[self._asked.unique]

    def _reasons(self) -> dict[str, int]:
        return {why: count for why, count in descending(self._left_out).items() if count}

    def _rowless(self) -> dict[str, int]:
        """What the format made no row of, and why, where it says so."""
        found: dict[str, int] = getattr(self._format, "left_out", {})
        return descending(Counter(found))

    def _nothing(self) -> str:
        where = ", ".join(str(source.run.path) for source in self._sources)
        if not self._read:
            return f"there is nothing to export: {where} holds no conversation yet"
        reasons = "; ".join(f"{count:,} left out: {why}" for why, count in self._reasons().items())
        reasons += "".join(f"; {count:,} without a row: {why}" for why, count in self._rowless().items())
        return f"nothing is left to export of {self._read:,} conversations in {where}: {reasons}"
