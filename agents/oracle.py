"""Oracle: the scripted actors behind a model's interface, for whole runs in tests and benchmarks.

It answers the very questions that the actors on models put, human, judge and agent alike, as the scripted human
and the guided agent would. So thousands of conversations can be played through real HTTP with no model, and what
they come to is known. Put it behind the model server's double, or use it as a `Model` in process.

    oracle = Oracle(domain.tools, blueprints)
    async with ModelServer(oracle.answer) as server: ...
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from interplay.agents.guided import GuidedAgent
from interplay.agents.human import ScriptedHuman
from interplay.agents.ledger import Ledger, refuses, shows
from interplay.agents.modelled import prompts
from interplay.agents.modelled.drafting import NOTES, SEEN, acted
from interplay.agents.modelled.react import RESULT, SPOKEN
from interplay.engine.blueprint import Blueprint
from interplay.engine.errors import ModelError
from interplay.engine.messages import AgentMessage, AgentReply, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.models.exchange import Call, Reply, Request, Said
from interplay.engine.seeds import Seed
from interplay.engine.telling import sentences
from interplay.engine.tools import Toolset

T = TypeVar("T")

WAITING = 20_000
"""Agents that are kept between their turns; one beyond that is played again when it is needed."""

_NUMBERED = re.compile(r"^(\d+)\. ", re.MULTILINE)


class Oracle:
    """Plays human, judge and agent of the blueprints that it knows.

    A human is recognised by the instruction in its prompt, an agent's conversation by what the person says in it:
    an oracle's human says with its first words who it is, so that two with the same wish are told apart.

    Args:
        tools: the world's tools.
        blueprints: those that may be played.
        seed: picks the words.
    """

    def __init__(self, tools: Toolset, blueprints: Iterable[Blueprint] = (), seed: Seed | None = None) -> None:
        self._tools = tools
        self._seed = seed or Seed.root(0)
        self._by_instruction: dict[str, Blueprint] = {}
        self._known: dict[str, list[Blueprint]] = {}
        self._waiting: dict[int, GuidedAgent] = {}
        for blueprint in blueprints:
            self.add(blueprint)

    def add(self, blueprint: Blueprint) -> None:
        """Know one blueprint more."""
        self._by_instruction[blueprint.instruction] = blueprint
        self._known.clear()

    def answer(self, request: Mapping[str, Any]) -> Reply:
        """The reply to the body of a chat completions request.

        Raises:
            LookupError: it is the question of no actor, or about no blueprint that is known.
        """
        return self.reply([_said(message) for message in request["messages"]], request.get("seed") or 0)

    def reply(self, messages: Sequence[Said], variety: int = 0) -> Reply:
        """The reply to the messages of a request.

        Args:
            messages: from the system prompt on.
            variety: a human's drafts with different numbers may have different words.
        Raises:
            LookupError: it is the question of no actor, or about no blueprint that is known.
        """
        system = messages[0].content
        if _is(system, prompts.PERSON):
            return self._human(messages, variety)
        if _is(system, prompts.JUDGE):
            return _judge(messages[-1].content)
        if _is(system, prompts.THINKER):
            return self._thinker(messages)
        if _is(system, prompts.EMPLOYEE):
            return _of_call(self._agent(messages))
        raise LookupError(f"the oracle plays human, judge and agent; it was asked as {system[:80]!r}")

    # --- the human

    def _human(self, messages: Sequence[Said], variety: int) -> Reply:
        """The scripted human's line; what it said before is played again to have its ledger."""
        blueprint = self._instructed(messages[0].content)
        seed = self._seed.child("human", blueprint.id)
        ledger = Ledger(blueprint.brief)
        human = ScriptedHuman(blueprint.brief, seed.child(variety) if variety else seed, ledger, self._tools.human)
        heard = [message.content for message in messages if message.role == "user"]
        heard[-1] = heard[-1].partition(NOTES)[0].strip()
        said = human(())
        for text in heard[1:]:
            said = human((said, _came_of(said, text)) if isinstance(said, ToolCall) else (AgentMessage(text=text),))
        if isinstance(said, ToolCall):
            return Reply(text=acted(said))
        text = said.text
        if len(heard) == 1:
            text = " ".join((text, *(fact.say for fact in blueprint.facts[:1] if not fact.goal)))
        draft = {
            "text": text,
            "stop": said.stop,
            "voices": [goal.id for goal in blueprint.goals if goal.wish in said.text],
            "settled": _settled(ledger, heard[1:]) if said.stop else [],
        }
        return Reply(text=msgspec.json.encode(draft).decode())

    def _instructed(self, system: str) -> Blueprint:
        task = system.partition(prompts.TASK)[2].partition(prompts.KNOWLEDGE)[0].strip()
        found = self._by_instruction.get(task)
        if found is None:
            raise LookupError(f"the oracle knows no blueprint with the instruction {task[:200]!r}")
        return found

    # --- the agent

    def _agent(self, messages: Sequence[Said]) -> AgentReply:
        """The guided agent's next step, from where it stands or, if nobody stands there, played again."""
        last = max((at for at, message in enumerate(messages) if message.role == "assistant"), default=0)
        agent = self._waiting.pop(_mark(messages[: last + 1]), None)
        blueprint = self._spoken_of([m.content for m in messages if m.role == "user"])
        fresh: Sequence[Said] = messages[last + 1 :]
        if agent is None or agent.blueprint is not blueprint:  # what was said since tells them apart
            agent = GuidedAgent(blueprint, self._tools, self._seed.child("agent", blueprint.id))
            fresh = messages[1:]
        reply: AgentReply | None = None
        for message in fresh:
            heard = _heard(message)
            if heard is not None:
                reply = agent((heard,), ())
        if reply is None:
            raise LookupError("the agent was asked before anybody had said anything")
        self._waiting[_mark((*messages, _said_by(reply)))] = agent
        if len(self._waiting) > WAITING:
            del self._waiting[next(iter(self._waiting))]
        return reply

    def _thinker(self, messages: Sequence[Said]) -> Reply:
        reply = self._agent([_unwrapped(message) for message in messages])
        if isinstance(reply, ToolCall):
            action = msgspec.json.encode({"tool": reply.tool, "arguments": reply.arguments}).decode()
            return Reply(text=f"Thought: I need {reply.tool.replace('_', ' ')}.\nAction: {action}")
        return Reply(text=f"Thought: I can answer that.\nSay: {_text(reply)}")

    def _spoken_of(self, said: Sequence[str]) -> Blueprint:
        """The blueprint that a person's words are about; of several, the one of which most was said."""
        found = self._known.get(said[0])
        if found is None:
            every = self._by_instruction.values()
            found = [b for b in every if b.goals and b.goals[0].wish in said[0]]
            found = [b for b in found if b.facts and b.facts[0].say in said[0]] or found
            self._known[said[0]] = found
        if not found:
            raise LookupError(f"the oracle knows no blueprint that begins with {said[0][:200]!r}")
        if len(found) == 1:
            return found[0]
        text = " ".join(said)
        return max(found, key=lambda blueprint: sum(line in text for line in _lines(blueprint)))


