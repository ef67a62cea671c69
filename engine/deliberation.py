"""Deliberation: what a human might have said, and why it said what it did.

A human on a model drafts several replies a turn, words or, where people have tools of their own, calls. Code
strikes what must not be said or done, a judge scores the rest, the best is taken. An actor that has an attribute
`deliberations` has it kept in the trajectory.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Draft(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reply that might be said."""

    text: str
    """The words; a call in brackets."""
    stop: Literal["satisfied", "denied"] | None = None
    struck: str = ""
    """Why code struck it; empty when it did not."""
    agreement: float | None = None
    """With the blueprint's facts, 0 to 10, as the judge scored it; None where no judge did."""
    consistency: float | None = None
    """With what was said before."""
    flow: float | None = None
    critique: str = ""


class Deliberation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One turn's drafts."""

    turn: int
    """Which of the human's messages and calls it is about, from 0."""
    drafts: tuple[Draft, ...]
    chosen: int
    """Index of the one that was said."""
