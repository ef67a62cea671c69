"""Telling: what a text says, as far as code can be sure of it.

Three questions are asked of what an agent said: did it tell a value, did it say no, did it claim that
something was done. Numbers are compared by value and words without regard to case, so that "$1,093.40",
"1093.4 dollars" and "USD 1093.40" all tell 1093.4; a number never matches inside another or inside an id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_NUMBER = re.compile(r"(?<![\w#.,-])-?\$?-?\d+(?:,\d{3})*(?:\.\d+)?(?![\w]|[.,]\d)")
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SPELLED = {word: str(number) for number, word in enumerate(_WORDS)}
_TOKEN = re.compile(r"[\w#@]+(?:[.'-]\w+)*")

_NO = re.compile(
    r"\b(?:can't|cannot|can not|could not|couldn't|won't|will not|unable|not able|not possible|isn't possible|"
    r"not allowed|isn't allowed|not permitted|not eligible|isn't eligible|must decline|have to decline|"
    r"no way to|against (?:our |the )?(?:policy|rules)|policy (?:does not|doesn't) (?:allow|permit))\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]*(?:\.(?=\w)[^.!?\n]*)*[.!?\n]?")
_NOT_YET = re.compile(
    r"\b(?:not|never|n't|cannot|can|could|would|will|shall|should|if|once|when|unless|before|to be|"
    r"only|may|might|must|want|like me to|going to|about to|already|was|were)\b|n't\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:]|\b(?:and|but|while|so)\b")
_PROMISE = re.compile(r"\b(?:let me|i'll|i will|one moment|please|need|in order to)\b", re.IGNORECASE)


def told(value: str, text: str) -> bool:
    """Whether a text tells a value.

    Args:
        value: a number, in any usual spelling, or words.
        text: what was said.
    """
    number = _number(value)
    if number is not None:
        return any(_number(found) == number for found in _numbers(text))
    words = _tokens(value)
    return bool(words) and f" {' '.join(words)} " in f" {' '.join(_tokens(text))} "


def declines(text: str) -> bool:
    """Whether a text says that something cannot be done."""
    return _NO.search(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")) is not None


def claims(text: str, words: Iterable[str]) -> Iterator[str]:
    """Sentences that say, of something named by one of the words, that it has been done.

    Questions, wishes, conditions, denials and accounts of the past are no claims.

    Args:
        text: what was said.
        words: past participles, lower case: "cancelled".
    """
    wanted = tuple(words)
    if not any(word in text.lower() for word in wanted):
        return
    for sentence in sentences(text):
        if not sentence.endswith("?") and _done(sentence.lower(), wanted):
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


def _done(low: str, words: Iterable[str]) -> bool:
    """Whether a participle stands in a clause that nothing before it makes a wish, a plan or a denial."""
    for word in words:
        for found in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", low):
            clause = _CLAUSE.split(low[: found.start()])[-1]
            if not _NOT_YET.search(clause):
                return True
    return False


def _names(low: str, words: Iterable[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", low) for word in words)


def _numbers(text: str) -> Iterator[str]:
    yield from _NUMBER.findall(text)
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in _SPELLED:
            yield _SPELLED[word]


@lru_cache(maxsize=4096)
def _number(text: str) -> Decimal | None:
    plain = text.strip().lower().removeprefix("usd").removesuffix("dollars").replace("$", "").replace(",", "").strip()
    if not re.fullmatch(r"-?\d+(?:\.\d+)?", plain):
        return None
    try:
        return Decimal(plain).normalize()
    except InvalidOperation:
        return None


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.casefold())
