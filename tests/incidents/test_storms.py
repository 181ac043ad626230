"""A flood of lines: how fast it is taken, how much is kept of it, and what it may not hide."""

from __future__ import annotations

import time
import tracemalloc

from logscan.incidents import Book, Place
from logscan.model import Severity, Signal
from tests.incidents.making import TERMS, TOKEN, Desk, make_event

KEYS = 20_000
LINES = 60_000


def flood(keys: int, lines: int) -> tuple[Book, float, int]:
    """Take so many lines over so many keys in a minute; say how long it took, and what was told."""
    desk, told = Desk(), 0
    events = [make_event(rule="meta.phone", credential=f"{TOKEN}/{number}") for number in range(keys)]
    started = time.process_time()
    for number in range(lines):
        desk.clock = 100 + number * 60 / lines
        told += len(desk.book.take(events[number % keys], desk.moment, Place("", number)).changes)
    return desk.book, time.process_time() - started, told


def test_a_flood_over_many_keys_is_counted_exactly_and_told_of_few():
    book, _, told = flood(KEYS, LINES)

    incidents = book.list_incidents()
    assert sum(incident.count for incident in incidents) == LINES
    assert len(incidents) == 1_001
    assert told <= 1_001
    assert TERMS["meta.phone"].base == TOKEN


def test_lines_that_come_together_are_taken_as_if_they_came_one_by_one():
    lines = [
        (
            make_event(rule="meta.phone", credential=f"{TOKEN}/{number % 7}", evidence=f"line {number}"),
            Place("", number),
        )
        for number in range(50)
    ]
    lines[20] = make_event(Signal.REFRESHED, credential=TOKEN), Place("", 20)
    one_by_one, together = Desk(), Desk()

    outcomes = [one_by_one.book.take(event, one_by_one.moment, place) for event, place in lines]
    outcome = together.book.take_all(lines, together.moment)

    assert together.book.list_accounts() == one_by_one.book.list_accounts()
    assert outcome.untold == [untold for one in outcomes for untold in one.untold]
    assert outcome.notes == [note for one in outcomes for note in one.notes]
    assert together.book.take_dirty(together.moment) == one_by_one.book.take_dirty(one_by_one.moment)


def test_a_flood_over_many_keys_takes_little_memory():
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]

    book, _, _ = flood(KEYS, KEYS)
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()

    assert book.list_incidents()
    assert used < 24 << 20


def test_many_keys_cost_hardly_more_than_one():
    _, one, _ = flood(1, 20_000)
    _, many, _ = flood(5_000, 20_000)

    assert many < one * 6


def test_a_storm_does_not_hide_what_is_worse():
    desk = Desk()
    for number in range(5_000):
        desk.say(Signal.FORBIDDEN, number, rule="meta.phone", credential=f"{TOKEN}/{number}")
    desk.wait(10)

    outcome = desk.say(Signal.REVOKED, 9_000, rule="meta.phone", credential=f"{TOKEN}/9000")

    assert [(str(one.kind), one.incident.severity) for one in outcome.changes] == [
        ("escalated", Severity.CRITICAL)
    ]


def test_a_key_fired_early_does_not_hide_the_same_in_another_service():
    desk = Desk()
    desk.say(service="front")
    desk.wait(10)

    desk.say(service="bot")
    desk.wait(2)

    assert desk.seen.changes[-1].incident.service == "bot"
