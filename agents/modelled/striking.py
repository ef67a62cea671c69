"""Striking: what code sees in a draft that a person with this brief would not say.

It runs before any judge does and asks four things of a draft: does it invent, does it contradict the ledger,
does it fall out of the role, does it say what only the ground truth knows. It is sure of what it strikes; what
it cannot be sure of, it leaves to the judge. What a draft says of the person's own things, or does with them,
`belongings` looks at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache

import msgspec

from interplay.agents.hearing import asked_for, asks_for_a_value, asks_to_confirm
from interplay.agents.ledger import FreeLedger
from interplay.agents.modelled.belongings import Belongings, shown, spaced, unanswered
from interplay.agents.modelled.drafting import Drafted, Use, call_in
from interplay.agents.modelled.understanding import Heard
from interplay.engine.blueprint import Brief
from interplay.engine.confirmation import says_yes
from interplay.engine.forge.provenance import leaves
from interplay.engine.messages import AnyMessage
from interplay.engine.telling import straight
from interplay.engine.tools import NO_TOOLS, Toolset

_ENTITY = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|#?\w[\w./-]*\w|\w")
_TELLING = re.compile(r"[\d@]")
_DIGIT = re.compile(r"\d")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_ORDINAL = re.compile(r"(?<=^\d)(?:st|nd|rd|th)$|(?<=^\d\d)(?:st|nd|rd|th)$")
_MIXED = re.compile(r"[#_]|\d[a-z]|[a-z]\d")
_SMALL = 12
"""Numbers up to this count things, and nobody invents them."""
_UNASKED = 2
"""Details that a person may tell in one text without having been asked for any."""
_DATE = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.? \d{1,2}\b|\b\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:january|february|march|april|june|"
    r"july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
_PAYING = re.compile(
    r"\b(visa|mastercard|amex|american express|discover card|paypal|gift card|credit card|debit card|apple pay|"
    r"google pay|klarna|venmo|bank transfer|wire transfer|bitcoin|store credit)s?\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?:[Mm]y name is|[Mm]y name's|I'm called) ([A-Z][\w'-]+(?: [A-Z][\w'-]+)*)")
_CARDS = ("visa", "mastercard", "amex", "american express", "credit card", "debit card")
_WANTS = re.compile(
    r"\b(?:i(?:'d| would) (?:also )?like (?:you )?to|i (?:also )?want (?:you )?to|"
    r"(?:please|could you|can you|would you)(?: also| please| then)*)\s+"
    r"(cancel|return|exchange|refund|replace|upgrade|modify|change|update|delete|remove|add|book|buy|purchase|renew|"
    r"transfer|close|subscribe|unsubscribe|swap|ship|donate|redeem)\w*\b",
    re.IGNORECASE,
)
_EMPLOYEE = re.compile(
    r"\bhow (?:can|may) i (?:help|assist) you|anything else i can (?:help|assist|do for)|"
    r"\bi(?:'ve| have) (?:now |just |successfully )*(?:cancelled|canceled|processed|updated|refunded|exchanged) your\b|"
    r"\blet me (?:look up|check|pull up) your\b|\bthank you for (?:contacting|calling|reaching out to) us\b|"
    r"\bas an? (?:employee|agent|representative)\b|\bi can see (?:in|on) your (?:account|order|profile)\b",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"\bas an ai\b|\blanguage model\b|\bmy (?:instructions|prompt|notes|persona|task)\b|"
    r"\bthe (?:instructions|prompt) say|"
    r"\b(?:ground truth|system prompt|tool call|role-?play(?:ing)?)\b|###|\{\s*\"|\"\s*:\s*[\[{\"]|</?\w+>|```",
    re.IGNORECASE,
)
_SNAKE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_UNKNOWN = re.compile(
    r"\bi (?:do not|don't|can't|cannot)(?: actually| really)? (?:have|know|remember|recall|find)"
    r"(?: what)?((?: \w+){0,4})",
    re.IGNORECASE,
)
_GO = re.compile(r"\b(?:go ahead|proceed|i confirm)\b", re.IGNORECASE)
_FURTHER = re.compile(r"\b(?:other|another|more|else|further|new)\b", re.IGNORECASE)
"""What one does not have beside what one has."""


class Screen:
    """Strikes drafts of one human.

    Args:
        brief: what the human may say.
        leaks: says why words would tell what only the ground truth knows.
        tools: what the human can do with things of their own.
    """

    def __init__(
        self, brief: Brief, leaks: Callable[[str, Sequence[AnyMessage]], str], tools: Toolset = NO_TOOLS
    ) -> None:
        self._leaks = leaks
        self._brief = brief
        self._tools = tools
        self._belongings = Belongings(brief, tools)
        self._said: list[str] = []
        self._all = ""
        self._met: set[str] = set()
        self._met_in = 0

    @cached_property
    def _words(self) -> str:
        """All that the person was given, lower case."""
        return straight(self._brief.words).lower()

    @cached_property
    def _entities(self) -> set[str]:
        return _entities(self._words)

    def _known(self, conversation: Sequence[AnyMessage]) -> str:
        """All that the person was given, and that was said; lower case, and put together once a turn."""
        if not self._all or len(self._said) < len(conversation):
            fresh = conversation[len(self._said) :]
            self._said += map(shown, fresh)
            self._all = "\n".join((self._words, *self._said))
        return self._all

    def _heard(self, conversation: Sequence[AnyMessage]) -> set[str]:
        """The entities in all that was said; each message is looked at once."""
        self._known(conversation)
        for said in self._said[self._met_in :]:
            self._met |= _entities(said)
        self._met_in = len(self._said)
        return self._met

    def strike(self, drafted: Drafted, heard: Heard, conversation: Sequence[AnyMessage]) -> str:
        """Why a draft must not be said; empty where it may.

        Args:
            drafted: as the model wrote it.
            heard: how the ledger would stand with it.
            conversation: what both have said so far; the same as before, and what was said since.
        """
        use = call_in(drafted)
        if use is not None:
            return self._belongings.misuses(use, conversation) or self._misdirects(use, conversation)
        text = straight(drafted.text)
        if self._tools:
            text = spaced(text)
        asked = unanswered(conversation)
        return (
            self._leaks(drafted.text, conversation)
            or self._slips(text, conversation)
            or self._invents(text, conversation)
            or self._belongings.unseen(text, conversation, heard.before)
            or self._misstates(text, heard.ledger)
            or _leaves_early(drafted, heard)
            or self._agrees_wrongly(text, asked, heard.before)
            or self._tells_too_much(text, asked, heard)
        )

    def _misdirects(self, use: Use, conversation: Sequence[AnyMessage]) -> str:
        """A value in a call that neither the person was told nor what they use knows by itself."""
        offered = msgspec.json.encode(self._tools[use.tool].schema).decode().lower()
        for _, value in leaves(use.arguments):
            fresh = _entities(straight(str(value)).lower()) - self._entities - self._heard(conversation)
            fresh -= _entities(offered)
            if fresh:
                return f"it makes up {min(fresh)!r}, which you were not told"
        return ""

    def _slips(self, text: str, conversation: Sequence[AnyMessage]) -> str:
        """Words of somebody else: the employee's, or a machine's."""
        for pattern, whose in ((_EMPLOYEE, "the employee"), (_MACHINE, "a machine")):
            found = pattern.search(text)
            if found:
                return f"{found[0]!r} is what {whose} would say"
        if "_" in text:
            for each in _SNAKE.findall(text):
                if each not in self._known(conversation):
                    return f"{each!r} is no word of a person"
        return ""

    def _invents(self, text: str, conversation: Sequence[AnyMessage]) -> str:
        """Something shaped like a fact that stands neither in the brief nor in what was said."""
        fresh = _entities(text)
        if fresh:
            fresh -= self._entities
        if fresh:
            fresh -= self._heard(conversation)
        if fresh:
            return f"it makes up {min(fresh)!r}, which you were not told"
        low = text.lower()
        for found in _DATE.finditer(low):
            if found[0] not in self._known(conversation):
                return f"it makes up the date {found[0]!r}"
        for found in _PAYING.finditer(low):
            ways = _CARDS if found[1] in _CARDS[-2:] else (found[1],)
            if not any(way in self._known(conversation) for way in ways):
                return f"it makes up a way to pay, {found[0]!r}"
        for found in _NAMED.finditer(text):
            if found[1].lower() not in self._known(conversation):
                return f"it makes up the name {found[1]!r}"
        for found in _WANTS.finditer(low):
            if found[1][:5] not in self._known(conversation):
                return f"it asks for something that you do not want: {found[0]!r}"
        return ""

    def _misstates(self, text: str, ledger: FreeLedger) -> str:
        """A fact of one's own told wrongly, or denied."""
        own = {value for fact in self._brief.facts for value in fact.values if "@" in value} if "@" in text else set()
        if own:
            for each in re.findall(r"[\w.+-]+@[\w.-]*\w", text):
                if each.lower() not in {value.lower() for value in own}:
                    return f"it gives {each!r} as an address, and yours is {min(own)}"
        for found in _UNKNOWN.finditer(text):
            if _FURTHER.search(found[1]):
                continue
            for fact in self._brief.facts:
                told = not fact.goal or ledger.standing[fact.goal] != "unvoiced"
                if told and any(re.search(rf"\b{re.escape(cue)}\b", found[1].lower()) for cue in fact.cues):
                    return f'it denies what you know: "{fact.say}"'
        return ""

    def _agrees_wrongly(self, text: str, asked: str, before: FreeLedger) -> str:
        """A yes to nothing, or where a change of mind is due."""
        if not _proposes(asked):
            if "?" not in asked and _GO.search(text) and says_yes(text):
                return "it agrees to something that nobody has proposed"
            return ""
        voiced = before.open()
        if not voiced or not says_yes(text):
            return ""
        goal = before.nearest(asked, voiced)
        if goal.revision and not before.was_said(goal.revision):
            return f'it agrees, where you think better of it: "{goal.revision}"'
        return self._unwanted(asked)

    def _unwanted(self, asked: str) -> str:
        """An id in a proposal that cannot be meant, since the person named others of its kind and not this one."""
        if not all(any(_is_id(value) for value in _values(self._brief, goal.id)) for goal in self._brief.goals):
            return ""
        shapes = {_shape(each) for each in self._entities if _MIXED.search(each)}
        proposed = sorted(each for each in _entities(asked) if _shape(each) in shapes)
        if proposed and not any(each in self._entities for each in proposed):
            return f"it agrees to something about {proposed[0]!r}, which you did not ask for"
        return ""

    def _tells_too_much(self, text: str, asked: str, heard: Heard) -> str:
        """Everything at once, from a person who goes step by step."""
        if self._brief.persona.discloses != "stepwise":
            return ""
        if len(heard.voiced) > 1:
            return f"it brings up {' and '.join(heard.voiced)} at once; one thing at a time"
        wish = " ".join(goal.wish for goal in self._brief.goals if goal.id in heard.voiced)
        told = [
            fact
            for fact in self._brief.facts
            if all(value in text for value in fact.values)
            and not all(value in wish for value in fact.values)
            and not heard.before.is_said(fact)
        ]
        if len(told) > _UNASKED:
            wanted = asked_for(asked, told)
            unasked = [fact for fact in told if fact not in wanted]
            if len(unasked) > _UNASKED:
                return f'it tells what nobody has asked for: "{unasked[-1].say}"'
        return ""


