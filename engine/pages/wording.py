"""Wording: what outcomes, marks and parts of a blueprint are called on a page, each with a sign beside its colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from interplay.engine.blueprint import Persona
from interplay.engine.deliberation import Draft
from interplay.engine.forge.review import CRITERIA, Review
from interplay.engine.inspection import Moment
from interplay.engine.statistics import ending_name
from interplay.engine.trajectory import Outcome, kind
from interplay.engine.truth import described

SIGNS = {
    "verified": "\N{CHECK MARK}",
    "rejected": "\N{MULTIPLICATION X}",
    "failed": "!",
    "unresolved": "?",
    "expected": "\N{CHECK MARK}",
    "missing": "\N{MINUS SIGN}",
    "extra": "+",
    "wrong": "\N{NOT EQUAL TO}",
    "added": "+",
    "removed": "\N{MINUS SIGN}",
    "changed": "~",
}
"""What stands before a word, for whoever does not see its colour."""

VERDICTS = {"expected": "as expected", "missing": "missing", "extra": "not expected", "wrong": "another value"}
"""How a field compares, in words."""


def outcome_word(outcome: Outcome) -> str:
    """The outcome alone: "verified", "rejected", "failed" or "unresolved"; a badge has it for a class."""
    return kind(outcome).partition(":")[0]


def whose(outcome: Outcome) -> str:
    """Whose fault it was that there is nothing to keep; empty where it was nobody's."""
    return getattr(outcome, "fault", None) or ""


def sign(word: str) -> str:
    """The sign of an outcome, of how a field compares, or of what became of a row; none of any other word."""
    return SIGNS.get(word, "")


def compared(mark: str) -> str:
    """How a field compares, in words."""
    return VERDICTS[mark]


def manner(persona: Persona) -> dict[str, str]:
    """How a person behaves, by trait, as far as it is not the usual."""
    values = msgspec.to_builtins(persona)
    return {name: value for name, value in values.items() if name not in ("name", "description")}


def draft_scores(draft: Draft) -> dict[str, float]:
    """What the judge gave a draft, by criterion; nothing where no judge did."""
    given = {name: getattr(draft, name) for name in ("agreement", "consistency", "flow")}
    return {name: value for name, value in given.items() if value is not None}


def review_scores(review: Review) -> dict[str, int]:
    """What a reviewer gave, by criterion; nothing where it abstains."""
    return {} if review.abstains else {criterion: getattr(review, criterion) for criterion in CRITERIA}


def aria(moment: Moment) -> str:
    """What a moment is, for who hears the page: "message 17, agent calls get_order"; not inert."""
    does = f" calls {moment.message.tool}" if hasattr(moment.message, "tool") else ""
    refused = ", refused" if moment.result is not None and moment.result.refusal is not None else ""
    return f"message {moment.at}, {moment.by}{does}{refused}"


FILTERS: Mapping[str, Callable[..., Any]] = {
    "aria": aria,
    "compared": compared,
    "described": described,
    "draft_scores": draft_scores,
    "ending_name": ending_name,
    "manner": manner,
    "outcome_word": outcome_word,
    "review_scores": review_scores,
    "sign": sign,
    "whose": whose,
}
"""By the name that templates use."""
