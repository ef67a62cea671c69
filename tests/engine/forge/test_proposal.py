"""Proposals: what a model writes becomes a candidate, or an error that it can act on."""

from __future__ import annotations

import msgspec
import pytest

from interplay.engine.blueprint import Persona
from interplay.engine.domain import load_domain
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.assignment import Assignment, Context
from interplay.engine.forge.checks import validate
from interplay.engine.forge.derivation import cues_of, question_of, signs_of, topics_of
from interplay.engine.forge.drafting import draft
from interplay.engine.forge.form import Argument, Proposal, Step, schema
from interplay.engine.forge.proposal import from_blueprint, to_candidate
from interplay.engine.models.decoding import decode
from interplay.engine.models.exchange import Reply
from interplay.engine.seeds import Seed
from interplay.engine.telling import reports
from interplay.engine.testing.tiny import tiny_domain

PERSONA = Persona(name="Somebody Else", description="You write in few words.", verbosity="terse")


@pytest.fixture(scope="module", params=["tiny", "retail"])
def assignment(request):
    domain = tiny_domain() if request.param == "tiny" else load_domain("retail")
    return Assignment(domain, domain.generate(Seed.root(1), 60), Seed.root(2), 0, Context(persona=PERSONA))


def blueprints(assignment, count=25):
    for number in range(count):
        yield draft(assignment.domain, assignment.base, Seed.root(number), f"b{number}").blueprint


def check(assignment, candidate):
    return validate(assignment.domain, assignment.base, candidate).blueprint


def test_a_blueprint_told_as_a_proposal_comes_back_as_one_that_passes_every_check(assignment):
    for blueprint in blueprints(assignment):
        candidate = to_candidate(changed(from_blueprint(blueprint), instruction=""), assignment)
        again = check(assignment, candidate)
        assert again.actions == blueprint.actions
        assert again.untaken == blueprint.untaken
        assert [(f.key, f.values, f.say) for f in again.facts] == [(f.key, f.values, f.say) for f in blueprint.facts]
        assert (again.outputs, again.duties) == (blueprint.outputs, blueprint.duties)


def test_what_code_derives_lets_a_ledger_play(assignment):
    for blueprint in blueprints(assignment):
        candidate = to_candidate(from_blueprint(blueprint), assignment)
        for fact in candidate.facts:
            assert fact.question.endswith("?")
            assert any(cue in fact.question for cue in fact.cues)
        for goal in candidate.goals:
            assert goal.signs
            if goal.kind == "read":
                statements = [output.statement for output in candidate.outputs if output.goal == goal.id]
                assert any(reports(statement, goal.signs) for statement in statements)


def test_the_asked_persona_is_kept_under_the_name_in_the_data(assignment):
    blueprint = next(blueprints(assignment))
    persona = to_candidate(from_blueprint(blueprint), assignment).persona
    assert persona == msgspec.structs.replace(PERSONA, name=blueprint.persona.name)


def test_an_instruction_that_was_left_out_is_composed(assignment):
    proposal = msgspec.structs.replace(from_blueprint(next(blueprints(assignment))), instruction=" ")
    assert to_candidate(proposal, assignment).instruction.startswith("You are ")


def strict(node):
    """Whether a schema keeps to what strict servers take."""
    if node["type"] == "object":
        closed = node["additionalProperties"] is False and node["required"] == list(node["properties"])
        return closed and all(map(strict, node["properties"].values()))
    if node["type"] == "array":
        return strict(node["items"])
    return set(node) <= {"type", "enum"}


def test_the_schema_is_closed_complete_and_without_references(assignment):
    form = schema(assignment.domain.tools)
    assert strict(form)
    assert list(form["properties"]) == list(Proposal.__struct_fields__)


def test_a_proposal_survives_the_wire(assignment):
    proposal = from_blueprint(next(blueprints(assignment)))
    text = msgspec.json.encode(proposal).decode()
    for wrapped in (text, f"```json\n{text}\n```", f"<think>maybe {{}}</think>\n{text}", f"Here it is: {text} Done."):
        assert decode(Reply(text=wrapped), Proposal) == proposal


