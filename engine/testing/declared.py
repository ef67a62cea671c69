"""Declared: what can be told of a world without running it: its tools' descriptions, its policy's marks, its sides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Generator, Iterator
from typing import Any

import docstring_parser
import msgspec

from interplay.engine.domain import Domain
from interplay.engine.errors import DomainError
from interplay.engine.policy import Policy
from interplay.engine.testing.findings import Finding
from interplay.engine.testing.guided import check_guidance, check_sides, fields
from interplay.engine.tools import Tool

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_MARK = re.compile(r"<!--\s*rule:\s*([^\s>]+)\s*-->")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
_TYPES = frozenset(("string", "number", "integer", "boolean", "array", "object", "null"))


def check_tools(domain: Domain[Any]) -> Iterator[Finding]:
    """Names, annotations, docstrings, schemas, speech and guidance of every tool, and of what acts beside them."""
    callable_by_somebody = (*domain.tools_in_order, *domain.human_tools)
    for group in (callable_by_somebody, domain.setups, domain.assertions):
        for name, count in Counter(tool.name for tool in group).items():
            if count > 1:
                yield Finding("tool_name", name, f"{count} tools have this name; a name is of one tool")
    shown: list[Tool[..., Any]] = []
    for tool in callable_by_somebody:
        schema = yield from _described(tool)
        if schema is not None:
            shown.append(tool)
            yield from _docstrings(tool, schema)
            yield from _schema(tool, schema)
            yield from _speech(tool)
    for tool in (*domain.setups, *domain.assertions):
        schema = yield from _described(tool)
        if schema is not None and not schema["description"].strip():
            yield Finding("docstring", tool.name, "it has no docstring; who writes blueprints has to know what it does")
    yield from check_guidance([tool for tool in domain.human_tools if tool in shown])
    yield from check_sides(domain)


def _described(tool: Tool[..., Any]) -> Generator[Finding, None, dict[str, Any] | None]:
    """The function that a model would be shown, or what keeps it from being made."""
    try:
        schema: dict[str, Any] = tool.schema["function"]
    except DomainError as error:
        yield Finding("annotation", tool.name, str(error))
        return None
    except Exception as error:
        yield Finding("schema", tool.name, f"its signature has no JSON schema: {error!r}")
        return None
    yield from _annotations(tool)
    return schema


def check_policy(policy: Policy, tools: Collection[str]) -> Iterator[Finding]:
    """The text and the rules fit each other, and the rules the tools.

    Args:
        policy: the world's.
        tools: names of the world's tools.
    """
    try:
        marked = policy.marked_text
    except (OSError, ImportError, UnicodeError) as error:
        yield Finding("policy", "text", f"the policy's file cannot be read: {error}")
        return
    if not policy.text:
        yield Finding("policy", "text", "the policy's file is empty")
    headings, marks = outline(marked)
    ids = Counter(rule.id for rule in policy.rules)
    for rule_id, count in ids.items():
        if count > 1:
            yield Finding("rule_id", rule_id, f"{count} rules have this id; an id is of one rule")
    for mark in marks.keys() - ids.keys():
        yield Finding("rule_mark", mark, f"the text marks it and there is no such rule; rules are {', '.join(ids)}")
    for rule in policy.rules:
        if rule.id not in marks:
            yield Finding("rule_mark", rule.id, f"the text marks no sentence with <!-- rule: {rule.id} -->")
        if rule.section not in headings:
            known = ", ".join(map(repr, headings)) or "none"
            yield Finding("rule_section", rule.id, f"{rule.section!r} is no heading of the text; headings are {known}")
        elif rule.id in marks and rule.section not in marks[rule.id]:
            yield Finding("rule_section", rule.id, f"its mark does not stand under {rule.section!r}")
        if not rule.tools:
            yield Finding("rule_tool", rule.id, "it judges the calls of no tool")
        for name in sorted(rule.tools - set(tools)):
            yield Finding("rule_tool", rule.id, f"it judges {name}, which is no tool; tools are {', '.join(tools)}")


def outline(text: str) -> tuple[list[str], dict[str, set[str]]]:
    """The headings of a Markdown text, and for each rule's marks the headings that they stand under."""
    headings: list[str] = []
    marks: dict[str, set[str]] = {}
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        found = _HEADING.fullmatch(line)
        if found:
            level = len(found[1])
            above = [each for each in above if each[0] < level] + [(level, found[2])]
            headings.append(found[2])
        for mark in _MARK.findall(line):
            marks.setdefault(mark, set()).update(name for _, name in above)
    return headings, marks


def _annotations(tool: Tool[..., Any]) -> Iterator[Finding]:
    if "return" not in getattr(tool.function, "__annotations__", {}):
        yield Finding("annotation", tool.name, "what it returns has no type annotation")
    for parameter in tool.parameters:
        if parameter.annotation is Any:
            yield Finding("annotation", f"{tool.name}.{parameter.name}", "Any takes everything; name a type")


def _docstrings(tool: Tool[..., Any], function: dict[str, Any]) -> Iterator[Finding]:
    if not function["description"].strip():
        yield Finding("docstring", tool.name, "it has no docstring; an agent is shown its first paragraphs")
    for parameter in tool.parameters:
        if not parameter.schema.get("description"):
            yield Finding("docstring", f"{tool.name}.{parameter.name}", "the docstring's Args do not describe it")
    parsed = docstring_parser.parse(tool.function.__doc__ or "", docstring_parser.DocstringStyle.GOOGLE)
    for name in {p.arg_name for p in parsed.params} - {p.name for p in tool.parameters}:
        yield Finding("docstring", f"{tool.name}.{name}", "the docstring describes it and there is no such parameter")


def _schema(tool: Tool[..., Any], function: dict[str, Any]) -> Iterator[Finding]:
    if not _NAME.fullmatch(tool.name):
        text = "a tool's name is 1 to 64 letters, digits, _ or -, or model endpoints refuse it"
        yield Finding("schema", tool.name, text)
    try:
        msgspec.json.encode(function)
    except (TypeError, ValueError, msgspec.MsgspecError) as error:
        yield Finding("schema", tool.name, f"its schema cannot be written as JSON: {error}")
    for where, text in _faults(function["parameters"], tool.name):
        yield Finding("schema", where, text)


def _faults(schema: Any, where: str) -> Iterator[tuple[str, str]]:
    """What is wrong with a JSON schema, as far as tool schemas go."""
    if not isinstance(schema, dict):
        yield where, f"{schema!r} is no schema; a schema is an object"
        return
    kinds = schema.get("type", [])
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if kind not in _TYPES:
            yield where, f"{kind!r} is no JSON type"
    if "$ref" in schema:
        yield where, f"it refers to {schema['$ref']!r}; a tool's schema stands alone"
    if schema.get("enum", True) in ([], ()):
        yield where, "its enum allows nothing"
    properties = schema.get("properties", {})
    for name in set(schema.get("required", ())) - set(properties):
        yield where, f"{name!r} is required and not among the properties"
    for name, inner in properties.items():
        yield from _faults(inner, f"{where}.{name}")
    if isinstance(schema.get("items"), dict):
        yield from _faults(schema["items"], f"{where}[]")
    for inner in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _faults(inner, where)


def _speech(tool: Tool[..., Any]) -> Iterator[Finding]:
    """The words of a change name its parameters and no other."""
    if tool.speech is None:
        return
    known = {p.name for p in tool.parameters}
    for words in (tool.speech.propose, tool.speech.done):
        for field in fields(words):
            if field not in known:
                yield Finding("speech", tool.name, f"{words!r} names {{{field}}}, which is no parameter")
