"""Model reviewers: a language model judges a blueprint, each with an emphasis of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from interplay.engine.blueprint import Blueprint
from interplay.engine.casting import on_model
from interplay.engine.database import to_patch
from interplay.engine.errors import CastingError
from interplay.engine.forge.review import CRITERIA, Case, Review, Score
from interplay.engine.models.decoding import decode
from interplay.engine.models.exchange import Reply, Request, Said
from interplay.engine.truth import described

RESULT_CHARACTERS = 4000
"""Of a tool's result that a reviewer is shown, at most."""

ROLE = """\
You review tasks for testing customer service. A task is what a person wants, and the tool calls with which a good \
employee fulfils it. The calls were carried out: you see what they returned and what they changed. That they can be \
carried out and break no coded rule is settled; whether they are what this person asked for is yours to judge.

Score from 0 (wholly wrong) to 10 (nothing to improve); 6 or more means that you would accept it:
- correctness: the calls, with these very arguments, are what policy and data allow for this intent. The right thing \
is changed, to what was asked for. What is declined has to be declined.
- completeness: every wish is served, declined or handed over, and nothing is done or told that nobody asked for.
- satisfaction: the person would be content with the end, or knows why not. Whoever plays them knows what to say.
- creativity: the task is a plausible one, and unlike the examples.
Look for what is wrong before you score; compare each wish with the calls made for it, value by value. If you \
cannot judge the task at all, abstain.

Answer with one JSON object: `reason` first, in one to three sentences that a writer can act on, then the scores, then \
`abstains`."""

SIDES = """\
The person has things of their own, and tools for them that the employee cannot call: calls "by the person" are what \
the employee asks them to do. What was done to the world before anybody spoke is what is wrong with it; the person \
knows only what they notice. Such a task is good when every call is a means to what they wish for, when what is wrong \
could be found out with the calls listed, and when what has to be true at the end is what they wish for. Calls that \
no wish names are right where the wish cannot be met without them."""
BALANCED = "Give every criterion the same care."
POLICY = """\
You read the policy as a lawyer would. For each call, and for each refusal, find the sentence of the policy that \
allows or demands it. A refusal that no sentence demands is as wrong as a change that a sentence forbids."""
CUSTOMER = """\
You stand up for the customer. Read each wish as the person means it, and ask whether this is what they would get: \
each thing they asked for, with the options, the way of paying and the place that they named, and nothing they did \
not ask for. Ask, too, whether they could know all that they are to say."""
DATA = """\
You audit the records. Go through the changes line by line, and find for each the words of the person that ask for it. \
Compare ids, options, amounts and addresses with what the lookups returned; look for another row that fits the words \
better."""


class _Opinion(msgspec.Struct, frozen=True, kw_only=True):
    """A review as a model writes it."""

    reason: Annotated[str, msgspec.Meta(min_length=1)]
    correctness: Score
    completeness: Score
    satisfaction: Score
    creativity: Score
    abstains: bool


SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "reason": {"type": "string"},
        **{criterion: {"type": "integer", "enum": list(range(11))} for criterion in CRITERIA},
        "abstains": {"type": "boolean"},
    },
    "required": ["reason", *CRITERIA, "abstains"],
    "additionalProperties": False,
}


@on_model
class ModelReviewer:
    """Asks the case's model for a review.

    Args:
        name: stands in the reviews.
        emphasis: what to look at most; the user's own words as well as ours.
    """

    def __init__(self, name: str, emphasis: str) -> None:
        self.name = name
        self.emphasis = emphasis

    def with_prompt(self, prompt: str) -> ModelReviewer:
        """The same reviewer with another emphasis.

        Args:
            prompt: what to look at most.
        """
        return ModelReviewer(self.name, prompt)

    async def __call__(self, case: Case) -> Review:
        """A review; an abstention where the model gives none.

        Raises:
            CastingError: there is no model in this reviewer's role.
            ModelError: no usable answer could be had; the committee counts that as an abstention.
        """
        if case.model is None:
            raise CastingError(f"the reviewer {self.name!r} needs a model, and its role has none")
        opinion = await case.model.ask(self.request(case), case.at, _read)
        if opinion.abstains:
            return Review(reviewer=self.name, abstains=True, reason=opinion.reason)
        return Review(
            reviewer=self.name,
            correctness=opinion.correctness,
            completeness=opinion.completeness,
            satisfaction=opinion.satisfaction,
            creativity=opinion.creativity,
            reason=opinion.reason,
        )

    def request(self, case: Case) -> Request:
        """What the model is asked.

        Args:
            case: the blueprint and what its actions did.
        """
        role = f"{ROLE}\n\n{SIDES}" if case.domain.tools.human else ROLE
        system = f"{role}\n\n{self.emphasis}\n\n# Policy\n\n{case.domain.policy.text}"
        messages = (Said(role="system", content=system), Said(role="user", content="\n".join(_shown(case))))
        return Request(messages=messages, schema=SCHEMA, schema_name="review")


