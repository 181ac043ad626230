"""What is kept of incidents, silences, requests and the outbox comes back as it was."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from logscan.errors import StateError
from logscan.model import Reason, State
from logscan.store import Entry, RowState, Silence, open_store, open_view
from logscan.store.sheets import SCHEMA_VERSION, SHEETS
from tests.making import NOW
from tests.store.making import MINUTE, make_digest, make_incident, make_notice


def test_incidents_and_the_machines_rows_come_back():
    store = open_store(None, NOW)
    first, second = make_incident("a"), make_incident("b", last_seen=NOW + MINUTE)
    with store.transaction():
        store.incidents.write([first, second])
        store.incidents.write_book({"a": b"1", "b": b"2"})
        store.incidents.write_book({"a": None, "b": b"3"})

    assert store.incidents.read() == [second, first]
    assert store.incidents.read_book() == {"b": b"3"}


def test_only_what_is_over_is_forgotten():
    store = open_store(None, NOW)
    over = make_incident("a", state=State.RESOLVED, resolved_at=NOW, resolved_by=Reason.QUIET)
    lasting = make_incident("b")
    silence = Silence(
        id="s", matchers=("rule=x",), made_at=NOW, until=NOW + MINUTE, author="ada", comment="c"
    )
    with store.transaction():
        store.incidents.write([over, lasting])
        store.silences.write(silence)
        store.timelines.write([Entry(NOW, "i", "seen", "signal")])
        number = store.requests.leave("ack", {"id": "i"}, "ada", NOW)
        store.outbox.add("ops", make_notice("1"), NOW)
        store.outbox.add("ops", make_notice("2"), NOW)
        store.outbox.mark(1, RowState.SENT, NOW)

    with store.transaction():
        store.forget(NOW + MINUTE)

    assert store.incidents.read() == [lasting]
    assert store.silences.read() == [silence]
    assert store.timelines.read("i") == []
    assert [one.id for one in store.requests.read_waiting()] == [number]
    assert store.outbox.count() == {("ops", RowState.WAITING): 1}


def test_a_silence_holds_until_its_time_or_its_end():
    silence = Silence(
        id="s", matchers=("rule=x",), made_at=NOW, until=NOW + 2 * MINUTE, author="ada", comment="c"
    )

    assert silence.holds(NOW + MINUTE)
    assert not silence.holds(NOW + 2 * MINUTE)
    assert not silence.holds(NOW - MINUTE)


def test_a_request_of_another_process_is_noticed_and_answered(tmp_path: Path):
    path = tmp_path / "state.db"
    store = open_store(path, NOW)
    before = store.requests.count_changes()

    view = open_view(path, writes=True)
    number = view.requests.leave("ack", {"id": "i-1"}, "ada", NOW)

    assert store.requests.count_changes() != before
    [request] = store.requests.read_waiting()
    assert (request.kind, request.value, request.author) == ("ack", {"id": "i-1"}, "ada")
    assert view.requests.read_answer(number) is None
    with store.transaction():
        store.requests.answer(number, "")
    assert view.requests.read_answer(number) == ""
    assert store.requests.read_waiting() == []
    view.close()
    store.close()


def test_a_notice_stands_once_for_a_channel_and_in_its_order():
    store = open_store(None, NOW)
    with store.transaction():
        for _ in range(2):
            for name in ("n-1", "n-2"):
                store.outbox.add("ops", make_notice(name), NOW)
            store.outbox.add("pd", make_notice("n-1"), NOW, due=NOW + MINUTE)

    ready = store.outbox.read_rows(store.outbox.list_ready("ops", NOW, 10))
    assert [row.notice.id for row in ready] == ["n-1", "n-2"]
    assert store.outbox.list_ready("pd", NOW, 10) == []
    assert store.outbox.find_next_due("pd", NOW) == NOW + MINUTE
    assert len(store.outbox.list_ready("pd", NOW + MINUTE, 10)) == 1
    assert len(store.outbox.read_waiting()) == 3


def test_a_row_tells_how_far_it_has_come():
    store = open_store(None, NOW)
    with store.transaction():
        for name in ("n-1", "n-2", "n-3"):
            store.outbox.add("ops", make_notice(name), NOW)
        store.outbox.postpone(1, NOW + MINUTE, "HTTP 500")
        store.outbox.mark(2, RowState.DEAD, NOW, error="HTTP 404")
        store.outbox.mark(3, RowState.SENT, NOW, note="thread 7")

    first, second, third = store.outbox.read_of("bot-token@bot")

    assert (first.state, first.attempts, first.error, first.due) == (
        RowState.WAITING,
        1,
        "HTTP 500",
        NOW + MINUTE,
    )
    assert (second.state, second.error) == (RowState.DEAD, "HTTP 404")
    assert (third.state, third.note, third.attempts) == (RowState.SENT, "thread 7", 1)


def test_what_is_merged_is_told_by_one_digest():
    store = open_store(None, NOW)
    with store.transaction():
        for name in ("n-1", "n-2"):
            store.outbox.add("ops", make_notice(name), NOW)

        store.outbox.merge((1, 2), make_digest("d-1"), NOW)

    [waiting] = store.outbox.read_waiting("ops")
    assert waiting.notice == make_digest("d-1")
    assert [row.note for row in store.outbox.read_of("bot-token@bot")] == ["d-1", "d-1"]


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_a_state_of_every_version_opens(tmp_path: Path, version: int):
    path = tmp_path / "state.db"
    database = sqlite3.connect(path)
    for sheet in SHEETS[:version]:
        database.executescript(sheet)
    database.execute("INSERT INTO facts VALUES ('id', 'abc')")
    database.execute("INSERT INTO positions VALUES ('a', 'b', x'31')")
    database.execute(f"PRAGMA user_version={version}")
    database.commit()
    database.close()

    with pytest.raises(StateError, match="older logscan"):
        open_view(path)
    store = open_store(path, NOW)

    assert store.damaged is None
    assert store.id == "abc"
    assert store.read_positions() == {("a", "b"): b"1"}
    assert store.incidents.read() == []
    store.close()


def test_a_view_needs_no_lock_and_changes_nothing(tmp_path: Path):
    path = tmp_path / "state.db"
    store = open_store(path, NOW)
    with store.transaction():
        store.incidents.write([make_incident()])

    view = open_view(path)

    assert view.incidents.read() == [make_incident()]
    with pytest.raises(sqlite3.OperationalError):
        view.incidents.write([make_incident()])
    view.close()
    store.close()
    stopped = open_view(path)
    assert len(stopped.incidents.read()) == 1
    stopped.close()


def test_a_state_that_is_not_there_is_said(tmp_path: Path):
    with pytest.raises(StateError, match="there is no state"):
        open_view(tmp_path / "none.db")
    (tmp_path / "x.db").write_bytes(b"no database" * 1000)
    with pytest.raises(StateError, match=r"x\.db"):
        open_view(tmp_path / "x.db")


def test_times_are_kept_to_the_microsecond():
    store = open_store(None, NOW)
    at = NOW + timedelta(microseconds=1)
    with store.transaction():
        store.timelines.write([Entry(at, "i", "seen", "signal", "text")])

    assert store.timelines.read("i") == [Entry(at, "i", "seen", "signal", "text")]
