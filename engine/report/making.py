"""Making: the sections about blueprints: what was made, how many attempts it took, who reviewed it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from interplay.engine.forge.probing import TOGETHER
from interplay.engine.pages.figures import bars, shares
from interplay.engine.report.gathering import Gathered
from interplay.engine.report.section import Cell, Section, Table, counted, estimated, listed, part, sentence
from interplay.engine.run import RunConfig
from interplay.engine.statistics.asked import SCRIPTED, player_in
from interplay.engine.statistics.funnel import funnel
from interplay.engine.statistics.making import OVERALL, Reviewing

ROLES = {"writer": "Blueprints written by", "human": "The human", "agent": "The agent", "judge": "Replies judged by"}


def made(sides: Sequence[Gathered]) -> Section:
    """What each run is."""
    labels = list(dict.fromkeys(label for side in sides for label, _ in _facts(side)))
    facts = [dict(_facts(side)) for side in sides]
    rows = tuple((label, *(each.get(label, "") for each in facts)) for label in labels)
    columns = ("", *(side.name for side in sides)) if len(sides) > 1 else ("", "")
    findings = tuple((side.name if len(sides) > 1 else "", state(side)) for side in sides)
    return Section(
        "made",
        "What was made",
        findings,
        tables=(Table("The run" if len(sides) == 1 else "The runs", columns, rows, prose=True),),
    )


def yields(sides: Sequence[Gathered]) -> Section | None:
    """How many attempts came how far; None where no blueprints were made."""
    if not any(side.report.making.counts.tasks or side.report.making.counts.fallen for side in sides):
        return None
    stages = {side.name: {each.name: each.left for each in funnel(side.report.making.counts)} for side in sides}
    fallen = {side.name: dict(side.report.making.counts.fallen) for side in sides}
    tasks = {
        side.name: [
            ("first attempt, without feedback", side.report.making.first_attempt),
            (f"any attempt, {_told(side)}", side.report.making.any_attempt),
        ]
        for side in sides
        if side.report.making.counts.tasks
    }
    figures = (
        bars(
            "funnel",
            "How far attempts came",
            "what was left after each stage; an attempt falls at one of them",
            stages,
            wholes={name: each["attempted"] for name, each in stages.items()},
            counted="attempts",
        ),
        shares("tasks", "Tasks that became blueprints", "", tasks),
        bars("fallen", "Where attempts fell", "", fallen, counted="attempts that fell"),
    )
    findings = tuple((side.name if len(sides) > 1 else "", _yield(side)) for side in sides)
    return Section("yield", "From tasks to blueprints", findings, figures)


def committee(sides: Sequence[Gathered]) -> Section | None:
    """How far reviewers can be relied on; None where nobody reviewed."""
    several = len(sides) > 1
    tables, findings = list[Table](), list[tuple[str, str]]()
    for side in sides:
        found = side.report.making.reviewing
        if found is not None:
            tables += _reviews(f"{side.name}: " if several else "", found)
            findings.append((side.name if several else "", _reviewed(found)))
    if not findings:
        return None
    note = (
        "A reviewer is measured on blueprints that were spoilt on purpose, in ways that no check can see, and on "
        "accepted ones. Kappa is 1 for full agreement and 0 for what chance would give."
    )
    return Section("committee", "The committee", tuple(findings), tables=tuple(tables), note=note)


def flat(config: RunConfig) -> dict[str, str]:
    """Everything that a run's config says, by where it says it."""
    found: dict[str, str] = {"world": config.domain, "seed": str(config.seed), "units": f"{config.units:,}"}
    found["data"] = config.data_digest[:16]
    found |= {f"version of {name}": version for name, version in config.versions.items()}
    found |= dict(_leaves("", config.settings.get("asked", config.settings)))
    if "asked" in config.settings:
        found |= dict(_leaves("data", config.settings.get("data", {})))
    return found


