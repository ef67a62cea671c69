"""Toolkit: a world made of any objects whose public methods are tools and whose attributes are state.

- `toolkit` makes the domain (`world`); `methods` finds and describes the tools
- `kit` runs methods on copies and keeps what they leave; `document` is state as plain values
- `guard` stops what no tool may do; `checking` finds what a run cannot: clocks, chance, shared state
"""

from __future__ import annotations

from interplay.engine.toolkit.world import toolkit

__all__ = ["toolkit"]
