"""Environment: one conversation's fork of a world's data, with the tools of every actor bound to it.

It answers calls synchronously; the actor around it only waits and forwards. A call runs on the tools of
whoever made it. Where the world has two sides, they are brought in step after each call that succeeded.
Where a script keeps tools back, the agent is offered them from the turn on that reveals them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from interplay.engine.blueprint import Blueprint
from interplay.engine.database import Changes, Database
from interplay.engine.errors import Refusal
from interplay.engine.messages import ToolCall, ToolResult
from interplay.engine.tools import Toolset


class Environment:
    """Runs tool calls on a fork.

    Args:
        tools: what may be called, by the agent and by the human.
        db: a fork of the world's data; this environment alone writes to it.
        blueprint: what is played; it may say which tools the agent is offered, and when.
    """

    def __init__(self, tools: Toolset, db: Database, blueprint: Blueprint | None = None) -> None:
        self.tools = tools
        self.db = db
        self.offered = tools
        """The agent's tools that it is offered at this point; all, unless the blueprint says otherwise."""
        self._turns = iter(() if blueprint is None else blueprint.turns)
        later = set() if blueprint is None else {name for turn in blueprint.turns for name in turn.reveals}
        first = tools if blueprint is None or blueprint.tools is None else blueprint.tools
        if later or len(first) < len(tools):
            self._offer(name for name in first if name not in later)
        self.effects: dict[str, Changes] = {}
        """What each call changed, by call id; calls that changed nothing are absent."""

    def hear(self) -> None:
        """The human has spoken and a turn begins; the agent is offered what it reveals."""
        turn = next(self._turns, None)
        if turn is not None and turn.reveals:
            self._offer((*self.offered, *turn.reveals))

    def _offer(self, names: Iterable[str]) -> None:
        offered = set(names)
        self.offered = Toolset([tool for name, tool in self.tools.items() if name in offered])

    def apply(self, call: ToolCall) -> ToolResult:
        """Run one call; a refused one changes nothing.

        Raises:
            Exception: whatever a tool raises that is not a Refusal; the fork is as it was before.
        """
        mark = self.db.mark()
        try:
            content = self._run(call)
        except Refusal as refusal:
            return ToolResult(call_id=call.call_id, content=f"Error: {refusal.text}", refusal=refusal.code, by=call.by)
        if self.db.mark() != mark:
            changed = self.db.changes(mark)
            if changed:
                self.effects[call.call_id] = changed
        return ToolResult(call_id=call.call_id, content=content, by=call.by)

    def _run(self, call: ToolCall) -> str:
        offered = self.offered if call.by == "agent" else self.tools.human
        tool, sync = offered.named(call.tool), self.tools.sync
        if sync is None:
            return tool.run(self.db, call.arguments)
        with self.db.atomically():
            content = tool.run(self.db, call.arguments)
            sync(self.db)
            return content

    def hands_over(self, call: ToolCall) -> bool:
        """Whether this call, once carried out, hands the human over to a person."""
        found: Any = self.tools.of(call.by).get(call.tool)
        return found is not None and bool(found.hands_over)
