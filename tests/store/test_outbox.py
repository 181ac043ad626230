"""What senders and routes ask of the outbox, and what channels want to know again."""

from __future__ import annotations

from logscan.model import Severity
from logscan.store import RowState, Store, Thread, open_store
from tests.making import NOW
from tests.store.making import MINUTE, make_digest, make_incident, make_notice


def fill(*names: str, channel: str = "ops") -> Store:
    store = open_store(None, NOW)
    with store.transaction():
        for name in names:
            store.outbox.add(channel, make_notice(name, make_incident(name)), NOW)
    return store


def test_a_digest_stands_in_the_place_of_the_first_that_it_tells():
    store = fill("a", "b", "c", "d")

    with store.transaction():
        made = store.outbox.merge([2, 3], make_digest(), NOW)

    waiting = store.outbox.read_waiting("ops")
    assert [row.notice.id for row in waiting] == ["a", "d-1", "d"]
    assert waiting[1] == made
    assert [row.state for row in store.outbox.read_of("b@bot")] == [RowState.MERGED]


def test_what_was_merged_is_not_written_a_second_time():
    store = fill("a", "b")

    with store.transaction():
        store.outbox.merge([1, 2], make_digest(), NOW)
        again = [store.outbox.add("ops", make_notice(name, make_incident(name)), NOW) for name in "ab"]

    assert again == [False, False]


def test_what_failed_before_keeps_its_place_though_it_is_not_due():
    store = fill("a", "b")
    with store.transaction():
        store.outbox.postpone(1, NOW + MINUTE, "HTTP 500")

    assert store.outbox.list_ready("ops", NOW, 10) == [1, 2]


def test_the_mildest_incidents_come_first_and_whole():
    store = open_store(None, NOW)
    incidents = [
        make_incident("mild", severity=Severity.INFO),
        make_incident("bad"),
        make_incident("tried", severity=Severity.INFO),
        make_incident("mild", severity=Severity.WARNING),
    ]
    with store.transaction():
        for number, incident in enumerate(incidents):
            store.outbox.add("ops", make_notice(str(number), incident), NOW)
        store.outbox.postpone(3, NOW, "HTTP 500")

    assert store.outbox.list_mildest("ops", 10) == [(1, "mild@bot"), (4, "mild@bot"), (2, "bad@bot")]
    assert store.outbox.list_mildest("ops", 1) == [(1, "mild@bot"), (4, "mild@bot")]


def test_what_was_held_back_is_released():
    store = open_store(None, NOW)
    with store.transaction():
        store.outbox.add("ops", make_notice("1"), NOW, NOW + MINUTE)
        store.outbox.release("ops", "bot-token@bot", NOW)

    assert store.outbox.list_ready("ops", NOW, 10) == [1]


def test_who_was_told_of_an_incident_is_known():
    store = fill("a", "b")
    with store.transaction():
        store.outbox.add("pd", make_notice("9", make_incident("a")), NOW - MINUTE)
        store.outbox.mark(1, RowState.SENT, NOW)

    assert store.outbox.find_told("a@bot", NOW) == {"ops": NOW}
    assert store.outbox.find_told("a@bot", NOW - MINUTE) == {"ops": NOW, "pd": NOW - MINUTE}


def test_what_waits_for_a_channel_that_is_gone_is_held():
    store = fill("a", channel="gone")
    with store.transaction():
        store.outbox.add("ops", make_notice(), NOW)

        held = store.outbox.hold_strangers(["ops"], NOW)

    assert held == 1
    assert (store.outbox.count_waiting("gone"), store.outbox.count_waiting("ops")) == (0, 1)


def test_a_thread_keeps_what_it_is_not_told_anew():
    store, told = open_store(None, NOW), make_incident()
    with store.transaction():
        store.threads.write(Thread("ops", told.id, "message 7", told), NOW)
        store.threads.write(Thread("ops", told.id, None), NOW)

    assert store.threads.read_memory("ops", told.id) == "message 7"
    assert store.threads.read_memory("pd", told.id) is None
    assert store.threads.read_incidents("ops") == [told]


def test_a_thread_lives_as_long_as_its_incident():
    store, lasting = open_store(None, NOW), make_incident()
    with store.transaction():
        store.incidents.write([lasting])
        for name in (lasting.id, "over"):
            store.threads.write(Thread("ops", name, "message"), NOW)
        store.threads.forget(NOW + MINUTE)

    assert store.threads.read_memory("ops", lasting.id) == "message"
    assert store.threads.read_memory("ops", "over") is None
