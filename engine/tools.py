"""Tools: plain typed functions on a database, and everything that is derived from them.

    @tool(writes=True)
    def cancel_order(db: ShopDatabase, order_id: OrderId, reason: Reason) -> Order: ...

The signature gives the schema that an agent is shown, the strict validation of what it sends, and the
entities that the tool consumes and produces: a `NewType` in a signature names an entity, so an order
id is a type and not a string. The decorated tool still calls the function, so a test needs nothing else.
"""

from __future__ import annotations

import collections.abc
import inspect
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    ParamSpec,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import docstring_parser
import msgspec

from interplay.engine.errors import DomainError, Refusal
from interplay.engine.extras import kept
from interplay.engine.messages import Caller

P = ParamSpec("P")
R = TypeVar("R")

Prose = NewType("Prose", str)
"""Text that the agent composes itself; its value has no origin to trace."""
Arithmetic = NewType("Arithmetic", str)
"""An expression that the agent composes; each number in it has an origin."""


class Speech(NamedTuple):
    """How people talk about a tool that writes; `{parameter}` stands for an argument.

    Args:
        propose: the change as something still to do, after "I can": "cancel order {order_id}".
        done: the change as something that happened, a whole sentence.
        claims: words that say it happened, for comparing what was said with what was done.
    """

    propose: str
    done: str
    claims: tuple[str, ...]


class Guidance(NamedTuple):
    """How people talk about something that the human does with things of their own.

    Args:
        ask: how an employee asks for it, a whole sentence; `{parameter}` stands for an argument.
        cues: words, lower case, in groups; a request for it has at least one word of each group.
        report: how the human tells what came of it; `{result}` stands for what the tool answered.
    """

    ask: str
    cues: tuple[tuple[str, ...], ...]
    report: str = "It says: {result}"


class Parameter(NamedTuple):
    """One argument of a tool."""

    name: str
    annotation: Any
    required: bool
    schema: dict[str, Any]
    entity: Any
    """The NewType that the argument, or each of its elements, is; None where it is none."""

    @property
    def allowed(self) -> str:
        """What may be given, in words for a refusal."""
        if "enum" in self.schema:
            return f"{self.name} (one of {', '.join(map(repr, self.schema['enum']))})"
        kind = self.schema.get("type", "any value")
        if kind == "array":
            items = self.schema.get("items")  # false where each place has a type of its own
            kind = f"list of {items.get('type', 'value') if isinstance(items, dict) else 'value'}s"
        return f"{self.name} ({kind}{'' if self.required else ', optional'})"


