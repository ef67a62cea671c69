"""Telling: what a text says, as far as code can be sure of it.

Three questions are asked of what an agent said: did it tell a value, did it say no, did it claim that
something was done. Numbers are compared by value and words without regard to case, so that "$1,093.40",
"1093.4 dollars" and "USD 1093.40" all tell 1093.4; a number never matches inside another or inside an id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache

_NUMBER = re.compile(r"(?<![\w#.,-])(?<!\d[:/])-?\$?-?\d+(?:,\d{3})*(?:\.\d+)?(?!\w|[.,:/-]\d)")
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SPELLED = {word: str(number) for number, word in enumerate(_WORDS)}
_TOKEN = re.compile(r"[\w#@]+(?:[.'-]\w+)*")
_SPELLINGS = {"canceled": "cancelled", "canceling": "cancelling"}
_COMMON = frozenset(("about", "have", "here", "order", "that", "them", "there", "they", "this", "with", "your"))
"""Longer words that say nothing about the matter."""
_SHORT = 10
"""Words of a text that is too short to be about several things."""

_NO = re.compile(
    r"\b(?:can't|cannot|can not|could not|couldn't|won't|will not|unable|not able|not possible|isn't possible|"
    r"not allowed|isn't allowed|not permitted|not eligible|isn't eligible|ineligible|not authori[sz]ed|"
    r"must decline|have to decline|must refuse|no way to|against (?:our |the |company )*(?:policy|rules)|"
    r"policy (?:does not|doesn't) (?:allow|permit)|(?:do not|don't|does not|doesn't) (?:accept|offer|permit|allow)|"
    r"isn't something|is not something|is impossible|(?:is|are) (?:prohibited|forbidden)|(?:to|must) say no|"
    r"only [\w ]{1,40} can be)\b",
    re.IGNORECASE,
)
_FINAL = re.compile(
    r"\b(?:can't|cannot|can not|won't|will not|not able to|unable to) be (?:undone|reversed|revoked|taken back|"
    r"changed (?:later|afterwards))",
    re.IGNORECASE,
)
"""Sounds like a no and only says that a change is for good."""
_IF = re.compile(r"\bif\b[^,.;?!]*", re.IGNORECASE)
"""What is only supposed: "if you can't give it"."""
_SENTENCE = re.compile(r"[^.!?\n]*(?:\.(?=\w)[^.!?\n]*)*[.!?\n]?")
_NOT_YET = re.compile(
    r"\b(?:not|never|cannot|can|could|would|will|shall|should|before|to be|"
    r"only|may|might|must|want|like me to|going to|about to|already|was|were)\b|n't\b"
)
_PLANNED = re.compile(
    r"\b(?:not|never|cannot|can|could|would|will|shall|should|before|to be|may|might|must|want|going to|about to|"
    r"shortly|soon|in progress|under ?way)\b|n't\b|'ll\b|"
    r"(?:\b(?:is|are|am)|'m|'re|^\W*)\s*(?:now |just |currently )*(?!\w*thing\b|during\b|missing\b)\w{2,}ing\b"
)
"""Words of what is yet to come, or is going on."""
_FRAME = re.compile(r"\b(?:if|once|when|unless|as soon as|status)\b")
"""Words that make all of the sentence after them a condition or an account."""
_ADJECTIVE = re.compile(
    r"\b(?:the|a|an|any|your|this|these|those|as|you|you've|you have|you had|"
    r"for|of|about|regarding|on|in|with|from)\s+$"
)
"""Before a participle: it belongs to a noun, or somebody else did it ("the return that you requested")."""
_DOER = re.compile(r"\b(?:been|be|have|has|had|i|we|is|are|it|they|all|both)\b|'ve\b")
_BARE_NOUN = re.compile(r"^ (?!\w+ly\b|now\b|too\b|again\b|today\b|both\b|all\b)[a-z]{3,}\s*(?:[,;:]|\W*$)")
"""After a participle that nobody is said to have done: it belongs to the noun ("airline cancelled flight")."""
_ACCOUNT = re.compile(r"(?:\b(?:is|are)|'s)\s+$")
"""Before a participle: how things stand, whoever brought it about, unless "now" follows."""
_ASSURES = re.compile(
    r"\b(?:can|may|will|want to|would like to) (?:now |gladly )?(?:confirm|report|inform you|tell you)\b"
)
"""Says no more than what it assures."""
_NAME = re.compile(r"(?<=\w )(?:Can|May|Might|Must|Will)\b")
"""A capital inside a sentence makes it part of a name ("Watering Can", "3 May")."""
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
"""What stands in brackets describes a thing ("(black, not resistant)") and says nothing of what was done."""
_CLAUSE = re.compile(r"[,;:]|\b(?:and|but|while|so)\b")
_PROMISE = re.compile(
    r"\b(?:let me|i'll|i will|one moment|please|need|in order to|happy to|glad to|can help|like to know|look into)\b",
    re.IGNORECASE,
)
_AWAITS = re.compile(r"\b(?:if|once|when|after|as soon as) you\b")
_PUTS_OFF = re.compile(
    r"\b(?:until|unless|yet|without (?:your|a|an|the|knowing|it)|before (?:i|we|you)|"
    r"(?:find|locate|access|look up|see) (?:your|an|the|any) (?:account|profile|email|user))\b",
    re.IGNORECASE,
)


def told(value: str, text: str, about: str = "") -> bool:
    """Whether a text tells a value.

    Args:
        value: a number, in any usual spelling, or words. What has a leading zero, as a zip code may, is
            compared as words.
        text: what was said.
        about: a sentence on the same matter. Small numbers come up in any talk ("four patterns"), so one
            counts only where the text shares a word with this, or is short.
    """
    number = _number(value)
    if number is not None:
        found = number in _values(text)
        return found and (str(number) not in _SPELLED.values() or _is_about(text, about))
    words = _tokens(value)
    return bool(words) and f" {' '.join(words)} " in f" {' '.join(_tokens(text))} "


def declines(text: str) -> bool:
    """Whether a text says that something cannot be done."""
    return _NO.search(_IF.sub(" ", _FINAL.sub(" ", straight(text)))) is not None


def puts_off(text: str) -> bool:
    """Whether a no is only a not yet: "I can't look anything up until I know who you are"."""
    return _PUTS_OFF.search(text) is not None


def claims(text: str, words: Iterable[str]) -> Iterator[str]:
    """Sentences that say, of something named by one of the words, that it has been done.

    Questions, wishes, conditions, denials and accounts of the past are no claims.

    Args:
        text: what was said.
        words: past participles, lower case: "cancelled".
    """
    wanted = tuple(words)
    low = text.lower()
    if not any(word in low for word in wanted):
        return
    for sentence in sentences(text):
        if not sentence.endswith("?") and _done(_NAME.sub(" ", sentence).lower(), wanted):
            yield sentence


def reports(text: str, words: Iterable[str]) -> bool:
    """Whether a text states something about what the words name, and does not only promise to.

    Args:
        text: what was said.
        words: names of the matter, lower case: "tracking number".
    """
    wanted = tuple(words)
    return any(
        not sentence.endswith("?") and not _PROMISE.search(sentence) and _names(sentence.lower(), wanted)
        for sentence in sentences(text)
    )


def sentences(text: str) -> list[str]:
    """A text's sentences, without surrounding space; a point inside a number ends none."""
    return [found for found in (s.strip() for s in _SENTENCE.findall(text)) if found]


