"""Attempts at a blueprint fall at one stage each, and what is left is what was accepted."""

from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.forge.record import Yield
from interplay.engine.statistics.funnel import funnel

NAMES = (
    "writing:provider",
    "checks:format",
    "checks:execution",
    "checks:policy",
    "checks:leak",
    "committee:creativity",
)


@given(st.dictionaries(st.sampled_from(NAMES), st.integers(1, 99)), st.integers(0, 99), st.integers(0, 99))
def test_every_attempt_that_fell_is_missing_from_its_stage_on(fallen, accepted, joined):
    counts = Yield(tasks=accepted, first=0, accepted=accepted, joined=joined, fallen=fallen)
    left = [each.left for each in funnel(counts)]
    assert left[0] == sum(fallen.values()) + accepted + joined
    assert left[-1] == accepted + joined
    assert left == sorted(left, reverse=True)


def test_stages_stand_in_the_order_in_which_they_are_passed():
    counts = Yield(tasks=9, first=1, accepted=4, joined=0, fallen=dict.fromkeys(NAMES, 1))
    assert dict(funnel(counts)) == {
        "attempted": 10,
        "written": 9,
        "well formed": 8,
        "executed": 7,
        "policy and other checks": 5,
        "accepted by the committee": 4,
    }
