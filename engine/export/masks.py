"""Masks: which tokens of a rendered conversation its agent should learn.

The chat template says which characters are the assistant's, between {% generation %} and {% endgeneration %}; spans
say which of the assistant's words and calls are an example. The two are brought together by where tokens stand in
the text of the whole conversation. What does not add up is refused: a mask that is wrong by one token trains silently.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from interplay.engine.errors import UsageError
from interplay.engine.export.dialogue import AgentTurn, CallTurn, Dialogue
from interplay.engine.export.spans import Span
from interplay.engine.export.tokens import ChatTokenizer

_MARK = "{% generation %}...{% endgeneration %}"


class Masked(NamedTuple):
    """A conversation as a trainer takes it, both of one length."""

    input_ids: list[int]
    assistant_masks: list[int]
    """1 for a token to be learned, else 0."""


class _Passage(NamedTuple):
    """Tokens that the template marks, one after the other: a message of the agent."""

    tokens: range
    start: int
    """First character in the text of the conversation."""
    text: str


def check_marks(tokenizer: ChatTokenizer) -> None:
    """Refuse a tokenizer whose template does not say what is the agent's.

    Raises:
        UsageError: it does not; says how to mark it.
    """
    if not tokenizer.marks_agent:
        raise UsageError(
            f"the chat template in {tokenizer.path} does not say what in a conversation is the assistant's: put "
            f"{_MARK} around all that the assistant writes (words, calls and the token that ends its turn, without the "
            "header), or take a template made for training, as TRL has for many models; without --tokenizer the rows "
            "have spans of characters alone, and need no template"
        )


def masked(tokenizer: ChatTokenizer, dialogue: Dialogue, spans: Sequence[Span], *, thoughts: bool, name: str) -> Masked:
    """Tokens and mask of one conversation.

    Args:
        tokenizer: whose template marks the assistant's passages.
        dialogue: the conversation.
        spans: of it, what to learn and what not.
        thoughts: whether what the agent thought is in the row.
        name: of the conversation, for an error's text.

    Raises:
        UsageError: the template cannot write the conversation, or what it marks are not the agent's messages.
    """
    text = tokenizer.text(dialogue, thoughts=thoughts)
    ids, marks, offsets = tokenizer.marked(dialogue, thoughts=thoughts)
    turns = [(number, turn) for number, turn in enumerate(dialogue.turns, 1) if isinstance(turn, AgentTurn | CallTurn)]
    passages = [_passage(tokens, text, offsets) for tokens in _runs(marks)]
    if len(passages) != len(turns):
        raise UsageError(
            f"conversation {name} has {len(turns)} messages of the agent, and the chat template in {tokenizer.path} "
            f"marks {len(passages)} passages as the assistant's; {_MARK} has to stand around each of them, calls "
            "included, and around nothing else"
        )
    mask = list(marks)
    for (number, turn), passage in zip(turns, passages, strict=True):
        said = turn.text.strip() if isinstance(turn, AgentTurn) else turn.tool
        if said not in passage.text:
            raise UsageError(
                f"conversation {name}, message {number}: what the chat template in {tokenizer.path} marks there does "
                f"not hold {said[:60]!r}, which the agent said or called; the template has to write words as they are, "
                f"and {_MARK} has to stand around them"
            )
        mine = [span for span in spans if span.message == number]
        for at in _unlearned(passage, turn, mine, offsets):
            mask[at] = 0
    return Masked(ids, mask)


def _runs(marks: Sequence[int]) -> Iterator[range]:
    start = 0
    for marked, run in groupby(marks):
        length = len(list(run))
        if marked:
            yield range(start, start + length)
        start += length


def _passage(tokens: range, text: str, offsets: Sequence[tuple[int, int]]) -> _Passage:
    start, end = offsets[tokens[0]][0], offsets[tokens[-1]][1]
    return _Passage(tokens, start, text[start:end])


def _unlearned(
    passage: _Passage, turn: AgentTurn | CallTurn, spans: Sequence[Span], offsets: Sequence[tuple[int, int]]
) -> Iterator[int]:
    """Tokens of a message that should not be learned: all where none should, or where nobody can tell them apart."""
    bad = [span for span in spans if not span.learn]
    if len(bad) == len(spans) or isinstance(turn, CallTurn):
        yield from passage.tokens if bad else ()
        return
    ranges = []
    for span in bad:
        field = turn.text if span.field == "content" else turn.thought
        at = passage.text.find(field.strip())
        if at < 0 and span.field == "reasoning_content":
            continue  # many templates leave old thoughts out
        if passage.text.count(field.strip()) != 1:
            yield from passage.tokens
            return
        shift = passage.start + at - (len(field) - len(field.lstrip()))
        ranges.append(range(span.start + shift, span.end + shift))
    for token in passage.tokens:
        start, end = offsets[token]
        if any(start < each.stop and each.start < end for each in ranges):
            yield token