class Tool(Generic[P, R]):
    """One tool; calling it calls the function, on a database and with arguments taken on trust."""

    def __init__(
        self,
        function: Callable[P, R],
        *,
        writes: bool,
        hands_over: bool,
        speech: Speech | None,
        guidance: Guidance | None = None,
    ) -> None:
        self.function = function
        self.name: str = function.__name__
        self.writes = writes
        """Whether it can change the database."""
        self.hands_over = hands_over
        """Whether it ends the agent's part by handing the human over to a person."""
        self.speech = speech
        self.guidance = guidance
        self.__doc__ = function.__doc__
        self.__wrapped__ = function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function."""
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<tool {self.name}>"

    @cached_property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self.function, include_extras=True)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """What an agent may give, in order; the database is not among them.

        Raises:
            DomainError: a parameter has no annotation.
        """
        documented = {p.arg_name: p.description or "" for p in self._docstring.params}
        found = []
        for parameter in list(inspect.signature(self.function).parameters.values())[1:]:
            if parameter.name not in self._hints:
                raise DomainError(f"tool {self.name}: parameter {parameter.name!r} has no type annotation")
            annotation = self._hints[parameter.name]
            schema = _schema(annotation)
            if documented.get(parameter.name):
                schema = {**schema, "description": " ".join(documented[parameter.name].split())}
            required = parameter.default is inspect.Parameter.empty
            found.append(Parameter(parameter.name, annotation, required, schema, next(entities(annotation), None)))
        return tuple(found)

    @cached_property
    def returns(self) -> Any:
        """The annotation of what the function returns."""
        return self._hints.get("return", Any)

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The tool in the OpenAI function format."""
        properties = {p.name: p.schema for p in self.parameters}
        required = [p.name for p in self.parameters if p.required]
        parameters = {"type": "object", "properties": properties, "required": required}
        said = "\n\n".join(filter(None, (self._docstring.short_description, self._docstring.long_description)))
        function = {"name": self.name, "description": said, "parameters": parameters}
        return {"type": "function", "function": function}

    @cached_property
    def consumes(self) -> frozenset[Any]:
        """Entities that an argument names."""
        return frozenset(p.entity for p in self.parameters if p.entity not in (None, Prose, Arithmetic))

    @cached_property
    def produces(self) -> frozenset[Any]:
        """Entities that the result holds, however deep."""
        return frozenset(entities(self.returns)) - {Prose, Arithmetic}

    @cached_property
    def arguments_type(self) -> type[msgspec.Struct]:
        """What a call's arguments must convert to."""
        fields: list[Any] = []
        for p, parameter in zip(
            self.parameters, list(inspect.signature(self.function).parameters.values())[1:], strict=True
        ):
            default = () if p.required else (parameter.default,)
            fields.append((p.name, p.annotation, *default))
        return msgspec.defstruct(f"{self.name} arguments", fields, forbid_unknown_fields=True, kw_only=True)

    def validate(self, arguments: object) -> dict[str, Any]:
        """The arguments as the function takes them.

        Raises:
            Refusal: an argument is unknown, missing or of the wrong type; says what is allowed.
        """
        try:
            valid = msgspec.convert(arguments, self.arguments_type)
        except msgspec.ValidationError as error:
            raise Refusal(f"{self.name}: {_told(error)}. {self._takes()}", code="bad_arguments") from None
        except RecursionError:
            raise Refusal(
                f"{self.name}: the arguments are nested too deeply. {self._takes()}", code="bad_arguments"
            ) from None
        sent: Any = arguments
        return {name: kept(getattr(valid, name), sent.get(name)) for name in valid.__struct_fields__}

    def run(self, db: Any, arguments: object) -> str:
        """Validate, run, and give what the caller reads; a tool that raises leaves `db` as it was.

        Args:
            db: the fork to run on.
            arguments: a decoded JSON object, as sent.

        Raises:
            Refusal: bad arguments, or the tool said no.
            Exception: whatever else the function raises; a defect of the world.
        """
        valid = self.validate(arguments)
        with db.atomically():
            result = self.function(db, **valid)
            return result if isinstance(result, str) else msgspec.json.encode(result).decode()

    @cached_property
    def _docstring(self) -> docstring_parser.Docstring:
        return docstring_parser.parse(self.function.__doc__ or "", docstring_parser.DocstringStyle.GOOGLE)

    def _takes(self) -> str:
        if not self.parameters:
            return "It takes no arguments."
        return "It takes: " + "; ".join(p.allowed for p in self.parameters) + "."


def tool(
    *,
    writes: bool = False,
    hands_over: bool = False,
    speech: Speech | None = None,
    guidance: Guidance | None = None,
) -> Callable[[Callable[P, R]], Tool[P, R]]:
    """Make a function of a database a tool.

    Args:
        writes: it can change the database.
        hands_over: it ends the agent's part by handing the human over to a person.
        speech: how people talk about the change it makes.
        guidance: how people talk about it where it is the human's.
    """

    def decorate(function: Callable[P, R]) -> Tool[P, R]:
        return Tool(function, writes=writes, hands_over=hands_over, speech=speech, guidance=guidance)

    return decorate


