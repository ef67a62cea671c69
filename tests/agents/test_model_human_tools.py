"""The human on a model in a world where people have things of their own: it does, it sees, it tells what it saw."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import anyio
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.two_sided import BASE, DARK, WORLD

from interplay.agents.ledger import FreeLedger
from interplay.agents.modelled.agent import ModelAgent
from interplay.agents.modelled.drafting import Acting, Use, read_acting, schema_of, system_prompt
from interplay.agents.modelled.human import ModelHuman
from interplay.agents.modelled.react import ThinkingAgent
from interplay.agents.modelled.understanding import weigh
from interplay.agents.oracle import OracleModel
from interplay.agents.pointing import Pointing
from interplay.engine.casting import AgentPart, HumanPart
from interplay.engine.conversation import Limits, Played, Stopped, play
from interplay.engine.environment import Environment
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, HumanReply, ToolCall, ToolResult
from interplay.engine.models.exchange import Call, Reply, Request
from interplay.engine.models.wire import Encoding
from interplay.engine.seeds import Seed
from interplay.engine.tools import Toolset
from interplay.engine.truth import execute
from interplay.engine.verifier import Evidence, Verifier

OWN = WORLD.tools.human
LOOK, PRESS = ("check_lamp", {}), ("press_switch", {})
WISH = "My lamp stays dark. Please help me to get it lit."
Deed = tuple[str, dict[str, Any]]


def words(text: str, stop: str | None = None, voices: Sequence[str] = (), settled: Sequence[Any] = ()) -> str:
    return json.dumps({"text": text, "stop": stop, "voices": voices, "settled": settled, "call": None})


def doing(deed: Deed) -> str:
    call = {"tool": deed[0], "arguments": deed[1]}
    return json.dumps({"text": "", "stop": None, "voices": [], "settled": [], "call": call})


OPENING = words(WISH, voices=["g"])


class Drafts(OracleModel):
    """Answers by the turn in an address or, where a turn has several answers, by what follows it."""

    def __init__(self, *turns: str | dict[str, str]) -> None:
        self._turns = turns
        super().__init__(self._line)

    def _line(self, request: Request, at: str) -> Reply:
        _, _, turn, *rest = at.split("/")
        line = self._turns[min(int(turn), len(self._turns) - 1)]
        return Reply(text=line if isinstance(line, str) else line["/".join(rest)])


class Talk:
    """A human with a lamp, whatever an agent says to it, and what comes of what it does."""

    def __init__(self, model: OracleModel, **part: Any) -> None:
        part = {"at": "human", "tools": OWN, **part}
        self.human = ModelHuman(HumanPart(DARK.brief, Seed.root(1), model, **part))
        self.environment = Environment(WORLD.tools, execute(WORLD.tools, BASE, DARK).start.fork())
        self.messages: list[AnyMessage] = []

    async def hear(self, text: str = "") -> HumanReply:
        if text:
            self.messages.append(AgentMessage(text=text))
        said = await self.human(tuple(self.messages))
        self.messages.append(said)
        if isinstance(said, ToolCall):
            self.messages.append(self.environment.apply(said))
        return said

    async def goes(self, *texts: str) -> list[HumanReply]:
        return [await self.hear(text) for text in texts]


# --- whole conversations


def employee(request: Request, at: str) -> Reply:
    steps: list[Reply] = [
        Reply(text="Which lamp is it?"),
        Reply(calls=(Call(id="a", name="connect", arguments='{"lamp_id": "lamp_1001"}'),)),
        Reply(text="Lamp lamp_1001 has been connected. Please press the switch of your lamp."),
        Reply(text="Thank you. Is your lamp lit now?"),
    ]
    return steps[int(at.rpartition("/")[2])]


def thinker(request: Request, at: str) -> Reply:
    reply = employee(request, at)
    if reply.calls:
        return Reply(text='Thought: Now.\nAction: {"tool": "connect", "arguments": {"lamp_id": "lamp_1001"}}')
    return Reply(text=f"Thought: Well.\nSay: {reply.text}")


HELPED = (
    OPENING,
    words("It is lamp_1001."),
    doing(PRESS),
    words("I pressed it. The switch is on now."),
    doing(LOOK),
    words("Yes, it is lit now. Thank you, bye!", "satisfied"),
)


async def helped(agent: Any, model: OracleModel, human: ModelHuman) -> tuple[Played, Environment]:
    truth = execute(WORLD.tools, BASE, DARK)
    environment = Environment(WORLD.tools, truth.start.fork())
    part = AgentPart(DARK, WORLD.tools, WORLD.policy, Seed.root(2), model, "agent")
    return await play(human, agent(part), environment, Limits()), environment


@pytest.mark.parametrize(("agent", "answer"), [(ModelAgent, employee), (ThinkingAgent, thinker)])
async def test_they_do_as_they_are_asked_see_for_themselves_and_leave_when_it_works(
    agent: Any, answer: Callable[[Request, str], Reply]
) -> None:
    asked = Drafts(*HELPED)
    human = ModelHuman(HumanPart(DARK.brief, Seed.root(1), asked, at="human", tools=WORLD.tools.human))
    model = OracleModel(answer)
    played, environment = await helped(agent, model, human)
    assert played.ending == Stopped("satisfied")
    own = [m for m in played.messages if isinstance(m, ToolCall) and m.by == "human"]
    assert [call.tool for call in own] == ["press_switch", "check_lamp"]
    assert len({m.call_id for m in played.messages if isinstance(m, ToolCall)}) == 3
    assert [each.drafts[each.chosen].text for each in human.deliberations[1:4]] == [
        "It is lamp_1001.",
        "(uses press_switch {})",
        "I pressed it. The switch is on now.",
    ]
    evidence = Evidence(played.messages, played.ending, environment.db.changes(), environment.effects)
    truth = execute(WORLD.tools, BASE, DARK)
    assert Verifier(WORLD.tools, WORLD.policy, BASE).verify(DARK, truth, evidence).accepted
    # what the person did stays theirs, down to the bytes that go to the agent's server
    sent = [Encoding().body("any", request).decode() for _, request in model.asked]
    assert not any("press_switch" in body or "check_lamp" in body or "own_" in body for body in sent)


@pytest.mark.parametrize("agent", [ModelAgent, ThinkingAgent])
async def test_an_agent_is_told_what_the_person_can_do_and_only_where_they_can(agent: Any) -> None:
    async def prompt(tools: Toolset) -> str:
        model = OracleModel(lambda request, at: Reply(text="Thought: Hm.\nSay: Hello."))
        part = AgentPart(DARK, tools, WORLD.policy, Seed.root(2), model, "agent")
        await agent(part)((HumanMessage(text="Hi."),), tools.schemas)
        return model.asked[0][1].messages[0].content

    two_sided, plain = await prompt(WORLD.tools), await prompt(Toolset(tuple(WORLD.tools.values())))
    assert two_sided.startswith(plain)
    assert two_sided.endswith("- See whether the lamp is lit.\n- Press the switch.")


async def test_the_person_is_shown_their_tools_and_what_came_of_each_call() -> None:
    model = Drafts(*HELPED)
    talk = Talk(model)
    await talk.goes("", "Which lamp is it?", "Please press the switch of your lamp.", "")
    first, *_, last = (request for _, request in model.asked)
    assert "## press_switch\nPress the switch.\nArguments: {" in first.messages[0].content
    assert first.schema is last.schema is not None
    assert first.schema["properties"]["call"]["anyOf"][1]["properties"]["tool"]["enum"] == list(OWN)
    assert [said.role for said in last.messages] == ["system", *("user", "assistant") * 3, "user"]
    assert json.loads(last.messages[-2].content) == {"call": {"tool": "press_switch", "arguments": {}}}
    assert last.messages[-1].content.startswith("(What came of it: The switch is on now.)\n\n(Your notes")
    assert [at for at, _ in model.asked] == [f"human/turn/{turn}/draft/1" for turn in range(4)]


async def test_the_same_models_make_the_same_conversation() -> None:
    async def go() -> Played:
        human = ModelHuman(HumanPart(DARK.brief, Seed.root(1), Drafts(*HELPED), at="human", tools=WORLD.tools.human))
        return (await helped(ModelAgent, OracleModel(employee), human))[0]

    assert await go() == await go()


def test_without_tools_nothing_is_said_of_any_and_no_call_is_read() -> None:
    bare = system_prompt(DARK.brief)
    assert "call" not in bare
    assert system_prompt(DARK.brief, OWN).startswith(bare)
    assert "call" not in schema_of(("g",))["properties"]


# --- goals that people see for themselves


async def test_nobodys_word_settles_a_goal_that_the_person_can_check() -> None:
    report = "Good news: your lamp is lit now."
    pointing = {"goal": "g", "how": "met", "quote": "your lamp is lit now"}
    leaving = words("Great. Bye!", "satisfied", settled=[pointing])
    model = Drafts(OPENING, {"draft/1": leaving, "again": doing(LOOK)}, words("No, it's still dark."), doing(LOOK))
    talk = Talk(model)
    _, looked = await talk.goes("", report)
    assert isinstance(looked, ToolCall)
    (notes,) = (request.messages[-1].content for at, request in model.asked if at == "human/turn/1/draft/1")
    assert 'You take nobody\'s word for it: it is done when (uses check_lamp {}) shows "is lit"' in notes
    why = talk.human.deliberations[1].drafts[0].struck
    assert "g is open" in why
    assert "see for yourself, with check_lamp" in why
    told = await talk.hear()
    assert told == HumanMessage(text="No, it's still dark.")


def showing(content: str) -> ToolResult:
    return ToolResult(call_id="1", content=content, by="human")


def test_what_the_check_shows_settles_the_goal_and_nothing_else_does() -> None:
    ledger = FreeLedger(DARK.brief)
    ledger.voice(DARK.goals[0])
    ledger.hear("The lamp is lit.")
    quoted = Acting(text="Thanks.", settled=(Pointing("g", "met", "The lamp is lit."),))
    assert not weigh(ledger, quoted).ledger.may_stop
    ledger.observe(ToolCall(call_id="1", tool="check_lamp", arguments={}, by="human"), showing("The lamp is dark."))
    assert not ledger.may_stop
    ledger.observe(ToolCall(call_id="2", tool="check_lamp", arguments={}, by="human"), showing("The lamp is lit."))
    assert ledger.may_stop


HEARD = ("Hello.", "Your lamp is lit now.", "I have connected it. Is it lit?", "It works, doesn't it?", "Goodbye.")


@given(st.lists(st.tuples(st.sampled_from(HEARD), st.sampled_from([LOOK, PRESS, None])), max_size=10))
def test_a_model_that_always_wants_to_leave_stays_until_the_lamp_was_seen_to_be_lit(
    turns: list[tuple[str, Deed | None]],
) -> None:
    async def go() -> None:
        lines, heard = [OPENING], [""]
        for text, deed in turns:
            heard.append(text)
            if deed is not None:
                lines.append(doing(deed))
                heard.append("")
            pointing = {"goal": "g", "how": "met", "quote": text}
            lines.append(words("Thanks, bye.", "satisfied", settled=[pointing]))
        talk = Talk(Drafts(*lines), tools=WORLD.tools.human)
        talk.environment.apply(ToolCall(call_id="0", tool="connect", arguments={"lamp_id": "lamp_1001"}))
        for text in heard:
            if text or isinstance(talk.messages[-1] if talk.messages else None, ToolResult | None):
                said = await talk.hear(text)
                if isinstance(said, HumanMessage) and said.stop is not None:
                    assert any(isinstance(m, ToolResult) and "is lit" in m.content for m in talk.messages)
                    return

    anyio.run(go)


# --- drafts


async def test_a_struck_call_is_asked_for_again_with_the_reason() -> None:
    model = Drafts(OPENING, {"draft/1": doing(("fly", {})), "again": doing(LOOK)})
    talk = Talk(model)
    _, done = await talk.goes("", "Please check whether your lamp is lit.")
    assert isinstance(done, ToolCall)
    again = model.asked[-1][1].messages[-1].content
    assert "'(uses fly {})': it cannot be done: There is no tool named 'fly'" in again
    assert [bool(each.struck) for each in talk.human.deliberations[1].drafts] == [True, False]


async def test_where_no_draft_can_be_taken_the_scripted_human_uses_the_tool_under_an_id_of_its_own() -> None:
    bad = words("As an AI I cannot look.")
    talk = Talk(Drafts(OPENING, bad))
    _, first, told, second = await talk.goes(
        "", "Please check whether your lamp is lit.", "", "Please press the switch of your lamp."
    )
    assert isinstance(first, ToolCall)
    assert isinstance(second, ToolCall)
    assert (first.tool, second.tool) == ("check_lamp", "press_switch")
    assert first.call_id != second.call_id
    assert isinstance(told, HumanMessage)
    assert "The lamp is dark." in told.text
    assert talk.human.deliberations[1].drafts[-1].text == "(uses check_lamp {})"


async def test_the_judge_picks_among_words_and_calls_and_sees_what_the_person_saw() -> None:
    scores = [
        {"draft": 1, "agreement": 3, "consistency": 3, "flow": 3, "critique": "Idle."},
        {"draft": 2, "agreement": 9, "consistency": 9, "flow": 9, "critique": "As asked."},
    ]
    drafts = {"draft/1": words("Where is it?"), "draft/2": doing(PRESS), "judge": json.dumps({"scores": scores})}
    first = {"draft/1": OPENING, "draft/2": OPENING}
    look = {"draft/1": doing(LOOK), "draft/2": doing(LOOK)}
    told = {"draft/1": words("It is dark."), "draft/2": words("Dark."), "judge": json.dumps({"scores": scores})}
    model = Drafts(first, look, told, drafts)
    talk = Talk(model, judge=model, candidates=2)
    *_, done = await talk.goes("", "Is it lit?", "", "Please press the switch.")
    assert isinstance(done, ToolCall)
    kept = talk.human.deliberations[3]
    assert (kept.chosen, kept.drafts[1].text, kept.drafts[1].flow) == (1, "(uses press_switch {})", 9)
    question = next(request for at, request in model.asked if at == "human/turn/3/judge")
    assert "Person: (uses check_lamp {})\nShown to the person: The lamp is dark." in question.messages[-1].content
    assert "1. Where is it?\n2. (uses press_switch {})" in question.messages[-1].content
    assert "A draft in brackets" in question.messages[0].content


@pytest.mark.parametrize(
    "text",
    [
        doing(PRESS),
        f"```json\n{doing(PRESS)}\n```",
        '{"call": {"tool": "press_switch"}}',
        '{"text": "Let me press it.", "voices": ["g"], "call": {"tool": "press_switch", "arguments": {}}}',
    ],
)
def test_usual_spellings_of_a_call_are_read_and_words_beside_it_are_not_said(text: str) -> None:
    assert read_acting(Reply(text=text)) == Acting(call=Use("press_switch"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"text": " ", "call": null}',
        '{"call": "press_switch"}',
        '{"call": {}}',
        '{"call": {"tool": "press_switch", "arguments": [1]}}',
        doing(("press_switch", {"x": "y" * 5000})),
    ],
)
def test_what_is_neither_words_nor_a_call_is_refused_with_what_is_wanted(text: str) -> None:
    with pytest.raises(ValueError, match=r"neither .*\"call\"|says nothing|at most 4,000"):
        read_acting(Reply(text=text))


def test_a_schema_of_words_or_calls_is_json_and_asks_for_every_key() -> None:
    talk = Talk(Drafts(OPENING))
    anyio.run(talk.hear)
    (schema,) = (request.schema for _, request in talk.human._model.asked)  # type: ignore[attr-defined]
    assert set(schema["required"]) == set(schema["properties"])
    assert msgspec.json.encode(schema)
