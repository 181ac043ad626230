"""A channel's rows on clocks set by hand: outages, refusals, restarts, digests, memories."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest

from logscan.delivery.digests import REST, count_notices
from logscan.errors import DeliveryError, GiveUp, TryAgain
from logscan.model import ChangeKind, Incident, Notice, NoticeType, Severity, Signal, State
from logscan.store import RowState
from tests.delivery.making import READERS, Box, Table, make_notices
from tests.making import NOW
from tests.store.making import make_incident, make_notice

DAY = 86_400.0


def test_what_waits_is_sent_once_and_recorded():
    table, box = Table(), Box()
    table.post(*make_notices("abc"))
    courier = table.open(box)

    table.run(courier, 1)

    assert [one.id for one in box.sent] == ["a", "b", "c"]
    assert table.store.outbox.count() == {("ops", RowState.SENT): 3}
    assert table.count("sent") == 3
    assert courier.is_idle


def test_an_outage_of_an_hour_loses_nothing_and_keeps_order():
    endure_outage(1_000)


def endure_outage(notices: int) -> None:
    """An hour in which a channel cannot be reached, on a clock set by hand."""
    table, box, outage = Table(), Box(), 3_600.0
    pairs = [
        (
            make_notice(f"{number}-1", incident),
            make_notice(f"{number}-2", incident, change=ChangeKind.RESOLVED),
        )
        for number in range(notices // 2)
        for incident in [make_incident(f"token-{number}", severity=Severity.ERROR)]
    ]
    times: list[float] = []

    def fail(_notice: Notice) -> DeliveryError | None:
        times.append(table.time)
        return TryAgain("HTTP 503") if table.time < outage else None

    box.fault = fail
    courier = table.open(box)
    tracemalloc.start()
    for turn in range(2):
        table.post(*(pair[turn] for pair in pairs))
        courier.fill(table.store)
        table.run(courier, outage / 2)
    grown = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert box.sent == []
    table.run(courier, 301)
    started = next(time for time in times if time >= outage)

    assert sorted(one.id for one in box.sent) == sorted(one.id for pair in pairs for one in pair)
    order = {one.id: place for place, one in enumerate(box.sent)}
    assert all(order[first.id] < order[second.id] for first, second in pairs)
    waits = [after - before for before, after in pairwise(times) if before < outage]
    assert all(1 <= wait <= 300 for wait in waits)
    assert len(set(waits)) == len(waits)
    assert len(waits) < 100
    assert times[-1] - started <= 60
    assert grown < 4 << 20


def test_a_service_that_asks_for_time_gets_it_to_a_second():
    table, box = Table(), Box()
    times: list[float] = []

    def fail(_notice: Notice) -> DeliveryError | None:
        times.append(table.time)
        return TryAgain("HTTP 429", after_seconds=17) if len(times) < 4 else None

    box.fault = fail
    table.post(*make_notices("a"))

    table.run(table.open(box), 300)

    assert len(times) == 4
    assert all(17 <= after - before <= 18 for before, after in pairwise(times))


def test_what_is_given_up_is_kept_as_dead_and_the_rest_goes_on():
    table, box = Table(), Box()
    box.fault = lambda notice: GiveUp("HTTP 400", status=400) if notice.id == "b" else None
    table.post(*make_notices("abc"))

    table.run(table.open(box), 1)

    assert [one.id for one in box.sent] == ["a", "c"]
    [dead] = table.store.outbox.read_of("token-b@bot")
    assert (dead.state, dead.error) == (RowState.DEAD, "HTTP 400")
    assert table.count("dead") == 1
    assert [event.signal for event in table.events] == [Signal.ACCEPTED]


def test_a_channel_that_is_refused_says_so_and_says_when_it_works_again():
    table, box = Table(), Box()
    box.fault = lambda notice: (
        GiveUp("HTTP 404 (no_service)", status=404, broken=True) if notice.id == "a" else None
    )
    table.post(*make_notices("abc"))

    table.run(table.open(box), 1)

    assert [(event.credential, event.signal) for event in table.events] == [
        ("channel:ops", Signal.REJECTED),
        ("channel:ops", Signal.ACCEPTED),
    ]
    assert "no_service" in table.events[0].evidence


def test_what_no_channel_takes_for_a_day_is_dead():
    table, box = Table(), Box()
    box.fault = lambda _notice: TryAgain("no connection")
    table.post(*make_notices("a"))
    courier = table.open(box)

    table.run(courier, DAY - 301)
    assert table.count("dead") == 0
    table.run(courier, 602)

    assert table.count("dead") == 1


def test_a_fault_of_a_channel_loses_nothing():
    table, box = Table(), Box()
    faults = iter([ZeroDivisionError(), None])

    def fail(_notice: Notice) -> DeliveryError | None:
        fault = next(faults)
        if fault is not None:
            raise fault
        return None

    box.fault = fail
    table.post(*make_notices("a"))

    table.run(table.open(box), 10)

    assert [one.id for one in box.sent] == ["a"]


def test_an_opened_that_was_given_up_does_not_hold_up_its_resolve():
    table, box, incident = Table(), Box(), make_incident()
    box.fault = lambda notice: GiveUp("HTTP 400") if notice.change is ChangeKind.OPENED else None
    table.post(make_notice("1", incident), make_notice("2", incident, change=ChangeKind.RESOLVED))

    table.run(table.open(box), 1)

    assert [one.id for one in box.sent] == ["2"]


def test_the_next_run_takes_up_what_is_left_with_the_same_ids():
    table, box = Table(), Box()
    box.fault = lambda notice: TryAgain("HTTP 500") if notice.id != "a" else None
    table.post(*make_notices("abc"))
    table.run(table.open(box), 20)

    later = Box()
    again = Table(table.store)
    again.time = table.time
    again.run(again.open(later), 1)

    assert [one.id for one in box.sent] == ["a"]
    assert [one.id for one in later.sent] == ["b", "c"]


def test_a_storm_is_ten_messages_a_minute_and_a_digest_that_counts_all():
    table, box = Table(), Box(READERS)
    courier = table.open(box)
    times: list[float] = []
    box.fault = lambda _notice: times.append(table.time)
    for second in range(180):
        table.post(*make_notices(range(second * 20, second * 20 + 20), severity=Severity.ERROR))
        courier.fill(table.store)
        table.run(courier, 1)
    table.run(courier, 120)

    assert sum(map(count_notices, box.sent)) == 3_600
    assert table.count("suppressed") == sum(
        count_notices(one) for one in box.sent if one.type is NoticeType.DIGEST
    )
    told = Counter(key for one in box.sent for key in ([one.key] if one.key else [m.key for m in one.merged]))
    assert {key for key, count in told.items() if count > 1} <= {REST}
    assert max(sum(1 for one in times if one <= start < one + 60) for start in times) <= 10


def test_ten_thousand_that_waited_for_people_are_few_messages():
    table, box = Table(), Box(READERS)
    table.post(*make_notices(range(3_000), severity=Severity.ERROR))

    table.run(table.open(box), 60)

    assert sum(map(count_notices, box.sent)) == 3_000
    assert len(box.sent) == 8


def test_what_is_held_back_is_told_when_its_time_has_come():
    table, box = Table(), Box()
    table.post(*make_notices("a"), due=NOW + timedelta(hours=8))
    courier = table.open(box)

    table.run(courier, 8 * 3_600 - 1)
    assert box.sent == []
    table.run(courier, 62)

    assert [one.id for one in box.sent] == ["a"]


def test_a_channel_remembers_its_message_across_runs():
    table, incident = Table(), make_incident()
    table.post(make_notice("1", incident))
    table.run(table.open(Box()), 1)

    later = Box()
    table.post(make_notice("2", incident, change=ChangeKind.RESOLVED))
    table.run(table.open(later), 1)

    assert later.asked == [("2", "message 1")]


def test_a_failure_may_leave_a_memory_too():
    table, box = Table(), Box()
    box.fault = lambda _notice: TryAgain("half of it", memory="first half") if len(box.asked) == 1 else None
    table.post(*make_notices("a"))

    table.run(table.open(box), 10)

    assert box.asked == [("a", None), ("a", "first half")]


class Repeating(Box):
    """Forgets what it is not told every minute."""

    repeat_seconds = 60.0
    keep_ended_seconds = 300.0

    def __init__(self) -> None:
        super().__init__()
        self.repeated: list[Sequence[Incident]] = []
        self.faults: list[Exception] = []  # of the next repetitions

    def repeat(self, incidents: Sequence[Incident]) -> None:
        self.repeated.append(incidents)
        if self.faults:
            raise self.faults.pop(0)


def test_what_fires_is_repeated_and_what_ended_for_a_while():
    table, box, incident = Table(), Repeating(), make_incident()
    table.post(make_notice("1", incident))
    courier = table.open(box)
    table.run(courier, 300)
    assert len(box.repeated) == pytest.approx(5, abs=1)

    again = Repeating()
    ended = make_incident(state=State.RESOLVED, resolved_at=table.now())
    courier = table.open(again)
    table.post(make_notice("2", ended, change=ChangeKind.RESOLVED))
    courier.fill(table.store)
    table.run(courier, 3_600)

    assert again.repeated[0] == (incident,)
    assert again.repeated[-1] == (ended,)
    assert len(again.repeated) == pytest.approx(6, abs=1)


def test_a_repetition_that_fails_is_named_and_comes_again():
    table, box = Table(), Repeating()
    table.post(make_notice("1"))
    courier = table.open(box)
    table.run(courier, 1)
    box.faults = [TryAgain("no connection"), ValueError(), GiveUp("HTTP 400")]

    table.run(courier, 300)

    assert len(box.repeated) == pytest.approx(5, abs=1)
    assert table.said == [
        "channel ops: no connection; it is tried again",
        "channel ops: takes messages again",
    ]
