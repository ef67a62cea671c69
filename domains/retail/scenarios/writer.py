"""Writer: puts a person, a few wishes and a persona together into a candidate.

It is the member of Phase 1 that needs no model. It proposes; the checks decide.
"""

from __future__ import annotations

from collections.abc import Callable

from interplay.domains.retail.rows import RetailDatabase
from interplay.domains.retail.scenarios import changes, denials, questions, swaps
from interplay.domains.retail.scenarios.draft import Draft, lacking
from interplay.domains.retail.scenarios.personas import persona
from interplay.engine.blueprint import Candidate
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.forge.instruction import compose
from interplay.engine.seeds import Seed

Wish = Callable[[Draft, Seed], None]

CHANGES: tuple[Wish, ...] = (
    changes.cancel,
    changes.change_address,
    changes.change_default_address,
    swaps.change_items,
    swaps.change_items,
    changes.change_payment,
    swaps.exchange,
    swaps.exchange,
    changes.give_back,
    changes.give_back,
)
QUESTIONS: tuple[Wish, ...] = (
    questions.tracking_number,
    questions.order_total,
    questions.order_status,
    questions.refund_sum,
    questions.options_in_stock,
    questions.cheapest_price,
    questions.card_balance,
    questions.shipping_address,
    questions.item_price,
)
DENIALS: tuple[Wish, ...] = (
    denials.cancel_too_late,
    denials.cancel_for_other_reason,
    denials.return_too_early,
    denials.refund_elsewhere,
    denials.pay_with_too_little,
    denials.somebody_elses_order,
)
COUNTS = (1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5)
"""How many wishes a person comes with."""
FORBIDDEN = 0.2
"""Share of blueprints with a wish whose right end is a no or a hand-over."""
ASKING = 0.25
"""Chance that a wish is a question."""


def write(domain: Domain[RetailDatabase], base: Base[RetailDatabase], seed: Seed) -> Candidate:
    """One candidate.

    Args:
        domain: the shop.
        base: its data.
        seed: decides everything.
    Raises:
        BlueprintError: the person's data does not have what a wish needs.
    """
    draft = Draft(domain, base, seed)
    draft.identify(seed.child("identity"))
    kinds = _kinds(seed)
    used: set[Wish] = set()
    for position, kind in enumerate(kinds):
        used.add(_add(draft, kind, used, seed.child("wish", position)))
    if not all(holds() for holds in draft.holds):
        raise lacking("wishes that leave each other alone")
    user = draft.user
    name = f"{user.name.first_name} {user.name.last_name}"
    character = persona(name, seed.child("persona"))
    return Candidate(
        id="",
        domain=domain.name,
        instruction=compose(character, draft.facts, draft.goals),
        persona=character,
        facts=tuple(draft.facts),
        goals=tuple(draft.goals),
        actions=tuple(draft.actions),
        outputs=tuple(draft.outputs),
        duties=tuple(draft.duties),
        untaken=draft.untaken,
        traits=tuple(sorted(draft.traits | {f"wishes_{len(kinds)}"})),
    )


def _kinds(seed: Seed) -> list[tuple[Wish, ...]]:
    """Of which kind each wish is, in order; at most one that is denied, and a hand-over always last."""
    count = seed.child("count").pick(COUNTS)
    found = [QUESTIONS if seed.child("kind", at).chance(ASKING) else CHANGES for at in range(count)]
    if seed.child("forbidden").chance(FORBIDDEN):
        if seed.child("person").chance(0.25):
            found[-1] = (denials.for_a_person,)
        else:
            found[seed.child("where").number % count] = DENIALS
    return found


def _add(draft: Draft, kind: tuple[Wish, ...], used: set[Wish], seed: Seed) -> Wish:
    """Add a wish of a kind: the first that the person has something for, none twice."""
    wishes = list(kind)
    seed.random().shuffle(wishes)
    for wish in wishes:
        if wish not in used and draft.attempt(wish, seed.child(wish.__name__)):
            return wish
    raise lacking("anything for one more wish")
