"""The agent on a model: function calling, with the world's policy for a system prompt.

It keeps the request's messages as the conversation grows and adds only what is new, so a turn costs what the
turn is long. Its call ids are its own: unique in the trajectory and the same whenever it is played.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from interplay.agents.modelled.prompts import EMPLOYEE, of_theirs
from interplay.engine.casting import AgentPart
from interplay.engine.errors import CastingError
from interplay.engine.messages import AgentMessage, AgentReply, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.models.exchange import Call, Model, Reply, Request, Said
from interplay.engine.models.parsing import Understood, understand


class ModelAgent:
    """Plays the employee in one conversation.

    Args:
        part: the policy, the model and where in its unit it stands; the blueprint is not looked at.
    Raises:
        CastingError: there is no model to play it.
    """

    def __init__(self, part: AgentPart) -> None:
        self._model = model_of(part.model, "agent")
        self._at = part.at or "agent"
        system = EMPLOYEE.format(policy=part.policy.text) + of_theirs(part.tools.human)
        self._messages = [Said(role="system", content=system)]
        self._seen = self._own = self._calls = self._turn = 0

    async def __call__(self, conversation: Sequence[AnyMessage], tools: Sequence[dict[str, Any]]) -> AgentReply:
        """What the model says or calls next; several calls where it made several at once."""
        self._catch_up(conversation)
        request = Request(messages=tuple(self._messages), tools=tuple(tools))
        at = f"{self._at}/turn/{self._turn}"
        understood: Understood = await self._model.ask(request, at, _readable)
        self._turn += 1
        return self._act(understood)

    def _catch_up(self, conversation: Sequence[AnyMessage]) -> None:
        """Take in what was said since; its own messages, which it has taken down already, come back in order."""
        for message in conversation[self._seen :]:
            if isinstance(message, HumanMessage):
                self._messages.append(Said(role="user", content=message.text))
            elif isinstance(message, ToolResult):
                self._messages.append(Said(role="tool", content=message.content, call_id=message.call_id))
            elif self._own:
                self._own -= 1
            else:
                self._recall(message)
        self._seen = len(conversation)

    def _recall(self, message: AgentMessage | ToolCall) -> None:
        """Take down what another agent did, in a conversation that this one continues."""
        if isinstance(message, AgentMessage):
            self._messages.append(Said(role="assistant", content=message.text))
        else:
            self._calls += 1
            arguments = msgspec.json.encode(message.arguments).decode()
            call = Call(id=message.call_id, name=message.tool, arguments=arguments)
            self._messages.append(Said(role="assistant", calls=(call,)))

    def _act(self, understood: Understood) -> AgentReply:
        """Make messages of a reply, and take them down."""
        text, wanted, thought = understood
        if not wanted:
            self._own += 1
            self._messages.append(Said(role="assistant", content=text))
            return AgentMessage(text=text, thought=thought)
        beside = "\n".join(part for part in (thought, text) if part)
        calls = []
        for each in wanted:
            self._calls += 1
            # nine letters and digits, for some servers take no other id
            call_id = f"call{self._calls:05}"
            calls.append(ToolCall(call_id=call_id, tool=each.name, arguments=each.arguments, thought=beside))
            beside = ""
        self._own += len(calls)
        sent = tuple(
            Call(id=c.call_id, name=c.tool, arguments=msgspec.json.encode(c.arguments).decode()) for c in calls
        )
        self._messages.append(Said(role="assistant", content=text, calls=sent))
        return calls[0] if len(calls) == 1 else tuple(calls)


def model_of(model: Model | None, role: str) -> Model:
    """The model that a part was given.

    Raises:
        CastingError: none was.
    """
    if model is None:
        raise CastingError(f"the {role} is to be played by a model, and the run names none for that role")
    return model


def _readable(reply: Reply) -> Understood:
    """A reply that says or calls something.

    Raises:
        ValueError: it is empty, or holds a call that cannot be read.
    """
    understood = understand(reply)
    if not understood.text and not understood.calls:
        ended = " (it ended for its length)" if reply.finish == "length" else ""
        raise ValueError(f"the reply has neither words nor a tool call{ended}")
    return understood