@lru_cache(maxsize=512)
def _proposes(asked: str) -> bool:
    """Whether the employee waits for a yes; each draft of a turn asks it again."""
    return asks_to_confirm(asked) and not asks_for_a_value(asked)


def _leaves_early(drafted: Drafted, heard: Heard) -> str:
    if not drafted.leaves or heard.ledger.may_stop:
        return ""
    reasons = [f"{goal} is {standing}" for goal, standing in heard.ledger.standing.items() if standing == "unvoiced"]
    reasons += [f"{goal.id} is open" for goal in heard.ledger.open()]
    reasons += [
        f'you have yet to say: "{g.insistence}"' for g in heard.ledger.brief.goals if g.id in heard.ledger.declined
    ]
    reasons += heard.doubts
    return f"it leaves too early: {'; '.join(reasons)}"


def _values(brief: Brief, goal: str) -> list[str]:
    return [value for fact in brief.facts if fact.goal == goal for value in fact.values]


def _entities(text: str) -> set[str]:
    """Everything with a digit or an @, as it is compared: ids, addresses, numbers above the small ones."""
    found = set()
    words = _THOUSANDS.sub("", text).split()
    # most words are letters and nothing else, and the others come up again and again
    for word in dict.fromkeys(word for word in words if not word.isalpha() and _TELLING.search(word)):
        for token in _ENTITY.findall(word.lower()):
            if "@" in token:
                found.add(token.rstrip("."))
                continue
            for part in (token,) if _MIXED.search(token) else re.split(r"[/-]", token):
                plain = _ORDINAL.sub("", part.lstrip("#").rstrip("."))
                if _DIGIT.search(plain) and not (plain.isdecimal() and int(plain) <= _SMALL):
                    found.add(_number(plain))
    return found


def _number(text: str) -> str:
    """A token, a decimal number without the zeros at its end."""
    return text.rstrip("0").rstrip(".") if re.fullmatch(r"\d+\.\d+", text) else text


def _shape(entity: str) -> str:
    return re.sub(r"[a-z]+", "a", re.sub(r"\d", "9", entity))


def _is_id(value: str) -> bool:
    return bool(re.fullmatch(r"#?[A-Za-z_]+\d{3,}", value))
