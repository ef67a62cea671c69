"""A policy's text: what can be read off it."""

from __future__ import annotations

from pathlib import Path

import pytest

from interplay.engine.policy import Policy

TEXT = """# Desk
It is 2024-05-15, 15:00. Two bags are free, each of 3 more costs $50, insurance $1,030.50. <!-- rule: bags-7 -->
Flights such as AB12 or R2D2 are late by 90 minutes. A fee of 2.5% | 0 | 1 |
"""


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Policy:
    (tmp_path / "desk_with_figures").mkdir()
    (tmp_path / "desk_with_figures" / "policy.md").write_text(TEXT)
    (tmp_path / "desk_with_figures" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    return Policy("desk_with_figures", "policy.md", ())


def test_figures_are_the_numbers_that_stand_by_themselves(policy: Policy) -> None:
    assert policy.figures == {3, 50, 1030.5, 90, 2.5, 0, 1}


def test_marks_are_no_part_of_the_text(policy: Policy) -> None:
    assert "rule:" not in policy.text
    assert "bags-7" in policy.marked_text
