"""Values of a difficulty are put together until each group has something to say."""

from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.report.grouping import GROUPS, grouped, range_name, ranges
from interplay.engine.statistics.report import Share


@given(st.dictionaries(st.integers(0, 60), st.integers(1, 500), max_size=40))
def test_every_value_is_in_one_group_and_groups_are_few(counts):
    found = ranges(counts)
    assert len(found) <= GROUPS
    assert [sum(low <= value <= high for low, high in found) for value in counts] == [1] * len(counts)


def test_few_values_stand_alone_and_neighbours_share_a_group():
    assert [range_name(each) for each in ranges({0: 1, 3: 9})] == ["0", "3"]
    assert grouped({value: Share(1, 2) for value in range(12)})[0] == ((0, 1), Share(2, 4))