@pytest.mark.parametrize(
    ("text", "finish", "says"),
    [
        ("no idea", "stop", "begins with 'no idea'"),
        ("", "stop", "expected a JSON object"),
        ("thinking ...", "length", "cut off"),
        ('{"thought": 1}', "stop", "`\\$.thought`"),
        ('{"thought": "a"', "stop", "expected a JSON object"),
        ('{"thought": {}', "length", "cut off"),
        ("{" * 2000 + "}" * 2000, "stop", "form"),
    ],
)
def test_an_answer_that_cannot_be_read_says_why(text, finish, says):
    with pytest.raises(ValueError, match=says):
        decode(Reply(text=text, finish=finish), Proposal)


def step(tool="get_order_details", goal="g1", **arguments):
    pairs = tuple(Argument(name=name, value=value) for name, value in arguments.items())
    return Step(tool=tool, arguments=pairs, goal=goal)


@pytest.fixture(scope="module")
def shop():
    domain = load_domain("retail")
    return Assignment(domain, domain.generate(Seed.root(1), 60), Seed.root(2), 0, Context())


@pytest.fixture(scope="module")
def refusing(shop):
    for blueprint in blueprints(shop, 60):
        if any(goal.kind == "refuse" for goal in blueprint.goals):
            return from_blueprint(blueprint)
    raise AssertionError("no draft refuses anything")


def changed(proposal, **fields):
    return msgspec.structs.replace(proposal, **fields)


def test_what_makes_no_sense_is_told_so_that_a_writer_can_act(shop, refusing):
    wishes = refusing.wishes
    mute = tuple(msgspec.structs.replace(wish, statement="Certainly!") for wish in wishes)
    undecided = tuple(msgspec.structs.replace(wish, revision="Wait, no.", kind="write") for wish in wishes)
    cases = {
        "there is no tool 'get_ordr'": changed(refusing, actions=(step("get_ordr"),)),
        "there is no argument 'id'; it takes order_id": changed(refusing, actions=(step(id="#W1"),)),
        "given twice": changed(
            refusing, actions=(Step(tool="think", arguments=(Argument(name="thought", value=""),) * 2, goal=""),)
        ),
        "item_ids has to be a JSON array": changed(
            refusing, actions=(step("return_delivered_order_items", item_ids="one, two"),)
        ),
        "put the call that must not be made into `forbidden`": changed(refusing, forbidden=()),
        "has to say no clearly": changed(refusing, wishes=mute),
        "has a revision": changed(refusing, wishes=undecided, forbidden=()),
        "one call for each wish": changed(refusing, forbidden=refusing.forbidden * 2),
        "full name": changed(refusing, person=""),
        "has no values": changed(refusing, knows=tuple(msgspec.structs.replace(k, values=()) for k in refusing.knows)),
    }
    for says, proposal in cases.items():
        with pytest.raises(BlueprintError) as caught:
            to_candidate(proposal, shop)
        assert caught.value.check == "format"
        assert says in caught.value.text


def test_text_arguments_are_kept_as_they_are_and_others_are_read_as_json(shop):
    zip_code = step("find_user_id_by_name_zip", first_name="Ada", last_name="true", zip="02139")
    items = step("return_delivered_order_items", item_ids='["1", "2"]')
    proposal = from_blueprint(next(blueprints(shop)))
    candidate = to_candidate(changed(proposal, actions=(zip_code, items)), shop)
    assert candidate.actions[0].arguments == {"first_name": "Ada", "last_name": "true", "zip": "02139"}
    assert candidate.actions[1].arguments == {"item_ids": ["1", "2"]}


def test_a_question_for_a_fact_is_named_after_what_it_is_used_for():
    topics = topics_of("who", ["first_name", "last_name", "zip"])
    assert question_of(topics) == "Could you tell me the first name, last name and zip, please?"
    assert {"first name", "zip", "postal"} <= set(cues_of(topics))
    assert question_of(topics_of("g1.reason", [])) == "Could you tell me the reason?"
    assert "id" not in cues_of(topics_of("g1.order", ["order_id"]))


def test_an_answer_is_known_by_what_it_shares_with_the_question(shop):
    blueprint = next(b for b in blueprints(shop, 60) if b.outputs)
    output = msgspec.structs.replace(
        blueprint.outputs[0], value="9.50", statement="The total of the Desk Lamp (red) is $9.50."
    )
    assert signs_of(shop.domain.tools, "read", "What is the total?", [], [output]) == ("total",)
