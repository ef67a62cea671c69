"""All 800 conversations become blueprints, and each can be played as it stands."""

from __future__ import annotations

import anyio
import msgspec
import pytest

from interplay.agents.reciting import RecitingHuman
from interplay.agents.turnwise import TurnwiseAgent
from interplay.domains.bfcl import DOMAIN
from interplay.domains.bfcl.blueprints import MORE, blueprints
from interplay.domains.bfcl.items import SETS, find, items
from interplay.engine.conversation import Limits, play
from interplay.engine.environment import Environment
from interplay.engine.errors import DataError
from interplay.engine.seeds import Seed
from interplay.engine.truth import execute
from interplay.engine.turns import judge_turns

pytestmark = pytest.mark.usefixtures("package")


@pytest.fixture(scope="module")
def base(package):
    return DOMAIN.generate(Seed.root(0), 1)


@pytest.mark.parametrize("which", SETS)
def test_every_script_of_a_set_becomes_a_blueprint(which):
    found = blueprints(which)
    assert len(found) == 200
    assert [each.id for each in found] == [f"multi_turn_{which}_{number}" for number in range(200)]
    early: list[tuple[str, str]] = []
    for each in found:
        offered = set(each.tools or ())
        for turn in each.turns:
            assert turn.say
            assert not offered & set(turn.reveals)
            offered |= set(turn.reveals)
            early += [(each.id, action.tool) for action in turn.actions if action.tool not in offered]
        assert sum(len(turn.actions) for turn in each.turns) == len(each.actions)
    # The one reference of the benchmark that calls a tool two turns before it is offered.
    assert early == ([("multi_turn_miss_func_49", "tail")] if which == "miss_func" else [])


def test_a_tool_that_comes_later_comes_with_words_of_its_own_and_is_needed_from_there():
    for each in blueprints("miss_func"):
        [turn] = [turn for turn in each.turns if turn.reveals]
        assert turn.say == MORE
        assert turn.actions


def test_a_value_that_is_withheld_leaves_a_turn_without_actions():
    assert all(any(not turn.actions for turn in each.turns) for each in blueprints("miss_param"))


@pytest.mark.parametrize("which", SETS)
def test_scripts_are_played_to_a_verdict_that_every_turn_is_met(base, which):
    for blueprint in blueprints(which)[::20]:
        truth = execute(DOMAIN.tools, base, blueprint)
        environment = Environment(DOMAIN.tools, truth.start.fork(), blueprint)
        human, agent = RecitingHuman(blueprint.brief), TurnwiseAgent(blueprint)
        played = anyio.run(play, human, agent, environment, Limits())
        verdicts = judge_turns(blueprint, truth, played.messages, environment.effects)
        assert len(verdicts) == len(blueprint.turns)
        assert all(verdict.met for verdict in verdicts), (blueprint.id, verdicts)
        assert environment.db.changes() == truth.changes


def test_doing_nothing_meets_no_script_whose_reference_changes_or_reads(base):
    for blueprint in blueprints("base")[::50]:
        truth = execute(DOMAIN.tools, base, blueprint)
        idle = TurnwiseAgent(msgspec.structs.replace(blueprint, turns=()))
        environment = Environment(DOMAIN.tools, truth.start.fork())
        played = anyio.run(play, RecitingHuman(blueprint.brief), idle, environment, Limits())
        assert not all(verdict.met for verdict in judge_turns(blueprint, truth, played.messages, environment.effects))


def test_a_reference_that_needs_a_tool_before_it_is_offered_cannot_be_met_as_it_stands(base):
    [blueprint] = [each for each in blueprints("miss_func") if each.id == "multi_turn_miss_func_49"]
    truth = execute(DOMAIN.tools, base, blueprint)
    environment = Environment(DOMAIN.tools, truth.start.fork(), blueprint)
    played = anyio.run(play, RecitingHuman(blueprint.brief), TurnwiseAgent(blueprint), environment, Limits())
    verdicts = judge_turns(blueprint, truth, played.messages, environment.effects)
    assert [verdict.turn for verdict in verdicts if not verdict.met] == [1]


def test_the_world_comes_with_all_of_them_in_order():
    assert [each.id for each in DOMAIN.scripts()[::200]] == [f"multi_turn_{which}_0" for which in SETS]
    assert len(DOMAIN.scripts()) == 800


def test_a_seed_picks_one_of_all(base):
    picked = {DOMAIN.write(DOMAIN, base, Seed.root(number)).id for number in range(30)}
    assert len(picked) > 20


def test_schemas_are_the_benchmarks_own_words():
    schema = DOMAIN.tools["mkdir"].schema["function"]
    assert schema["parameters"]["type"] == "object"
    assert schema["description"]
    assert len(DOMAIN.tools) == 128


def test_an_unknown_set_or_item_is_told_with_what_there_is():
    with pytest.raises(DataError, match="there is no set 'hard'; sets are base, miss_func"):
        items("hard")
    with pytest.raises(DataError, match="there is no item 'multi_turn_base_200'"):
        find("multi_turn_base_200")