def _leaves(where: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from _leaves(f"{where}.{key}" if where else str(key), inside)
    elif isinstance(value, list | tuple) and any(isinstance(each, dict) for each in value):
        for at, inside in enumerate(value):
            yield from _leaves(f"{where}[{at}]", inside)
    else:
        yield where, ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _facts(side: Gathered) -> Iterator[tuple[str, str]]:
    config, report = side.run.config, side.report
    asked = config.settings.get("asked", {})
    asked = asked if isinstance(asked, dict) else {}
    yield "World", config.domain
    yield "Seed", str(config.seed)
    yield "Units", f"{report.done:,} of {report.units:,} done"
    yield "Conversations", f"{report.conversations:,}"
    for role, label in ROLES.items():
        who = _who(asked, role)
        if who:
            yield label, who
    reviewing = report.making.reviewing
    names = [each.reviewer for each in reviewing.reviewers if each.reviewer != TOGETHER] if reviewing else []
    yield "Reviewed by", listed(names) or "nobody"
    yield "Verdicts", "by code: the state that a conversation leaves, what was told, the policy's rules"
    yield "Data", config.data_digest[:16]
    yield "Made with", ", ".join(f"{name} {version}" for name, version in config.versions.items())


def _who(asked: dict[str, Any], role: str) -> str:
    if role == "writer" and asked.get("blueprints"):
        return f"given: {asked['blueprints']}"
    who = player_in(asked, role)
    return "" if role == "judge" and who == SCRIPTED else who


def state(side: Gathered) -> str:
    """What a run is and whether it is done, in a sentence."""
    report, config = side.report, side.run.config
    if not report.conversations:
        return sentence(f"nothing has been played yet of the {counted(report.units, 'unit')} of this run")
    left = report.units - report.done
    state = (
        f"{counted(report.conversations, 'conversation')} in the world {config.domain}, made from seed {config.seed}"
    )
    if left:
        state += f"; {counted(left, 'unit')} {'is' if left == 1 else 'are'} still to be done"
    return sentence(state + (", and the run is not closed: it is being written or was cut short" if side.open else ""))


def _told(side: Gathered) -> str:
    return "with feedback" if side.report.making.feedback else "each begun anew"


def _yield(side: Gathered) -> str:
    making = side.report.making
    counts = making.counts
    if not counts.tasks:
        if not counts.joined and making.blueprints:
            return sentence(f"no task was written: {counted(making.blueprints, 'blueprint')} came from elsewhere")
        return sentence(f"no task was written; {counted(counts.joined, 'blueprint')} joined from others")
    what = "a blueprint" if counts.accepted == 1 else "blueprints"
    became = f"{counts.accepted:,} became {what}, {estimated(making.any_attempt)}"
    text = f"of {counted(counts.tasks, 'task')} {became}"
    more = counts.accepted - counts.first
    if making.feedback:
        text += f"; {counts.first:,} at the first attempt, so telling the writer what was wrong brought {more:,} more"
    else:
        text += f"; {counts.first:,} at the first attempt and {more:,} at a later one that began anew"
    if counts.joined:
        text += (
            f". {counted(counts.joined, 'more blueprint')} {'was' if counts.joined == 1 else 'were'} joined from others"
        )
    return sentence(text)


def _reviewed(found: Reviewing) -> str:
    together = next((each for each in found.reviewers if each.reviewer == TOGETHER), None)
    parts = []
    if together is not None and together.shown:
        parts.append(f"the committee caught {part(together.caught, together.shown, 'blueprints spoilt on purpose')}")
    elif found.reviewers:
        parts.append("no spoilt blueprint was shown to the committee, so nothing shows that it would catch one")
    overall = found.agreement.get(OVERALL)
    if overall is not None:
        parts.append(f"its members' votes agree in {100 * overall.observed:.1f} % of pairs")
    text = sentence("; ".join(parts)) if parts else ""
    if found.unreliable:
        text += (
            f" {sentence('do not rely on ' + listed(found.unreliable) + f', who caught less than {found.floor:.0%}')}"
        )
    return text


def _reviews(before: str, found: Reviewing) -> Iterator[Table]:
    if found.reviewers:
        rows = tuple(
            (
                each.reviewer,
                f"{each.caught:,} of {each.shown:,}",
                f"{each.passed:,} of {each.good:,}",
                f"{each.abstained:,}",
                Cell("unreliable", look="bad") if each.unreliable else "",
            )
            for each in found.reviewers
        )
        yield Table(f"{before}reviewers", ("", "spoilt caught", "accepted passed", "abstained", ""), rows)
    if found.agreement:
        agreed = tuple(
            (name, "undefined" if each.kappa is None else f"{each.kappa:.2f}", f"{100 * each.observed:.1f} %")
            for name, each in found.agreement.items()
        )
        yield Table(f"{before}agreement", ("criterion", "Fleiss' kappa", "votes that agree"), agreed)
