"""What is told was kept, together with where reading goes on behind it."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from logscan.keeper import Batch, Keeper, Kept
from logscan.model import Notice
from logscan.store import Seen, Store, open_store
from tests.live_made import Clock, make_event, make_own_desk
from tests.making import NOW


class Heard:
    """What the keeper said was kept, and how to wait for it."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.notices: list[Notice] = []
        self.told = threading.Event()

    def __call__(self, kept: Kept) -> None:
        self.seen.extend(kept.seen)
        self.notices.extend(kept.notices)
        if kept.seen:
            self.told.set()


def start(store: Store, heard: Heard, clock: Clock | None = None) -> Keeper:
    keeper = Keeper(make_own_desk(store), heard, clock=clock or Clock(), now=lambda: NOW)
    keeper.start()
    return keeper


def seen(number: int = 0) -> Seen:
    return Seen(make_event(f"token-{number}"), "x", number)


def test_an_event_is_kept_with_every_earlier_position(tmp_path: Path):
    heard, path = Heard(), tmp_path / "state.db"
    store = open_store(path, NOW)
    keeper = start(store, heard)
    keeper.take(Batch("app", "a", b"1"))
    keeper.take(Batch("app", "b", b"2"))

    keeper.take(Batch("app", "a", b"3", (seen(),)))
    assert heard.told.wait(10)

    with sqlite3.connect(path) as other:
        positions = dict(other.execute("SELECT stream, value FROM positions"))
        events = other.execute("SELECT credential FROM events").fetchall()
    other.close()
    assert positions == {"a": b"3", "b": b"2"}
    assert events == [("token-0",)]
    assert keeper.stop(10)
    store.close()


def test_positions_alone_wait_for_their_second_or_the_end():
    heard, store = Heard(), open_store(None, NOW)
    keeper = start(store, heard)

    keeper.take(Batch("app", "a", b"1"))
    assert keeper.stop(10)

    assert store.read_positions() == {("app", "a"): b"1"}
    assert heard.seen == []


def test_events_are_told_in_their_order():
    heard, store = Heard(), open_store(None, NOW)
    keeper = start(store, heard)

    for number in range(2_000):
        keeper.take(Batch("app", "", None, (seen(number),)))
    assert keeper.stop(30)

    assert [one.offset for one in heard.seen] == list(range(2_000))


def test_what_cannot_be_written_is_tried_again_and_told_once(tmp_path: Path):
    heard, path = Heard(), tmp_path / "state.db"
    store = open_store(path, NOW)
    with sqlite3.connect(path, isolation_level=None, check_same_thread=False) as other:
        store._database.execute("PRAGMA busy_timeout=10")
        other.execute("BEGIN IMMEDIATE")
        keeper = start(store, heard)
        keeper.take(Batch("app", "", b"1", (seen(),)))
        wait_until_failing(keeper)
        assert heard.seen == []

        other.execute("COMMIT")
        assert heard.told.wait(10)
    other.close()

    assert keeper.stop(10)
    assert len(heard.seen) == 1
    store.close()


def test_giving_up_is_said(tmp_path: Path):
    path = tmp_path / "state.db"
    store = open_store(path, NOW)
    with sqlite3.connect(path, isolation_level=None, check_same_thread=False) as other:
        store._database.execute("PRAGMA busy_timeout=10")
        other.execute("BEGIN IMMEDIATE")
        keeper = start(store, Heard())
        keeper.take(Batch("app", "", b"1", (seen(),)))

        assert not keeper.stop(0.2)

        other.execute("COMMIT")
    other.close()
    assert store.read_positions() == {}
    store.close()


def wait_until_failing(keeper: Keeper) -> None:
    while keeper.failure is None:
        threading.Event().wait(0.01)


def test_a_stream_that_is_gone_is_forgotten():
    store = open_store(None, NOW)
    with store.transaction():
        store.write_positions({("app", "a"): b"1", ("app", "b"): b"2"})
    keeper = start(store, Heard())

    keeper.take(Batch("app", "a", b""))

    assert keeper.stop(30)
    assert store.read_positions() == {("app", "b"): b"2"}
