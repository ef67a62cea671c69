"""Asked: what a run was asked for, as far as that decides how it is counted, and what its models used.

A run that says nothing of it, or says it otherwise than `generate` does, is counted all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from interplay.engine.forge.committee import THRESHOLD
from interplay.engine.models.bill import Account, Bill, Price
from interplay.engine.models.replies import FILE, Recordings
from interplay.engine.run import Run, RunConfig

SCRIPTED = "scripted, no model"
"""Who plays a role of which nothing was said."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a run was asked for."""

    trials: int | None = None
    """How often each blueprint is played; 0 for no more once one is verified, None where nobody says."""
    feedback: bool = True
    """Whether a writer is told what was wrong with its last attempt."""
    threshold: float = THRESHOLD
    """The least average with which the committee accepts."""
    prices: dict[str, Price] = {}
    budget: float | None = None


class _Play(msgspec.Struct, frozen=True):
    trials: int = 0


class _Forge(msgspec.Struct, frozen=True):
    feedback: bool = True
    threshold: float = THRESHOLD


class _Settings(msgspec.Struct, frozen=True):
    play: _Play = _Play()
    forge: _Forge = _Forge()
    prices: dict[str, Price] = {}
    budget: float | None = None


def asked_of(config: RunConfig) -> Asked:
    """What a run was asked for, as its config says."""
    return asked_in(config.settings)


def asked_in(settings: Mapping[str, Any]) -> Asked:
    """The same, of the settings alone."""
    try:
        found = msgspec.convert(settings["asked"], _Settings)
    except (KeyError, msgspec.ValidationError):
        return Asked()
    return Asked(
        trials=found.play.trials,
        feedback=found.forge.feedback,
        threshold=found.forge.threshold,
        prices=found.prices,
        budget=found.budget,
    )


def player_in(asked: Mapping[str, Any], role: str) -> str:
    """Who plays a role, and on which model, in words.

    Args:
        asked: what a run was asked for: "asked" of its settings.
        role: "agent", "human", ...

    Returns:
        Empty where the settings say it otherwise than `generate` does.
    """
    roles = asked.get("roles", {})
    played = roles.get(role, {}) if isinstance(roles, dict) else {}
    if not isinstance(played, dict):
        return ""
    actor, model = str(played.get("actor", "")), str(played.get("model", ""))
    return f"{actor}, on the model {model}" if actor and model else actor or model or SCRIPTED


def bill_of(run: Run) -> Bill | None:
    """What a run's models were asked and what it cost, summed from their recorded replies.

    Returns:
        None where no model was asked.

    Raises:
        RunError: the replies cannot be read, or a line is damaged.
    """
    if not (run.path / FILE).exists():
        return None
    asked = asked_of(run.config)
    account = Account(asked.prices, asked.budget)
    Recordings(run.path, wanted=_nobody, seen=account.recall).close()
    bill = account.bill()
    return bill if bill.roles else None


def _nobody(unit: int) -> bool:  # noqa: ARG001
    """No unit's replies are wanted, only how many there are."""
    return False
