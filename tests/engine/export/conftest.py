"""What tests of exports share: runs whose conversations were written down, not played."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from interplay.domains.retail import DOMAIN
from interplay.engine.conversation import Stopped
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.run import Run, RunConfig
from interplay.engine.seeds import Seed
from interplay.engine.trajectory import Scored, Trajectory, Trials
from interplay.engine.verifier import Unmet, Verdict

BASE = DOMAIN.generate(Seed.root(1), 3)
GOOD = Scored(Verdict(1.0, state=True, outputs=True, duties=True, policy=True, progress=1.0))
BAD = Scored(
    Verdict(
        0.0, state=True, outputs=True, duties=False, policy=True, progress=0.5, unmet=(Unmet("end", "it hung up"),)
    ),
    "agent",
)


def talk(word: str, *, thought: str = "") -> tuple[AnyMessage, ...]:
    """A conversation of one call, in which the human also does something of their own."""
    return (
        HumanMessage(text=f"Where is {word}?"),
        ToolCall(call_id="c1", tool="get_order_details", arguments={"order_id": word}, thought=thought),
        ToolResult(call_id="c1", content='{"at":"sea"}'),
        AgentMessage(text="At sea. Did you look?"),
        ToolCall(call_id="h1", tool="look", arguments={}, by="human"),
        ToolResult(call_id="h1", content="waves", by="human"),
        HumanMessage(text="I see \u001b waves."),
        AgentMessage(text="Good \u201cluck\u201d.", thought=thought),
        HumanMessage(text="Bye.", stop="satisfied"),
    )


def played(unit: int, *, trial: int = 0, outcome: Scored = GOOD, messages: Sequence[AnyMessage] = ()) -> Trajectory:
    """One conversation."""
    said = tuple(messages) or talk(f"#W{unit:07}")
    return Trajectory(unit, f"retail-{unit:04}", "00", Stopped("satisfied"), outcome, said, trial)


@pytest.fixture
def fabricate(tmp_path) -> Callable[..., Path]:
    """Makes a run of these conversations, in the order of their units."""

    def make(
        trajectories: Sequence[Trajectory],
        name: str = "run",
        made: dict[int, dict[str, Any]] | None = None,
        units: int | None = None,
    ) -> Path:
        path = tmp_path / name
        last = max((each.unit for each in trajectories), default=-1) + 1
        config = RunConfig(domain="retail", seed=7, units=last if units is None else units)
        by_unit = {each.unit: [t for t in trajectories if t.unit == each.unit] for each in trajectories}
        with Run.create(path, config, BASE).writing() as writing:
            for unit, trials in by_unit.items():
                blueprint = {"id": trials[0].blueprint, "domain": "retail"}
                record = {"unit": unit, "blueprint": blueprint, **(made or {}).get(unit, {})}
                writing.blueprints.write(unit, msgspec.json.encode(record))
                found = Trials(unit, trials[0].blueprint, tuple(trials))
                writing.trajectories.write(unit, msgspec.json.encode(found))
        return path

    return make
