"""What one attempt starts from: it replays, it varies, and the rows stay those of the task."""

from collections.abc import Sequence

import pytest

from interplay.domains.retail import DOMAIN as RETAIL
from interplay.engine.blueprint import Blueprint, Persona
from interplay.engine.forge.sampling import linked_rows, sample
from interplay.engine.seeds import Seed
from interplay.engine.testing.tiny import tiny_domain

TINY = tiny_domain()
BASE = TINY.generate(Seed.root(1), 5)
SHOP = RETAIL.generate(Seed.root(1), 40)


class Known:
    """A run that has made some blueprints, and learned a sequence."""

    def __init__(self, made: Sequence[Blueprint] = (), learned: tuple[str, ...] = ()) -> None:
        self.made, self.learned = made, learned

    def examples(self, seed: Seed, count: int) -> Sequence[Blueprint]:
        return self.made[:count]

    def sequence(self, seed: Seed) -> tuple[str, ...]:
        return self.learned


def contexts(domain, base, known=None, count=60, **more):
    return [sample(domain, base, Seed.root(n), 0, known or Known(), **more) for n in range(count)]


@pytest.mark.parametrize(("domain", "base"), [(TINY, BASE), (RETAIL, SHOP)], ids=["tiny", "retail"])
def test_context_holds_only_what_the_world_has_and_replays(domain, base):
    found = contexts(domain, base)
    assert found == contexts(domain, base)
    for context in found:
        assert context.tools
        assert set(context.tools) <= set(domain.tools)
        assert all(f"# {section}" in domain.policy.text for section in context.sections)
        assert all(row.key in base.tables[row.table].rows for row in context.rows)


def test_tools_can_be_called_one_after_the_other():
    for context in contexts(RETAIL, SHOP):
        known = set(RETAIL.tells)
        for name in context.tools:
            assert RETAIL.tools[name].consumes <= known, context.tools
            known |= RETAIL.tools[name].produces


def test_walk_on_begins_with_a_lookup_and_follows_what_it_found():
    graph, told = RETAIL.graph, RETAIL.tells
    for number in range(60):
        walk = graph.walk_on(told, 4, Seed.root(number))
        assert walk == graph.walk_on(told, 4, Seed.root(number))
        assert len(walk) == len(set(walk)) == 4
        assert not RETAIL.tools[walk[0]].writes
        assert not RETAIL.tools[walk[1]].consumes.isdisjoint(RETAIL.tools[walk[0]].produces)
        assert not any(RETAIL.tools[name].hands_over for name in walk)
        assert not any(RETAIL.tools[name].writes for name in graph.walk_on(told, 9, Seed.root(number), writes=False))
    assert TINY.graph.walk_on((), 3, Seed.root(0)) == []


def test_how_much_there_is_of_each_varies():
    made = [TINY.write(TINY, BASE, Seed.root(n)) for n in range(5)]
    found = contexts(RETAIL, SHOP, Known(made), count=80)
    for part in ("tools", "sections", "rows", "examples"):
        assert len({len(getattr(context, part)) for context in found}) >= 3, part


def test_attempts_at_a_task_are_about_the_same_rows():
    for number in range(20):
        one, other = (sample(RETAIL, SHOP, Seed.root(number), attempt, Known()).rows for attempt in (0, 1))
        shared = min(len(one), len(other))
        assert shared
        assert one[:shared] == other[:shared]


def test_learned_sequence_is_mixed_with_walks():
    learned = ("find_user_id_by_email", "modify_user_address")
    drawn = [context.tools == learned for context in contexts(RETAIL, SHOP, Known(learned=learned), count=200)]
    assert 60 < sum(drawn) < 140


@pytest.mark.parametrize("writes", [0, 1, 3])
def test_target_decides_how_many_changes_are_walked_to(writes):
    learned = ("find_user_id_by_email", "modify_user_address")
    for context in contexts(RETAIL, SHOP, Known(learned=learned), target={"writes": writes}):
        assert sum(RETAIL.tools[name].writes for name in context.tools) == writes
        assert context.target == {"writes": writes}


def test_sections_are_those_whose_rules_judge_the_tools_and_a_few_others():
    for context in contexts(RETAIL, SHOP):
        relevant = {rule.section for name in context.tools for rule in RETAIL.policy.on(name)}
        assert len(set(context.sections) - relevant) <= 2
        assert not relevant or relevant & set(context.sections)


def test_persona_is_handed_on():
    persona = Persona(name="Ada", description="You write in few words.")
    assert sample(TINY, BASE, Seed.root(1), 0, Known(), persona=persona).persona == persona


def test_rows_of_a_world_without_its_own_material_name_each_other():
    for number in range(20):
        first, *others = linked_rows(SHOP, Seed.root(number))
        assert first.note == ""
        for row in others:
            table, key = row.note.removeprefix("named in ").split(" ", 1)
            assert any((each.table, each.key) == (table, key) for each in (first, *others))


def test_shop_rows_are_one_persons_and_say_what_makes_them_useful():
    for number in range(20):
        account, *others = RETAIL.material(SHOP, Seed.root(number))
        assert account.table == "users"
        assert "orders: " in account.note
        orders = {row.key: row for row in others if row.table == "orders"}
        assert set(orders) == set(account.document["orders"])
        assert all(row.note.startswith(row.document["status"]) for row in orders.values())
        bought = {item["product_id"] for row in orders.values() for item in row.document["items"]}
        products = [row for row in others if row.table == "products"]
        assert products
        for row in products:
            variants = row.document["variants"].values()
            assert row.key in bought
            assert row.note.startswith(f"{sum(v['available'] for v in variants)} of {len(variants)} variants in stock")
