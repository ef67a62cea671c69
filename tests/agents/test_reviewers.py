"""Reviewers: the coded ones pass what is right and catch what no check sees; those on a model ask it."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest
from tests.engine.two_sided import BASE, DARK, LampId, TwoSided
from tests.engine.two_sided import WORLD as LAMPS

from interplay.agents.reviewing.coded import answers, changes, wishes
from interplay.agents.reviewing.evidence import Evidence
from interplay.agents.reviewing.model import ModelReviewer, balanced, data_auditor, policy_lawyer
from interplay.agents.reviewing.wording import ids, names, own_words, stems
from interplay.engine.blueprint import Assertion
from interplay.engine.casting import names as registered
from interplay.engine.domain import load_domain
from interplay.engine.errors import BudgetError, CastingError, ModelError, Refusal
from interplay.engine.forge.assignment import Assignment, Context
from interplay.engine.forge.casting import REVIEWERS, WRITERS, load_reviewer, load_writer, waits
from interplay.engine.forge.checks import validate
from interplay.engine.forge.committee import Committee, Seat, count
from interplay.engine.forge.drafting import draft
from interplay.engine.forge.probing import objects, spoil
from interplay.engine.forge.review import CRITERIA, Case, Review
from interplay.engine.models.exchange import Reply
from interplay.engine.seeds import Seed
from interplay.engine.testing.tiny import tiny_domain
from interplay.engine.tools import tool

CODED = (wishes, changes, answers)


@pytest.fixture(scope="module")
def world():
    domain = load_domain("retail")
    return domain, domain.generate(Seed.root(3), 100)


@pytest.fixture(scope="module")
def good(world):
    return [draft(*world, Seed.root(number), f"b{number}") for number in range(60)]


def case(world, validated, **more):
    domain, base = world
    return Case(domain, validated.blueprint, validated.truth, base=base, **more)


def test_coded_reviewers_pass_nearly_every_right_blueprint(world, good):
    decisions = [count([reviewer(case(world, each)) for reviewer in CODED]) for each in good]
    assert sum(decision.accepted for decision in decisions) >= 0.97 * len(good)


def test_coded_reviewers_catch_most_of_what_no_check_sees(world, good):
    domain, base = world
    spoilt = [spoil(domain, base, each.blueprint, Seed.root(n)) for n, each in enumerate(good)]
    shown = [each for each in spoilt if each is not None]
    decisions = [count([reviewer(case(world, each.validated)) for reviewer in CODED]) for each in shown]
    assert len(shown) >= 45
    assert sum(not decision.accepted for decision in decisions) >= 0.8 * len(shown)
    assert all(decision.accepted or decision.findings[0].text for decision in decisions)


@pytest.mark.parametrize("reviewer", CODED, ids=lambda reviewer: reviewer.name)
def test_what_was_accepted_before_is_not_creative_again(world, good, reviewer):
    again = reviewer(case(world, good[0], examples=(good[1].blueprint, good[0].blueprint)))
    fresh = reviewer(case(world, good[0], examples=(good[1].blueprint,)))
    assert again.creativity == 0
    assert fresh.creativity >= 6


@pytest.mark.parametrize("reviewer", CODED, ids=lambda reviewer: reviewer.name)
def test_a_coded_reviewer_judges_another_world_too(reviewer):
    domain = tiny_domain()
    base = domain.generate(Seed.root(1), 5)
    for number in range(20):
        validated = draft(domain, base, Seed.root(number), f"b{number}")
        assert not objects(reviewer(case((domain, base), validated)))


def test_a_no_to_what_could_be_done_is_seen_only_with_the_data_to_try_it_on(world, good):
    domain, base = world
    spoilt = (spoil(domain, base, each.blueprint, Seed.root(n)) for n, each in enumerate(good))
    declined = next(each for each in spoilt if each is not None and each.flaw.name == "needless_refusal")
    assert objects(wishes(case(world, declined.validated)))
    assert not objects(wishes(case(world, declined.validated)._replace(base=None)))


def test_a_change_without_which_there_is_nothing_to_ask_about_is_a_means():
    @tool()
    def is_connected(db: TwoSided) -> bool:
        """Whether lamp 1001 has current."""
        if not db.register[LampId("lamp_1001")].connected:
            raise Refusal("There is no line to ask about.", code="line_unknown")
        return True

    lamps = dataclasses.replace(LAMPS, assertions=(is_connected,))
    goal = msgspec.structs.replace(DARK.goals[0], check=None)
    asked = (Assertion(tool="is_connected", goal="g"),)
    blueprint = msgspec.structs.replace(DARK, goals=(goal,), assertions=asked)
    validated = validate(lamps, BASE, blueprint)
    evidence = Evidence(case((lamps, BASE), validated))
    assert evidence.is_means(goal, validated.blueprint.actions[1])


def test_words_that_belong_to_one_change_only_are_told_from_those_of_several(world):
    words = own_words(world[0].tools)
    assert stems("cancelling") <= words["cancel_pending_order"]
    assert stems("changed") <= stems("changing")
    assert not stems("changed") & words["modify_pending_order_address"]


def test_ids_and_names_are_found_in_a_sentence():
    assert ids("Send order #W1234567 with 2 lamps to Apt 12, paid with gift_card_12.") == ["#W1234567", "gift_card_12"]
    assert names("I want the Desk Lamp (brass) sent to Salt Lake City.") == ["Desk Lamp", "Salt Lake City"]


class Answering:
    """A model that answers with a text, or raises."""

    name = "double"

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    async def ask(self, request, at, read):
        self.asked.append((request, at))
        if isinstance(self.answer, Exception):
            raise self.answer
        return read(Reply(text=self.answer))


def opinion(**fields):
    scores = dict.fromkeys(CRITERIA, 7)
    return msgspec.json.encode({"reason": "fine", **scores, "abstains": False, **fields}).decode()


async def test_a_model_reviewer_gives_what_the_model_scored(world, good):
    model = Answering(opinion(correctness=3, reason="the wrong order"))
    review = await policy_lawyer(case(world, good[0], model=model, at="task/0/review/policy-lawyer"))
    assert review == Review(
        reviewer="policy-lawyer",
        correctness=3,
        completeness=7,
        satisfaction=7,
        creativity=7,
        reason="the wrong order",
    )
    assert model.asked[0][1] == "task/0/review/policy-lawyer"


async def test_a_model_reviewer_is_shown_task_calls_results_and_changes(world, good):
    validated = next(each for each in good if each.truth.changes)
    request = data_auditor.request(case(world, validated, examples=(good[1].blueprint,)))
    system, user = (message.content for message in request.messages)
    assert world[0].policy.text in system
    assert data_auditor.emphasis in system
    for part in (
        validated.blueprint.instruction,
        validated.blueprint.actions[-1].tool,
        validated.truth.result(0).content,
        '"op":',
        good[1].blueprint.instruction,
    ):
        assert part in user


async def test_a_model_may_abstain(world, good):
    review = await balanced(case(world, good[0], model=Answering(opinion(abstains=True, reason="too long"))))
    assert (review.abstains, review.reason) == (True, "too long")


async def test_a_model_without_an_answer_abstains_and_one_for_good_ends_the_run(world, good):
    seat = Seat(balanced, Answering(ModelError("the server said 500")))
    [review] = await Committee([seat]).review(case(world, good[0]))
    assert review.abstains
    assert "500" in review.reason
    with pytest.raises(BudgetError):
        await balanced(case(world, good[0], model=Answering(BudgetError("spent"))))


@pytest.mark.parametrize("text", [opinion(correctness=11), opinion(correctness="9"), opinion(reason=""), "great task"])
async def test_an_opinion_of_another_form_cannot_be_read(world, good, text):
    with pytest.raises(ValueError, match="JSON object"):
        await balanced(case(world, good[0], model=Answering(text)))


async def test_a_model_reviewer_needs_a_model(world, good):
    with pytest.raises(CastingError, match="'model' needs a model"):
        await balanced(case(world, good[0]))


def test_the_members_of_the_house_are_found_by_name():
    assert {"model", "scripted"} <= set(registered(WRITERS))
    assert {"wishes", "changes", "answers", "model", "policy-lawyer"} <= set(registered(REVIEWERS))
    assert load_reviewer("changes") is changes
    assert load_writer("scripted")


@pytest.mark.parametrize("title", ["", "another name"])
def test_who_asks_a_model_is_known_to_wait_under_any_name(title):
    assert waits(load_reviewer("model", title=title))
    assert not waits(load_reviewer("wishes", title=title))
    assert waits(load_writer("model"))
    assert not waits(load_writer("scripted"))


def test_a_reviewer_on_a_model_takes_the_users_own_prompt_and_title():
    reviewer = load_reviewer("model", prompt="Look at the prices.", title="prices")
    assert reviewer.name == "prices"
    assert balanced.emphasis != "Look at the prices."
    assert isinstance(load_reviewer("model", prompt="Look at the prices."), ModelReviewer)
    with pytest.raises(CastingError, match="takes no prompt"):
        load_reviewer("wishes", prompt="Look at the prices.")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("wishs", "did you mean 'wishes'"),
        ("no.such.module:reviewer", "cannot be imported"),
        ("math:pi", "cannot be called"),
        ("math:pow", "not called with one argument, the Case"),
    ],
)
def test_a_name_that_names_no_reviewer_says_so(name, says):
    with pytest.raises(CastingError, match=says):
        load_reviewer(name)
    with pytest.raises(CastingError, match="did you mean 'scripted'"):
        load_writer("scriptd")


def blocking(case):
    return Review(reviewer="?", **dict.fromkeys(CRITERIA, 7))


async def test_a_plain_reviewer_of_ones_own_runs_beside_the_event_loop_under_its_own_name(world, good):
    reviewer = load_reviewer(f"{__name__}:blocking")
    (review,) = await Committee([Seat(reviewer)]).review(case(world, good[0]))
    assert review.reviewer == f"{__name__}:blocking"
    assert review.correctness == 7


def writing(assignment):
    return assignment.previous


async def test_a_plain_writer_of_ones_own_runs_beside_the_event_loop(world, good):
    written = load_writer(f"{__name__}:writing")(
        Assignment(*world, Seed.root(1), 0, Context(), previous=good[0].blueprint)
    )
    assert await written is good[0].blueprint
