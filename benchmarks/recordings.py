"""How fast are public benchmarks replayed, loaded and forked, against the engine's floor?

Every task of the world with two sides is made ready, its reference run and its assertions asked, in one
process; against as many forks and as many bare calls of the cheapest tool. Loading each original database is
measured against decoding the same bytes with msgspec, and a fork of the world with the larger rows against one
of the shop. The data are not part of this repository: without them it says so and measures nothing.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

import msgspec

from benchmarks.material import publish
from interplay.engine.blueprint import Assertion
from interplay.engine.database import Base
from interplay.engine.domain import load_domain
from interplay.engine.environment import Environment
from interplay.engine.importing.blueprints import framed
from interplay.engine.importing.cases import CALLERS, Case, from_tau2
from interplay.engine.messages import Caller, ToolCall
from interplay.engine.replaying.stage import Stage
from interplay.engine.tools import Toolset
from interplay.engine.truth import begin, holds

REPOSITORY = Path(__file__).resolve().parent.parent
TWO_SIDED, SHOP, LARGE = "telecom", "retail", "airline"
ROUNDS = 5
FORKS = 10_000


def _kit() -> Path:
    named = os.environ.get("INTERPLAY_CONFORMANCE")
    return Path(named) if named else REPOSITORY.parent / "shared" / "conformance"


def _seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """CPU seconds of a piece of work, the median of some rounds."""
    found = []
    for _ in range(rounds):
        began = process_time()
        work()
        found.append(process_time() - began)
    return statistics.median(found)


def _task(stage: Stage, case: Case) -> None:
    """Make the world ready, run the reference, ask the questions."""
    tools = stage.tools
    start = begin(tools, stage.base, framed(stage.edition, stage.base, case))
    environment = Environment(tools, start.fork())
    for number, step in enumerate(case.steps):
        call = ToolCall(call_id=str(number), tool=step.name, arguments=step.arguments, by=CALLERS[step.side])
        assert environment.apply(call).refusal is None
    for question in case.questions:
        assertion = Assertion(tool=question.name, arguments=question.arguments, expected=question.expected)
        assert holds(tools, environment.db, assertion)


def _tasks(stage: Stage, cases: list[Case]) -> None:
    for case in cases:
        _task(stage, case)


def _call_often(environment: Environment, call: ToolCall) -> None:
    for _ in range(200):
        environment.apply(call)


def _cheapest(stage: Stage) -> tuple[float, str, Caller]:
    """The call without arguments that costs least, in CPU seconds, with its tool and whose it is."""
    bare = stage.tools.out_of_step()
    sides: tuple[tuple[Caller, Toolset], ...] = (("agent", bare), ("human", bare.human))
    found = []
    for by, tools in sides:
        for tool in tools.values():
            if not tool.parameters and not tool.writes:
                call = ToolCall(call_id="x", tool=tool.name, arguments={}, by=by)
                often = partial(_call_often, Environment(bare, stage.base.fork()), call)
                found.append((_seconds(often), tool.name, by))
    return min(found)


def _floor(stage: Stage, cases: list[Case], tool: str, by: Caller) -> None:
    """As many forks and as many calls, of the cheapest tool, with nothing kept in step."""
    bare = stage.tools.out_of_step()
    call = ToolCall(call_id="x", tool=tool, arguments={}, by=by)
    for case in cases:
        environment = Environment(bare, stage.base.fork())
        for _ in case.steps:
            environment.apply(call)


def _decode(files: list[Path]) -> None:
    for file in files:
        decode: Any = msgspec.toml.decode if file.suffix == ".toml" else msgspec.json.decode
        decode(file.read_bytes())


def _loading(kit: Path) -> dict[str, float]:
    """Loading each original database, as a ratio to decoding its bytes."""
    found = {}
    for project, worlds in (("tau", (SHOP, LARGE)), ("tau2", (SHOP, LARGE, TWO_SIDED))):
        for world in worlds:
            edition = load_domain(world).editions[project]
            directory = kit / ("taubench" if project == "tau" else project) / world
            tables = [directory / f"{name}.json" for name in edition.domain.database.row_types()]
            whole = [directory / f"{name}.{suffix}" for name in ("db", "user_db") for suffix in ("json", "toml")]
            files = [file for file in (tables if project == "tau" else whole) if file.is_file()]
            ratio = _ratio(partial(edition.read, directory), partial(_decode, files))
            found[f"{project}_{world}"] = round(ratio, 2)
    return found


def _forks(kit: Path) -> float:
    """Forks of the large world, as a ratio to forks of the shop, in turn."""
    large, shop = (Stage(load_domain(world), kit / "taubench" / world).base for world in (LARGE, SHOP))
    return _ratio(partial(_fork_often, large), partial(_fork_often, shop))


def _fork_often(base: Base[Any]) -> None:
    for _ in range(FORKS):
        base.fork()


def _ratio(ours: Callable[[], object], theirs: Callable[[], object]) -> float:
    """What one costs of the other: both in turn, and the least of each, since what disturbs only adds."""
    pairs = [(_seconds(ours, 1), _seconds(theirs, 1)) for _ in range(3 * ROUNDS)]
    return min(one for one, _ in pairs) / min(other for _, other in pairs)


def main() -> None:
    """Measure and print."""
    kit = _kit()
    if not kit.is_dir():
        publish("recordings", skipped=f"there is no {kit}; set INTERPLAY_CONFORMANCE to the directory that holds it")
        return
    stage = Stage(load_domain(TWO_SIDED), kit / "tau2" / TWO_SIDED)
    cases = [from_tau2(task, TWO_SIDED) for task in stage.tasks.values()]
    _, tool, by = _cheapest(stage)
    ours = _seconds(partial(_tasks, stage, cases), 3)
    floor = _seconds(partial(_floor, stage, cases, tool, by), 3)
    publish(
        "recordings",
        tasks=len(cases),
        calls=sum(len(case.steps) for case in cases),
        tasks_per_second=round(len(cases) / ours),
        floor_tasks_per_second=round(len(cases) / floor),
        floor_tool=tool,
        to_floor=round(ours / floor, 2),
        loading_to_decoding=_loading(kit),
        goal_loading=2.0,
        forks_to_shop=round(_forks(kit), 3),
        goal_forks=1.0,
    )


if __name__ == "__main__":
    main()