def matter(text: str) -> set[str]:
    """The words that say what a text is about, in the singular."""
    return {word.rstrip("s") for word in _tokens(text) if len(word) > 3 and word.isalpha()} - _COMMON


def supposes(text: str, quote: str, *, done: bool) -> str:
    """Why words that are quoted from a sentence state nothing that has come about; empty where they may.

    Nothing here says what they do state, for people have many words for it. What is ruled out is what no
    words can be taken for: a question, a promise, a condition, a not yet, and, of something that had to be
    done, a plan or work that is still going on.

    Args:
        text: the whole sentence.
        quote: the words, as they stand in it.
        done: whether they are to say that something was done, and not only how things are.
    """
    if text.endswith("?"):
        return "it is a question"
    low = straight(_NAME.sub(" ", text)).lower()
    words = straight(_NAME.sub(" ", quote)).lower()
    at = max(low.find(words), 0)
    before = low[:at]
    clause = f"{_CLAUSE.split(before)[-1]}{words}"
    if _PROMISE.search(clause) or _PUTS_OFF.search(clause) or _AWAITS.search(low):
        return "it promises, or puts off"
    if done and (_FRAME.search(low[: at + len(words)]) or _PLANNED.search(_ASSURES.sub(" ", clause))):
        return "it is a plan, a condition or a denial"
    return ""


def _done(low: str, words: Iterable[str]) -> bool:
    """Whether a participle stands where nothing before it makes it a wish, a plan, a denial or an account."""
    low = _ASSURES.sub(" ", _ASIDE.sub(" ", straight(low)))
    for word in words:
        for found in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", low):
            before = low[: found.start()]
            clause = _CLAUSE.split(before)[-1]
            after = low[found.end() :]
            account = _ACCOUNT.search(before) and not after.startswith(" now")
            account = account or (_BARE_NOUN.match(after) and not _DOER.search(clause))
            if not (account or _FRAME.search(before) or _NOT_YET.search(clause) or _ADJECTIVE.search(clause)):
                return True
    return False


def _names(low: str, words: Iterable[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", low) for word in words)


@lru_cache(maxsize=4096)
def _values(text: str) -> frozenset[Decimal]:
    """The numbers in a text; many values are looked for in the same one."""
    return frozenset(value for value in map(_number, _numbers(text)) if value is not None)


def _numbers(text: str) -> Iterator[str]:
    yield from _NUMBER.findall(text)
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in _SPELLED:
            yield _SPELLED[word]


@lru_cache(maxsize=4096)
def _number(text: str) -> Decimal | None:
    plain = text.strip().lower().removeprefix("usd").removesuffix("dollars").replace("$", "").replace(",", "").strip()
    return Decimal(plain) if re.fullmatch(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", plain) else None


def _is_about(text: str, about: str) -> bool:
    spoken = _tokens(text)
    return not about or len(spoken) <= _SHORT or not matter(about).isdisjoint(matter(text))


def _tokens(text: str) -> list[str]:
    return [
        _SPELLINGS.get(token, token)
        for token in (token.strip("_") for token in _TOKEN.findall(straight(text).casefold()))
    ]


def straight(text: str) -> str:
    """With straight apostrophes."""
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
