"""Funnel: how far attempts at writing a blueprint came, stage by stage."""

from __future__ import annotations

from typing import NamedTuple

from interplay.engine.forge.planning import WRITING
from interplay.engine.forge.record import Yield

_EXECUTED = frozenset({"execution", "setup"})


class Stage(NamedTuple):
    """A stage, and how many came through it."""

    name: str
    left: int


def funnel(counts: Yield) -> tuple[Stage, ...]:
    """The stages in their order; the first is all attempts, those at joining among them, the last the accepted.

    An attempt falls at one stage and is not tried at those that follow.

    Args:
        counts: what Phase 1 came to.
    """
    left = sum(counts.fallen.values()) + counts.accepted + counts.joined
    fallen = dict.fromkeys(("written", "well formed", "executed", "policy and other checks", "committee"), 0)
    for name, count in counts.fallen.items():
        fallen[_stage(*name.split(":", 1))] += count
    found = [Stage("attempted", left)]
    for name, count in fallen.items():
        left -= count
        found.append(Stage(name, left))
    return (*found[:-1], Stage("accepted by the committee", left))


def _stage(stage: str, check: str) -> str:
    if stage == "writing" or check in WRITING or check == "recombination":
        return "written"
    if stage == "committee":
        return "committee"
    if check == "format":
        return "well formed"
    return "executed" if check in _EXECUTED else "policy and other checks"
