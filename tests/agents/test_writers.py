"""Writers: the scripted one errs and repairs; the one on a model asks and tells what was wrong."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest

from interplay.agents.writing import scripted as scripting
from interplay.agents.writing.model import model as model_writer
from interplay.agents.writing.prompt import request
from interplay.agents.writing.scripted import scripted
from interplay.engine.blueprint import Persona
from interplay.engine.domain import load_domain
from interplay.engine.errors import BlueprintError, CastingError, ModelError
from interplay.engine.forge.assignment import Assignment, Context, Finding, Plan, Row
from interplay.engine.forge.casting import load_writer
from interplay.engine.forge.checks import validate
from interplay.engine.forge.committee import count
from interplay.engine.forge.drafting import draft
from interplay.engine.forge.flaws import FLAWS
from interplay.engine.forge.planning import finding, plan
from interplay.engine.forge.proposal import from_blueprint
from interplay.engine.forge.review import Case
from interplay.engine.models.exchange import Reply
from interplay.engine.seeds import Seed
from interplay.engine.testing.tiny import tiny_domain

TASKS = 80
PERSONA = Persona(name="Nobody", description="You are in a hurry.", verbosity="terse")


@pytest.fixture(scope="module")
def world():
    domain = load_domain("retail")
    return domain, domain.generate(Seed.root(3), 80)


def assigned(world, number=0, attempt=0, *, context=None, previous=None, plan=None, model=None):
    return Assignment(
        *world,
        Seed.root(number),
        attempt,
        context or Context(),
        previous=previous,
        plan=plan,
        model=model,
        at=f"task/0/{attempt}",
    )


def fault(world, candidate):
    domain, base = world
    try:
        validate(domain, base, candidate)
    except BlueprintError as error:
        return finding(error)
    return None


def test_the_same_assignment_gives_the_same_candidate(world):
    assert [scripted(assigned(world, n)) for n in range(20)] == [scripted(assigned(world, n)) for n in range(20)]


def test_the_first_attempt_is_right_about_half_the_time_and_criticism_mends_most(world):
    first = mended = 0
    for number in range(TASKS):
        candidate, criticism = None, None
        for attempt in range(3):
            assignment = assigned(world, number, attempt, previous=candidate, plan=criticism)
            candidate = scripted(assignment)
            found = fault(world, candidate)
            if found is None:
                first += attempt == 0
                mended += 1
                break
            criticism = plan([found])
    assert 0.4 * TASKS < first < 0.8 * TASKS
    assert mended > 0.9 * TASKS


def test_without_criticism_every_attempt_is_another_draft(world):
    candidates = [scripted(assigned(world, 1, attempt)) for attempt in range(4)]
    assert len({candidate.instruction for candidate in candidates}) == 4


def test_a_repair_keeps_the_task_and_mends_what_was_named(world):
    repaired = kept = 0
    for number in range(TASKS):
        candidate = scripted(assigned(world, number))
        found = fault(world, candidate)
        if found is None or "does not stand in" not in found.text:
            continue
        again = scripted(assigned(world, number, 1, previous=candidate, plan=plan([found])))
        kept += [goal.id for goal in again.goals] == [goal.id for goal in candidate.goals]
        after = fault(world, again)
        repaired += after is None or after.text != found.text
    assert repaired >= 4
    assert kept >= 4


def test_a_finding_that_no_mistake_of_its_own_explains_leads_to_another_draft(world):
    number = next(n for n in range(50) if fault(world, scripted(assigned(world, n))) is None)
    candidate = scripted(assigned(world, number))
    criticism = Plan(findings=(Finding(stage="checks", check="duplicate", text="like b7"),))
    again = scripted(assigned(world, number, 1, previous=candidate, plan=criticism))
    assert again.instruction != candidate.instruction


def test_a_repair_finds_its_draft_under_another_persona_and_id(world):
    for number in range(60):
        candidate = scripted(assigned(world, number, context=Context(persona=PERSONA)))
        found = fault(world, candidate)
        if found is not None and found.check == "expectation":
            previous = msgspec.structs.replace(candidate, id="b7")
            other = msgspec.structs.replace(PERSONA, description="You have all day.", verbosity="chatty")
            again = scripted(
                assigned(world, number, 1, previous=previous, plan=plan([found]), context=Context(persona=other))
            )
            assert again.persona.description == "You have all day."
            assert again.goals == candidate.goals
            return
    raise AssertionError("no candidate forgot an output")


def test_the_persona_changes_how_they_behave_and_not_who_they_are(world):
    plain = scripted(assigned(world, 4))
    dressed = scripted(assigned(world, 4, context=Context(persona=PERSONA)))
    assert dressed.persona == msgspec.structs.replace(PERSONA, name=plain.persona.name)
    assert dressed.instruction.count("You are in a hurry.") == 1
    assert plain.persona.description not in dressed.instruction


def test_a_draft_is_as_hard_as_was_asked(world):
    fit = 0
    for number in range(10):
        candidate = scripted(assigned(world, number, context=Context(target={"writes": 2})))
        fit += sum(world[0].tools[action.tool].writes for action in candidate.actions) == 2
    assert fit >= 8  # a mistake may add a change or forget one


def test_a_world_without_material_says_what_was_lacking(world):
    def write(domain, base, seed):
        raise BlueprintError("material", "nobody has an order")

    barren = dataclasses.replace(world[0], write=write)
    with pytest.raises(BlueprintError, match=r"none of 50 drafts could be finished.*nobody has an order") as caught:
        scripted(assigned((barren, world[1])))
    assert caught.value.check == "writing"


class Answering:
    """A model that gives what it is told to give, and keeps what it was asked."""

    name = "double"

    def __init__(self, text):
        self.text, self.asked = text, []

    async def ask(self, request, at, read):
        self.asked.append((request, at))
        return read(Reply(text=self.text))


@pytest.fixture(scope="module")
def tiny():
    domain = tiny_domain()
    base = domain.generate(Seed.root(1), 5)
    return domain, base, draft(domain, base, Seed.root(4), "b0").blueprint


async def test_the_model_writer_makes_a_candidate_of_what_the_model_says(tiny):
    domain, base, blueprint = tiny
    model = Answering(msgspec.json.encode(from_blueprint(blueprint)).decode())
    candidate = await model_writer(assigned((domain, base), model=model))
    assert validate(domain, base, candidate).blueprint.actions == blueprint.actions
    ((asked, at),) = model.asked
    assert at == "task/0/0"
    assert asked.schema is not None


@pytest.mark.parametrize("text", ["{}", "I would rather not.", '{"thought": "hm"}'])
async def test_an_answer_that_is_no_proposal_is_one_that_cannot_be_read(tiny, text):
    domain, base, _ = tiny
    with pytest.raises(ValueError, match="JSON object"):
        await model_writer(assigned((domain, base), model=Answering(text)))


async def test_the_model_writer_needs_a_model(tiny):
    with pytest.raises(CastingError, match="needs a model"):
        await model_writer(assigned(tiny[:2]))


def test_the_prompt_holds_all_that_was_sampled(tiny):
    domain, base, blueprint = tiny
    key, row = next(iter(base.tables["loans"].rows.items()))
    context = Context(
        persona=PERSONA,
        tools=("get_loan",),
        sections=("Renewing",),
        rows=(Row(table="loans", key=key, document=msgspec.to_builtins(row), note="due soon"),),
        examples=(blueprint,),
        target={"writes": 1},
    )
    asked = request(assigned((domain, base), context=context))
    system, user = (message.content for message in asked.messages)
    assert domain.policy.text in system
    assert '"name":"get_loan"' in system
    assert "- renew_loan(loan_id (string))" in system
    for part in ("You are in a hurry.", "Renewing", f"loans {key} (due soon)", blueprint.goals[0].wish, "writes: 1"):
        assert part in user


def test_the_prompt_of_a_later_attempt_shows_the_last_one_and_what_was_wrong(tiny):
    domain, base, blueprint = tiny
    criticism = Plan(
        findings=(Finding(stage="committee", check="completeness", text="one wish is left", by="auditor"),)
    )
    user = request(assigned((domain, base), 0, 1, previous=blueprint, plan=criticism)).messages[1].content
    assert blueprint.goals[0].wish in user
    assert "1. completeness (auditor): one wish is left" in user
    assert "again" in user


class Retelling:
    """A model that tells a joined task in some words."""

    name = "teller"

    def __init__(self, *texts):
        self.texts = list(texts)

    async def ask(self, request, at, read):
        while self.texts:
            reply = Reply(text=msgspec.json.encode({"instruction": self.texts.pop(0)}).decode())
            try:
                return read(reply)
            except ValueError as error:
                self.wrong = str(error)
        raise ModelError(self.wrong, cause="unreadable")


async def test_a_joined_task_is_retold_only_with_every_value_that_the_person_knows(world):
    candidate = draft(*world, Seed.root(4), "joined").blueprint
    values = [value for fact in candidate.facts for value in fact.values]
    good = "You are somebody who knows " + " and ".join(values)
    retold = await load_writer("model").retell(candidate, Retelling("You are nobody.", good), "join/retell")
    assert retold == msgspec.structs.replace(candidate, instruction=good)
    with pytest.raises(ModelError, match="has to say"):
        await load_writer("model").retell(candidate, Retelling("You are nobody."), "join/retell")


@pytest.mark.parametrize(
    "reviewers",
    [("wishes", "changes", "answers"), ("wishes", "changes", "answers", "a model"), ("a model",), ()],
    ids=["coded", "more", "other", "none"],
)
def test_no_mistake_is_made_that_nobody_would_see(world, reviewers, monkeypatch):
    monkeypatch.setattr(scripting, "MISTAKES", {flaw.name: float(flaw.hidden) for flaw in FLAWS})
    monkeypatch.setattr(scripting, "_FLAWS", FLAWS)
    assigned_to = [assigned(world, number)._replace(reviewers=reviewers) for number in range(40)]
    written = [scripted(assignment) for assignment in assigned_to]
    monkeypatch.setattr(scripting, "MISTAKES", dict.fromkeys(scripting.MISTAKES, 0.0))
    spoilt = 0
    for assignment, candidate in zip(assigned_to, written, strict=True):
        if candidate != scripted(assignment):
            spoilt += 1
            try:
                validated = validate(*world, candidate)
            except BlueprintError:
                continue
            case = Case(world[0], *validated, base=world[1])
            assert not count([reviewer(case) for reviewer in scripting.CODED]).accepted
    assert (spoilt > 20) is bool(reviewers == ("wishes", "changes", "answers"))
    assert spoilt == 0 or reviewers == ("wishes", "changes", "answers")
