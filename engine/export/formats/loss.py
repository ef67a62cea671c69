"""Loss: messages, with marks of what in them the agent should learn.

The columns `messages` and `tools` are those of the format openai; a message of the agent also has OpenAI's `weight`, 0
where anything in it should not be learned. `spans` is finer: it cuts each such message into what should be learned and
what should not, with the reason. With a tokenizer a row also has `input_ids` and `assistant_masks`, which TRL's
SFTTrainer takes as they are: a conversation is rendered once, whole, and spans become tokens by where they stand in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from interplay.engine.export.formats import Played, Settings
from interplay.engine.export.formats.chat import AnyMessage, Assistant, chat
from interplay.engine.export.masks import check_marks, masked
from interplay.engine.export.samples import Sample
from interplay.engine.export.shards import JsonLines, Out
from interplay.engine.export.spans import Span, blames, spans
from interplay.engine.export.tokens import ChatTokenizer

NOTHING = "nothing in it is to be learned"


class Weighted(Assistant, frozen=True, kw_only=True, tag="assistant"):
    """The agent's words, or its call, with OpenAI's mark."""

    weight: int
    """1 where all of it should be learned, else 0."""


class Marked(Played, frozen=True, kw_only=True):
    """A conversation, with what of it should be learned."""

    messages: list[AnyMessage]
    """The conversation as the agent saw it, the system message first."""
    tools: msgspec.Raw
    """What the agent had, as OpenAI function objects."""
    spans: list[Span]
    """What the agent said, thought and called, all of it, in order, cut where learning begins and ends."""


class Tokenized(Marked, frozen=True, kw_only=True):
    """The same as a model reads it."""

    input_ids: list[int]
    """Tokens of the whole conversation, as the tokenizer's chat template writes it."""
    assistant_masks: list[int]
    """For each token 1 where it should be learned, else 0."""


class FORMAT:
    """Rows of messages with marks.

    Args:
        settings: whether thoughts are in the messages, and the tokenizer.

    Raises:
        UsageError: the tokenizer cannot be used; says why and what to do.
    """

    name = "loss"
    suffix = JsonLines.suffix
    outcome: Literal["verified", "all"] = "verified"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tokenizer: ChatTokenizer | None = None
        if settings.tokenizer is not None:
            self._tokenizer = ChatTokenizer(settings.tokenizer)
            check_marks(self._tokenizer)
        self.left_out: Counter[str] = Counter()
        """Reason to conversations that gave no row."""

    def shard(self, out: Out) -> JsonLines:
        """Lines of JSON."""
        return JsonLines(out)

    def rows(self, samples: Sequence[Sample]) -> Iterator[Marked]:
        """Rows of one unit, one a conversation."""
        for sample in samples:
            found = list(spans(sample.dialogue.turns, blames(sample), thoughts=self._settings.thoughts))
            if any(span.learn for span in found):
                yield self._row(sample, found)
            else:
                self.left_out[NOTHING] += 1

    def _row(self, sample: Sample, found: list[Span]) -> Marked:
        bad = {span.message for span in found if not span.learn}
        messages = chat(sample.dialogue, sample.source.raw_system, self._settings)
        row = Marked(
            id=sample.id,
            messages=[_weighted(message, at not in bad) for at, message in enumerate(messages)],
            tools=sample.tools.raw,
            spans=found,
            blueprint=sample.trajectory.blueprint,
            domain=sample.domain,
            outcome=sample.outcome,
        )
        if self._tokenizer is None:
            return row
        tokens = masked(self._tokenizer, sample.dialogue, found, thoughts=self._settings.thoughts, name=sample.id)
        fields = {name: getattr(row, name) for name in row.__struct_fields__}
        return Tokenized(**fields, input_ids=tokens.input_ids, assistant_masks=tokens.assistant_masks)


def _weighted(message: AnyMessage, good: bool) -> AnyMessage:
    if isinstance(message, Assistant):
        return Weighted(message.content, message.reasoning_content, message.tool_calls, weight=int(good))
    return message
