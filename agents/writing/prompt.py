"""Prompt: what a model is told that shall write a task."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

import msgspec

from interplay.engine.blueprint import Blueprint
from interplay.engine.domain import Domain
from interplay.engine.forge.assignment import Assignment, Context, Row
from interplay.engine.forge.form import schema
from interplay.engine.forge.planning import render
from interplay.engine.forge.proposal import from_blueprint
from interplay.engine.models.exchange import Request, Said
from interplay.engine.tools import Tool, Toolset

OWN_ROWS = 3
"""Rows of each of the person's own tables that are shown at most."""

ROLE = """\
You invent tasks for testing customer service. A task is a person with one or more wishes, the tool calls with which a \
good employee fulfils them, and what the employee has to tell. Somebody who never sees the calls will play the \
person; a machine will carry the calls out on the data and compare."""

RULES = """\
A good task
- is about rows that exist: use only ids and values that stand in the data below, or that a call listed earlier \
returns. A value in a call is either told by the person (then it is in `knows`), or returned by an earlier call, or \
one of the words that the policy allows.
- lists every call a careful employee makes, in order: first finding out who the person is (`goal` empty), then for \
each wish the lookups it needs, then the change. No call may be refused by its tool or break the policy.
- has for every wish exactly what it needs and nothing that nobody wished for.
- words every wish as this person would say it, so that what is meant can be told from the wish, from what the \
person knows and from what the employee can look up. Nobody has to guess.
- keeps from the person what only the records show: internal ids that no customer has at hand stand neither in \
`instruction`, nor in `wishes`, nor in `knows`.
- is unlike the examples in what it is about.

The kinds of wishes
- write: something is changed. `actions` has the change with the wish's id as `goal`. With a change of mind, \
`revision` is what the person says instead of the first yes, `actions` has what is done in the end, and `forbidden` \
the call for what was wanted first.
- read: something is asked. `outputs` has each value to tell, exactly as the tool returns it or as it is counted, with \
a sentence that tells it.
- refuse: something the policy does not allow. `forbidden` has the call that must not be made, `statement` the \
employee's clear no with the reason, `insistence` may hold what the person says then.
- hand_over: something the policy allows and no tool can do. `actions` ends with handing over, `statement` says so.

Fields
- `thought`: think first: who, which rows, which rules, which calls.
- `person`: the full name from the data.
- `knows`: what the person can say. `key` is short and unique, such as "email" or "g1.order_id"; `goal` is the wish's \
id, or empty for who they are; each of `values` stands literally in the sentence `say`.
- `arguments`: name and value of each; a text as it is, a list or number as JSON.
- `outputs`: `value` literally in `statement`.
- `instruction`: the whole task told to whoever plays the person, beginning with "You are": who they are, what they \
want and why, what they know and when they say it, how they behave. No calls, no outcome.
"""

HANDS = """
The person's own things
- The person has things of their own and tools for them, listed below. The employee can neither call those tools nor \
see those things, and has to ask; the person does what they are asked to, tells what comes of it, and knows nothing \
of it before.
- A call of the person's stands in `actions` at its place, with "human" in `by` and the wish's id as `goal`; what the \
employee calls has "agent". First the looks that show what is wrong, then what puts it right, by whoever has the tool, \
and at the end the person's look that shows that all is well.
- `wishes` and `instruction` tell what the person notices, never what is wrong.
- `check` of a wish: how the person sees for themselves that it was met: a tool of theirs that changes nothing, and in \
`contains` what stands literally in its answer when all is done, and not before. With "" as `tool` they take the \
employee's word for it.
- `knows` may have what no call is made of, such as where the person is, with no `values`.
"""

SCENE = """
The world before anybody speaks
- `setup`: what is done to the world for this task, in order: what sets the scene and what is wrong. With "world" in \
`by` it is one of the setups listed below, with "agent" or "human" a tool of theirs. What is wrong has to be what \
keeps the person from what they wish for, and `actions` has to put all of it right.
"""

ROWS = """\
- `rows`: whole rows of the person's own things that this task begins with, `row` as JSON; only where no setup does it.
"""

END = """
The world at the end
- `assertions`: what has to be true at the end, each one of the questions listed below with its answer in `expected`; \
not all of them are so before.
- `judged`: what has to end as your calls leave it, beside the assertions: "all" that there is, the records of the \
employee ("agent"), where the person may put their own things right in several ways, or nothing ("none").
"""

ANSWER = """\
A field with nothing to say is "" or []. Answer with one JSON object of this form:
"""


