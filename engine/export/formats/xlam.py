r"""xlam: messages in which a call is a bare JSON array of {name, arguments}.

Models of that family write their calls so, and their chat template writes earlier calls so, too. The template prints
its instruction for it only where there is no system message. Here the system message is the policy, so the instruction
stands in it, after the policy: its last words announce the tools, which the template prints there, when it is given the
row's `tools`. The messages hold nothing but role and content, since the template takes the mere presence of
`tool_calls` for a call. Arrays are spaced as the template spaces them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from interplay.engine.export.formats import Played, Settings
from interplay.engine.export.formats.sharegpt import refuse_thoughts
from interplay.engine.export.records import Record, Said, quoted
from interplay.engine.export.samples import Sample
from interplay.engine.export.shards import JsonLines
from interplay.engine.export.sources import Source, encoded

INSTRUCTION = (
    "# How to call tools\n\n"
    "To use a tool, answer with a JSON array and nothing else, without a code fence around it. Each entry is one call "
    "and names the tool and its arguments:\n\n"
    '[{"name": "name_of_a_tool", "arguments": {"first": "value", "second": 2}}]\n\n'
    "Write nothing before or after the array, and wait for the results before you go on. When no call is needed, or "
    "when you lack something that a tool requires, answer in plain words instead. These are the tools:"
)
"""What stands after the policy."""


class XLAMRow(Played, frozen=True, kw_only=True):
    """A conversation."""

    messages: msgspec.Raw
    tools: msgspec.Raw


class XLAM:
    """One row a conversation.

    Args:
        settings: thoughts have no place in this layout.

    Raises:
        UsageError: they are asked for.
    """

    name = "xlam"
    suffix = ".jsonl"
    outcome: Literal["verified", "all"] = "verified"
    shard = JsonLines

    def __init__(self, settings: Settings) -> None:
        refuse_thoughts(settings, self.name)

    def rows(self, samples: Sequence[Sample]) -> Iterator[XLAMRow]:
        """A row of each conversation."""
        for sample in samples:
            yield XLAMRow(
                id=sample.id,
                blueprint=sample.blueprint,
                domain=sample.domain,
                outcome=sample.outcome,
                messages=_messages(sample.record, sample.source.shared(self.name, _system)),
                tools=sample.tools.raw,
            )


def _system(source: Source) -> msgspec.Raw:
    """The policy with the instruction after it, as a JSON string."""
    return encoded(f"{source.system}\n\n{INSTRUCTION}")


def _messages(record: Record, system: msgspec.Raw) -> msgspec.Raw:
    parts: list[bytes | msgspec.Raw] = [b'[{"role":"system","content":', system]
    for said in record.seen:
        if said.type == "human":
            parts += (b'},{"role":"user","content":', said.text)
        elif said.type == "agent":
            parts += (b'},{"role":"assistant","content":', said.text)
        elif said.by != "agent":
            continue
        elif said.type == "tool_call":
            parts += (b'},{"role":"assistant","content":', quoted(_array(said)))
        else:
            parts += (b'},{"role":"tool","content":', said.content)
    parts.append(b"}]")
    return msgspec.Raw(b"".join(parts))


def _array(call: Said) -> str:
    """A call as the template writes it."""
    called = {"name": json.loads(bytes(call.tool)), "arguments": json.loads(bytes(call.arguments))}
    return json.dumps([called], ensure_ascii=False)


FORMAT = XLAM
