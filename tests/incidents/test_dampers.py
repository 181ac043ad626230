"""What keeps people from being told, and what no clock can change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from logscan.incidents import Book, make_silence
from logscan.model import Severity, Signal
from tests.incidents.making import DAY, HOUR, TERMS, TOKEN, Desk


def open_one(signal: Signal = Signal.EXPIRED) -> Desk:
    desk = Desk()
    desk.say(signal)
    desk.wait(2)
    assert desk.told == ["opened signal"]
    return desk


def test_what_flaps_is_one_incident_that_says_so():
    desk = Desk()

    for _ in range(10):
        desk.say()
        desk.wait(60)
        desk.say(Signal.REFRESHED)
        desk.wait(60)
    desk.wait(HOUR)

    assert desk.told == ["opened signal", "resolved recovered"] * 2 + [
        "opened flapping",
        "resolved recovered",
    ]


def test_who_acknowledged_is_not_reminded_but_hears_of_worse():
    desk = open_one(Signal.FORBIDDEN)
    assert desk.book.acknowledge(f"{TOKEN}@bot", "me", desk.moment)

    for _ in range(10):
        desk.wait(1_000)
        desk.say(Signal.FORBIDDEN)
    desk.say(Signal.EXPIRED)

    assert desk.told == ["opened signal", "escalated signal"]


def test_a_hand_ends_it():
    desk = open_one()
    [incident] = desk.book.list_incidents()

    desk.keep(desk.book.resolve(incident.id, "me", desk.moment))

    assert desk.told == ["opened signal", "resolved manual"]
    assert desk.book.resolve(incident.id, "me", desk.moment) is None


def test_a_silenced_incident_is_silent_to_its_end():
    desk = Desk()
    until = desk.moment.wall + timedelta(hours=2)
    desk.keep(desk.book.silence(make_silence("s1", [f"credential={TOKEN}"], until), desk.moment))

    desk.say()
    desk.wait(60)
    desk.say(Signal.REFRESHED)
    desk.wait(DAY)

    assert desk.told == []


def test_what_still_fires_when_its_silence_ends_is_told():
    desk = Desk()
    until = desk.moment.wall + timedelta(hours=2)
    desk.keep(desk.book.silence(make_silence("s1", ["service=bot"], until), desk.moment))
    desk.say()

    desk.wait(2 * HOUR - 1)
    before = list(desk.told)
    desk.wait(1)

    assert before == []
    assert desk.told == ["opened unsilenced"]


def test_a_silence_below_an_escalation_does_not_hide_it():
    desk = Desk()
    until = desk.moment.wall + timedelta(hours=2)
    desk.keep(desk.book.silence(make_silence("s1", ["severity<critical"], until), desk.moment))
    desk.say(Signal.FORBIDDEN)
    desk.wait(10)

    desk.say(Signal.EXPIRED)

    assert desk.told == ["opened signal"]
    assert desk.seen.changes[0].incident.severity is Severity.CRITICAL


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(hours=1), timedelta(days=3_653)])
def test_a_wall_clock_that_is_set_changes_nothing(jump: timedelta):
    desk = open_one(Signal.REJECTED)

    desk.jump = jump
    desk.wait(1_000)
    desk.restart()
    desk.wait(797)
    before = list(desk.told)
    desk.wait(5)

    assert before == ["opened signal"]
    assert desk.told == ["opened signal", "resolved quiet"]


def test_a_clock_that_was_ahead_for_a_while_leaves_no_time_to_come():
    desk = open_one()
    for jump in (timedelta(days=3_653), timedelta(0)):
        desk.jump = jump
        desk.wait(60)
        desk.say()

    [incident] = desk.book.list_incidents()

    assert (incident.last_seen, incident.count) == (desk.moment.wall, 3)
    assert desk.told == ["opened signal"]


@pytest.mark.parametrize("is_restarted", [False, True])
def test_what_opened_while_the_clock_was_ahead_is_dated_anew(is_restarted: bool):
    desk = Desk()
    desk.wait(0)
    began = desk.moment.wall
    desk.jump = timedelta(days=3_653)
    desk.say()
    desk.wait(60)

    if is_restarted:
        desk.restart()
        desk.book = Book(TERMS, desk.manner)
        desk.book.restore(desk.rows, desk.moment._replace(wall=began))
    desk.jump = timedelta(0)
    desk.wait(60)

    [incident] = desk.book.list_incidents()
    assert incident.opened_at is not None
    assert began <= incident.first_seen <= incident.opened_at <= desk.moment.wall
    if not is_restarted:
        assert incident.first_seen == began
    assert desk.told == ["opened signal"]


def test_lines_are_not_old_because_our_clock_was_set():
    desk = Desk()
    desk.wait(0)
    line_time = desk.moment.wall

    desk.jump = timedelta(hours=3)
    desk.say(seen_at=line_time)
    desk.wait(2)

    assert desk.told == ["opened signal"]


def test_time_in_which_nobody_looked_is_not_quiet():
    desk = open_one(Signal.REJECTED)

    desk.restart(away=5 * HOUR)
    desk.wait(1_700)
    before = [told for told in desk.told if told.startswith("resolved")]
    desk.wait(200)

    assert before == []
    assert desk.told[-1] == "resolved quiet"
