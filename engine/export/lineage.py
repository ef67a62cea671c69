"""Lineage: which blueprints are of one family, so that none of a family is trained on while another is tested on.

A blueprint that was joined from others shares their wishes and their words with them, and so with whatever else was
joined from them. A family's split is decided by the smallest of its ids and a seed, and by nothing else: not by the
order of units, nor by how many there are. Memory is held only for blueprints that have relatives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from math import isclose
from typing import NamedTuple

import msgspec

from interplay.engine.errors import UsageError
from interplay.engine.export.sources import Source

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}\Z")
_EXAMPLE = '"train=0.9,test=0.1"'


class Share(NamedTuple):
    """A split, and how much of all shall go into it."""

    name: str
    part: float
    """Above 0, at most 1."""


ALL = (Share("train", 1.0),)
"""Where nobody asks for splits."""


def parse_splits(text: str) -> tuple[Share, ...]:
    """Read splits.

    Args:
        text: as "train=0.9,test=0.1".

    Raises:
        UsageError: not of that form, a name twice or one that loaders refuse, or parts that do not add up to 1.
    """
    found: list[Share] = []
    for each in text.split(","):
        name, equals, part = (piece.strip() for piece in each.partition("="))
        if not equals:
            raise UsageError(f"split {text!r}: expected names and parts of 1, such as {_EXAMPLE}")
        if not _NAME.match(name):
            raise UsageError(f"split {text!r}: {name!r} is no name of a split; it takes letters, digits and _")
        if name in (share.name for share in found):
            raise UsageError(f"split {text!r}: {name!r} stands there twice")
        found.append(Share(name, _part(part, text)))
    total = sum(share.part for share in found)
    if not isclose(total, 1.0, abs_tol=1e-6):
        raise UsageError(f"split {text!r}: the parts add up to {total:g} and have to add up to 1, such as {_EXAMPLE}")
    return tuple(found)


def _part(text: str, whole: str) -> float:
    try:
        part = float(text)
    except ValueError:
        part = 0.0
    if not 0 < part <= 1:
        raise UsageError(f"split {whole!r}: {text!r} is no part of 1; expected a number above 0, such as {_EXAMPLE}")
    return part


class _Named(msgspec.Struct, frozen=True):
    id: str


class _Kin(msgspec.Struct, frozen=True):
    """Of a line of the blueprint log, who is related to whom."""

    unit: int
    blueprint: _Named | None = None
    parents: tuple[str, ...] = ()


class Lineage:
    """Families of blueprints, and the split of each.

    Args:
        shares: the splits.
        seed: another gives other splits.
    """

    def __init__(self, shares: Sequence[Share] = ALL, seed: int = 0) -> None:
        self._shares, self._seed = tuple(shares), seed
        self._above: dict[str, str] = {}  # of each that has relatives another of its family, no larger; or itself

    @classmethod
    def of(cls, sources: Iterable[Source], shares: Sequence[Share], seed: int) -> Lineage:
        """The families in some runs; read only where there is more than one split.

        Raises:
            RunError: a file cannot be read, or a line is damaged.
        """
        found = cls(shares, seed)
        for source in sources if len(shares) > 1 else ():
            for kin in source.run.blueprints(_Kin):
                if kin.blueprint is not None and kin.parents:
                    found.relate(kin.blueprint.id, kin.parents)
        return found

    def relate(self, blueprint: str, parents: Iterable[str]) -> None:
        """Say that a blueprint was joined from others."""
        for parent in parents:
            one, other = self.family(blueprint), self.family(parent)
            smaller, larger = min(one, other), max(one, other)
            self._above[larger] = self._above[smaller] = smaller

    def family(self, blueprint: str) -> str:
        """The smallest id of the blueprint's family."""
        smallest = blueprint
        while (above := self._above.get(smallest, smallest)) != smallest:
            smallest = above
        while (above := self._above.get(blueprint, blueprint)) != smallest:  # so that the next way is short
            self._above[blueprint], blueprint = smallest, above
        return smallest

    def knows(self, blueprint: str, parents: Sequence[str]) -> bool:
        """Whether it was read before who this one was joined from; what is written meanwhile was not."""
        return len(self._shares) == 1 or not parents or blueprint in self._above

    def split(self, blueprint: str) -> str:
        """Name of the split of the blueprint's family."""
        if len(self._shares) > 1:
            digest = sha256(f"{self._seed}/{self.family(blueprint)}".encode()).digest()
            place = int.from_bytes(digest[:8], "big") / 2**64
            for name, part in self._shares:
                if place < part:
                    return name
                place -= part
        return self._shares[-1].name
