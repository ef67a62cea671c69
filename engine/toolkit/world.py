"""World: a domain made of objects.

    DOMAIN = toolkit(name="shop", objects=[Shop], policy="Sell only what is in stock.")

Public methods are the tools, attributes are the state. Each conversation works on copies; what a method
raises is a no to whoever called it, and leaves no trace.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec

from interplay.engine.blueprint import Action, Blueprint, Candidate, Goal, Persona, Turn
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import DomainError
from interplay.engine.policy import Policy
from interplay.engine.seeds import Seed
from interplay.engine.toolkit.kit import Kit, ToolkitDatabase
from interplay.engine.toolkit.making import factories
from interplay.engine.toolkit.methods import Method, MethodTool, described, methods_of, of_function
from interplay.engine.toolkit.results import as_json
from interplay.engine.tools import Tool

Writer = Callable[[Domain[Any], Base[Any], Seed], Candidate]


def toolkit(
    *,
    name: str,
    objects: Sequence[Any] | Mapping[str, Any] | Callable[[], Mapping[str, object]],
    policy: str | Policy = "",
    summary: str = "",
    scripts: Sequence[Sequence[Turn]] = (),
    write: Writer | None = None,
    reads: Collection[str] = (),
    setups: Sequence[Callable[..., None]] = (),
    refusals: tuple[type[Exception], ...] = (Exception,),
    renders: Callable[[Any], str] = as_json,
    ignores: Sequence[str] = (),
    schemas: Mapping[str, dict[str, Any]] | None = None,
    lenient: bool = False,
    prefixed: bool = False,
) -> Domain[ToolkitDatabase]:
    """Make a world of objects.

    Args:
        name: the world's.
        objects: classes, functions that make an object, or objects to be copied, in a list or by name; or one
            function that makes all of them by name, where they share parts.
        policy: what agents are told, or a policy with rules.
        summary: one line, for lists.
        scripts: conversations with the human's words given, each of which is a blueprint.
        write: makes a candidate from a seed, in place of `scripts`.
        reads: names of tools that change nothing; every other may.
        setups: functions of the objects, by name, and of arguments, that a blueprint may begin with.
        refusals: what a method raises to say no; anything else it raises is a defect.
        renders: what a caller reads of a result; it raises ToolkitError for a result that it cannot render.
        ignores: patterns of attributes' names that are state and yet not compared: "_cache", "_*".
        schemas: what is shown of a tool, by its name, in place of its signature and docstring; whoever wrote it may
            have meant other types than the annotations, so such a tool takes any value and sees for itself.
        lenient: take any value where an annotation is missing, and pass over `*args` and `**kwargs`.
        prefixed: put the object's name before its methods' names.
    Raises:
        DomainError: an object cannot be made, copied or compared, or a method cannot be described.
    """
    made_by = objects if callable(objects) and not isinstance(objects, type) else factories(_listed(objects))
    kit = Kit(made_by, refusals=refusals, renders=renders, ignores=ignores)
    rows = kit.rows()
    kinds = {each: type(target) for each, target in kit.make().items()}
    database = database_of(name, lambda: kit)

    def generate(seed: Seed, persons: int) -> Base[ToolkitDatabase]:  # noqa: ARG001  (the factories decide)
        return Base(database, {"objects": rows})

    return Domain(
        name=name,
        summary=summary or f"the methods of {', '.join(kinds)}",
        database=database,
        tools_in_order=tools_of(kit, kinds, reads=reads, schemas=schemas or {}, lenient=lenient, prefixed=prefixed),
        policy=policy if isinstance(policy, Policy) else SpokenPolicy(policy),
        generate=generate,
        write=write or writer_of(scripts),
        default_size=1,
        setups=[setup_of(kit, each) for each in setups],
        scripts=(lambda: blueprints_of(name, scripts)) if scripts and write is None else None,
    )


def database_of(name: str, kit: Callable[[], Kit]) -> type[ToolkitDatabase]:
    """The database class of a toolkit.

    Args:
        name: the world's.
        kit: gives its objects; called when data is read.
    """
    return type(f"{name.title().replace('-', '')}Database", (ToolkitDatabase,), {"made_by": staticmethod(kit)})


def tools_of(
    kit: Kit,
    kinds: Mapping[str, type],
    *,
    reads: Collection[str] = (),
    schemas: Mapping[str, dict[str, Any]],
    lenient: bool = False,
    prefixed: bool = False,
) -> tuple[Tool[..., Any], ...]:
    """The tools that the public methods of some objects are.

    Args:
        kit: runs them.
        kinds: the objects' classes by their names.
        reads: names of tools that change nothing.
        schemas: what is shown of a tool, by its name; such a tool takes any value.
        lenient: take any value where an annotation is missing.
        prefixed: put the object's name before its methods' names.
    Raises:
        DomainError: a method cannot be described, two tools share a name, or a name is of no tool.
    """
    found: dict[str, Tool[..., Any]] = {}
    owners: dict[str, str] = {}
    for owner, kind in kinds.items():
        for method in methods_of(owner, kind, lenient=lenient, prefixed=prefixed):
            if method.tool in found:
                raise DomainError(
                    f"{owners[method.tool]} and {method.label} would both be the tool {method.tool!r}; "
                    "pass prefixed=True to put the object's name before it, or rename one"
                )
            owners[method.tool] = method.label
            told = method if kit.tells_json else method.worded
            found[method.tool] = _tool(kit, told, method.tool not in reads, schemas.get(method.tool))
    for given in (*reads, *schemas):
        if given not in found:
            raise DomainError(f"there is no tool {given!r}; tools are {', '.join(found) or 'none'}")
    if not found:
        raise DomainError(f"{', '.join(kinds)} has no public method, so there is no tool")
    return tuple(found.values())


def setup_of(kit: Kit, function: Callable[..., None]) -> Tool[..., Any]:
    """A function of the objects and of arguments as a setup.

    Raises:
        DomainError: a parameter has no annotation.
    """
    method = of_function(function)

    def run(db: ToolkitDatabase, /, **arguments: Any) -> str:
        kit.change(db, method.name, function, arguments)
        return ""

    return _usable(MethodTool(described(run, method), writes=True), method)


def _tool(kit: Kit, method: Method, writes: bool, shown: dict[str, Any] | None) -> Tool[..., Any]:
    def run(db: ToolkitDatabase, /, **arguments: Any) -> str:
        return kit.call(db, method, arguments)

    return _usable(MethodTool(described(run, method), writes=writes, shown=shown), method)


def _usable(tool: MethodTool, method: Method) -> MethodTool:
    """The tool, once it is known that it can be described and that arguments can be read for it.

    Raises:
        DomainError: they cannot.
    """
    try:
        _ = tool.schema
        msgspec.json.Decoder(tool.arguments_type)
    except Exception as error:
        raise DomainError(
            f"{method.label} cannot be a tool: {error}. Annotate its parameters with str, int, float, bool, lists and "
            "dictionaries of them, Literal, Enum, dataclasses or TypedDict, and give them defaults of these types"
        ) from None
    return tool


def _listed(objects: Any) -> Any:
    return [objects] if isinstance(objects, type) else objects


class SpokenPolicy(Policy):
    """A policy that is given as text and has no rules.

    Args:
        text: what an agent is told.
    """

    def __init__(self, text: str) -> None:
        super().__init__(__package__ or "", "", ())
        self._said = text

    @cached_property
    def marked_text(self) -> str:
        """The text as it is."""
        return self._said or "Use the tools to do what you are asked."


def writer_of(scripts: Sequence[Sequence[Turn]]) -> Writer:
    """A writer that makes a blueprint of one of the scripts."""

    def write(domain: Domain[Any], base: Base[Any], seed: Seed) -> Candidate:  # noqa: ARG001
        if not scripts:
            raise DomainError(
                f"{domain.name} has no tasks: pass scripts=[[Turn(say=..., actions=(Action(...),))]] or write=... "
                "to toolkit()"
            )
        return scripted(domain.name, seed.pick(scripts))

    return write


def blueprints_of(domain: str, scripts: Sequence[Sequence[Turn]]) -> tuple[Blueprint, ...]:
    """A blueprint of each script, in order."""
    return tuple(scripted(domain, turns, id=f"{domain}-{number}") for number, turns in enumerate(scripts))


def scripted(domain: str, turns: Sequence[Turn], **fields: Any) -> Blueprint:
    """A blueprint of a conversation whose human's words are given: one goal a turn.

    Args:
        domain: the world's name.
        turns: what the human says, and what the agent has to do.
        fields: further fields of the blueprint.
    """
    acted = tuple(_numbered(number, turn) for number, turn in enumerate(turns))
    goals = tuple(
        Goal(id=f"t{number}", kind="write" if turn.actions else "read", wish=turn.say, signs=())
        for number, turn in enumerate(turns)
    )
    instruction = "You say, one after the other, word for word:\n" + "\n".join(f"- {turn.say}" for turn in turns)
    told: dict[str, Any] = {
        "id": "",
        "instruction": instruction,
        "persona": Persona(name="You", description="You say what is written down for you."),
        "facts": (),
        "traits": ("scripted",),
    }
    return Blueprint(
        domain=domain,
        goals=goals,
        actions=tuple(action for turn in acted for action in turn.actions),
        turns=acted,
        **(told | fields),
    )


def _numbered(number: int, turn: Turn) -> Turn:
    actions: tuple[Action, ...] = tuple(msgspec.structs.replace(action, goal=f"t{number}") for action in turn.actions)
    return msgspec.structs.replace(turn, actions=actions)
