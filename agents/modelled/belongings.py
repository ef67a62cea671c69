"""Belongings: what code sees in a draft about the things that are the person's own.

A person says of them what using them has shown, and does with them what makes sense. Whether words about a thing
are true, code cannot tell; that nobody has looked, it can. To look is always possible, so a draft that is struck
here leaves the person something to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from interplay.agents.hearing import asks_whether_it_works
from interplay.agents.ledger import FreeLedger
from interplay.agents.modelled.drafting import Use
from interplay.engine.blueprint import Brief
from interplay.engine.errors import Refusal
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.telling import sentences, straight, told
from interplay.engine.tools import Guidance, Toolset

_AT_ONCE = 12
"""Things that a person does before they say something again."""
_UNITS = (
    r"%|percent|[kmg]bps|[kmgt]b|(?:mega|giga)(?:bit|byte)s?|bars?|dbm|ms|milliseconds?|degrees?|volts?|watts?|amps?"
)
_COUNTED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SPELLED = {word: str(number) for number, word in enumerate(_COUNTED, 1)}
_MEASURED = re.compile(rf"(?<![\w.,#-])(\d+(?:\.\d+)?|{'|'.join(_COUNTED)})[ -]?(?:{_UNITS})(?!\w)", re.IGNORECASE)
"""A number as a device shows it."""
_GLUED = re.compile(rf"(?<=\d)(?=(?:{_UNITS})(?!\w))", re.IGNORECASE)
_DECIMAL = re.compile(r"(?<![\d.])\d{1,12}\.\d{1,12}(?!\.?\d)")
_DID = re.compile(
    r"\bi(?:'ve| have)?(?: just| now| already| also| then)* (checked|looked at|turned(?! \d)|switched|toggled|pressed|"
    r"restarted|rebooted|enabled|disabled|unlocked|re-?seated|reset|re-?inserted|disconnected|flipped|tapped|granted)\b"
)
"""A person says that they have done something, in lower case."""
_SHOWS = re.compile(r"\b(says|shows|displays|reads|is showing|is displaying)\b")
_STANDS = re.compile(
    r"(?:\b(?:is|are)|'s)(?: now| still| currently| already| turned| switched| set)* (enabled|disabled|lit|dark|"
    r"connected|disconnected|locked|unlocked|(?:on|off)(?=\W*$|[,;]| and\b| but\b| now\b| again\b))(?!\w)"
)
_SUPPOSED = re.compile(r"\b(?:if|when|once|whether|until|should|let me|i'll|i will|will)\b")
_WORKS = re.compile(
    r"\b(?:yes|yeah|yep|no|nope|works?|working|worked|fixed|resolved|solved|better|back|still|doesn't|isn't|not)\b"
)
_ASKING = re.compile(
    r"\?$|\b(?:please|could you|can you|make sure|see (?:if|whether)|let me know|tell me|if|once|try)\b"
)


class Belongings:
    """Looks at what one person would do with their own things, and say of them.

    Args:
        brief: what the person was given.
        tools: what they can do.
    """

    def __init__(self, brief: Brief, tools: Toolset) -> None:
        self._tools = tools
        self._given = straight(brief.words).lower()

    def misuses(self, use: Use, conversation: Sequence[AnyMessage]) -> str:
        """Why something must not be done; empty where it may.

        Args:
            use: what a draft would do.
            conversation: what both have said, and what the person did, so far.
        """
        try:
            tool = self._tools.named(use.tool)
            tool.validate(use.arguments)
        except Refusal as refusal:
            return f"it cannot be done: {refusal.text}"
        if tool.writes and not any(isinstance(message, AgentMessage) for message in conversation):
            return "it changes something that nobody has asked you to change"
        since = [message for message in _since_words(conversation) if isinstance(message, ToolCall)]
        if not tool.writes and since and (since[-1].tool, since[-1].arguments) == (use.tool, use.arguments):
            return "you have just looked at this, and nothing has changed since; say what you saw"
        if len(since) >= _AT_ONCE:
            return f"you have done {len(since)} things without a word; tell the employee how it stands"
        return ""

    def unseen(self, text: str, conversation: Sequence[AnyMessage], ledger: FreeLedger) -> str:
        """Why words about the person's things have no ground; empty where they may have.

        Args:
            text: with straight quotation marks.
            conversation: what both have said, and what the person did, so far.
            ledger: as it stands.
        """
        if not self._tools:
            return ""
        return (
            self._unmeasured(text, conversation)
            or self._undone(text, conversation)
            or self._unlooked(text, conversation)
            or self._untried(text, conversation, ledger)
        )

    def _unmeasured(self, text: str, conversation: Sequence[AnyMessage]) -> str:
        """A number with a unit that nobody has told and nothing has shown, however small."""
        found = _MEASURED.findall(text)
        if not found:
            return ""
        known = "\n".join((spaced(self._given), *(shown(message) for message in conversation)))
        for number in found:
            value = _SPELLED.get(number.lower(), number)
            if not told(value, known) and not told(str(float(value)), known):
                return f"it makes up {number!r}, which nothing has shown you"
        return ""

    def _undone(self, text: str, conversation: Sequence[AnyMessage]) -> str:
        """Something that they say they did, and did not do."""
        refused = {m.call_id for m in conversation if isinstance(m, ToolResult) and m.refusal is not None}
        done = {m.tool for m in conversation if isinstance(m, ToolCall) and m.call_id not in refused}
        for sentence in sentences(text.lower()):
            found = _DID.search(sentence)
            if found is None or _SUPPOSED.search(sentence[: found.start()]):
                continue
            if re.search(rf"\b{_stem(found[1])}", self._given):
                continue  # before the conversation, as they were given it
            meant = {name for name, tool in self._tools.items() if _is_about(sentence, tool.guidance)}
            if not done or (meant and done.isdisjoint(meant)):
                return f"it says that you did something that you have not done: {found[0]!r}; do it first"
        return ""

    def _unlooked(self, text: str, conversation: Sequence[AnyMessage]) -> str:
        """How a thing is, from somebody who has not looked at any."""
        if any(isinstance(message, ToolCall) for message in conversation):
            return ""
        stated = ""
        for sentence in sentences(text.lower()):
            if sentence.endswith("?") or _SUPPOSED.search(sentence):
                continue
            for found in (*_SHOWS.finditer(sentence), *_STANDS.finditer(sentence)):
                stated = stated or " ".join(_stated(conversation))
                if not re.search(rf"\b{found[1]}\b", f"{self._given} {stated}"):
                    return f"it says how something is that you have not looked at: {found[0].strip()!r}; look first"
        return ""

    def _untried(self, text: str, conversation: Sequence[AnyMessage], ledger: FreeLedger) -> str:
        """Whether it works now, from somebody who can see for themselves and has not since they were asked."""
        asked, since = unanswered(conversation), _since_words(conversation)
        for goal in ledger.open():
            if goal.check is None or not (goal.id in ledger.doubted or asks_whether_it_works(asked)):
                continue
            if any(isinstance(message, ToolCall) and message.tool == goal.check.tool for message in since):
                continue
            stating = (s for s in sentences(text.lower()) if not s.endswith("?") and not _SUPPOSED.search(s))
            if any(_WORKS.search(sentence) for sentence in stating):
                return f"you have not looked whether it is so: {Use(goal.check.tool, goal.check.arguments)} shows it"
        return ""


def unanswered(conversation: Sequence[AnyMessage]) -> str:
    """The employee's words that the person has yet to answer, whatever the person has done since."""
    for message in reversed(conversation):
        match message:
            case AgentMessage(text=text):
                return text
            case HumanMessage():
                return ""
            case _:
                continue
    return ""


