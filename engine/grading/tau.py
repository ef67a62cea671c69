"""Tau: the rule by which the older of the two public benchmarks rewards a conversation.

All or nothing: the conversation came to an end of its own, the data ended as the reference actions leave them,
and the agent told every output. An output counts as told where its text stands anywhere in one thing that the
agent said, without regard to case, and with the commas taken out of what was said ("1,786" tells "1786"). Who was
asked, and in which order things happened, does not count.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from interplay.engine.database import Changes
from interplay.engine.messages import AgentMessage, AnyMessage


class Reward(NamedTuple):
    """What a conversation is worth, and why."""

    reward: float
    """1.0 or 0.0."""
    state: bool
    """Whether the data ended as the reference leaves them."""
    untold: tuple[str, ...]
    """Outputs that the agent did not tell."""


def reward(
    reference: Changes,
    end: Changes,
    outputs: Iterable[str],
    messages: Iterable[AnyMessage],
    *,
    finished: bool = True,
) -> Reward:
    """Reward a conversation.

    Args:
        reference: what the reference actions change, run on fresh data; one that is refused changes nothing.
        end: what the conversation changed, on the same data.
        outputs: texts that the agent must tell.
        messages: the conversation.
        finished: whether it came to an end of its own; one that ran out of steps is worth nothing.
    """
    said = [each.text.lower().replace(",", "") for each in messages if isinstance(each, AgentMessage)]
    untold = tuple(output for output in outputs if not any(output.lower() in text for text in said))
    state = dict(reference) == dict(end)
    return Reward(float(finished and state and not untold), state, untold)
