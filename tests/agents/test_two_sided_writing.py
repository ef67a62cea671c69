"""Tasks in worlds of two sides: a model can write them, code checks them, and reviewers know them for what they are."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.engine.forge.test_proposal import strict
from tests.engine.two_sided import BASE, DARK, WORLD

from interplay.agents.oracle import OracleModel
from interplay.agents.reviewing.coded import answers, changes, wishes
from interplay.agents.reviewing.model import SIDES, balanced
from interplay.agents.writing.model import model as model_writer
from interplay.agents.writing.prompt import request
from interplay.engine.blueprint import Action, Blueprint, Fact, Setup
from interplay.engine.domain import Domain, load_domain
from interplay.engine.errors import BlueprintError, ModelError
from interplay.engine.forge.assignment import Assignment, Context
from interplay.engine.forge.checks import validate
from interplay.engine.forge.committee import count
from interplay.engine.forge.drafting import draft
from interplay.engine.forge.form import SidedProposal, form_of, schema
from interplay.engine.forge.probing import spoil
from interplay.engine.forge.proposal import from_blueprint, to_candidate
from interplay.engine.forge.review import Case
from interplay.engine.forge.sampling import sample
from interplay.engine.forge.symptoms import symptoms
from interplay.engine.models.exchange import Reply
from interplay.engine.seeds import Seed
from interplay.engine.testing.tiny import tiny_domain

CODED = (wishes, changes, answers)


@pytest.fixture(scope="module", params=["telecom", "mock"])
def world(request):
    domain = load_domain(request.param)
    return domain, domain.generate(Seed.root(3), 60)


@pytest.fixture(scope="module")
def phones():
    domain = load_domain("telecom")
    return domain, domain.generate(Seed.root(3), 60)


def assigned(domain: Domain[Any] = WORLD, base: Any = BASE, **more: Any) -> Assignment:
    more.setdefault("context", Context())
    return Assignment(domain, base, Seed.root(1), 0, **more)


def answering(proposal: object) -> OracleModel:
    return OracleModel(lambda request, at: Reply(text=msgspec.json.encode(proposal).decode()))


def written(**changed: Any) -> dict[str, Any]:
    """The dark lamp as a model would propose it, with some parts otherwise."""
    return {**msgspec.to_builtins(from_blueprint(DARK, WORLD.tools)), **changed}


def candidate(**changed: Any) -> Blueprint:
    return to_candidate(msgspec.convert(written(**changed), SidedProposal), assigned())


async def test_a_proposal_with_setup_human_acts_and_assertions_becomes_a_validated_blueprint():
    made = await model_writer(assigned(model=answering(written())))
    blueprint = validate(WORLD, BASE, made).blueprint
    assert (blueprint.setup, blueprint.assertions, blueprint.judged) == (DARK.setup, DARK.assertions, "all")
    assert [(a.by, a.tool) for a in blueprint.actions] == [(a.by, a.tool) for a in DARK.actions]
    assert blueprint.goals[0].check == DARK.goals[0].check
    assert {"connected", "fixed"} <= set(blueprint.goals[0].signs)


async def test_a_part_that_no_world_has_is_no_proposal():
    with pytest.raises(ModelError, match="weather"):
        await model_writer(assigned(model=answering(written(weather="fine"))))
    domain = tiny_domain()
    elsewhere = assigned(domain, domain.generate(Seed.root(1), 5), model=answering(written()))
    with pytest.raises(ModelError, match="unknown field"):
        await model_writer(elsewhere)


def call(tool: str, **more: Any) -> dict[str, Any]:
    return {"tool": tool, "arguments": [], "goal": "g", **more}


def setup(tool: str, by: str = "world") -> dict[str, Any]:
    return {"tool": tool, "arguments": [], "by": by}


def checked(tool: str, contains: str) -> list[dict[str, Any]]:
    wish = written()["wishes"][0]
    return [{**wish, "check": {"tool": tool, "arguments": [], "contains": contains}}]


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"setup": [setup("storm")]}, "setup 0: there is no setup 'storm'; with `by` 'world' it is one of cut_off"),
        ({"setup": [setup("cut_off", "agent")]}, "there is no tool of the employee 'cut_off'; .* one of connect"),
        ({"actions": [call("shake", by="human")]}, "no tool 'shake'; the employee's tools are look_up, connect; the p"),
        ({"actions": [call("press_switch", by="agent")]}, "is a tool of the person, so `by` has to be 'human'; the"),
        ({"actions": [call("connect", by="human")]}, "'agent'; the tools of the person are check_lamp, press_switch"),
        ({"assertions": [call("is_red", expected=True)]}, "there is no assertion 'is_red'; assertions are is_lit"),
        ({"assertions": [call("is_lit", expected=True, goal="x")]}, "there is no wish 'x'; wishes are g"),
        ({"assertions": [], "judged": "none"}, "assertions alone decide, and there are none"),
        ({"wishes": checked("press_switch", "on")}, "nothing that the person can look at; they can call check_lamp"),
        ({"wishes": checked("check_lamp", " ")}, "has to say in `contains` what check_lamp answers"),
        ({"rows": [{"table": "lamps", "key": "mine", "row": "on"}]}, "row lamps/mine has to be a JSON object"),
    ],
)
def test_what_a_world_does_not_have_is_told_with_what_it_has(changed, text):
    with pytest.raises(BlueprintError, match=text) as caught:
        candidate(**changed)
    assert caught.value.check == "format"


@pytest.mark.parametrize(
    ("changed", "check", "text"),
    [
        ({"actions": written()["actions"][:2], "wishes": checked("", "")}, "assertion", "is_lit.* does not hold"),
        ({"wishes": checked("check_lamp", "is blue")}, "check", "check_lamp does not show 'is blue'"),
        ({"rows": [{"table": "lamps", "key": "mine", "row": '{"switched_on": 1}'}]}, "setup", "lamps/mine would not"),
    ],
)
def test_what_does_not_come_true_is_found_by_doing_it(changed, check, text):
    with pytest.raises(BlueprintError, match=text) as caught:
        validate(WORLD, BASE, candidate(**changed))
    assert caught.value.check == check


def test_a_call_whose_maker_was_left_out_is_made_by_who_has_the_tool():
    steps = [{name: value for name, value in step.items() if name != "by"} for step in written()["actions"]]
    assert [action.by for action in candidate(actions=steps).actions] == ["agent", "agent", "human", "human"]


def test_blueprints_of_a_world_of_two_sides_survive_being_told_as_proposals(world):
    domain, base = world
    for number in range(30):
        blueprint = draft(domain, base, Seed.root(number), f"b{number}").blueprint
        text = msgspec.json.encode(from_blueprint(blueprint, domain.tools))
        proposal = msgspec.structs.replace(msgspec.json.decode(text, type=form_of(domain.tools)), instruction="")
        again = validate(domain, base, to_candidate(proposal, assigned(domain, base))).blueprint
        for part in ("actions", "setup", "rows", "assertions", "judged", "outputs", "untaken"):
            assert getattr(again, part) == getattr(blueprint, part)
        assert [goal.check for goal in again.goals] == [goal.check for goal in blueprint.goals]


def test_the_schema_is_strict_and_has_the_parts_that_the_world_has(world):
    domain, _ = world
    form = schema(domain.tools)
    assert strict(form)
    assert set(form["properties"]) == set(SidedProposal.__struct_fields__)
    assert form["properties"]["setup"]["items"]["properties"]["by"]["enum"] == ["world", "agent", "human"]
    assert not {"setup", "rows", "assertions", "judged"} & set(schema(tiny_domain().tools)["properties"])


def test_the_prompt_tells_what_there_is_on_the_person_s_side():
    context = Context(tools=("connect", "press_switch"), setups=("cut_off",), examples=(DARK,))
    system, user = (message.content for message in request(assigned(context=context)).messages)
    for title, name in (("The person's tools", "press_switch"), ("Setups", "cut_off"), ("Assertions", "is_lit")):
        assert f'"name":"{name}"' in system.partition(f"# {title}\n")[2].partition("\n\n")[0]
    assert '- lamps mine: {"lamp_id":""' in user
    assert '"by":"human"' in user
    assert "connect -> press_switch (the person's)" in user
    assert "as far as they go together: cut_off." in user
    domain = tiny_domain()
    plain = request(assigned(domain, domain.generate(Seed.root(1), 5))).messages
    assert not any(word in message.content for message in plain for word in ("Setups", "judged", "`by`"))


class Known:
    """A run that has made some blueprints."""

    def __init__(self, *made: Blueprint) -> None:
        self.made = made

    def examples(self, seed: Seed, count: int) -> tuple[Blueprint, ...]:
        return self.made[:count]

    def sequence(self, seed: Seed) -> tuple[str, ...]:
        return ()


def test_setups_are_sampled_with_what_shows_and_undoes_them(phones):
    found = [sample(*phones, Seed.root(number), 0, Known()) for number in range(60)]
    assert found == [sample(*phones, Seed.root(number), 0, Known()) for number in range(60)]
    assert {len(context.setups) for context in found} == {0, 1, 2, 3}
    tools = phones[0].tools
    for context in found:
        assert set(context.setups) <= set(tools.setups)
        assert bool(set(context.tools) & set(tools.human)) == any(symptoms(*phones, name) for name in context.setups)
    assert symptoms(*phones, "turn_data_off")[1:] == ("toggle_data",)
    assert symptoms(WORLD, BASE, "cut_off") == ()


def test_where_changes_are_counted_the_person_is_only_asked_to_look(phones):
    for number in range(30):
        context = sample(*phones, Seed.root(number), 0, Known(), target={"writes": 1})
        assert sum(phones[0].tools.every[name].writes for name in context.tools) == 1


def test_one_example_at_least_shows_both_sides_as_soon_as_there_is_one():
    plain = msgspec.structs.replace(DARK, setup=())
    for number in range(20):
        assert DARK in sample(WORLD, BASE, Seed.root(number), 0, Known(plain, plain, plain, DARK)).examples


def test_reviewers_without_a_model_pass_what_is_right(world):
    domain, base = world
    validated = [draft(domain, base, Seed.root(number), f"b{number}") for number in range(40)]
    cases = [Case(domain, each.blueprint, each.truth, base=base) for each in validated]
    accepted = sum(count([review(case) for review in CODED]).accepted for case in cases)
    assert accepted >= 0.95 * len(cases)


def test_reviewers_without_a_model_catch_most_of_what_no_check_sees(phones):
    domain, base = phones
    good = [draft(domain, base, Seed.root(number), f"b{number}").blueprint for number in range(40)]
    spoilt = [spoil(domain, base, blueprint, Seed.root(number)) for number, blueprint in enumerate(good)]
    cases = [Case(domain, each.validated.blueprint, each.validated.truth, base=base) for each in spoilt if each]
    caught = sum(not count([review(case) for review in CODED]).accepted for case in cases)
    assert caught >= 0.75 * len(cases) > 20


def reviewed(blueprint: Blueprint) -> str:
    validated = validate(WORLD, BASE, blueprint)
    return wishes(Case(WORLD, validated.blueprint, validated.truth, base=BASE)).reason


def test_a_change_that_the_person_would_not_miss_is_one_that_nobody_wished_for():
    assert reviewed(DARK) == ""
    other = {"lamp_id": "lamp_1002"}
    beside = msgspec.structs.replace(
        DARK,
        instruction=f"{DARK.instruction} You also have lamp_1002.",
        facts=(*DARK.facts, Fact(key="other", values=("lamp_1002",), say="I have lamp_1002.", question="", cues=())),
        setup=(*DARK.setup, Setup(tool="cut_off", arguments=other)),
        actions=(Action(tool="connect", arguments=other, goal="g"), *DARK.actions),
    )
    assert "nobody wished for connect in g" in reviewed(beside)


def test_a_model_reviewer_sees_the_setup_who_acted_and_both_sides():
    validated = validate(WORLD, BASE, DARK)
    system, user = (m.content for m in balanced.request(Case(WORLD, *validated)).messages)
    assert SIDES in system
    for part in (
        'they see that it is met when check_lamp {} shows "is lit"',
        'before anybody speaks\n- own {"lamp_id":"lamp_1001"}\n- cut_off',
        "for g, by the person: press_switch {}",
        '# Changes in the records\n{"op":"replace","path":"/register/lamp_1001/connected","value":true}',
        '# Changes to the person\'s own things\n{"op":"replace","path":"/lamps/mine',
        "has to be true at the end\n- is_lit()",
    ):
        assert part in user
