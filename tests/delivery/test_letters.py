"""Which letter is the first of its incidents, whatever comes, goes and waits behind."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from logscan.delivery.letters import Lanes, Letter
from tests.delivery.test_queues import rows

KEYS = st.frozensets(st.sampled_from("abcd"), min_size=1)


@given(
    st.lists(st.one_of(st.tuples(KEYS, st.booleans()), st.integers(0, 30)), max_size=30),
)
def test_the_first_are_those_with_nothing_before_them_and_as_urgent_as_what_waits_behind(
    steps: list[tuple[frozenset[str], bool] | int],
):
    lanes, there, row = Lanes(), list[Letter](), rows(1)[0]
    for number, step in enumerate(steps):
        if isinstance(step, int):
            if there:
                lanes.drop(there.pop(step % len(there)))
        else:
            keys, urgent = step
            made = row._replace(id=number)
            there.append(Letter(made, keys, urgent, (not urgent, 0, number), 0.0, 0.0, math.inf))
            lanes.add(there[-1])

    first = [one for one in there if not any(one.keys & two.keys for two in there[: there.index(one)])]
    assert [*lanes.first.values()] == first or {*lanes.first} == {one.row.id for one in first}
    for one in first:
        waits = [two for two in there if one.keys & two.keys]
        assert one.is_urgent or not any(two.is_urgent for two in waits)
        assert one.rank[0] is not one.is_urgent