def _read(reply: Reply) -> _Opinion:
    return decode(reply, _Opinion)


def _shown(case: Case) -> Iterator[str]:
    """The case as text: the task, what is done for it, and what that does."""
    blueprint = case.blueprint
    yield f"# Task\n\n{blueprint.instruction}\n\n# What the person wants"
    duties = blueprint.duty_of
    for goal in blueprint.goals:
        yield f'- {goal.id} ({goal.kind}): "{goal.wish}"'
        if goal.revision:
            yield f'  instead of the first yes: "{goal.revision}"'
        if goal.insistence:
            yield f'  told no: "{goal.insistence}"'
        if goal.id in duties:
            yield f'  the employee has to say: "{duties[goal.id].statement}"'
        if goal.check is not None:
            call = f"{goal.check.tool} {_json(goal.check.arguments)}"
            yield f"  they see that it is met when {call} shows {_json(goal.check.contains)}"
        if goal.id in blueprint.untaken:
            untaken = blueprint.untaken[goal.id]
            yield f"  must not be done: {untaken.tool} {_json(untaken.arguments)}"
    yield "\n# What the person knows"
    yield from (f'- {fact.goal or "who they are"}: "{fact.say}"' for fact in blueprint.facts)
    yield from _before(blueprint)
    yield "\n# Calls, with what they returned"
    for index, action in enumerate(blueprint.actions):
        content = case.truth.result(index).content
        cut = f"{content[:RESULT_CHARACTERS]} ..." if len(content) > RESULT_CHARACTERS else content
        purpose = f"{action.goal or 'finding the person'}{', by the person' if action.by == 'human' else ''}"
        yield f"{index}. for {purpose}: {action.tool} {_json(action.arguments)}\n   {cut}"
    yield from _changes(case)
    yield "\n# What the employee has to tell"
    yield from (f"- for {o.goal}: {o.statement}" for o in blueprint.outputs) if blueprint.outputs else ("nothing",)
    if blueprint.assertions:
        yield "\n# What has to be true at the end"
        yield from (f"- {described(each)}" for each in blueprint.assertions)
    if case.examples:
        yield "\n# Examples accepted before"
        yield from (f"- {example.instruction}" for example in case.examples)


def _before(blueprint: Blueprint) -> Iterator[str]:
    """How the world is made for the task; nothing where it is as it always is."""
    if not blueprint.rows and not blueprint.setup:
        return
    yield "\n# Done to the world before anybody speaks"
    for table, rows in blueprint.rows.items():
        yield from (f"- {table} {key}: {'taken away' if row is None else _json(row)}" for key, row in rows.items())
    yield from (f"- {setup.tool} {_json(setup.arguments)}" for setup in blueprint.setup)


def _changes(case: Case) -> Iterator[str]:
    """What differs at the end, on the employee's side and, where there is one, on the person's."""
    own = case.domain.human_tables
    titles = {False: "# Changes in the records", True: "# Changes to the person's own things"}
    for theirs, title in titles.items():
        if theirs and not own:
            return
        changes = {at: row for at, row in case.truth.changes.items() if (at[0] in own) is theirs}
        operations = to_patch(changes).operations()
        yield f"\n{title}"
        yield from (_json(operation) for operation in operations) if operations else ("none",)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


balanced = ModelReviewer("model", BALANCED)
policy_lawyer = ModelReviewer("policy-lawyer", POLICY)
customer_advocate = ModelReviewer("customer-advocate", CUSTOMER)
data_auditor = ModelReviewer("data-auditor", DATA)
