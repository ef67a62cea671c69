"""The human on a model: the ledger decides when it leaves, code strikes what must not be said, a judge picks."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.agents.ledger import FreeLedger
from interplay.agents.modelled.drafting import Drafted, read_draft, schema_of
from interplay.agents.modelled.human import ModelHuman
from interplay.agents.modelled.striking import Screen
from interplay.agents.modelled.understanding import weigh
from interplay.agents.oracle import OracleModel
from interplay.agents.pointing import Pointing
from interplay.engine.blueprint import Brief, Fact, Goal, Persona
from interplay.engine.casting import HumanPart, load_human
from interplay.engine.errors import BudgetError, CastingError, ModelError
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage
from interplay.engine.models.exchange import Reply, Request
from interplay.engine.seeds import Seed

EMAIL = Fact(key="email", values=("ann@lee.org",), say="My email is ann@lee.org.", question="?", cues=("email",))
ZIP = Fact(key="zip", values=("02139",), say="My zip code is 02139.", question="?", cues=("zip",))
NUMBER = Fact(key="o", values=("#W17",), say="The order is #W17.", question="?", cues=("order",), goal="g1")
CANCEL = Goal(id="g1", kind="write", wish="Please cancel my order with the lamp.", signs=("cancelled",))
ASK = Goal(id="g2", kind="read", wish="What is the balance of my gift card?", signs=("balance",))
PONY = Goal(
    id="g3", kind="refuse", wish="I want a pony.", signs=("delivered",), insistence="Can't you make an exception?"
)
MOVED = Goal(
    id="g4",
    kind="write",
    wish="Send the sofa to Elm Street.",
    signs=("changed",),
    revision="Wait, I've changed my mind. Send it to Oak Road instead.",
)


def brief(*goals: Goal, **persona: Any) -> Brief:
    character = Persona(name="Ann Lee", description="You are calm.", **persona)
    return Brief(
        instruction="You are Ann Lee of 8 Elm Street. You paid with your Visa on 3 May.",
        persona=character,
        facts=(EMAIL, ZIP, NUMBER),
        goals=goals,
    )


def draft(text: str, stop: str | None = None, voices: Sequence[str] = (), settled: Sequence[Any] = ()) -> str:
    return json.dumps({"text": text, "stop": stop, "voices": voices, "settled": settled})


def settled(goal: str, quote: str, how: str = "met") -> dict[str, str]:
    return {"goal": goal, "how": how, "quote": quote}


class Drafts(OracleModel):
    """A model that says what it is told to: by the last part of the address, or the same to everything."""

    def __init__(self, *turns: Any) -> None:
        self.turns = turns
        super().__init__(self._line)

    def _line(self, request: Request, at: str) -> Reply:
        _, _, turn, *rest = at.split("/")
        line = self.turns[int(turn)] if int(turn) < len(self.turns) else self.turns[-1]
        if isinstance(line, dict):
            line = line["/".join(rest)]
        if isinstance(line, Exception):
            raise line
        return Reply(text=line)


class Talk:
    """A human and whatever an agent says to it."""

    def __init__(self, given: Brief, model: OracleModel, **part: Any) -> None:
        self.human = ModelHuman(HumanPart(given, Seed.root(1), model, at="human", **part))
        self.messages: list[AnyMessage] = []

    async def hear(self, text: str = "") -> HumanMessage:
        if text:
            self.messages.append(AgentMessage(text=text))
        said = await self.human(tuple(self.messages))
        self.messages.append(said)
        return said


OPENING = draft("Hi, please cancel my order with the lamp.", voices=["g1"])


async def test_it_is_given_the_brief_and_where_it_stands_and_never_more() -> None:
    model = Drafts(OPENING, draft("It is #W17."))
    talk = Talk(brief(CANCEL), model)
    await talk.hear()
    await talk.hear("Which order?")
    (at, first), (_, second) = model.asked
    assert at == "human/turn/0/draft/1"
    assert "ann@lee.org" in first.messages[0].content
    assert "g1: not told yet" in first.messages[-1].content
    assert "g1: told, still open" in second.messages[-1].content
    assert second.messages[-1].content.startswith("Which order?")
    assert [said.role for said in second.messages] == ["system", "user", "assistant", "user"]
    assert second.schema is first.schema is schema_of(("g1",))
    assert "not told yet" not in second.messages[1].content


async def test_it_stays_until_the_change_was_reported_whatever_the_model_wants() -> None:
    leaving = draft("Yes, thanks, bye!", "satisfied")
    talk = Talk(brief(CANCEL), Drafts(OPENING, leaving, draft("That's all, thank you. Bye!", "satisfied")))
    await talk.hear()
    said = await talk.hear("I can cancel order #W17. Shall I go ahead?")
    assert said.stop is None
    assert "leaves too early" in talk.human.deliberations[1].drafts[0].struck
    last = await talk.hear("Order #W17 has been cancelled.")
    assert (last.text, last.stop) == ("That's all, thank you. Bye!", "satisfied")


async def test_it_leaves_after_a_report_in_unusual_words_when_it_points_at_it() -> None:
    report = "The lamp is off the list and your money is on its way back."
    leaving = draft("Great, bye.", "satisfied", settled=[settled("g1", "The lamp is off the list")])
    talk = Talk(brief(CANCEL), Drafts(OPENING, draft("Yes, go ahead."), leaving))
    await talk.hear()
    await talk.hear("I can cancel order #W17. Shall I go ahead?")
    assert (await talk.hear(report)).stop == "satisfied"


async def test_it_does_not_leave_by_pointing_at_a_proposal_or_with_its_own_yes() -> None:
    proposal = "The lamp is off the list then. Shall I go ahead?"
    leaving = draft("Yes, go ahead. Bye.", "satisfied", settled=[settled("g1", "The lamp is off the list then.")])
    talk = Talk(brief(CANCEL), Drafts(OPENING, leaving))
    await talk.hear()
    assert (await talk.hear(proposal)).stop is None


async def test_it_insists_before_it_takes_a_no() -> None:
    opening = draft("Hello, I want a pony.", voices=["g3"])
    giving_up = draft("OK, bye.", "denied")
    insisting = {"draft/1": giving_up, "again": draft("Come on, can't you make an exception?")}
    talk = Talk(brief(PONY), Drafts(opening, insisting, giving_up))
    await talk.hear()
    second = await talk.hear("I'm sorry, but I cannot do that.")
    assert second == HumanMessage(text="Come on, can't you make an exception?")
    assert "Can't you make an exception?" in talk.human.deliberations[1].drafts[0].struck
    assert (await talk.hear("I understand, but I cannot do that.")).stop == "denied"


async def test_the_ledger_names_the_kind_of_ending_and_hears_a_farewell() -> None:
    opening = draft("Hello, I want a pony.", voices=["g3"])
    talk = Talk(brief(PONY), Drafts(opening, draft("Really? Make an exception."), draft("All right, goodbye.")))
    await talk.hear()
    await talk.hear("I cannot do that.")
    assert (await talk.hear("No, I cannot do that.")).stop == "denied"


async def test_an_empty_reply_is_asked_for_again() -> None:
    lines = [draft(""), draft("  "), OPENING]
    model = OracleModel(lambda request, at: Reply(text=lines.pop(0)))
    assert (await Talk(brief(CANCEL), model).hear()).text.startswith("Hi, please")


async def test_drafts_are_asked_for_at_once_and_the_judge_picks_among_those_that_code_left() -> None:
    waiting = 0
    everybody = anyio.Event()

    class Together(Drafts):
        async def ask(self, request: Request, at: str, read: Callable[[Reply], Any]) -> Any:
            nonlocal waiting
            if "draft" in at:
                waiting += 1
                if waiting == 4:
                    everybody.set()
                await everybody.wait()
            return await super().ask(request, at, read)

    model = Together(
        {
            "draft/1": draft("Hi, cancel the lamp order #W99.", voices=["g1"]),
            "draft/2": draft("Hi, please cancel my order, the lamp.", voices=["g1"]),
            "draft/3": draft("Hello. Cancel my lamp, would you?", voices=["g1"]),
            "draft/4": draft("Hi, please cancel my order, the lamp.", voices=["g1"]),
            "judge": json.dumps(
                {
                    "scores": [
                        {"draft": 2, "agreement": 9, "consistency": 9, "flow": 9.5, "critique": "Good."},
                        {"draft": 1, "agreement": 9, "consistency": 9, "flow": 4, "critique": "Stiff."},
                    ]
                }
            ),
        }
    )
    talk = Talk(brief(CANCEL), model, judge=model, candidates=4)
    assert (await talk.hear()).text == "Hello. Cancel my lamp, would you?"
    (kept,) = talk.human.deliberations
    assert (kept.turn, kept.chosen, len(kept.drafts)) == (0, 2, 4)
    assert "w99" in kept.drafts[0].struck
    assert [d.flow for d in kept.drafts] == [None, 4, 9.5, None]
    assert kept.drafts[2].critique == "Good."
    assert sum("judge" in at for at, _ in model.asked) == 1


@pytest.mark.parametrize(
    "answer", ["nonsense", '{"scores": []}', '{"scores": [{"draft": 1, "agreement": 99, "consistency": 1, "flow": 1}]}']
)
async def test_a_judge_that_fails_leaves_the_first_draft(answer: str) -> None:
    judge = OracleModel(lambda request, at: Reply(text=answer))
    model = Drafts({"draft/1": OPENING, "draft/2": draft("Cancel my lamp order.", voices=["g1"])})
    talk = Talk(brief(CANCEL), model, judge=judge, candidates=2)
    assert (await talk.hear()).text == "Hi, please cancel my order with the lamp."
    assert talk.human.deliberations[0].drafts[0].agreement is None


async def test_nobody_judges_a_single_draft_or_equal_ones() -> None:
    judge = OracleModel(lambda request, at: Reply(text="never asked"))
    talk = Talk(brief(CANCEL), Drafts(OPENING), judge=judge, candidates=3)
    await talk.hear()
    assert not judge.asked


async def test_drafts_that_cannot_be_had_are_left_out_and_a_halt_is_not() -> None:
    lost = ModelError("timed out", cause="timeout")
    model = Drafts({"draft/1": lost, "draft/2": OPENING})
    assert (await Talk(brief(CANCEL), model, candidates=2).hear()).text.startswith("Hi")
    with pytest.raises(ModelError, match="timed out"):
        await Talk(brief(CANCEL), Drafts({"draft/1": lost, "draft/2": lost}), candidates=2).hear()
    spent = Drafts({"draft/1": OPENING, "draft/2": BudgetError("spent", cause="budget")})
    with pytest.raises(BudgetError):
        await Talk(brief(CANCEL), spent, candidates=2).hear()


async def test_it_is_asked_once_more_with_the_reasons_and_then_code_says_its_line() -> None:
    bad = draft("As an AI I cannot.", voices=["g1"])
    better = Drafts({"draft/1": bad, "again": OPENING})
    talk = Talk(brief(CANCEL), better)
    assert (await talk.hear()).text.startswith("Hi, please")
    assert "a machine" in better.asked[-1][1].messages[-1].content
    assert [bool(d.struck) for d in talk.human.deliberations[0].drafts] == [True, False]

    talk = Talk(brief(CANCEL), Drafts(bad))
    assert CANCEL.wish in (await talk.hear()).text
    assert NUMBER.say in (await talk.hear("Which order number is it?")).text
    assert (await talk.hear("Order #W17 has been cancelled.")).stop == "satisfied"
    assert all(each.chosen == 2 and not each.drafts[2].struck for each in talk.human.deliberations)

    unreachable = Talk(brief(CANCEL), Drafts({"draft/1": bad, "again": ModelError("no", cause="server")}))
    assert CANCEL.wish in (await unreachable.hear()).text


async def test_the_same_models_make_the_same_conversation() -> None:
    async def play() -> list[AnyMessage]:
        talk = Talk(brief(CANCEL, ASK), Drafts(OPENING, draft("As an AI, no.")), candidates=2)
        for text in ("", "Which order?", "Shall I go ahead?", "Order #W17 has been cancelled."):
            await talk.hear(text)
        return talk.messages

    assert await play() == await play()


def test_it_is_found_by_name_and_needs_a_model() -> None:
    assert callable(load_human("model")(HumanPart(brief(CANCEL), Seed.root(1), Drafts(OPENING))))
    with pytest.raises(CastingError, match="names none"):
        load_human("model")(HumanPart(brief(CANCEL), Seed.root(1)))


@pytest.mark.parametrize(
    "text",
    [
        draft("Hello."),
        f"<think>Hm.</think>{draft('Hello.')}",
        f"```json\n{draft('Hello.')}\n```",
        '{"text": "Hello.", "stop": "none", "mood": 7}',
        '{"text": "Hello."}',
    ],
)
def test_usual_spellings_of_a_draft_are_read(text: str) -> None:
    read = read_draft(Reply(text=text))
    assert read.text == "Hello."
    assert not read.leaves


@pytest.mark.parametrize(
    "text", ["", "Hello.", "[]", '{"stop": null}', '{"text": 7}', '{"text": "a", "stop": "maybe"}']
)
def test_what_is_no_draft_is_refused_with_the_form_that_is_wanted(text: str) -> None:
    with pytest.raises(ValueError, match='"text"'):
        read_draft(Reply(text=text))


HEARD = (
    "Hello.",
    "I can cancel order #W17. Shall I go ahead?",
    "I will cancel it now.",
    "It will be cancelled once you confirm.",
    "Which order is it?",
    "Let me look up the balance.",
    "I couldn't find that. Which order number is it?",
    "The lamp is a fine lamp?",
    "???",
)
SETTLING = ("Order #W17 has been cancelled.", "The balance of your gift card is $5.")
SAID = st.sampled_from(HEARD) | st.sampled_from(SETTLING)


@given(st.lists(st.tuples(SAID, st.sampled_from(HEARD), st.booleans()), max_size=12))
def test_a_model_that_always_wants_to_leave_stays_until_all_was_settled(turns: list[tuple[str, str, bool]]) -> None:
    wishes = f"{CANCEL.wish} {ASK.wish}"
    lines = [draft(wishes, voices=["g1", "g2"])]
    for _, quote, agrees in turns:
        pointings = [settled("g1", quote), settled("g2", quote)]
        lines.append(draft("Yes, go ahead. Bye." if agrees else "Thanks, bye.", "satisfied", settled=pointings))

    async def go() -> None:
        talk = Talk(brief(CANCEL, ASK, discloses="together"), Drafts(*lines))
        await talk.hear()
        heard = ""
        for text, *_ in turns:
            heard += text
            said = await talk.hear(text)
            assert said.text.strip()
            if said.stop is not None:
                assert SETTLING[0] in heard
                assert SETTLING[1] in heard
                return

    anyio.run(go)


# --- what code strikes


def struck(
    text: str, asked: str = "Hello, what can I do for you?", *, voiced: Sequence[Goal] = (CANCEL,), **more: Any
) -> str:
    given = brief(CANCEL, ASK, MOVED, **more.pop("persona", {}))
    ledger = FreeLedger(given)
    for goal in voiced:
        ledger.voice(goal)
    ledger.hear(asked)
    drafted = Drafted(text=text, **more)
    return Screen(given, lambda words, said: "").strike(drafted, weigh(ledger, drafted), (AgentMessage(text=asked),))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("It is order #W99.", "makes up 'w99'"),
        ("My number is 5550199.", "makes up"),
        ("It cost $54.20.", "makes up '54.2'"),
        ("I bought it on June 5.", "makes up the date"),
        ("Put it on my PayPal.", "makes up a way to pay"),
        ("My name is Bob Stone.", "makes up the name"),
        ("Could you also upgrade it?", "do not want"),
        ("I'd like to donate it.", "do not want"),
        ("It's under bob@lee.org.", "makes up 'bob@lee.org'"),
        ("I don't have an email address.", "denies what you know"),
        ("I don't know my zip code.", "denies what you know"),
        ("How can I help you today?", "the employee"),
        ("I've cancelled your order.", "the employee"),
        ("As an AI I have no order.", "a machine"),
        ('{"text": "Hi"}', "a machine"),
        ("Use cancel_pending_order.", "no word of a person"),
        ("Yes, go ahead.", "nobody has proposed"),
    ],
)
def test_what_the_person_would_not_say_is_struck(text: str, why: str) -> None:
    assert why in struck(text, "I am here.")


@pytest.mark.parametrize(
    "text",
    [
        "Please cancel my order with the lamp, it's #W17.",
        "I'm Ann Lee, zip 02139, 8 Elm Street.",
        "I paid with my Visa, on 3 May I think.",
        "I paid by credit card.",
        "There are 2 of us, give me a minute.",
        "I don't know that, sorry.",
        "Could you please check again?",
        "ANN@LEE.ORG is my email.",
        "Can you tell me what that means?",
        "No, that's not what I want.",
    ],
)
def test_what_the_person_may_say_is_not_struck(text: str) -> None:
    assert struck(text, "I am here.") == ""


def test_what_the_agent_said_may_be_said_again_but_not_taken_for_ones_own() -> None:
    asked = "Is it order #W18 or #W19, paid with PayPal on June 5? And is bob@lee.org yours?"
    assert struck("It's #W19, with PayPal, on June 5.", asked) == ""
    assert "yours is ann@lee.org" in struck("Yes, bob@lee.org is mine.", asked)


def test_a_yes_where_a_change_of_mind_is_due_is_struck() -> None:
    asked = "I can send the sofa to Elm Street. Shall I go ahead?"
    assert "think better of it" in struck("Yes, please.", asked, voiced=(MOVED,))
    assert struck("Wait, I changed my mind: Oak Road instead.", asked, voiced=(MOVED,)) == ""


def test_a_person_who_goes_step_by_step_does_not_say_everything_at_once() -> None:
    both = "Please cancel my order with the lamp, and what is the balance of my gift card?"
    assert "g1 and g2 at once" in struck(both, voiced=())
    assert struck(both, voiced=(), persona={"discloses": "together"}) == ""
    everything = "I'm at ann@lee.org, zip 02139, and the order is #W17."
    assert "nobody has asked" in struck(everything)
    assert struck(everything, "What are your email, zip code and order number?") == ""


def test_leaving_with_something_open_is_struck_with_what_is_open() -> None:
    why = struck("Bye.", stop="satisfied", settled=(Pointing("g1", "met", "what can I do for you?"),))
    for part in ("g1 is open", "g2 is unvoiced", "it is a question"):
        assert part in why


@pytest.mark.parametrize(
    ("text", "declared", "voiced"),
    [
        ("Please cancel my order with the lamp.", [], ["g1"]),
        ("I no longer want the lamp.", ["g1"], ["g1"]),
        ("I no longer want the lamp.", [], []),
        ("How much is left on my card?", ["g2"], ["g2"]),
        ("Hello, I need your help.", ["g1"], []),
    ],
)
def test_a_goal_is_voiced_when_the_words_convey_it(text: str, declared: list[str], voiced: list[str]) -> None:
    ledger = FreeLedger(brief(CANCEL, ASK))
    heard = weigh(ledger, Drafted(text=text, voices=tuple(declared)))
    assert list(heard.voiced) == voiced
    assert set(ledger.standing.values()) == {"unvoiced"}
