"""Environment: one conversation's fork of a world's data, with the tools of every actor bound to it.

It answers calls synchronously; the actor around it only waits and forwards. A call runs on the tools of
whoever made it. Where the world has two sides, they are brought in step after each call that succeeded.
"""

from __future__ import annotations

from typing import Any

from interplay.engine.database import Changes, Database
from interplay.engine.errors import Refusal
from interplay.engine.messages import ToolCall, ToolResult
from interplay.engine.tools import Toolset


class Environment:
    """Runs tool calls on a fork.

    Args:
        tools: what may be called, by the agent and by the human.
        db: a fork of the world's data; this environment alone writes to it.
    """

    def __init__(self, tools: Toolset, db: Database) -> None:
        self.tools = tools
        self.db = db
        self.effects: dict[str, Changes] = {}
        """What each call changed, by call id; calls that changed nothing are absent."""

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
        tool, sync = self.tools.of(call.by).named(call.tool), self.tools.sync
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
