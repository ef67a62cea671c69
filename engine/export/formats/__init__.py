"""Formats: how conversations are laid out as rows, one module each, found by name when it is asked for.

A format is given all conversations of one unit that were kept, and makes rows of them; most make one of each. A
row is a msgspec struct, whose first columns are the format's own and whose last say where the row comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

import msgspec

from interplay.engine.errors import UsageError
from interplay.engine.export.samples import Sample
from interplay.engine.export.shards import Out, Shard

FORMATS = {
    "openai": "messages and tools, one JSON object a line, as fine-tuning services and TRL take them",
    "sharegpt": "conversations of human, gpt, function_call and observation, with tools and system as text",
    "parquet": "the rows of openai, typed, with verdict, difficulty, provenance and seeds as columns",
    "xlam": "messages in which a call is a bare JSON array, with the instruction for it in the system message",
    "preferences": "pairs for DPO: a good and a bad continuation where two plays of one unit part",
    "loss": "messages, with marks of what in them is the agent's to learn",
}
"""Formats of training data and the line that help says of each; each lives in the module of its name."""


class Settings(NamedTuple):
    """What a user may choose about the rows themselves."""

    thoughts: bool = False
    """Whether what the agent thought goes into the rows."""
    arguments: Literal["string", "object"] = "string"
    """How the arguments of a call stand in OpenAI's messages."""
    preference: Literal["pairs", "singles"] = "pairs"
    """Of `preferences`: two messages to compare, or one with a label."""
    tokenizer: Path | None = None
    """Of `loss`: directory of the tokenizer whose tokens go into the rows, too."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What every row says of itself, beside the columns of its format."""

    id: str
    """RUN/UNIT/TRIAL of the conversation; what of it the row is follows after "#", where it is a part."""
    blueprint: str
    """Id of the blueprint that was played."""
    domain: str
    """Name of the world."""


class Played(Row, frozen=True, kw_only=True):
    """What a row says of itself that is a whole conversation."""

    outcome: str
    """What became of it: "verified", "rejected", "failed:WHOSE"."""


class Format(Protocol):
    """A format; its module has it under the name FORMAT, as a class whose one argument is the `Settings`."""

    name: str
    suffix: str
    """Of its files: ".jsonl", ".parquet"."""
    outcome: Literal["verified", "all"]
    """Which conversations it is meant for, unless the user says otherwise."""

    def rows(self, samples: Sequence[Sample]) -> Iterator[Row]:
        """Rows of one unit.

        Args:
            samples: conversations of the unit that were kept, in the order of their trials; at least one.
        """
        ...

    def shard(self, out: Out) -> Shard:
        """Rows as the bytes of a file; `JsonLines` where they are lines of JSON.

        Args:
            out: an empty file.
        """
        ...


def load_format(name: str, settings: Settings = Settings()) -> Format:  # noqa: B008  (a value)
    """The format of this name.

    Raises:
        UsageError: there is none; says which there are. Or it has no place for what is asked for.
    """
    if name not in FORMATS:
        near = get_close_matches(name, FORMATS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        raise UsageError(f"there is no format {name!r}{hint} Known are {', '.join(FORMATS)}")
    found: Format = import_module(f"{__name__}.{name}").FORMAT(settings)
    return found
