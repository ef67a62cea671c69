"""Selection: which conversations an export keeps, and for each of the others why not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Literal, NamedTuple, TypeAlias

from interplay.engine.errors import UsageError
from interplay.engine.export.samples import Sample
from interplay.engine.export.spans import is_good
from interplay.engine.export.tokens import TokenCounter
from interplay.engine.forge.difficulty import Difficulty, check_dimension
from interplay.engine.trajectory import Fault, Faulted, Outcome, Scored

Wanted: TypeAlias = Literal["verified", "good", "rejected", "all"]

FAULTS = ("state", "assertion", "turn", "outputs", "duty", "policy", "expectation", "claim")
"""What a fault's code begins with; after it and a colon stands which: "state:missing", "policy:NAME_OF_RULE"."""

_RANGE = re.compile(r"(\d{1,9})?(-)?(\d{1,9})?\Z")


class Range(NamedTuple):
    """Whole numbers from one to another, both included."""

    least: int
    most: int | None
    """None: without end."""

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self.least <= number and (self.most is None or number <= self.most)


class Selection(NamedTuple):
    """What was asked for."""

    outcome: Wanted = "verified"
    """Verified ones; these and such as were rejected for turns alone that need not be learned; ones that were judged
    and not verified; or whatever took place."""
    difficulty: Mapping[str, Range] = {}
    """By dimension."""
    faults: tuple[str, ...] = ()
    """Of those that were not verified, only such as have one of these faults, or of these sorts of faults."""
    without: tuple[str, ...] = ()
    """None that has one of these."""
    whose: Fault | None = None
    """Of those that were not verified, only such as were the fault of this one."""
    max_tokens: int | None = None
    counter: TokenCounter | None = None
    """Where lengths are asked for, or limited."""

    def reason(self, sample: Sample) -> str:
        """Why a conversation is left out, in a few words for counting; empty where it is kept, as far as they go."""
        if self.outcome == "good" and not is_good(sample.record.outcome):
            return f"outcome {sample.outcome}, and not for a turn that could be left out"
        if self.outcome not in ("all", "good") and sample.outcome != self.outcome:
            return f"outcome {sample.outcome}"
        if not sample.seen:
            return "the agent did nothing"
        return self._too_easy_or_hard(sample.made.difficulty) or self._other_fault(sample.record.outcome)

    def length(self, sample: Sample) -> int | None:
        """Tokens of a conversation; None where nobody asks."""
        return None if self.counter is None else self.counter.count(sample.dialogue)

    def too_long(self, tokens: int | None) -> bool:
        """Whether a conversation of that many tokens is longer than asked for."""
        return tokens is not None and self.max_tokens is not None and tokens > self.max_tokens

    def _too_easy_or_hard(self, difficulty: Difficulty | None) -> str:
        if not self.difficulty:
            return ""
        if difficulty is None:
            return "difficulty not known"
        outside = [name for name, wanted in self.difficulty.items() if getattr(difficulty, name) not in wanted]
        return f"difficulty in {outside[0]}" if outside else ""

    def _other_fault(self, outcome: Outcome) -> str:
        if not (self.faults or self.without or self.whose):
            return ""
        if isinstance(outcome, Scored) and outcome.verdict.accepted:
            return ""
        found = outcome.verdict.faults if isinstance(outcome, Scored) else []
        if any(_is_of(fault, self.without) for fault in found):
            return "a fault that is not wanted"
        if self.faults and not any(_is_of(fault, self.faults) for fault in found):
            return "no fault that is wanted"
        whose = outcome.fault if isinstance(outcome, Scored | Faulted) else None
        return f"the fault of {whose or 'nobody'}" if self.whose is not None and whose != self.whose else ""


def _is_of(fault: str, sorts: Iterable[str]) -> bool:
    return any(fault == sort or fault.startswith(f"{sort}:") for sort in sorts)


def parse_difficulty(texts: Iterable[str]) -> dict[str, Range]:
    """Read ranges of difficulty.

    Args:
        texts: each as "writes=2-4", "reads=3-", "depth=-2" or "hidden=0"; several in one text with ";" between.

    Raises:
        UsageError: not of that form, no such dimension, one twice, or a range that holds nothing.
    """
    found: dict[str, Range] = {}
    for text in (part.strip() for each in texts for part in each.split(";")):
        name, equals, rest = (part.strip() for part in text.partition("="))
        match = _RANGE.match(rest)
        if "=" in rest or "," in rest or "&" in rest:
            raise UsageError(f'difficulty {text!r}: between several stands ";", as in "writes=2-4;reads=3-"')
        if not equals or not rest.strip("-") or match is None:
            raise UsageError(
                f'difficulty {text!r}: expected a dimension and a range, such as "writes=2-4" or "reads=3-"'
            )
        check_dimension(name, text)
        if name in found:
            raise UsageError(f"difficulty: {name!r} is asked for twice; say one range")
        first, dash, last = match.groups()
        wanted = Range(int(first or 0), int(last) if last else None if dash else int(first))
        if wanted.most is not None and wanted.most < wanted.least:
            raise UsageError(f"difficulty {text!r}: nothing lies from {wanted.least} to {wanted.most}")
        found[name] = wanted
    return found


def check_faults(codes: Iterable[str]) -> tuple[str, ...]:
    """The codes of faults that a user names.

    Raises:
        UsageError: a code begins as none does; says how they begin.
    """
    found = tuple(codes)
    for code in found:
        sort = code.partition(":")[0]
        if sort not in FAULTS:
            near = get_close_matches(sort, FAULTS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else "."
            raise UsageError(
                f"no fault is named {code!r}{hint} They begin with {', '.join(FAULTS)}; `interplay stats` counts them"
            )
    return found
