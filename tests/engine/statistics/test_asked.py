"""What a run was asked for is read from its config, and its bill from its replies."""

import msgspec
import pytest

from interplay.engine.errors import RunError
from interplay.engine.models.exchange import Reply, Usage
from interplay.engine.models.replies import FILE, Failure, Recorded
from interplay.engine.run import Run, RunConfig
from interplay.engine.seeds import Seed
from interplay.engine.statistics import Asked, asked_of, bill_of
from interplay.engine.statistics.asked import player_in
from interplay.engine.testing.tiny import generate

REPLY = Reply(text="x", usage=Usage(prompt=1_000_000, completion=500_000))


def run_at(path, **asked):
    return Run.create(
        path, RunConfig(domain="tiny", seed=1, units=1, settings={"asked": asked}), generate(Seed.root(1), 2)
    )


def reply(role, **rest):
    return Recorded(unit=0, at="a", hash="00", role=role, model="m", **{"reply": REPLY, **rest})


def keep(run, *replies):
    (run.path / FILE).write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in replies))


@pytest.mark.parametrize("settings", [{}, {"asked": {"play": {"trials": "some"}}}, {"asked": 1}, {"other": 1}])
def test_a_config_that_does_not_say_leaves_it_open(settings):
    assert asked_of(RunConfig(domain="tiny", seed=1, units=1, settings=settings)) == Asked()


def test_trials_and_feedback_are_read_among_all_that_a_config_says():
    settings = {"asked": {"play": {"trials": 4, "limits": {}}, "forge": {"feedback": False, "tasks": 3}, "exclude": []}}
    found = asked_of(RunConfig(domain="tiny", seed=1, units=1, settings=settings))
    assert (found.trials, found.feedback) == (4, False)


def test_a_config_that_asks_for_no_trials_asks_for_attempts():
    assert asked_of(RunConfig(domain="tiny", seed=1, units=1, settings={"asked": {}})).trials == 0


def test_a_run_without_replies_has_no_bill(tmp_path):
    run = run_at(tmp_path / "run")
    assert bill_of(run) is None
    keep(run)
    assert bill_of(run) is None


def test_a_bill_is_by_role_and_what_was_not_asked_costs_nothing(tmp_path):
    run = run_at(tmp_path / "run", prices={"m": {"prompt": 1.0, "completion": 2.0}}, budget=20.0)
    keep(
        run,
        reply("writer"),
        reply("agent"),
        reply("agent", again=1),
        reply("agent", origin="cache"),
        reply("agent", origin="replay"),
        reply("agent", reply=None, failure=Failure(cause="rate", text="429")),
    )
    bill = bill_of(run)
    assert bill is not None
    agent, writer = bill.roles
    assert (agent.calls, agent.again, agent.failed, agent.cached, agent.replayed) == (2, 1, 1, 1, 1)
    assert (agent.prompt, agent.completion, agent.cost) == (2_000_000, 1_000_000, 4.0)
    assert (writer.role, writer.cost) == ("writer", 2.0)
    assert (bill.cost, bill.budget) == (6.0, 20.0)


def test_without_a_price_the_cost_is_unknown(tmp_path):
    run = run_at(tmp_path / "run")
    keep(run, reply("agent"))
    bill = bill_of(run)
    assert bill is not None
    assert bill.cost is None


def test_a_damaged_reply_is_named(tmp_path):
    run = run_at(tmp_path / "run")
    (run.path / FILE).write_bytes(b'{"unit":"x"}\n')
    with pytest.raises(RunError, match="line 1"):
        bill_of(run)


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (None, "scripted, no model"),
        ({"actor": "wrong-item"}, "wrong-item"),
        ({"model": "m"}, "m"),
        ({"actor": "mine:make", "model": "m"}, "mine:make, on the model m"),
        ("somebody", ""),
    ],
)
def test_who_plays_is_said_in_words(agent, said):
    assert player_in({"roles": {"agent": agent}} if agent else {}, "agent") == said
