"""Conversations that were recorded elsewhere, judged: by the benchmark's own rule as it judged them itself."""

import pytest

from interplay.domains.airline import DOMAIN
from interplay.engine.grading.judging import Judge
from interplay.engine.grading.marks import Agreement, Marks
from interplay.engine.grading.recorded import read_recorded
from interplay.engine.grading.shelf import Shelf
from interplay.engine.replaying.stage import Stage


@pytest.mark.recordings("recorded/airline_*.jsonl")
def test_its_own_rule_gives_the_reward_that_was_recorded(conformance_kit, recording):
    stage = Stage(DOMAIN, conformance_kit / "taubench" / "airline")
    judge = Judge(Shelf(stage.edition, stage.base, ()))
    marks = Marks(judge.grade(recorded) for recorded in read_recorded(recording))
    assert marks.ungraded == {}
    assert marks.rule_agreement == Agreement(len(marks.grades), len(marks.grades))
    rejected = [grade for grade in marks.graded if not grade.verdict.accepted]
    assert all(grade.reason for grade in rejected)
    assert all(grade.fault is not None for grade in rejected if grade.verdict.faults != ["expectation:empty"])
    assert all(grade.rule_reward == 1.0 for grade in marks.graded if grade.verdict.accepted)
