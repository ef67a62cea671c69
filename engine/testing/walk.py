"""Walk: hypothesis strategies for tool calls of a world, made from its tools' signatures and its data.

A call is mostly about rows that exist and belong together; some are garbage. What hypothesis shrinks a
failing one to is the first tools, the first rows and no garbage.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.testing.call import Call, CallMaker
from interplay.engine.testing.extra import no_hypothesis
from interplay.engine.testing.values import Values

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    raise no_hypothesis(__name__) from error

T = TypeVar("T")


def calls(domain: Domain[Any], base: Base[Any], *, tool: str = "", sane: bool = False) -> st.SearchStrategy[Call]:
    """Tool calls of a world.

    Args:
        domain: whose tools.
        base: whose rows the calls are about.
        tool: name of the only one that is called; any of them without it.
        sane: no call is plain wrong: arguments are valid, though the tool may still refuse them.
    """
    maker = CallMaker(domain.tools, Values(base))

    @st.composite
    def made(draw: st.DrawFn) -> Call:
        return maker.call(_Drawn(draw), tool, sane=sane)

    return made()


def walks(domain: Domain[Any], base: Base[Any], *, most: int = 10, sane: bool = False) -> st.SearchStrategy[list[Call]]:
    """Several calls, to be made one after the other.

    Args:
        domain: whose tools.
        base: whose rows the calls are about.
        most: how many calls there are at most.
        sane: no call is plain wrong.
    """
    return st.lists(calls(domain, base, sane=sane), min_size=1, max_size=most)


class _Drawn:
    """Lets hypothesis decide."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def pick(self, options: Sequence[T]) -> T:
        return self._draw(st.sampled_from(options))

    def chance(self, percent: int) -> bool:
        return self._draw(st.integers(0, 99)) >= 100 - percent  # shrinks to what is usual

    def text(self) -> str:
        return self._draw(_TEXT)


_TEXT = st.text(max_size=20)
