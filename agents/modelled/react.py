"""The agent that thinks aloud: each step is a thought in text, then one action or something to say.

It needs no function calling of the server: the tools stand in the prompt, and what the model writes is read
strictly. The thought is kept in the trajectory; the person hears only what is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from interplay.agents.modelled.agent import model_of
from interplay.agents.modelled.prompts import THINKER, listed, of_theirs
from interplay.engine.casting import AgentPart
from interplay.engine.messages import AgentMessage, AgentReply, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.models.exchange import Reply, Request, Said
from interplay.engine.models.parsing import split_thought

_PART = re.compile(r"^[ \t*]*(Thought|Action|Say)[ \t*]*:[ \t*]*", re.MULTILINE)
SPOKEN = "The person says: "
RESULT = "Result: "
_FORM = 'write "Thought: ...", then either "Action: {"tool": ..., "arguments": {...}}" or "Say: ..."'


class _Action(msgspec.Struct, forbid_unknown_fields=True):
    tool: str
    arguments: dict[str, Any] = {}


_ACTION = msgspec.json.Decoder(_Action)


class Step(NamedTuple):
    """One step of an agent that thinks aloud: an action or words, never both."""

    thought: str
    say: str = ""
    tool: str = ""
    arguments: dict[str, Any] = {}  # noqa: RUF012  (a default of a NamedTuple, which nobody changes)


class ThinkingAgent:
    """Plays the employee in one conversation.

    Args:
        part: the policy, the model and where in its unit it stands; the blueprint is not looked at.
    Raises:
        CastingError: there is no model to play it.
    """

    def __init__(self, part: AgentPart) -> None:
        self._model = model_of(part.model, "agent")
        self._at = part.at or "agent"
        self._policy = part.policy.text
        self._theirs = of_theirs(part.tools.human)
        self._messages: list[Said] = []
        self._offered: Sequence[dict[str, Any]] | None = None
        self._seen = self._own = self._calls = self._turn = 0

    async def __call__(self, conversation: Sequence[AnyMessage], tools: Sequence[dict[str, Any]]) -> AgentReply:
        """What the model says next, or the one tool that it uses."""
        if tools is not self._offered:  # there are more of them now, where a script keeps some back
            self._offered = tools
            system = THINKER.format(policy=self._policy, tools=listed(tools)) + self._theirs
            self._messages[:1] = [Said(role="system", content=system)]
        self._catch_up(conversation)
        step: Step = await self._model.ask(
            Request(messages=tuple(self._messages)), f"{self._at}/turn/{self._turn}", read_step
        )
        self._turn += 1
        self._own += 1
        self._messages.append(Said(role="assistant", content=_written(step)))
        if not step.tool:
            return AgentMessage(text=step.say, thought=step.thought)
        self._calls += 1
        return ToolCall(call_id=f"call{self._calls:05}", tool=step.tool, arguments=step.arguments, thought=step.thought)

    def _catch_up(self, conversation: Sequence[AnyMessage]) -> None:
        for message in conversation[self._seen :]:
            if isinstance(message, HumanMessage):
                self._messages.append(Said(role="user", content=f"{SPOKEN}{message.text}"))
            elif isinstance(message, ToolResult):
                self._messages.append(Said(role="user", content=f"{RESULT}{message.content}"))
            elif self._own:
                self._own -= 1
            elif isinstance(message, AgentMessage):
                self._messages.append(Said(role="assistant", content=f"Say: {message.text}"))
            else:
                self._calls += 1
                step = Step("", tool=message.tool, arguments=message.arguments)
                self._messages.append(Said(role="assistant", content=_written(step)))
        self._seen = len(conversation)


def read_step(reply: Reply) -> Step:
    """The step that a reply describes.

    Raises:
        ValueError: it has another form; says what is wrong with it and which form is wanted.
    """
    text, inner = split_thought(reply.text)
    if not text:
        raise ValueError(f"the reply is empty; {_FORM}")
    pieces = _PART.split(text)
    found = list(zip(pieces[1::2], pieces[2::2], strict=True))
    if pieces[0].strip() or not found:
        raise ValueError(f"the reply begins with {pieces[0].strip()[:80]!r}; {_FORM}")
    thought = "\n".join(part for part in (reply.thought.strip(), inner, *_of(found, "Thought")) if part)
    said, actions = _of(found, "Say"), _of(found, "Action")
    if len(said) + len(actions) != 1:
        raise ValueError(
            f"the reply has {len(actions)} actions and {len(said)} things to say, not one of both; {_FORM}"
        )
    if found[-1][0] == "Thought":
        raise ValueError(f"the reply goes on after what it does; {_FORM}")
    return Step(thought, say=said[0]) if said else _step(thought, actions[0])


def _step(thought: str, action: str) -> Step:
    fenced = re.fullmatch(r"```(?:json)?\s*(.*?)\s*```", action, re.DOTALL)
    try:
        read = _ACTION.decode(fenced[1] if fenced else action)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(f"the action cannot be read ({error}): {action[:200]!r}; {_FORM}") from None
    if not read.tool.strip():
        raise ValueError(f"the action names no tool; {_FORM}")
    return Step(thought, tool=read.tool.strip(), arguments=read.arguments)


def _of(found: Sequence[tuple[str, str]], label: str) -> list[str]:
    return [part.strip() for each, part in found if each == label and part.strip()]


def _written(step: Step) -> str:
    """A step as the model is to write it."""
    thought = f"Thought: {step.thought}\n" if step.thought else ""
    if step.tool:
        action = msgspec.json.encode({"tool": step.tool, "arguments": step.arguments}).decode()
        return f"{thought}Action: {action}"
    return f"{thought}Say: {step.say}"
