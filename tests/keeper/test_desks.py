"""What came in is judged once and kept at once; whoever opens the state again goes on from there."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from logscan.incidents import Moment, Terms
from logscan.keeper import Batch, Desk, Load, Task
from logscan.model import ChangeKind, Event, Notice, Reason, Severity, Signal, State, Verdict, VerdictKind
from logscan.store import RowState, Seen, Store, open_store
from logscan.times import write_time
from tests.live_made import make_event, make_own_desk
from tests.making import NOW

START = Moment(0.0, NOW)
TERMS = {"test.expired": Terms(title="The token has expired", runbook="1. Make another.")}


def later(seconds: float) -> Moment:
    return START.at(seconds)


def batch(*events: Event, position: bytes | None = b"1") -> Load:
    return Load(batches=(Batch("app", "", position, tuple(Seen(one, "", 0, 1) for one in events)),))


def renewed() -> Event:
    return make_event()._replace(signal=Signal.REFRESHED, severity=Severity.INFO, rule="test.renewed")


def settle(desk: Desk, load: Load, moment: Moment) -> list[Notice]:
    """Judge and keep; give what is told."""
    draft = desk.judge(load, moment)
    desk.write(draft, {}, moment.wall)
    return list(draft.kept.notices)


def make(store: Store, moment: Moment = START, channels: tuple[str, ...] = ("ops",)) -> Desk:
    return make_own_desk(store, TERMS, channels, moment)


def test_an_incident_is_told_once_it_has_settled_and_kept_with_all_that_belongs_to_it():
    store = open_store(None, NOW)
    desk = make(store)

    assert settle(desk, batch(make_event()), START) == []
    [notice] = settle(desk, Load(), later(2.5))

    [incident] = store.incidents.read()
    assert notice.incident == incident
    assert (notice.change, notice.reason) == (ChangeKind.OPENED, Reason.SIGNAL)
    assert (incident.state, incident.title) == (State.FIRING, "The token has expired")
    assert [entry.kind for entry in store.timelines.read(incident.id)] == ["seen", "opened"]
    [row] = store.outbox.read_waiting("ops")
    assert row.notice == notice


def test_a_restart_at_any_point_tells_the_same_once(tmp_path: Path):
    told = []
    for step in range(3):
        store = open_store(tmp_path / "state.db", NOW)
        desk = make(store, later(step * 2.0))
        told += settle(desk, batch(make_event()) if step == 0 else Load(), later(step * 2.0 + 1))
        store.close()

    assert [notice.change for notice in told] == [ChangeKind.OPENED]


def test_what_became_due_while_nobody_ran_is_told_at_the_start(tmp_path: Path):
    path = tmp_path / "state.db"
    store = open_store(path, NOW)
    settle(make(store), batch(make_event()), START)
    store.close()

    store = open_store(path, NOW)
    notices = settle(make(store, later(60)), Load(), later(60))

    assert [notice.change for notice in notices] == [ChangeKind.OPENED]
    store.close()


def test_nothing_is_lost_or_told_twice_when_it_cannot_be_written():
    store = open_store(None, NOW)
    desk = make(store)
    settle(desk, batch(make_event()), START)
    draft = desk.judge(Load(), later(3))

    def fail(_store: Store) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    draft.tasks = (Task(fail),)
    with pytest.raises(sqlite3.OperationalError):
        desk.write(draft, {}, NOW)
    assert store.outbox.read_waiting() == []
    draft.tasks = ()
    desk.write(draft, {}, NOW)

    assert len(store.outbox.read_waiting()) == 1
    assert len(store.timelines.read(store.incidents.read()[0].id)) == 2


def test_what_heals_in_time_is_told_to_nobody_and_kept():
    store = open_store(None, NOW)
    desk = make(store)

    told = settle(desk, batch(make_event(), renewed()), START)
    told += settle(desk, Load(), later(10))

    [incident] = store.incidents.read()
    assert told == []
    assert (incident.state, incident.opened_at) == (State.RESOLVED, None)
    assert store.outbox.read_waiting() == []


def test_the_end_of_all_input_ends_every_wait():
    store = open_store(None, NOW)
    desk = make(store)
    settle(desk, batch(make_event()), START)

    draft = desk.finish(later(0.1))
    desk.write(draft, {}, NOW)

    assert [notice.change for notice in draft.kept.notices] == [ChangeKind.OPENED]


def test_what_stays_below_its_threshold_is_named_at_the_end():
    store = open_store(None, NOW)
    terms = Terms(threshold=TERMS["test.expired"].threshold.__class__(count=5))
    desk = make_own_desk(store, {"test.expired": terms})
    settle(desk, batch(make_event(), make_event()), START)

    kept = desk.finish(later(1)).kept

    assert [one.detail for one in kept.below] == ["test.expired 2/5"]
    assert kept.notices == ()


def test_requests_are_fulfilled_and_answered():
    store = open_store(None, NOW)
    desk = make(store)
    settle(desk, batch(make_event()), START)
    settle(desk, Load(), later(3))
    [incident] = store.incidents.read()
    numbers = [
        store.requests.leave(kind, {"id": name}, "ada", NOW)
        for kind, name in [("ack", incident.id), ("ack", "nobody"), ("resolve", incident.id), ("dance", "x")]
    ]

    told = settle(make(store, later(4)), Load(), later(4))

    answers = [store.requests.read_answer(number) for number in numbers]
    assert answers[0] == answers[2] == ""
    assert "there is none of that id" in (answers[1] or "")
    assert "knows no such request" in (answers[3] or "")
    assert [(one.change, one.reason) for one in told] == [(ChangeKind.RESOLVED, Reason.MANUAL)]
    assert store.incidents.read()[0].acknowledged_by == "ada"


def test_a_silence_keeps_its_peace_over_a_restart_and_tells_what_still_fires_when_it_ends(tmp_path: Path):
    path = tmp_path / "state.db"
    store = open_store(path, NOW)
    wish = {
        "id": "s1",
        "matchers": json.dumps(["credential=test-token"]),
        "until": write_time(NOW + timedelta(seconds=60)),
        "comment": "known",
    }
    store.requests.leave("silence", wish, "ada", NOW)
    told = settle(make(store), batch(make_event()), START)
    store.close()

    store = open_store(path, NOW)
    desk = make(store, later(5))
    told += settle(desk, Load(), later(6))
    assert told == []
    [notice] = settle(desk, Load(), later(61))

    assert (notice.change, notice.reason) == (ChangeKind.OPENED, Reason.UNSILENCED)
    [silence] = store.silences.read()
    assert (silence.author, silence.comment) == ("ada", "known")
    kinds = [entry.kind for entry in store.timelines.read(store.incidents.read()[0].id)]
    assert "untold" in kinds
    store.close()


def test_a_silence_may_be_taken_back():
    store = open_store(None, NOW)
    wish = {
        "id": "s1",
        "matchers": json.dumps(["credential=test-token"]),
        "until": write_time(NOW + timedelta(hours=1)),
    }
    store.requests.leave("silence", wish, "ada", NOW)
    desk = make(store)
    settle(desk, batch(make_event()), START)
    settle(desk, Load(), later(3))
    number = store.requests.leave("unsilence", {"id": "s1"}, "ada", NOW)

    told = settle(make(store, later(4)), Load(), later(4))

    assert store.requests.read_answer(number) == ""
    assert [one.change for one in told] == [ChangeKind.OPENED]
    assert not store.silences.read()[0].holds(NOW + timedelta(minutes=1))


def test_a_verdict_resolves():
    store = open_store(None, NOW)
    desk = make(store)
    settle(desk, batch(make_event()), START)
    settle(desk, Load(), later(3))
    good = Verdict("test-token", None, VerdictKind.VALID, "is valid")

    told = [notice for at in (4, 5) for notice in settle(desk, Load(verdicts=(good,)), later(at))]

    assert told[-1].change is ChangeKind.RESOLVED
    assert told[-1].reason is Reason.PROBE


def test_tasks_are_done_in_the_same_transaction():
    store = open_store(None, NOW)
    desk = make(store)
    settle(desk, batch(make_event()), START)
    settle(desk, Load(), later(3))
    [row] = store.outbox.read_waiting()

    settle(desk, Load(tasks=(Task(lambda own: own.outbox.mark(row.id, RowState.SENT, NOW)),)), later(4))

    assert store.outbox.read_waiting() == []


def test_a_source_whose_name_is_no_text_can_have_incidents():
    store = open_store(None, NOW)
    desk = make(store)
    event = make_event()._replace(source="logs/\udcff.log")

    settle(desk, batch(event), START)
    [notice] = settle(desk, Load(), later(3))

    assert notice.incident is not None
    assert notice.incident.sources == ("logs/\\xff.log",)


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(hours=1), timedelta(days=3650)])
def test_a_wall_clock_that_jumps_tells_nothing_twice_and_resolves_nothing_early(jump: timedelta):
    store = open_store(None, NOW)
    desk = make(store)
    told = settle(desk, batch(make_event()), START)
    for step in range(1, 40):
        moment = later(step)
        if step > 5:
            moment = moment._replace(wall=moment.wall + jump)
        told += settle(desk, Load(), moment)

    assert [notice.change for notice in told] == [ChangeKind.OPENED]
    assert store.incidents.read()[0].state is State.FIRING
