"""sharegpt: the layout of the method's released dataset.

`conversations` is a list of {from, value}; the value of a `function_call` is a JSON object of `name` and `arguments`,
as text. `tools` is a JSON array as text, and `system` the policy. Human and observation alternate with gpt and
function_call, and the last is the agent's, as trainers of this layout want it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from interplay.engine.errors import UsageError
from interplay.engine.export.formats import Played, Settings
from interplay.engine.export.records import Record, call_text, quoted
from interplay.engine.export.samples import Sample
from interplay.engine.export.shards import JsonLines


class ShareGPTRow(Played, frozen=True, kw_only=True):
    """A conversation."""

    conversations: msgspec.Raw
    tools: msgspec.Raw
    system: msgspec.Raw


class ShareGPT:
    """One row a conversation.

    Args:
        settings: thoughts have no place in this layout.

    Raises:
        UsageError: they are asked for.
    """

    name = "sharegpt"
    suffix = ".jsonl"
    outcome: Literal["verified", "all"] = "verified"
    shard = JsonLines

    def __init__(self, settings: Settings) -> None:
        refuse_thoughts(settings, self.name)

    def rows(self, samples: Sequence[Sample]) -> Iterator[ShareGPTRow]:
        """A row of each conversation."""
        for sample in samples:
            yield ShareGPTRow(
                id=sample.id,
                blueprint=sample.blueprint,
                domain=sample.domain,
                outcome=sample.outcome,
                conversations=_conversations(sample.record),
                tools=sample.tools.quoted,
                system=sample.source.raw_system,
            )


def refuse_thoughts(settings: Settings, name: str) -> None:
    """Refuse thoughts where a layout has no place for them.

    Raises:
        UsageError: they are asked for.
    """
    if settings.thoughts:
        raise UsageError(f"the format {name!r} has no place for thoughts; openai, parquet and loss have")


def _conversations(record: Record) -> msgspec.Raw:
    parts: list[bytes | msgspec.Raw] = []
    for said in record.seen:
        if said.type == "human":
            parts += (b',{"from":"human","value":', said.text, b"}")
        elif said.type == "agent":
            parts += (b',{"from":"gpt","value":', said.text, b"}")
        elif said.by != "agent":
            continue
        elif said.type == "tool_call":
            parts += (b',{"from":"function_call","value":', quoted(call_text(said)), b"}")
        else:
            parts += (b',{"from":"observation","value":', said.content, b"}")
    return msgspec.Raw(b"[" + b"".join(parts)[1:] + b"]")


FORMAT = ShareGPT