class OracleModel:
    """An oracle as the model of a role, in process; a reply that cannot be read is asked for again.

    Args:
        answer: makes a reply of a request and of where it stands.
    """

    def __init__(self, answer: Callable[[Request, str], Reply], name: str = "oracle", attempts: int = 3) -> None:
        self.name = name
        self.attempts = attempts
        self.asked: list[tuple[str, Request]] = []
        """Every question, with its place."""
        self._answer = answer

    @classmethod
    def of(cls, oracle: Oracle) -> OracleModel:
        """The model that answers as this oracle does."""
        return cls(lambda request, _: oracle.reply(request.messages))

    async def ask(self, request: Request, at: str, read: Callable[[Reply], T]) -> T:
        """What can be read of the answer.

        Raises:
            ModelError: nothing could be, however often it was asked.
        """
        problem = ""
        for _ in range(self.attempts):
            self.asked.append((at, request))
            try:
                return read(self._answer(request, at))
            except ValueError as error:
                problem = str(error)
        raise ModelError(f"{self.name} gave no usable reply at {at}: {problem}", cause="unreadable")


def _came_of(call: ToolCall, text: str) -> ToolResult:
    """What came of a person's call, as it was shown to them."""
    content = text.removeprefix(SEEN).removesuffix(")").strip()
    refusal = "refused" if content.startswith("Error: ") else None
    return ToolResult(call_id=call.call_id, content=content, refusal=refusal, by="human")


