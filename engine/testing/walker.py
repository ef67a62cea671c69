"""Walker: goes through a world call by call and looks at what each call did.

Every call runs on two forks of one base, and every row is looked at before and after, as bytes: so a
change that the database was not told of, a result that depends on anything but the state, and a trace
that a refused call left are all found at the call that made them. Where the human has tools, too, the walk is
both actors', the sides are brought in step as in a conversation, and whose tables a call asks for is watched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, NewType, TypeAlias, get_args

import msgspec

from interplay.engine.database import Address, Base, Database
from interplay.engine.domain import Domain
from interplay.engine.environment import Environment
from interplay.engine.errors import PatchError
from interplay.engine.messages import AnyMessage, Caller, ToolCall, ToolResult
from interplay.engine.policy import Situation
from interplay.engine.testing.call import Call
from interplay.engine.testing.findings import Finding
from interplay.engine.testing.sides import Watch, in_step, unsettled
from interplay.engine.testing.values import is_union
from interplay.engine.tools import Tool

Image: TypeAlias = Mapping[Address, bytes]
"""Every row as JSON; what lies inside a row is seen too."""

_encoder = msgspec.json.Encoder(order="deterministic")


class Property(NamedTuple):
    """Something that has to hold of every call that was carried out."""

    name: str
    broken: Callable[[Situation[Any]], str | None]
    """What was broken, or None; it is given the state before the call."""


class Broken(NamedTuple):
    """A property did not hold."""

    name: str
    text: str


class Step(NamedTuple):
    """What one call did."""

    call: ToolCall
    result: ToolResult | None
    """None where the tool raised."""
    findings: tuple[Finding, ...]
    broken: tuple[Broken, ...]
    """Properties that did not hold."""


class Walker:
    """One walk through a world; after a step with findings it is of no further use.

    Args:
        domain: the world.
        base: what it starts from; a tool that is broken may spoil it.
        properties: have to hold of each call that is carried out.
    """

    def __init__(self, domain: Domain[Any], base: Base[Any], properties: Sequence[Property] = ()) -> None:
        self.base = base
        self.messages: list[AnyMessage] = []
        self._domain = domain
        self._properties = properties
        self._begun = in_step(domain, base)
        self._environment = Environment(domain.tools, self._begun.fork())
        self._twin = Environment(domain.tools, self._begun.fork())
        self._watch: Watch | None = None
        if domain.human_tools or domain.human_tables:
            self._watch = Watch(self._twin.db)
            self._twin.tools = self._watch.apart_from_sync(domain.tools)
        self._other = self._begun.fork()
        self._start = self._image = image(self.db)

    @property
    def db(self) -> Database:
        """The fork that is walked on; whoever looks at it writes nothing."""
        return self._environment.db

    @property
    def calls(self) -> list[ToolCall]:
        """Every call so far."""
        return [message for message in self.messages if isinstance(message, ToolCall)]

    @property
    def named(self) -> str:
        """Names of the tools that were called, each once."""
        return ", ".join(dict.fromkeys(call.tool for call in self.calls))

    def step(self, call: Call) -> Step:
        """Make one call and look at what it did."""
        by: Caller = "human" if call.tool in self._domain.tools.human else "agent"
        made = ToolCall(call_id=str(len(self.messages)), tool=call.tool, arguments=call.arguments, by=by)
        tool: Tool[..., Any] = self._domain.tools.every[call.tool]
        before, mark = self._image, self.db.mark()
        error: Exception | None = None
        result = None
        try:
            result = self._environment.apply(made)
        except Exception as raised:
            error = raised
        self._image = image(self.db)
        changed = set(self.db.changes(mark))
        touched = {at for at in before.keys() | self._image.keys() if before.get(at) != self._image.get(at)}
        findings = list(_effects(tool, result, changed, touched))
        if touched and not findings and image(self._other) != self._start:
            findings.append(Finding("in_place", tool.name, f"{_shown(made)} changed what another fork sees"))
        if error is not None:
            findings.append(Finding("raises", tool.name, f"{_shown(made)} raised {error!r}; a tool says no by Refusal"))
        if findings or result is None:
            return Step(made, result, tuple(findings), ())
        findings += self._result(tool, made, result)
        findings += self._rows(changed)
        broken = tuple(self._judge(made, result))
        findings += self._again(tool, made, result)
        if result.refusal is None:
            findings += unsettled(self._domain.sync, self.db, _shown(made))
        self.messages += (made, result)
        return Step(made, result, tuple(findings), broken)

    def end(self) -> Iterator[Finding]:
        """What is wrong with the walk as a whole: its patch, its way back, its replay."""
        yield from self._patched()
        replay = Environment(self._domain.tools, self._begun.fork())
        for index, message in enumerate(self.messages):
            if isinstance(message, ToolCall) and replay.apply(message) != self.messages[index + 1]:
                text = f"{_shown(message)} answers differently when the walk is replayed on a fresh fork"
                yield Finding("nondeterministic", message.tool, text)
                return
        if image(replay.db) != self._image:
            yield Finding("nondeterministic", "walk", f"replayed, it ends differently: {self.named}")

    def _patched(self) -> Iterator[Finding]:
        patch, fresh = self.db.patch(), self._begun.fork()
        try:
            fresh.apply(patch)
            if image(fresh) != self._image:
                yield Finding("patch", "walk", f"its patch, applied to a fresh fork, ends elsewhere: {self.named}")
            fresh.apply(patch.inverse)
            if image(fresh) != self._start or fresh.changes():
                yield Finding("patch", "walk", f"its patch, taken back, does not end at the base: {self.named}")
        except PatchError as error:
            yield Finding("patch", "walk", f"its patch does not apply to a fresh fork: {error}")

    def _result(self, tool: Tool[..., Any], call: ToolCall, result: ToolResult) -> Iterator[Finding]:
        if result.refusal is not None:
            return
        text = f"{_shown(call)} returned what its annotation does not promise"
        try:
            result.content.encode()
            if not _is_text(tool.returns):
                msgspec.json.decode(result.content, type=tool.returns)
        except (msgspec.MsgspecError, UnicodeError, TypeError) as error:
            yield Finding("result", tool.name, f"{text}: {error}")

    def _rows(self, changed: set[Address]) -> Iterator[Finding]:
        for table, key in sorted(changed):
            row = getattr(self.db, table).get(key)
            text = None if row is None else not_a_row(row, type(self.db).row_types()[table])
            if text is not None:
                yield Finding("row", table, f"row {key!r} after {self.named or 'a call'}: {text}")

    def _judge(self, call: ToolCall, result: ToolResult) -> Iterator[Broken]:
        """Properties that do not hold of the call; the twin is still in the state before it."""
        if result.refusal is not None:
            return
        messages = (*self.messages, call)
        for each in self._properties:
            text = each.broken(Situation(self._twin.db, call, messages, len(self.messages)))
            if text is not None:
                yield Broken(each.name, text)

    def _again(self, tool: Tool[..., Any], call: ToolCall, result: ToolResult) -> Iterator[Finding]:
        if self._watch is not None:
            self._watch.asked.clear()  # properties may have looked at any table
        try:
            again: object = self._twin.apply(call)
        except Exception as error:
            again = error
        if again != result:
            text = f"{_shown(call)} gave {_cut(result)} and, on another fork in the same state, {_cut(again)}"
            yield Finding("nondeterministic", tool.name, text)
        elif self._twin.effects.get(call.call_id) != self._environment.effects.get(call.call_id):
            text = f"{_shown(call)} ended differently on another fork in the same state"
            yield Finding("nondeterministic", tool.name, text)
        if self._watch is not None:
            yield from self._watch.strayed(tool, call.by, self._domain.human_tables)


def image(db: Database) -> dict[Address, bytes]:
    """Every row of a fork as JSON."""
    encode = _encoder.encode
    return {(name, key): encode(row) for name in type(db).row_types() for key, row in getattr(db, name).items()}


def copy_of(base: Base[Any]) -> Base[Any]:
    """A base with the same rows, no part of which is shared; what its forks begin with is.

    Raises:
        msgspec.MsgspecError: a row does not survive being written and read.
    """
    tables = {}
    for name, kind in base.kind.row_types().items():
        data = msgspec.json.encode(base.tables[name].rows)
        tables[name] = msgspec.json.decode(data, type=dict[str, kind])  # type: ignore[valid-type]
    return Base(base.kind, tables).begun(base.beginning)


def not_a_row(row: msgspec.Struct, kind: type[msgspec.Struct]) -> str | None:
    """Why a row is none of its table: another type, or not the same once written and read."""
    try:
        again = msgspec.json.decode(msgspec.json.encode(row), type=kind)
    except (msgspec.MsgspecError, TypeError, ValueError) as error:
        return f"it cannot be written as JSON and read as {kind.__name__}: {error}"
    return None if again == row else f"written as JSON and read, it is {again!r} and was {row!r}"


def _effects(
    tool: Tool[..., Any], result: ToolResult | None, changed: set[Address], touched: set[Address]
) -> Iterator[Finding]:
    unseen = touched - changed
    if unseen:
        text = f"it changed {_rows_named(unseen)} in place; put a new row instead"
        yield Finding("in_place", tool.name, text)
    elif (result is None or result.refusal is not None) and (changed or touched):
        yield Finding("refusal_writes", tool.name, f"a call that was not carried out changed {_rows_named(changed)}")
    elif changed and not tool.writes:
        yield Finding("read_writes", tool.name, f"it is not declared to write and changed {_rows_named(changed)}")


def _rows_named(rows: set[Address]) -> str:
    return ", ".join(f"{table}/{key}" for table, key in sorted(rows)[:5])


def _is_text(annotation: Any) -> bool:
    """Whether what is returned may be text, which is told as it is and not as JSON."""
    while isinstance(annotation, NewType):
        annotation = annotation.__supertype__
    return annotation is str or any(_is_text(part) for part in get_args(annotation) if is_union(annotation))


def _shown(call: ToolCall) -> str:
    return f"{call.tool}({_cut(call.arguments)})"


def _cut(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:300]}..."