def request(assignment: Assignment) -> Request:
    """What to ask a model for this attempt.

    Args:
        assignment: the world, what was sampled, and what was wrong with the last attempt.
    """
    domain, form = assignment.domain, schema(assignment.domain.tools)
    system = "\n\n".join(
        (
            ROLE,
            f"{RULES}{_sides(domain.tools)}{ANSWER}{msgspec.json.encode(form).decode()}",
            f"# Policy\n\n{domain.policy.text}",
            _tools(domain, assignment.context.tools),
            *_beside(domain.tools),
        )
    )
    user = "\n\n".join(part for part in (*_context(assignment), *_criticism(assignment), _order(assignment)) if part)
    messages = (Said(role="system", content=system), Said(role="user", content=user))
    return Request(messages=messages, schema=form, schema_name="task")


def _sides(tools: Toolset) -> str:
    """Rules for what this world has beside the employee's part."""
    parts = (
        (HANDS, tools.human),
        (SCENE, tools.setups),
        (ROWS, tools.human_tables),
        (END, tools.assertions),
    )
    found = "".join(text for text, there in parts if there)
    return f"{found}\n" if found else ""


def _tools(domain: Domain[Any], chosen: tuple[str, ...]) -> str:
    """Those that the task may be made of in full, the others in a line each."""
    full = [domain.tools[name] for name in dict.fromkeys(chosen) if name in domain.tools] or list(domain.tools.values())
    rest = [tool for tool in domain.tools.values() if tool not in full]
    lines = ["# Tools", *(_described(tool) for tool in full)]
    if rest:
        lines.append("There are also these, which take the arguments named:")
        lines += [f"- {tool.name}({', '.join(p.allowed for p in tool.parameters)})" for tool in rest]
    return "\n".join(lines)


def _beside(tools: Toolset) -> Iterable[str]:
    """What there is to call beside the employee's tools."""
    kinds = {"The person's tools": tools.human, "Setups": tools.setups, "Assertions": tools.assertions}
    for title, kind in kinds.items():
        if kind:
            yield "\n".join((f"# {title}", *(_described(tool) for tool in kind.values())))


def _described(tool: Tool[..., Any]) -> str:
    return msgspec.json.encode(tool.schema["function"]).decode()


def _context(assignment: Assignment) -> Iterable[str]:
    context, tools = assignment.context, assignment.domain.tools
    if context.rows:
        yield "# Data\n\nRows that the task may be about:\n" + "\n".join(_row(row) for row in context.rows)
    own = list(_own(assignment))
    if own:
        yield "# The person's own things\n\nAs they are before the setup:\n" + "\n".join(_row(row) for row in own)
    if context.persona is not None:
        yield f"# Person\n\nHow they behave: {context.persona.description}"
    if context.examples:
        yield "# Examples\n\nTasks that were accepted; be as good and write about something else:\n" + "\n".join(
            _shown(example, tools) for example in context.examples
        )
    wanted = list(_wanted(context, tools))
    if wanted:
        yield "# What is wanted\n\n" + "\n".join(wanted)


def _own(assignment: Assignment) -> Iterable[Row]:
    """The first rows of the person's own tables that are not shown already."""
    shown = {(row.table, row.key) for row in assignment.context.rows}
    for table in sorted(assignment.domain.human_tables):
        for key, row in islice(assignment.base.tables[table].rows.items(), OWN_ROWS):
            if (table, str(key)) not in shown:
                yield Row(table=table, key=str(key), document=msgspec.to_builtins(row, str_keys=True))


def _wanted(context: Context, tools: Toolset) -> Iterable[str]:
    if context.setups:
        yield f"Setups to make what is wrong of, as far as they go together: {', '.join(context.setups)}."
    if context.tools:
        named = [f"{name} (the person's)" if name in tools.human else name for name in context.tools]
        yield f"Tools that belong together, to be used about in this order: {' -> '.join(named)}."
    if context.sections:
        yield f"Sections of the policy that should matter: {'; '.join(context.sections)}."
    if context.target:
        asked = ", ".join(f"{name}: {number}" for name, number in sorted(context.target.items()))
        yield f"How hard it should be, exactly: {asked}."


def _row(row: Row) -> str:
    note = f" ({row.note})" if row.note else ""
    return f"- {row.table} {row.key}{note}: {msgspec.json.encode(row.document).decode()}"


def _criticism(assignment: Assignment) -> Iterable[str]:
    if assignment.previous is not None:
        yield f"# Your last attempt\n\n{_shown(assignment.previous, assignment.domain.tools)}"
    if assignment.plan is not None and assignment.plan.findings:
        yield f"# What was wrong with it\n\n{render(assignment.plan)}"


def _order(assignment: Assignment) -> str:
    if assignment.plan is not None and assignment.plan.findings:
        return "Write the task again so that none of this can be said of it. Keep what was good."
    return "Write one task."


def _shown(blueprint: Blueprint, tools: Toolset) -> str:
    """A blueprint as a model would have written it, in the schema's order."""
    parts = msgspec.to_builtins(from_blueprint(blueprint, tools))
    return msgspec.json.encode({name: parts[name] for name in schema(tools)["properties"]}).decode()