def _settled(ledger: Ledger, heard: Sequence[str]) -> list[dict[str, str]]:
    """Words that settled each goal, as a model would point at them."""
    spoken = [sentence for text in heard for sentence in sentences(text)]
    found = []
    for goal in ledger.brief.goals:
        how = ledger.standing[goal.id]
        if how in ("met", "impossible"):
            quotes = [s for s in spoken if (shows(goal, s) if how == "met" else refuses(s))]
            found += [{"goal": goal.id, "how": how, "quote": quote} for quote in quotes]
    return found


def _is(system: str, prompt: str) -> bool:
    """Whether a system prompt was made of one of ours: by its words up to the first gap."""
    return system.startswith(prompt.partition("{")[0])


def _said(message: Mapping[str, Any]) -> Said:
    calls = tuple(
        Call(id=call.get("id", ""), name=call["function"]["name"], arguments=call["function"]["arguments"])
        for call in message.get("tool_calls") or ()
    )
    content = message.get("content") or ""
    return Said(role=message["role"], content=content, calls=calls, call_id=message.get("tool_call_id") or "")


def _said_by(reply: AgentReply) -> Said:
    if isinstance(reply, ToolCall):
        return Said(role="assistant", calls=(_call(reply),))
    return Said(role="assistant", content=_text(reply))


def _text(reply: AgentReply) -> str:
    return reply.text if isinstance(reply, AgentMessage) else ""


def _mark(messages: Sequence[Said]) -> int:
    """What an agent's conversation is known by again; ids, which others give, are left out."""
    said = ((m.role, m.content, *(call.name for call in m.calls)) for m in messages)
    return hash(tuple(said))


def _heard(message: Said) -> AnyMessage | None:
    match message.role:
        case "user":
            return HumanMessage(text=message.content)
        case "tool":
            refusal = "refused" if message.content.startswith("Error: ") else None
            return ToolResult(call_id=message.call_id, content=message.content, refusal=refusal)
        case _:
            return None


def _unwrapped(message: Said) -> Said:
    """A message to the agent that thinks aloud, as the one that calls functions would have it."""
    if message.role == "assistant":
        _, _, said = message.content.partition("Say: ")
        return Said(role="assistant", content=said) if said else message
    if message.content.startswith(RESULT):
        return Said(role="tool", content=message.content.removeprefix(RESULT))
    return Said(role=message.role, content=message.content.removeprefix(SPOKEN))


def _of_call(reply: AgentReply) -> Reply:
    if isinstance(reply, ToolCall):
        return Reply(calls=(_call(reply),), finish="tool_calls")
    return Reply(text=_text(reply))


def _call(call: ToolCall) -> Call:
    return Call(id=call.call_id, name=call.tool, arguments=msgspec.json.encode(call.arguments).decode())


def _judge(question: str) -> Reply:
    """Scores for each draft; the shorter one flows better."""
    listed = question.partition("The drafts:")[2]
    starts = list(_NUMBERED.finditer(listed))
    ends = [found.start() for found in starts[1:]] + [len(listed)]
    scores: list[dict[str, Any]] = []
    for start, end in zip(starts, ends, strict=True):
        if int(start[1]) == len(scores) + 1:
            flow = max(0.0, 10 - (end - start.end()) / 50)
            scores.append(
                {"draft": len(scores) + 1, "agreement": 8, "consistency": 8, "flow": flow, "critique": "Fits."}
            )
    return Reply(text=msgspec.json.encode({"scores": scores}).decode())


def _lines(blueprint: Blueprint) -> list[str]:
    lines = [fact.say for fact in blueprint.facts] + [goal.wish for goal in blueprint.goals]
    return lines + [goal.revision for goal in blueprint.goals if goal.revision]