class Toolset(Mapping[str, Tool[..., Any]]):
    """A world's tools by name: those that the agent may call, and beside them what else acts on its state.

    Args:
        tools: the agent's.
        human: what the human may do with things of their own.
        setups: what a blueprint may do to the world before anybody speaks; nobody can call them.
        assertions: functions of a state that say yes or no, for judging how a conversation ended.
        sync: brings the sides of the world in step; run after the setup, and after each call that succeeded.
        human_tables: names of the tables that are the human's own.
    Raises:
        DomainError: two tools share a name, or one cannot be described.
    """

    def __init__(
        self,
        tools: Sequence[Tool[..., Any]],
        *,
        human: Toolset | None = None,
        setups: Toolset | None = None,
        assertions: Toolset | None = None,
        sync: Callable[[Any], None] | None = None,
        human_tables: frozenset[str] = frozenset(),
    ) -> None:
        self._tools: dict[str, Tool[..., Any]] = {}
        for each in tools:
            if each.name in self._tools or each.name in (human or ()):
                raise DomainError(f"two tools are named {each.name!r}")
            self._tools[each.name] = each
        self._human, self._setups, self._assertions = human, setups, assertions
        self.sync = sync
        self.human_tables = human_tables

    @property
    def human(self) -> Toolset:
        """The human's tools."""
        return NO_TOOLS if self._human is None else self._human

    @property
    def setups(self) -> Toolset:
        """What a blueprint may do to the world before anybody speaks."""
        return NO_TOOLS if self._setups is None else self._setups

    @property
    def assertions(self) -> Toolset:
        """Questions about a state."""
        return NO_TOOLS if self._assertions is None else self._assertions

    def of(self, by: Caller) -> Toolset:
        """The tools of this actor."""
        return self if by == "agent" else self.human

    @cached_property
    def every(self) -> Mapping[str, Tool[..., Any]]:
        """The tools of all actors; no two share a name."""
        return self if not self.human else {**self, **self.human}

    def out_of_step(self) -> Toolset:
        """The same tools in a world whose sides are not kept in step."""
        same = copy(self)
        same.sync = None
        return same

    def __getitem__(self, name: str) -> Tool[..., Any]:
        return self._tools[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tools)

    def __len__(self) -> int:
        return len(self._tools)

    def named(self, name: str) -> Tool[..., Any]:
        """The tool of this name.

        Raises:
            Refusal: there is none; says which there are.
        """
        found = self._tools.get(name)
        if found is None:
            raise Refusal(
                f"There is no tool named {name[:80]!r}. The tools are: {', '.join(self._tools)}.", code="unknown_tool"
            )
        return found

    @cached_property
    def schemas(self) -> tuple[dict[str, Any], ...]:
        """All tools in the OpenAI function format."""
        return tuple(each.schema for each in self._tools.values())


NO_TOOLS = Toolset(())
"""What an actor has who can only speak."""


def entities(annotation: Any, seen: frozenset[Any] = frozenset()) -> Iterator[Any]:
    """Every NewType in an annotation, through containers, unions and the fields of structs."""
    if isinstance(annotation, NewType):
        yield annotation
        return
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from entities(get_args(annotation)[0], seen)
    elif origin in (Union, types.UnionType) or (
        isinstance(origin, type) and issubclass(origin, collections.abc.Collection)
    ):
        for part in get_args(annotation):
            yield from entities(part, seen)
    elif isinstance(annotation, type) and issubclass(annotation, msgspec.Struct) and annotation not in seen:
        for hint in get_type_hints(annotation, include_extras=True).values():
            yield from entities(hint, seen | {annotation})


def _told(error: msgspec.ValidationError) -> str:
    """What was wrong with a call, for the agent; short, although it may repeat a value that is long."""
    text = str(error)
    if text.startswith("Object "):
        text = "the call " + text.removeprefix("Object ")
    text = text.replace(" - at `$`", "").replace("`$.", "`")
    return text if len(text) <= 400 else f"{text[:300]} ... {text[-80:]}"


def _schema(annotation: Any) -> dict[str, Any]:
    """JSON Schema of an annotation, self-contained: references are put in place."""
    schema = msgspec.json.schema(annotation)
    definitions = {  # the name of a class of ours says nothing to an agent
        name: {key: value for key, value in found.items() if key != "title"}
        for name, found in schema.pop("$defs", {}).items()
    }

    def inline(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                return inline(definitions[node["$ref"].rsplit("/", 1)[1]])
            if node.get("anyOf") == [{"type": "integer"}, {"type": "number"}]:  # a whole number is a number
                return {**{key: inline(value) for key, value in node.items() if key != "anyOf"}, "type": "number"}
            return {key: inline(value) for key, value in node.items()}
        return [inline(value) for value in node] if isinstance(node, list) else node

    found: dict[str, Any] = inline(schema)
    if get_origin(annotation) is Literal and all(isinstance(value, str) for value in get_args(annotation)):
        found = {"type": "string", **found, "enum": list(get_args(annotation))}
    return found