def shown(message: AnyMessage) -> str:
    """What a message holds that a person may say again, lower case: a number that they read, as a round one too."""
    match message:
        case AgentMessage(text=text) | HumanMessage(text=text):
            return straight(text).lower()
        case ToolResult(content=content):
            text = spaced(straight(content).lower())
            return " ".join((text, *(each for found in _DECIMAL.findall(text) for each in _rounded(Decimal(found)))))
        case _:
            return ""


def spaced(text: str) -> str:
    """A text in which no number is glued to its unit: "34 mbps"."""
    return _GLUED.sub(" ", text)


def _rounded(value: Decimal) -> Iterator[str]:
    """A number as people say it who do not read out all of it."""
    for place in (Decimal(1), Decimal("0.1")):
        for way in (ROUND_DOWN, ROUND_HALF_UP):
            yield str(value.quantize(place, way))


def _since_words(conversation: Sequence[AnyMessage]) -> Sequence[AnyMessage]:
    """What the person did since somebody last said something."""
    at = len(conversation)
    while at and isinstance(conversation[at - 1], ToolCall | ToolResult):
        at -= 1
    return conversation[at:]


def _stated(conversation: Sequence[AnyMessage]) -> Iterator[str]:
    """What the employee has stated: what they ask, or ask to be done, states nothing."""
    for message in conversation:
        if isinstance(message, AgentMessage):
            yield from (s for s in sentences(straight(message.text).lower()) if not _ASKING.search(s))


def _is_about(sentence: str, guidance: Guidance | None) -> bool:
    """Whether a sentence has all that a request for a tool has, however it puts it."""
    cues = guidance.cues if guidance is not None else ()
    return bool(cues) and all(any(cue in sentence for cue in group) for group in cues)


def _stem(verb: str) -> str:
    return re.sub(r"(?:ed)?(?: at)?$", "", verb)
