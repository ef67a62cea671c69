"""Derivation: what code works out of a task, so that no writer has to write it.

How an employee asks for a fact, and by which words a person sees that a wish was met. Both are heard by
a ledger that knows no more of the world than words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from interplay.engine.blueprint import Action, Fact, Goal, Output
from interplay.engine.tools import Toolset

_WORD = re.compile(r"[a-z][a-z-]{2,}")
_NAMED = re.compile(r"\([^()]*\)|(?<=[a-z,] )[A-Z]\w*")
"""What names or describes a thing, and says nothing of what is told about it."""
_EMPTY = frozenset(
    _WORD.findall(
        "about after again all and any are been before being can could did does each for from had has have here how "
        "into its just may more most much not now one only other our out over own please same she should some such "
        "than that the their them then there these they this those too under until very was were what when where which "
        "while who will with would you your"
    )
)
_ALSO = {"email": ("e-mail", "mail address"), "zip": ("postal",), "phone": ("number to reach",)}
"""Other words for what is often asked for."""
_HANDED_OVER = ("colleague", "person", "human agent", "specialist")
_MENDED = ("working", "fixed", "resolved", "solved")
"""Words for what the person did a part of, with things of their own."""
_SIGNS = 4
"""Words by which an answer is known, at most."""


def topics_of(key: str, parameters: Iterable[str]) -> tuple[str, ...]:
    """What a fact tells, in words.

    Args:
        key: the fact's: "g1.order_id".
        parameters: names of the tools' parameters that its values are given to.
    """
    names = list(dict.fromkeys(parameters)) or [key.rsplit(".", 1)[-1]]
    return tuple(dict.fromkeys(" ".join(re.findall(r"[a-z]+", name.lower())) or "detail" for name in names))


def cues_of(topics: Sequence[str]) -> tuple[str, ...]:
    """Words of which a question for a fact has at least one.

    Args:
        topics: of the fact.
    """
    words = [word for topic in topics for word in (topic, *topic.split()) if word not in ("id", "ids", "first", "last")]
    return tuple(dict.fromkeys([*words, *(other for word in words for other in _ALSO.get(word, ()))]))


def question_of(topics: Sequence[str]) -> str:
    """How an employee asks for a fact, a whole sentence with the topics in it.

    Args:
        topics: of the fact.
    """
    *others, last = topics
    return (
        f"Could you tell me the {', '.join(others)} and {last}, please?" if others else f"Could you tell me the {last}?"
    )


def signs_of(
    tools: Toolset, kind: str, wish: str, actions: Iterable[Action], outputs: Sequence[Output]
) -> tuple[str, ...]:
    """Words of which an agent's statement has one when a wish was met.

    Args:
        tools: the world's.
        kind: of the goal.
        wish: its words.
        actions: made for it, or asked for and not to be made.
        outputs: to be told for it.
    Returns:
        For a change, those that claim it was made, and where the person does a part of it, that all is well again;
        for an answer, those that its statement shares with the wish, but for words that name tools and their
        parameters, which come up in any talk.
    """
    if kind == "hand_over":
        return _HANDED_OVER
    if kind in ("write", "refuse"):
        made = [action for action in actions if tools.every[action.tool].writes]
        speeches = [tools.every[action.tool].speech for action in made]
        words = [word for speech in speeches if speech for word in speech.claims]
        return tuple(dict.fromkeys([*words, *(_MENDED if any(action.by == "human" for action in made) else ())]))
    common = {word for tool in tools.values() for word in _words(tool.name)}
    common |= {word for tool in tools.values() for parameter in tool.parameters for word in _words(parameter.name)}
    asked = set(_words(wish))
    stated: list[str] = []
    for output in outputs:
        told = set(_words(output.value))
        plain = _NAMED.sub(" ", output.statement)
        stated += [word for word in _words(plain) if word not in told and word not in stated]
    ranked = sorted(stated, key=lambda word: (word in common, word not in asked))
    best = [word for word in ranked if word in asked and word not in common]
    return tuple((best or ranked[:1])[:_SIGNS])


def traits_of(goals: Sequence[Goal], facts: Iterable[Fact]) -> tuple[str, ...]:
    """What makes a task hard, as far as it can be seen from the outside.

    Args:
        goals: what the person wants.
        facts: what they know.
    """
    wishes = {goal.id: goal.wish for goal in goals}
    found = {f"wishes_{len(goals)}"}
    found |= {"mind_change" for goal in goals if goal.revision}
    found |= {"forbidden" for goal in goals if goal.kind == "refuse"}
    found |= {"hand_over" for goal in goals if goal.kind == "hand_over"}
    found |= {"must_ask" for f in facts if f.goal in wishes and any(v not in wishes[f.goal] for v in f.values)}
    return tuple(sorted(found))


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower().replace("_", " ")) if word not in _EMPTY]
