"""Preferences: what an agent did well where it could have done worse, as TRL's DPOTrainer and KTOTrainer take it.

- pairs (DPO): a prompt, and two continuations of one message, of plays of one blueprint of which one was verified and
  one was rejected. The prompt is all that both agents had seen when they parted.
- singles (KTO): a prompt, one continuation and a label; one of each play that was judged. Of a rejected one it is the
  first message that its verdict holds something against, else the one where a verified play parted from it; of a
  verified one it is where a rejected play parted from it, else the message with which all was done.

A pair that parts in words alone, while the mistake came later, says little about those words: `blamed` tells which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Literal

import msgspec

from interplay.engine.export.dialogue import ResultTurn, UserTurn
from interplay.engine.export.formats import Row, Settings
from interplay.engine.export.formats.chat import AnyMessage, Assistant, Call, Tool, chat
from interplay.engine.export.parting import (
    Blamed,
    Choice,
    Parted,
    accomplishing,
    decisive,
    failed,
    part,
    succeeded,
)
from interplay.engine.export.samples import Sample
from interplay.engine.export.shards import JsonLines, Out
from interplay.engine.export.spans import blames

ONE_SIDED = "in the same run no play of its unit succeeded while another failed"
NOBODYS = "it was not judged, or rejected for the human's fault"
UNDECIDED = "nothing in it is held against the agent, and no verified play of its unit parts from it"
UNFIT = "the message with which all was done is itself no example"
SAME = "it says the same as another"
BOTH = "the same message stands in a verified play of its unit"
NO_PROMPT = "nobody had said anything that the agent could answer"


class Pair(Row, frozen=True, kw_only=True):
    """A message that is better than another."""

    prompt: list[AnyMessage]
    """All that the agent had seen, the system message first."""
    chosen: list[AnyMessage]
    """The better message, alone."""
    rejected: list[AnyMessage]
    """The worse one, alone."""
    tools: msgspec.Raw
    """What the agent had then, as OpenAI function objects."""
    blamed: Blamed
    """What the verdict on the worse play holds something against: "at" this message, at a "later" one, or at none,
    for what was left "undone" stands nowhere."""
    reasons: tuple[str, ...]
    """What it holds against the worse message; empty where nothing."""
    chosen_id: str
    """RUN/UNIT/TRIAL of the better play."""
    rejected_id: str
    """RUN/UNIT/TRIAL of the worse play."""


class Single(Row, frozen=True, kw_only=True):
    """A message that is good, or that is not."""

    prompt: list[AnyMessage]
    """All that the agent had seen, the system message first."""
    completion: list[AnyMessage]
    """The message, alone."""
    label: bool
    """Whether it is one of a play that was verified."""
    tools: msgspec.Raw
    """What the agent had then, as OpenAI function objects."""
    decided: Literal["blamed", "parted", "done"]
    """Why this message: the verdict holds something against it, plays of other worth part here, or all was done
    with it."""
    reasons: tuple[str, ...]
    """What is held against it; empty where nothing."""


class FORMAT:
    """Rows of pairs, or of singles.

    Args:
        settings: which of the two, and whether thoughts are in the messages.
    """

    name = "preferences"
    suffix = JsonLines.suffix
    outcome: Literal["verified", "all"] = "all"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.left_out: Counter[str] = Counter()
        """Reason to plays, or of pairs to comparisons of two plays, that gave no row."""

    def shard(self, out: Out) -> JsonLines:
        """Lines of JSON."""
        return JsonLines(out)

    def rows(self, samples: Sequence[Sample]) -> Iterator[Row]:
        """Rows of one unit.

        Args:
            samples: plays of one blueprint, good and bad.
        """
        good, bad = [s for s in samples if succeeded(s)], [s for s in samples if failed(s)]
        self._leave_out(NOBODYS, len(samples) - len(good) - len(bad))
        parted: list[Parted] = []
        apart = Counter[str]()
        for better, worse in product(good, bad):
            found = part(better, worse, thoughts=self._settings.thoughts)
            if isinstance(found, Parted) and not _answers(found.better):
                found = NO_PROMPT
            if isinstance(found, Parted):
                parted.append(found)
            else:
                apart[found] += 1
        if self._settings.preference == "singles":
            yield from self._singles(good, bad, parted)
            return
        self.left_out.update(apart)
        if not (good and bad):
            self._leave_out(ONE_SIDED, len(good) + len(bad))
        yield from self._pairs(parted)

    def _pairs(self, parted: Sequence[Parted]) -> Iterator[Pair]:
        seen: set[bytes] = set()
        for each in parted:
            better, worse = each.better.sample, each.worse.sample
            prompt, chosen = self._cut(each.better)
            _, rejected = self._cut(each.worse)
            if self._is_new(seen, prompt, chosen, rejected):
                yield Pair(
                    id=f"{better.id}#{worse.trajectory.trial}",
                    prompt=prompt,
                    chosen=chosen,
                    rejected=rejected,
                    tools=_tools(each.better),
                    blamed=each.blamed,
                    reasons=each.reasons,
                    chosen_id=better.id,
                    rejected_id=worse.id,
                    blueprint=better.trajectory.blueprint,
                    domain=better.domain,
                )

    def _singles(self, good: Sequence[Sample], bad: Sequence[Sample], parted: Sequence[Parted]) -> Iterator[Single]:
        """One of each play, good ones first; what a good one said is held against nobody."""
        sharp_first = sorted(parted, key=lambda each: each.blamed != "at")
        better = {each.better.sample.id: each.better for each in reversed(sharp_first)}
        worse = {each.worse.sample.id: each.worse for each in reversed(sharp_first)}
        seen: dict[bool, set[bytes]] = {True: set(), False: set()}
        for sample in (*good, *bad):
            label = sample.trajectory.accepted
            told = None if label else decisive(sample)
            between = (better if label else worse).get(sample.id)
            choice = told or between or (accomplishing(sample) if label else None)
            if choice is None or not _answers(choice):
                self._leave_out(NO_PROMPT if choice else UNFIT if label else UNDECIDED)
                continue
            prompt, completion = self._cut(choice)
            if not label and _digest(prompt, completion) in seen[True]:
                self._leave_out(BOTH)
            elif self._is_new(seen[label], prompt, completion):
                yield Single(
                    id=f"{sample.id}#{choice.turn.at}",
                    prompt=prompt,
                    completion=completion,
                    label=label,
                    tools=_tools(choice),
                    decided="blamed" if told else "parted" if between else "done",
                    reasons=tuple(dict.fromkeys(b.reason for b in blames(sample).get(choice.turn.at, ()))),
                    blueprint=sample.trajectory.blueprint,
                    domain=sample.domain,
                )

    def _cut(self, choice: Choice) -> tuple[list[AnyMessage], list[AnyMessage]]:
        """The messages before a choice, and the one that was chosen."""
        sample = choice.sample
        messages = chat(sample.dialogue, sample.source.raw_system, self._settings)
        return messages[: choice.turns + 1], [messages[choice.turns + 1]]

    def _is_new(self, seen: set[bytes], *parts: Sequence[AnyMessage]) -> bool:
        """Whether there was no such row of this unit; counts it where there was."""
        digest = _digest(*parts)
        new = digest not in seen
        seen.add(digest)
        if not new:
            self._leave_out(SAME)
        return new

    def _leave_out(self, reason: str, count: int = 1) -> None:
        if count:
            self.left_out[reason] += count


def _answers(choice: Choice) -> bool:
    """Whether the agent had been told something since its last message."""
    turns = choice.sample.dialogue.turns
    return choice.turns > 0 and isinstance(turns[choice.turns - 1], UserTurn | ResultTurn)


def _tools(choice: Choice) -> msgspec.Raw:
    """What the agent had been offered by then, as a JSON array."""
    sample = choice.sample
    spoken = sum(isinstance(turn, UserTurn) for turn in sample.dialogue.turns[: choice.turns])
    script, source = sample.made.blueprint, sample.source
    return source.tools(None if script is None else script.offered(spoken, frozenset(source.domain.tools))).raw


def _digest(*parts: Sequence[AnyMessage]) -> bytes:
    """What messages say, whatever ids their calls have."""
    return msgspec.json.encode([[_without_id(message) for message in part] for part in parts])


def _without_id(message: AnyMessage) -> AnyMessage:
    match message:
        case Assistant(tool_calls=tuple(calls)):
            return msgspec.structs.replace(message, tool_calls=tuple(Call("", each.function) for each in calls))
        case Tool():
            return msgspec.structs.replace(message, tool_call_id="")
    return message
