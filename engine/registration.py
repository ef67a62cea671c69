"""Registration: a world's entry point followed, and what is wrong where it leads to no world that can be used.

Somebody else wrote the package. Whatever goes wrong in it is told with the line of theirs that it comes from, and a
world that contradicts itself is told so before anybody plays in it.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from importlib.metadata import EntryPoint
from operator import attrgetter
from pathlib import Path
from traceback import walk_tb
from types import ModuleType
from typing import TYPE_CHECKING, Any

from interplay.engine.errors import DomainError
from interplay.engine.tools import Tool

if TYPE_CHECKING:
    from interplay.engine.domain import Domain

ENGINE = __name__.rpartition(".")[0]


def the_only(name: str, entries: Iterable[EntryPoint]) -> EntryPoint:
    """The entry point of a name; several that lead to the same object are as good as one.

    Args:
        name: a world's.
        entries: of that name, at least one.
    Raises:
        DomainError: several packages register different worlds under the name.
    """
    found = {entry.value: entry for entry in entries}
    if len(found) > 1:
        owners = " and ".join(f"{_package(entry)} ({entry.value})" for entry in found.values())
        raise DomainError(f"{len(found)} packages register a domain {name!r}: {owners}; uninstall all but one of them")
    return next(iter(found.values()))


def imported(entry: EntryPoint) -> object:
    """What an entry point leads to.

    Raises:
        DomainError: it cannot be read or imported, or there is no such attribute; says where.
    """
    where = f"domain {entry.name!r} ({entry.value}, of {_package(entry)})"
    if entry.pattern.match(entry.value) is None:
        raise DomainError(f"{where} names nothing that can be imported; expected package:ATTRIBUTE")
    try:
        module = import_module(entry.module)
    except (Exception, SystemExit) as error:  # whatever a package does when it is imported ends its import alone
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise DomainError(f"{where} cannot be imported: {said}{_origin(error, entry.module)}") from error
    try:
        return attrgetter(entry.attr)(module) if entry.attr else module
    except Exception as error:
        raise DomainError(f"{where} cannot be had: {error}{_hint(module)}") from error


def contradictions(domain: Domain[Any], name: str) -> Iterator[str]:
    """What in a world's declaration does not fit together, each in a sentence.

    Args:
        domain: the world.
        name: that it is registered under.
    """
    if domain.name != name:
        yield f"it is registered as {name!r} and its own name is {domain.name!r}"
    if isinstance(domain.tools_in_order, list | tuple):  # others are made when they are first asked for
        yield from _tools(domain)
    try:
        tables = domain.database.row_types()
    except Exception as error:
        yield f"the tables of {domain.database.__name__} cannot be read from its annotations: {error!r}"
    else:
        strange = sorted(domain.human_tables - set(tables))
        if strange:
            yield f"human_tables names {', '.join(strange)}, and the tables are {', '.join(tables)}"
    try:
        _ = domain.policy.text
    except (OSError, ImportError, UnicodeError) as error:
        yield f"its policy cannot be read: {error}"


def _tools(domain: Domain[Any]) -> Iterator[str]:
    """What is wrong with the tools, and with the rules about them."""
    groups: Sequence[Sequence[object]] = (
        domain.tools_in_order,
        domain.human_tools,
        domain.setups,
        domain.assertions,
    )
    described = True
    for each in (tool for group in groups for tool in group):
        text = _undescribed(each)
        if text is not None:
            described = False
            yield text
    if not described:
        return  # what cannot be described cannot be put together
    try:
        tools = domain.tools
    except DomainError as error:
        yield str(error)
        return
    for rule in domain.policy.rules:
        strange = sorted(rule.tools - set(tools.every))
        if strange:
            yield f"rule {rule.id!r} judges {', '.join(strange)}, and the tools are {', '.join(tools.every)}"


def _undescribed(tool: object) -> str | None:
    """Why nobody can be shown a tool; None where they can."""
    if not isinstance(tool, Tool):
        return f"{getattr(tool, '__name__', repr(tool))}{_place(tool)} is no tool; put @tool() above the function"
    try:
        _ = tool.schema, tool.arguments_type
    except DomainError as error:
        return f"{error}{_place(tool.function)}"
    except Exception as error:
        return f"tool {tool.name}{_place(tool.function)}: its signature cannot be described: {error!r}"
    return None


def _place(function: object) -> str:
    code = getattr(inspect.unwrap(function) if callable(function) else function, "__code__", None)
    return "" if code is None else f" ({code.co_filename}, line {code.co_firstlineno})"


def _origin(error: BaseException, module: str) -> str:
    """The last place in the package's own code that an error went through."""
    if isinstance(error, SyntaxError) and error.filename:
        return f" ({error.filename}, line {error.lineno})"
    top = module.partition(".")[0]
    own = [
        f" ({frame.f_code.co_filename}, line {line})"
        for frame, line in walk_tb(error.__traceback__)
        if _under(name := str(frame.f_globals.get("__name__")), top) and not _under(name, ENGINE)
    ]
    return own[-1] if own else ""


def _under(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _hint(module: ModuleType) -> str:
    """Where the module is, and the worlds in it."""
    from interplay.engine.domain import Domain

    worlds = [name for name, value in vars(module).items() if isinstance(value, Domain)]
    there = f"; there {'is' if len(worlds) == 1 else 'are'} {', '.join(worlds)}" if worlds else "; no Domain is there"
    return f" ({Path(module.__file__)}{there})" if module.__file__ else there


def _package(entry: EntryPoint) -> str:
    """Name and version of the package that registers an entry point."""
    return "an unknown package" if entry.dist is None else f"{entry.dist.name} {entry.dist.version}"
