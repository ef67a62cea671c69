"""A world lists its wishes; the writer makes candidates of them."""

from __future__ import annotations

import pytest
from tests.engine.worldkit.lamps import LAMPS, LampDraft, a_person, base, free_light, light, nothing, owner, power

from interplay.engine.errors import BlueprintError
from interplay.engine.seeds import Seed
from interplay.engine.truth import execute
from interplay.engine.worldkit.writer import Writer

SEEDS = [Seed.root(number) for number in range(60)]
WRITE = Writer(
    LampDraft,
    changes=(light, power),
    questions=(owner,),
    denials=(free_light,),
    handed_over=(a_person,),
    counts=(1, 2),
    asking=0.3,
    forbidden=0.4,
    person=0.5,
)


def test_the_same_seed_gives_the_same_candidate_and_every_one_can_be_carried_out():
    kinds = set()
    for seed in SEEDS:
        try:
            candidate = WRITE(LAMPS, base(), seed)
        except BlueprintError:
            continue
        assert candidate == WRITE(LAMPS, base(), seed)
        assert f"wishes_{len(candidate.goals)}" in candidate.traits
        assert candidate.persona.name == "Ada Byron"
        execute(LAMPS.tools, base(), candidate)
        kinds |= {goal.kind for goal in candidate.goals}
        assert all(goal.kind != "hand_over" for goal in candidate.goals[:-1])
        assert sum(goal.kind in ("refuse", "hand_over") for goal in candidate.goals) <= 1
    assert kinds == {"write", "read", "refuse", "hand_over"}


def test_no_wish_is_made_twice():
    with pytest.raises(BlueprintError, match="anything for one more wish"):
        Writer(LampDraft, changes=(light,), counts=(2,))(LAMPS, base(), SEEDS[0])


def test_a_wish_that_cannot_be_gives_way_to_another():
    candidate = Writer(LampDraft, changes=(nothing, light), counts=(1,))(LAMPS, base(), SEEDS[0])
    assert [goal.wish for goal in candidate.goals] == ["My lamp is dark."]
    assert len(candidate.setup) == 1


def test_wishes_that_undo_each_other_are_no_candidate():
    def forgotten(draft: LampDraft, seed: Seed) -> None:
        draft.assertion("lamp_shines", expected=False)
        draft.finish("write", "Dark, please.", "You want it dark.", ("dark",))

    with pytest.raises(BlueprintError, match="leave each other alone"):
        Writer(LampDraft, changes=(forgotten, light), counts=(2,))(LAMPS, base(), SEEDS[0])


def test_a_world_without_questions_and_denials_has_changes_alone():
    write = Writer(LampDraft, changes=(light, power), counts=(1, 2), asking=1.0, forbidden=1.0)
    assert all({goal.kind for goal in write(LAMPS, base(), seed).goals} == {"write"} for seed in SEEDS[:10])
