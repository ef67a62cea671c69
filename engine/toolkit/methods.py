"""Methods: what of a class is a tool, and how it is described.

Every public method is a tool: what is defined in the class or inherited, static and class methods among
them, but no property. Its signature and its docstring describe it, as they do for a tool that is a
function; where a signature does not say enough, the error names class, method and parameter.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple, get_type_hints

import docstring_parser
import msgspec

from interplay.engine.errors import DomainError
from interplay.engine.tools import Parameter, Tool

_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Method(NamedTuple):
    """One method that is a tool."""

    owner: str
    """Name of the object whose method it is."""
    name: str
    tool: str
    """The tool's name."""
    signature: inspect.Signature
    """Without `self`."""
    annotations: Mapping[str, Any]
    """Types of the parameters and of what it returns, resolved."""
    documentation: str

    @property
    def label(self) -> str:
        """The method, for errors and logs."""
        return f"{self.owner}.{self.name}" if self.owner else self.name

    @property
    def worded(self) -> Method:
        """The same method, whose result is told in words of its own."""
        return self._replace(annotations={**self.annotations, "return": str})

    def placed(self, arguments: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Arguments by name as the method takes them: by position where it takes them so alone."""
        named = dict(arguments)
        first = [p.name for p in self.signature.parameters.values() if p.kind is inspect.Parameter.POSITIONAL_ONLY]
        positional = [named.pop(name) for name in first if name in named]
        return positional, named


class MethodTool(Tool[..., Any]):
    """A method as a tool, which may be shown by a schema that others wrote.

    Args:
        function: runs the method on a database.
        writes: it can change the state.
        shown: the schema in the OpenAI function format; None to derive it. Whoever wrote it may have meant other types
            than the annotations, so any value is taken, and the method sees for itself.
    """

    def __init__(self, function: Callable[..., Any], *, writes: bool, shown: dict[str, Any] | None = None) -> None:
        super().__init__(function, writes=writes, hands_over=False, speech=None)
        self._shown = shown

    @property
    def schema(self) -> dict[str, Any]:
        """The tool in the OpenAI function format."""
        return super().schema if self._shown is None else self._shown

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """What an agent may give, described as it is shown."""
        derived = super().parameters
        if self._shown is None:
            return derived
        told = self._shown["function"]["parameters"].get("properties", {})
        return tuple(each._replace(schema=told.get(each.name, each.schema)) for each in derived)

    @cached_property
    def arguments_type(self) -> type[msgspec.Struct]:
        """What a call's arguments must convert to."""
        checked = super().arguments_type
        if self._shown is None:
            return checked
        fields = [(each.name, Any, _default(each)) for each in msgspec.structs.fields(checked)]
        return msgspec.defstruct(checked.__name__, fields, forbid_unknown_fields=True, kw_only=True)


def _default(of: msgspec.structs.FieldInfo) -> Any:
    given: dict[str, Any] = {"default": of.default, "default_factory": of.default_factory}
    return msgspec.field(**given)


def methods_of(owner: str, kind: type, *, lenient: bool, prefixed: bool) -> Iterator[Method]:
    """The tools of an object, in the order in which its class defines them, inherited ones first.

    Args:
        owner: the object's name.
        kind: its class.
        lenient: take any value for a parameter without an annotation, and pass over `*args` and `**kwargs`.
        prefixed: put the object's name before the tools' names.
    Raises:
        DomainError: a method cannot be described, or cannot be a tool; says which, and what to do.
    """
    names = dict.fromkeys(n for each in reversed(kind.__mro__[:-1]) for n in vars(each) if not n.startswith("_"))
    for name in names:
        member = inspect.getattr_static(kind, name)
        function = member.__func__ if isinstance(member, staticmethod | classmethod) else member
        if inspect.isfunction(function):
            label = f"{kind.__name__}.{name}"
            signature = _signature(function, label, bound=not isinstance(member, staticmethod), lenient=lenient)
            hints = _hints(function, label, signature)
            tool = f"{owner}_{name}" if prefixed else name
            yield Method(owner, name, tool, signature, hints, _documentation(function))


def of_function(function: Callable[..., Any]) -> Method:
    """A function whose first parameter is the objects, as a method.

    Raises:
        DomainError: a parameter has no annotation.
    """
    name = function.__name__
    signature = _signature(function, name, bound=True, lenient=False)
    hints = _hints(function, name, signature) | {"return": str}
    return Method("", name, name, signature, hints, _documentation(function))


def described(call: Callable[..., Any], method: Method) -> Callable[..., Any]:
    """A function of a database and arguments that says of itself what a method says.

    Args:
        call: the function; it is changed.
        method: what it runs.
    """
    world = inspect.Parameter("_world", inspect.Parameter.POSITIONAL_ONLY)
    named = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in method.signature.parameters.values()]
    call.__name__ = call.__qualname__ = method.tool
    call.__doc__ = method.documentation
    call.__annotations__ = dict(method.annotations)
    call.__signature__ = inspect.Signature([world, *named])  # type: ignore[attr-defined]
    return call


def _signature(function: Callable[..., Any], label: str, *, bound: bool, lenient: bool) -> inspect.Signature:
    """What the method takes, without `self`, every parameter with an annotation."""
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        kind = "an async function" if inspect.iscoroutinefunction(function) else "a generator"
        raise DomainError(f"{label} is {kind}; a tool is a plain function that returns its result")
    if inspect.isasyncgenfunction(function):
        raise DomainError(f"{label} is an async generator; a tool is a plain function that returns its result")
    parameters = []
    for parameter in list(inspect.signature(function).parameters.values())[bound:]:
        if parameter.kind in _VARIABLE:
            if lenient:
                continue
            raise DomainError(
                f"{label} takes {parameter}, which a caller cannot be told how to fill; name the parameters, begin "
                "the method's name with _ so that it is no tool, or pass lenient=True to leave it empty"
            )
        if parameter.annotation is inspect.Parameter.empty:
            if not lenient:
                raise DomainError(
                    f"{label}: parameter {parameter.name!r} has no annotation, so nobody can be told what it takes; "
                    f"annotate it ({parameter.name}: str), or pass lenient=True to take any value"
                )
            parameter = parameter.replace(annotation=Any)
        parameters.append(parameter)
    return inspect.Signature(parameters)


def _hints(function: Callable[..., Any], label: str, signature: inspect.Signature) -> dict[str, Any]:
    try:
        hints = get_type_hints(function, include_extras=True)
    except Exception as error:
        raise DomainError(
            f"{label}: its annotations cannot be resolved ({error}); name types that exist where the class is defined"
        ) from None
    returns = {"return": hints["return"]} if "return" in hints else {}
    return {name: hints.get(name, Any) for name in signature.parameters} | returns


def _documentation(function: Callable[..., Any]) -> str:
    """The docstring, or where its sections are written in a way of their own, what stands before them."""
    text = inspect.getdoc(function) or ""
    try:
        docstring_parser.parse(text, docstring_parser.DocstringStyle.GOOGLE)
    except docstring_parser.ParseError:
        return re.split(r"^\w+:[ \t]*$", text, maxsplit=1, flags=re.MULTILINE)[0].strip()
    return text
