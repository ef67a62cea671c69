"""Call: a tool call made up from a tool's signature and a world's data.

Most calls are about rows that exist and belong together, so that tools carry them out; some mix what does not
belong together, and some are plain wrong: garbage of the right or the wrong type, a parameter too few or
too many. Whoever draws decides each choice: a seed, or hypothesis, which can then shrink it.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from random import Random
from typing import Annotated, Any, Literal, NamedTuple, NewType, Protocol, TypeVar, get_args, get_origin

import msgspec

from interplay.engine.seeds import Seed
from interplay.engine.testing.values import Held, Values, is_union
from interplay.engine.tools import Arithmetic, Prose, Tool, Toolset

T = TypeVar("T")

FAR = 10
"""Of a hundred values that could belong to the others, how many are taken from anywhere."""
WIDE = 35
"""Of a hundred of the rest, how many are taken from a wider circle."""
WRONG = 4
"""Of a hundred arguments, how many are garbage."""
LENGTHS = (1, 1, 1, 1, 2, 2, 3, 0)
"""How long a list is."""
JUNK: tuple[Any, ...] = (
    *("", " ", "None", "#", "0", "é\u202eb\u0000", "\N{PILE OF POO}" * 9, "x" * 5000, "'; --"),
    *(None, True, False, 0, -1, 10**18, 0.1, -1e308),
    *([], [[]], [None], [""], {}, {"": {}}, {"a": [1]}),
)
"""JSON values that are rarely right."""
EXPRESSIONS = ("1 + 1", "2 * (19.99 + 5)", "1 / 0", "7 // 2", "9 ** 9 ** 9", "one")


class Call(NamedTuple):
    """A tool and what to call it with."""

    tool: str
    arguments: dict[str, Any]


class Chooser(Protocol):
    """Who decides."""

    def pick(self, options: Sequence[T]) -> T:
        """One of some options; there is at least one."""

    def chance(self, percent: int) -> bool:
        """Whether something happens that does so this often in a hundred."""

    def text(self) -> str:
        """Any text."""


class Dice:
    """Decides by a seed.

    Args:
        seed: decides everything.
    """

    def __init__(self, seed: Seed) -> None:
        self._random: Random = seed.random()

    def pick(self, options: Sequence[T]) -> T:
        """One of some options, each as likely as the others."""
        return options[self._random.randrange(len(options))]

    def chance(self, percent: int) -> bool:
        """Whether something happens that does so this often in a hundred."""
        return self._random.randrange(100) < percent

    def text(self) -> str:
        """A few characters of many scripts."""
        points = (self._random.randrange(0x20, 0x2FFF) for _ in range(self._random.randrange(12)))
        return "".join(map(chr, points))


class CallMaker:
    """Makes calls of some tools.

    Args:
        tools: what is called, by the agent and by the human.
        values: what the calls are about.
    """

    def __init__(self, tools: Toolset, values: Values) -> None:
        self._tools = tools.every
        self._values = values
        writes = [name for name, tool in self._tools.items() if tool.writes]
        self._names = [*self._tools, *writes, *writes]  # what changes something is called more often

    def call(self, choose: Chooser, tool: str = "", *, sane: bool = False) -> Call:
        """One call.

        Args:
            choose: decides.
            tool: which; any where there is none.
            sane: make no call that is plain wrong.
        """
        name = tool or choose.pick(self._names)
        draft = _Draft(self._values, choose, sane)
        arguments = draft.arguments(self._tools[name])
        if not sane and choose.chance(WRONG):
            if arguments and choose.chance(50):
                del arguments[choose.pick(list(arguments))]
            else:
                arguments[choose.pick(("extra", "db", ""))] = choose.pick(JUNK)
        return Call(name, arguments)


class _Draft:
    """One call being made: remembers what it is about."""

    def __init__(self, values: Values, choose: Chooser, sane: bool) -> None:
        self._values, self._choose, self._sane = values, choose, sane
        self._about: list[Held] = []

    def arguments(self, tool: Tool[..., Any]) -> dict[str, Any]:
        return {
            p.name: self._argument(p.name, p.annotation)
            for p in tool.parameters
            if p.required or not self._choose.chance(40)
        }

    def _argument(self, name: str, annotation: Any) -> Any:
        if not self._sane and self._choose.chance(WRONG):
            return self._choose.text() if self._choose.chance(40) else self._choose.pick(JUNK)
        return self._value(name, annotation)

    def _value(self, name: str, annotation: Any) -> Any:
        origin, parts = get_origin(annotation), get_args(annotation)
        if isinstance(annotation, NewType):
            return self._entity(name, annotation)
        if origin is Annotated:
            return self._value(name, parts[0])
        if origin is Literal:
            return self._choose.pick(parts)
        if is_union(annotation):
            known = [part for part in parts if part is not msgspec.UnsetType]
            return self._value(name, self._choose.pick(known))
        kind = origin or annotation
        if not isinstance(kind, type):
            return self._choose.pick(JUNK)
        if issubclass(kind, msgspec.Struct):
            return self._struct(kind)
        if issubclass(kind, enum.Enum):
            return self._choose.pick([member.value for member in kind])
        if issubclass(kind, Mapping):
            key, inner = (*parts, str, Any)[:2]
            size = self._choose.pick(LENGTHS)
            return {str(self._value(f"{name} key", key)): self._value(name, inner) for _ in range(size)}
        if issubclass(kind, Collection) and not issubclass(kind, str | bytes):
            return self._several(name, kind, parts)
        return self._scalar(name, kind)

    def _several(self, name: str, kind: type, parts: tuple[Any, ...]) -> list[Any]:
        if issubclass(kind, tuple) and parts and parts[-1] is not Ellipsis:
            return [self._value(name, part) for part in parts]
        inner = parts[0] if parts else Any
        found = [self._value(name, inner) for _ in range(self._choose.pick(LENGTHS))]
        if found and self._choose.chance(10):
            found.append(found[0])
        return found

    def _struct(self, kind: type[msgspec.Struct]) -> dict[str, Any]:
        config = kind.__struct_config__
        found = {} if config.tag_field is None else {config.tag_field: config.tag}
        hints = {field.name: field for field in msgspec.structs.fields(kind)}
        for name, field in hints.items():
            if field.required or not self._choose.chance(40):
                found[field.encode_name] = self._value(name, field.type)
        return found

    def _entity(self, name: str, entity: Any) -> Any:
        """A value of an entity: of the rows that the call is about already, or of any."""
        if entity is Prose:
            return self._choose.text()
        if entity is Arithmetic:
            return self._choose.pick(EXPRESSIONS)
        options = self._fitting(entity)
        if not options:
            return self._value(name, entity.__supertype__)
        found = self._choose.pick(options)
        self._about.append((entity, found))
        return found

    def _fitting(self, entity: Any) -> list[Any]:
        """Values that the call may be about: mostly such as belong to what it is about already."""
        near: list[Any] = []
        if self._about and not self._choose.chance(FAR):
            near = self._values.near(self._about, entity, wide=self._choose.chance(WIDE))
        return near or self._values.of(entity)

    def _scalar(self, name: str, kind: type) -> Any:
        """A value that a field of this name has somewhere, or any of the type."""
        options = [value for value in self._values.of(name) if type(value) is kind]
        if options and not self._choose.chance(FAR):
            return self._choose.pick(options)
        if issubclass(kind, bool):
            return self._choose.pick((False, True))
        if issubclass(kind, int):
            return self._choose.pick((1, 0, 2, 3, -1, 100))
        if issubclass(kind, float):
            return self._choose.pick((1.0, 0.0, 0.01, 99.5, -1.0))
        if kind is type(None):
            return None
        return self._choose.text() if issubclass(kind, str) else self._choose.pick(JUNK)
