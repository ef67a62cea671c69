"""Guided: what can be told, without running it, of a world whose human has tools.

An agent cannot use those; it asks for them in words. So each has a guidance whose own sentence is understood, and
what it is to be called with stands in it.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from interplay.engine.domain import Domain
from interplay.engine.telling import sentences
from interplay.engine.testing.findings import Finding
from interplay.engine.tools import Guidance, Tool


def check_sides(domain: Domain[Any]) -> Iterator[Finding]:
    """Which tables are whose, and what assertions answer."""
    tables = domain.database.row_types()
    for name in sorted(domain.human_tables - set(tables)):
        yield Finding("side", name, f"it is said to be the human's and is no table; tables are {', '.join(tables)}")
    for tool in domain.assertions:
        if tool.returns is not bool:
            yield Finding("assertion", tool.name, f"it answers {tool.returns!r}; an assertion has to say -> bool")
        if tool.writes:
            yield Finding("assertion", tool.name, "it is declared to write; a question about an end changes nothing")


def check_guidance(tools: Sequence[Tool[..., Any]]) -> Iterator[Finding]:
    """How the human's tools are asked for.

    Args:
        tools: those that can be described.
    """
    asks = Counter(tool.guidance.ask for tool in tools if tool.guidance is not None)
    for tool in tools:
        if tool.guidance is None:
            yield Finding("guidance", tool.name, "nobody can ask the human for it; give it a Guidance")
            continue
        for text in _misleading(tool, tool.guidance):
            yield Finding("guidance", tool.name, text)
        if asks[tool.guidance.ask] > 1:
            yield Finding("guidance", tool.name, f"another tool is asked for by {tool.guidance.ask!r}, too")


def fields(words: str) -> list[str]:
    """The names in braces in a text; braces that are out of order are a name that nothing has."""
    try:
        return [field for _, field, _, _ in string.Formatter().parse(words) if field is not None]
    except ValueError:
        return [words]


def _misleading(tool: Tool[..., Any], guidance: Guidance) -> Iterator[str]:
    """Why a human might not understand a request, or an agent what came of it."""
    ask, known = guidance.ask, {parameter.name for parameter in tool.parameters}
    named = fields(ask)
    for field in named:
        if field not in known:
            yield f"{ask!r} names {{{field}}}, which is no parameter"
    for parameter in tool.parameters:
        if parameter.required and parameter.name not in named:
            yield f"{ask!r} does not say {{{parameter.name}}}, which has to be given"
    if len(sentences(ask)) != 1 or ask.strip()[-1:] not in (".", "?", "!"):
        yield f"{ask!r} is not one whole sentence"
    if not guidance.cues:
        yield "it has no cues; a request in other words is not understood"
    for group in guidance.cues:
        shown = [cue for cue in group if cue != cue.lower()]
        if shown:
            yield f"the cues {', '.join(map(repr, shown))} are not in lower case and never heard"
        if not any(re.search(rf"(?<!\w){re.escape(cue)}", ask.lower()) for cue in group):
            yield f"{ask!r} has none of the cues {group!r}; its own words have to be understood, too"
    for field in fields(guidance.report):
        if field != "result":
            yield f"{guidance.report!r} names {{{field}}}; only {{result}} is known then"
