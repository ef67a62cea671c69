"""Seeds: where all chance comes from.

A seed is a path, hashed: run, blueprint, trial, actor, turn. Two places with different paths draw
independently, and no draw depends on what ran before it, so the order in which conversations happen
to run cannot change a byte. Drawing is addressed, not streamed: `seed.child("turn", 3).pick(...)`
gives the same answer whenever it is asked.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Seed(NamedTuple):
    """A point in the tree of seeds; immutable, 32 bytes.

    Source: sha256 of the parent's digest and the child's name.
    """

    digest: bytes

    @classmethod
    def root(cls, number: int) -> Seed:
        """The seed of a whole run.

        Args:
            number: what the user gave as --seed, at least 0.
        """
        return cls(sha256(b"interplay/%d" % number).digest())

    def child(self, *path: str | int) -> Seed:
        """The seed of a named part of this one; ints and strings with equal text are the same name."""
        names = [name.replace("~", "~0").replace("/", "~1") if isinstance(name, str) else str(name) for name in path]
        return Seed(sha256(self.digest + "/".join(names).encode()).digest())

    @property
    def number(self) -> int:
        """This seed as an integer, 0 to 2**64 - 1."""
        return int.from_bytes(self.digest[:8], "big")

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, each as likely as the others.

        Raises:
            IndexError: there are no options.
        """
        if not options:
            raise IndexError("cannot pick from no options")
        return options[self.number % len(options)]

    def chance(self, probability: float) -> bool:
        """True with the given probability, 0.0 to 1.0."""
        return self.number < probability * 2.0**64

    def random(self) -> random.Random:
        """A generator of its own, for code that draws many times in one place."""
        return random.Random(self.number)  # noqa: S311  (reproducible, not secret)
