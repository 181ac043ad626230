"""A person is shown what is new of its kind at once, and the rest of a storm as a count."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from logscan.delivery.digests import count_notices
from logscan.model import ChangeKind, Notice, Severity
from logscan.runs.crowds import Crowd
from tests.live_made import Clock
from tests.notices_made import make_incident, make_notice


def opened(number: int, base: str = "token", severity: Severity = Severity.ERROR) -> Notice:
    incident = make_incident(credential=f"{base}/{number}", severity=severity, id=f"{base}{number}")
    return make_notice(incident=incident, id=f"{base}{number}")


def test_a_few_are_shown_one_by_one_and_the_rest_of_a_storm_in_one():
    clock = Clock()
    crowd = Crowd(clock)

    shown = crowd.take([opened(number) for number in range(1_000)])
    early = crowd.take_due()
    clock.seconds = 2
    digest = crowd.take_due()

    assert len(shown) == 6
    assert early is None
    assert digest is not None
    assert count_notices(digest) == 994


def test_at_most_ten_are_shown_in_a_minute_of_one_kind():
    clock, shown = Clock(), 0
    crowd = Crowd(clock)

    for second in range(60):
        clock.seconds = second
        shown += len(crowd.take([opened(number) for number in range(50)]))
        shown += crowd.take_due() is not None

    assert shown <= 10


def test_what_is_new_of_its_kind_is_shown_at_once_in_any_storm():
    crowd = Crowd(Clock())
    crowd.take([opened(number) for number in range(1_000)])

    other = opened(1, "another")
    worse = opened(5, severity=Severity.CRITICAL)
    escalated = make_notice(ChangeKind.ESCALATED, opened(7).incident)

    assert crowd.take([other, worse, escalated]) == [other, worse, escalated]


def test_the_end_shows_what_was_held_back():
    crowd = Crowd(Clock())
    crowd.take([opened(number) for number in range(8)])

    rest = crowd.take_due(is_over=True)

    assert rest is not None
    assert count_notices(rest) == 2
    assert crowd.take_due(is_over=True) is None


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 90), st.booleans()), max_size=60))
def test_every_notice_is_shown_or_counted_once(steps):
    clock = Clock()
    crowd = Crowd(clock)
    taken = shown = 0

    for seconds, many, looks in steps:
        clock.seconds += seconds
        taken += many
        shown += len(crowd.take([opened(number) for number in range(many)]))
        if looks and (digest := crowd.take_due()) is not None:
            shown += count_notices(digest)
    if (rest := crowd.take_due(is_over=True)) is not None:
        shown += count_notices(rest)

    assert shown == taken
