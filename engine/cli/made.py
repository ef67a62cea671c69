"""Made: how a unit's blueprint came about, for a reader: what it is, who reviewed it, and what fell before it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.text import Text

from interplay.engine.blueprint import Action, Blueprint, Turn
from interplay.engine.cli.page import Page
from interplay.engine.forge.record import BlueprintRecord, Rejected
from interplay.engine.forge.review import CRITERIA, Review
from interplay.engine.inert import inert, inert_line
from interplay.engine.truth import described

SHOWN = 3
"""Candidates that fell, and findings on one, that are shown unless all are asked for."""


def print_fallen(page: Page, record: BlueprintRecord) -> None:
    """Print in a line how many candidates fell, and at what."""
    if record.rejected:
        fell = ", ".join(f"{count} at {check}" for check, count in record.fallen.items())
        before = " before this blueprint" if record.blueprint is not None else ""
        page.line(Text(f"candidates that fell{before}: {inert_line(fell)}", "dim"))


def print_making(page: Page, record: BlueprintRecord) -> None:
    """Print the blueprint, its reviews, and what fell before it."""
    if record.blueprint is not None:
        page.heading("blueprint")
        _print_origin(page, record)
        print_blueprint(page, record.blueprint)
    if record.reviews:
        page.heading("reviews", "each score from 0 to 10")
        _print_reviews(page, record.reviews)
    if record.probe is not None:
        page.heading("probe", f"a version spoilt on purpose: {inert_line(record.probe.flaw)}")
        _print_reviews(page, record.probe.reviews)
    if record.rejected:
        _print_rejected(page, record.rejected)


def _print_origin(page: Page, record: BlueprintRecord) -> None:
    if record.parents:
        page.labelled("joined from", inert_line(", ".join(record.parents)))
    elif record.given:
        page.labelled("made", "elsewhere; only played here")
    elif record.rejected:
        page.labelled("made in", f"task {record.task}, attempt {record.attempt}")
    if record.difficulty is not None:
        hard = msgspec.to_builtins(record.difficulty)
        page.labelled("difficulty", ", ".join(f"{name} {value}" for name, value in hard.items()))


def print_blueprint(page: Page, blueprint: Blueprint) -> None:
    """Print what is wanted, and what is right."""
    persona = blueprint.persona
    about = f"{persona.name}: {persona.mood}, {persona.verbosity}, tells things {persona.discloses}"
    page.labelled("person", inert_line(about))
    page.labelled("instruction", inert(blueprint.instruction))
    for goal in blueprint.goals:
        said = Text.assemble((f"{goal.kind}  ", "bold"), inert_line(goal.wish))
        page.labelled(f"goal {inert_line(goal.id)}", said)
    for name, rows in blueprint.rows.items():
        page.labelled("rows", inert_line(f"{name}: {', '.join(rows)}"))
    for setup in blueprint.setup:
        page.labelled("set up", page.called(setup.tool, setup.arguments))
    for number, turn in enumerate(blueprint.turns):
        page.labelled(f"turn {number}", _turn(turn))
    for action in blueprint.actions:
        page.labelled("action", _action(page, action))
    for goal_id, untaken in blueprint.untaken.items():
        page.labelled("not to do", _untaken(page, goal_id, untaken))
    for output in blueprint.outputs:
        page.labelled("output", inert_line(output.value))
    for assertion in blueprint.assertions:
        page.labelled("assertion", inert_line(described(assertion)))
    for duty in blueprint.duties:
        page.labelled("duty", inert_line(f"{duty.kind} ({duty.goal})"))
    if blueprint.traits:
        page.labelled("traits", inert_line(", ".join(blueprint.traits)))


def _action(page: Page, action: Action) -> Text:
    called = page.called(action.tool, action.arguments)
    return called if action.by == "agent" else called.append("  (by the human)", "dim")


def _turn(turn: Turn) -> Text:
    revealed = f"  (from here on: {inert_line(', '.join(turn.reveals))})" if turn.reveals else ""
    return Text(inert(turn.say)).append(revealed, "dim")


def _untaken(page: Page, goal_id: str, action: Action) -> Text:
    return page.called(action.tool, action.arguments).append(f"  ({inert_line(goal_id)})", "dim")


def _print_reviews(page: Page, reviews: Sequence[Review]) -> None:
    for review in reviews:
        if review.abstains:
            scores = "abstains"
        else:
            scores = ", ".join(f"{criterion} {getattr(review, criterion)}" for criterion in CRITERIA)
        page.line(Text.assemble((inert_line(review.reviewer), "bold"), f"  {scores}"))
        if review.reason:
            page.note(Text(page.cut(inert(review.reason)), "dim"))


def _print_rejected(page: Page, rejected: Sequence[Rejected]) -> None:
    page.heading("rejected candidates", "in the order of their making")
    shown = rejected if page.full else rejected[:SHOWN]
    for each in shown:
        _print_candidate(page, each)
    if len(shown) < len(rejected):
        page.line(Text(f"and {len(rejected) - len(shown):,} more; --full prints them", "dim"))


def _print_candidate(page: Page, rejected: Rejected) -> None:
    """One that fell: why, and what it was; all of it only where that is asked for."""
    where = f"joined from {', '.join(rejected.parents)}" if rejected.parents else f"task {rejected.task}"
    head = f"{inert_line(where)}, attempt {rejected.attempt}: fell at {inert_line(rejected.check)}"
    page.line(Text(head, "bold"))
    findings = rejected.findings if page.full else rejected.findings[:SHOWN]
    for finding in findings:
        by = f" ({finding.by})" if finding.by else ""
        what = Text(inert_line(f"{finding.stage}, {finding.check}{by}: "), "red")
        page.note(what.append(page.cut(inert(finding.text)), ""))
    if len(findings) < len(rejected.findings):
        page.note(Text(f"and {len(rejected.findings) - len(findings):,} more findings", "dim"))
    if rejected.candidate is None:
        return
    if page.full:
        print_blueprint(page, rejected.candidate)
        _print_reviews(page, rejected.reviews)
        return
    instruction = page.cut(inert_line(rejected.candidate.instruction))
    page.note(Text(f"actions: {len(rejected.candidate.actions)}; instruction: {instruction}", "dim"))
