"""References: how a person says which of their things they mean.

By its number, by its number when asked for it, by what it is known by, so that an employee has to look through all
of them, or by the wrong number first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import Draft
from interplay.engine.worldkit.words import yours

MOST_SEARCHED = 5
"""Somebody with more of a kind is not made to have all of them looked through."""
_WAYS = {"told": 50, "asked": 12, "searched": 22, "confused": 16}
"""How many of a hundred references are made in each way."""


class Reference(NamedTuple):
    """How the person refers to something."""

    words: str
    """In their own mouth: "order #W1234567", "the order with the Desk Lamp (...)"."""
    told: tuple[Any, ...]
    """Entities that they tell with it."""
    looked_at: tuple[str, ...]
    """Ids of what an employee has to look at to be at the right one."""

    @property
    def yours(self) -> str:
        """The same, said to the one who plays the person."""
        return yours(self.words)


class Thing(NamedTuple):
    """One of several things of a person, each with a number."""

    noun: str
    """What it is called: "order"."""
    key: str
    """Its number."""
    entity: Any
    """The type of its number."""
    mine: Sequence[str]
    """Numbers of all of the person's things of this kind, as an employee would look through them."""
    known_by: str
    """What tells it from others: "the Desk Lamp (brass)"."""
    given: bool
    """Whether the wish names that in any case."""
    holds: Callable[[str], bool]
    """Whether the thing of a number is known by that, too."""

    @property
    def alone(self) -> bool:
        """Whether nothing else of the person's is known by the same."""
        return sum(map(self.holds, self.mine)) == 1


def refer(draft: Draft[Any], thing: Thing, seed: Seed) -> Reference:
    """Have the person say which one they mean.

    Args:
        draft: whose thing it is; it gets what the person can tell about it.
        thing: which one is meant.
        seed: decides.
    """
    noun, key, about = thing.noun, thing.key, thing.known_by
    way = seed.child("way").random().choices(tuple(_WAYS), tuple(_WAYS.values()))[0]
    others = [other for other in thing.mine if other != key and other not in draft.touched]
    ask = seed.child("ask").pick(
        (f"What is the {noun} number?", f"Could you tell me the {noun} number, please?", f"Which {noun} number is it?")
    )
    if way == "confused" and others:
        wrong = seed.child("wrong").pick(others)
        if not thing.holds(wrong):
            _tell_wrong_one_first(draft, thing, wrong, ask)
            return Reference(f"{noun} {wrong} with {about}", (thing.entity,), (wrong, key))
    if way == "searched" and len(others) < MOST_SEARCHED - 1 and thing.alone:
        draft.traits.add(f"{noun}_searched")
        words = f"one of my {noun}s" if thing.given else f"the {noun} with {about}"
        return Reference(words, (), tuple(thing.mine[: thing.mine.index(key) + 1]))
    draft.tell(noun, [key], f"The {noun} number is {key}.", question=ask, cues=(noun,))
    if way == "asked":
        draft.traits.add("must_ask")
        words = f"one of my {noun}s" if thing.given else f"one of my {noun}s, the one with {about}"
        return Reference(words, (thing.entity,), (key,))
    return Reference(f"{noun} {key}", (thing.entity,), (key,))


def _tell_wrong_one_first(draft: Draft[Any], thing: Thing, wrong: str, ask: str) -> None:
    noun, key, about = thing.noun, thing.key, thing.known_by
    draft.traits.add(f"confused_{noun}s")
    draft.tell(f"wrong_{noun}", [wrong], f"It's {noun} {wrong}.", question=ask, cues=(f"{noun} number",))
    draft.tell(
        noun,
        [key],
        f"Oh, I mixed up my {noun}s. The one with {about} is {key}.",
        question=f"I don't see {about} in {noun} {wrong}. Could you check the {noun} number?",
        cues=(f"check the {noun}", f"{noun} number", f"another {noun}", f"other {noun}"),
    )
