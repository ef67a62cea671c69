"""Plays of one blueprint of the mock world, made by hand."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from interplay.engine.conversation import Stopped
from interplay.engine.domain import load_domain
from interplay.engine.export.samples import Made, Sample
from interplay.engine.export.sources import Source
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.trajectory import Scored, Trajectory
from interplay.engine.verifier import Verdict

SOURCE = Source(SimpleNamespace(path=Path("runs/by_hand")), "by_hand", load_domain("mock"))  # type: ignore[arg-type]
READS = "get_users"
WRITES = "create_task"
HANDS_OVER = next(name for name, tool in SOURCE.domain.tools.items() if tool.hands_over)


def hears(text: str) -> HumanMessage:
    return HumanMessage(text=text)


def says(text: str, thought: str = "") -> AgentMessage:
    return AgentMessage(text=text, thought=thought)


def calls(call_id: str, tool: str = READS, **arguments: Any) -> ToolCall:
    return ToolCall(call_id=call_id, tool=tool, arguments=arguments)


def reads(call_id: str, content: str = "[]", refusal: str | None = None) -> ToolResult:
    return ToolResult(call_id=call_id, content=content, refusal=refusal)


def verdict(**wrong: Any) -> Verdict:
    """A verdict on a play in which all was right but what is said."""
    right = {"state": True, "outputs": True, "duties": True, "policy": True, "progress": 1.0}
    return Verdict(**{"reward": 0.0 if wrong else 1.0, **right, **wrong})


def play(trial: int, *messages: AnyMessage, **wrong: Any) -> Sample:
    """A play: verified, or rejected for what is wrong with it, which was the agent's fault."""
    fault = wrong.pop("fault", "agent") if wrong else None
    outcome = Scored(verdict(**wrong), fault)
    return Sample(SOURCE, Made(0), Trajectory(0, "by-hand", "00", Stopped("satisfied"), outcome, messages, trial))
