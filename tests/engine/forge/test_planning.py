"""Planning: one plan of all findings, in order, nothing twice."""

from __future__ import annotations

from interplay.engine.errors import BlueprintError
from interplay.engine.forge.assignment import Finding
from interplay.engine.forge.planning import finding, plan, render


def said(check, text, by="", stage="committee"):
    return Finding(stage=stage, check=check, text=text, by=by)


def test_a_failed_check_becomes_a_finding_of_that_check():
    found = finding(BlueprintError("execution", "action 2 was refused"))
    assert (found.stage, found.check, found.text) == ("checks", "execution", "action 2 was refused")


def test_a_writer_that_wrote_nothing_is_found_before_the_checks():
    assert finding(BlueprintError("material", "no order")).stage == "writing"


def test_code_speaks_before_reviewers_and_each_check_once_in_a_row():
    made = plan(
        [
            said("creativity", "a"),
            said("correctness", "b"),
            said("creativity", "c"),
            finding(BlueprintError("leak", "d")),
        ]
    )
    assert [(f.check, f.text) for f in made.findings] == [
        ("leak", "d"),
        ("creativity", "a"),
        ("creativity", "c"),
        ("correctness", "b"),
    ]
    assert made.checks == {"leak", "creativity", "correctness"}


def test_what_two_reviewers_say_alike_stands_once():
    made = plan([said("correctness", "Wrong  order.", "a"), said("correctness", "wrong order.", "b")])
    assert [f.by for f in made.findings] == ["a"]


def test_the_text_numbers_the_findings_and_tells_what_is_certain():
    text = render(plan([said("correctness", "wrong order", "auditor"), finding(BlueprintError("leak", "tells an id"))]))
    assert text.splitlines() == [
        "Checked by code, which is certain:",
        "1. leak: tells an id",
        "Said by reviewers, who may be wrong:",
        "2. correctness (auditor): wrong order",
    ]


def test_an_empty_plan_gives_no_text():
    assert render(plan([])) == ""
