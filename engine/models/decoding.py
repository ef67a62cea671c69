"""Decoding: a value read out of what a model wrote under a JSON schema.

Servers differ in how far they hold a model to a schema. So whatever surrounds the object is passed over, thoughts and
code fences, and what is in it is checked here.
"""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

from interplay.engine.models.exchange import Reply

T = TypeVar("T")

_THOUGHT = re.compile(r"\A.*</think>", re.DOTALL)


def decode(reply: Reply, kind: type[T]) -> T:
    """The value in a reply's text.

    Args:
        reply: a model's answer.
        kind: the type that it has to be of, written as one JSON object.
    Raises:
        ValueError: there is none, or it is of another form; says where and what was expected.
    """
    text = _THOUGHT.sub("", reply.text)
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        cut = " (it was cut off at the limit of tokens)" if reply.finish == "length" else ""
        raise ValueError(f"expected a JSON object{cut}; the answer begins with {text.strip()[:80]!r}")
    try:
        return msgspec.json.decode(text[start : end + 1], type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        cut = "; it was cut off at the limit of tokens" if reply.finish == "length" else ""
        raise ValueError(f"the JSON object is not of the form that was asked for: {error}{cut}") from None
