"""Hearing: what a scripted human understands of what an agent says.

Words alone are heard: no marks, no hidden fields, so that the human can talk with any agent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from interplay.engine.blueprint import Fact
from interplay.engine.telling import sentences

_CONFIRM = re.compile(
    r"\b(?:(?:shall|should) i\b|may i (?:go|proceed)|can i (?:go|proceed)|would you like (?:me )?to|"
    r"do you want (?:me )?to|"
    r"want me to|go ahead|proceed|do you confirm|please confirm|can you confirm|could you confirm|"
    r"is (?:that|this|everything) (?:right|correct|ok|okay|fine|alright)|yes or no|\(yes/no\)|"
    r"(?:does|would) (?:that|this|it) (?:all )?(?:look|sound|work)|happy for me to|ready for me to|reply (?:with )?yes|"
    r"(?:just )?say yes|shall we)",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"(?:and |so |(?:to|at|on|for|in|from|by|with) )?(?:what|how|which|when|where|who|why)\b", re.IGNORECASE
)
_VALUE = re.compile(
    r"(?:confirm|verify|tell me|give me|provide|what is|what's|what are|may i have)\b.{0,24}"
    r"\b(?:your|the order number|the reason)\b",
    re.IGNORECASE,
)
_WORKS = re.compile(
    r"\b(?:work(?:s|ing)?|fixed|resolved|solved|better|back(?: to normal)?|(?:try|test) (?:it|that|again))\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:please (?:tell|give|provide|share|send|let me know)|could you|can you|may i have|i need|i'll need|"
    r"i will need|what(?:'s| is| are)|which|who)\b",
    re.IGNORECASE,
)


def asks_to_confirm(text: str) -> bool:
    """Whether a text asks for a yes before something is done; what, how much or which is answered by no yes."""
    return any(
        _CONFIRM.search(s) and not _OPEN.match(s) for s in sentences(text) if s.endswith("?") or "confirm" in s.lower()
    )


def asks_for_a_value(text: str) -> bool:
    """Whether a question wants something told, however it is put: "could you confirm your email address?"."""
    return any(s.endswith("?") and _VALUE.search(s) for s in sentences(text))


def asks_for_more(text: str) -> bool:
    """Whether a text asks what else there is, as if all were done."""
    return any(
        s.endswith("?") and re.search(r"\b(?:any|some)thing (?:else|more)\b", s.lower()) for s in sentences(text)
    )


def asks_whether_it_works(text: str) -> bool:
    """Whether a text asks if what was wrong is right now."""
    return any(s.endswith("?") and _WORKS.search(s) for s in sentences(text))


def asked_for(text: str, facts: Iterable[Fact]) -> list[Fact]:
    """The facts that a text asks for, by the words they are asked with."""
    asking = " ".join(s for s in sentences(text) if s.endswith("?") or _ASKS.search(s)).lower()
    if not asking:
        return []
    return [f for f in facts if any(re.search(rf"(?<!\w){re.escape(cue)}", asking) for cue in f.cues)]
