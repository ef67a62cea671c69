"""openai: a conversation as `messages` and `tools`, one JSON object a line.

What fine-tuning services take, and TRL: OpenAI's roles, `tool_calls` of one call each, and the tools as OpenAI's
function objects. The tools are a list, as the services want them: `datasets` of version 5 reads lists whose objects
differ in their keys as they are; older ones fill with nulls what an object lacks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from interplay.engine.export.formats import Played, Settings
from interplay.engine.export.formats.chat import written
from interplay.engine.export.samples import Sample
from interplay.engine.export.shards import JsonLines


class OpenAIRow(Played, frozen=True, kw_only=True):
    """A conversation."""

    messages: msgspec.Raw
    """The system's message first."""
    tools: msgspec.Raw
    """Every tool that was offered by the end, in the world's order; scripts may have offered some of them late."""


class OpenAI:
    """One row a conversation.

    Args:
        settings: whether thoughts stand in `reasoning_content`, and how arguments are written.
    """

    name = "openai"
    suffix = ".jsonl"
    outcome: Literal["verified", "all"] = "verified"
    shard = JsonLines

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def rows(self, samples: Sequence[Sample]) -> Iterator[OpenAIRow]:
        """A row of each conversation."""
        for sample in samples:
            yield OpenAIRow(
                id=sample.id,
                blueprint=sample.blueprint,
                domain=sample.domain,
                outcome=sample.outcome,
                messages=written(sample, self._settings),
                tools=sample.tools.raw,
            )


FORMAT = OpenAI
