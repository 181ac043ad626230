"""Sources wait while too much is under way, and leave at once when the program ends."""

from __future__ import annotations

import threading

import pytest

from logscan.model import News, NewsKind
from logscan.sources.gates import Gate
from logscan.sources.live import Stopped
from tests.live_made import chunk


def test_order_is_kept():
    gate = Gate(100)
    first, news, last = chunk(b"1"), News("app", "", NewsKind.UP), chunk(b"2")

    gate.put(first)
    gate.tell(news)
    gate.put(last)

    assert [gate.take(0) for _ in range(4)] == [first, news, last, None]


def test_a_source_waits_until_there_is_room():
    gate = Gate(10)
    first, second = chunk(b"x" * 8), chunk(b"y" * 8)
    gate.put(first)
    waiting = threading.Thread(target=gate.put, args=(second,))
    waiting.start()

    assert gate.take(0) is first
    assert gate.take(0) is None
    assert gate.bytes_under_way == 8
    gate.finish(first)
    waiting.join(10)

    assert gate.take(0) is second


def test_a_chunk_larger_than_all_room_passes_alone():
    gate = Gate(10)

    gate.put(chunk(b"x" * 50))

    assert gate.bytes_under_way == 50


def test_whoever_waits_leaves_at_the_end():
    gate, left = Gate(10), threading.Event()
    gate.put(chunk(b"x" * 8))

    def put() -> None:
        with pytest.raises(Stopped):
            gate.put(chunk(b"y" * 8))
        left.set()

    waiting = threading.Thread(target=put)
    waiting.start()
    gate.stop()

    assert left.wait(10)
    waiting.join()
    with pytest.raises(Stopped):
        gate.put(chunk(b"z"))


def test_nobody_waits_for_sources_that_have_left():
    gate = Gate(10, sources=2)
    taken: list[object] = []
    waiting = threading.Thread(target=lambda: taken.append(gate.take(60)), daemon=True)
    waiting.start()

    gate.leave()
    assert not gate.is_deserted
    gate.tell(News("app", "", NewsKind.ENDED))
    waiting.join(10)
    gate.leave()
    waiting = threading.Thread(target=lambda: taken.append(gate.take(60)), daemon=True)
    waiting.start()
    waiting.join(10)

    assert taken == [News("app", "", NewsKind.ENDED), None]
    assert gate.is_deserted
