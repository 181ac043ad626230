"""A pipe whose lines nobody takes makes its writer wait, and costs no more memory than is allowed."""

from __future__ import annotations

import os
import resource
import select
import threading
from pathlib import Path

from logscan.sources.gates import Gate
from logscan.sources.live import Stopped
from logscan.sources.stdin import PipeSource

ROOM = 1 << 20
PIPE = 1 << 16


class Sink(Gate):
    starts_afresh = False

    def kept(self, _source: str) -> dict[str, bytes]:
        return {}


def run(source: PipeSource, sink: Sink) -> None:
    try:
        source.run(sink)
    except Stopped:
        return


def fill(writer: int, data: bytes, most: int) -> int:
    """Write until nothing more is taken for a while."""
    os.set_blocking(writer, False)
    poll = select.poll()
    poll.register(writer, select.POLLOUT)
    total = 0
    while total < most and poll.poll(500):
        total += os.write(writer, data)
    return total


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def test_the_writer_waits_when_no_line_is_taken():
    reader, writer = os.pipe()
    sink = Sink(ROOM)
    source = PipeSource("stdin", reader, max_line=1 << 20)
    thread = threading.Thread(target=run, args=(source, sink))
    thread.start()

    total = fill(writer, b"x" * 99 + b"\n", 100 << 20)

    sink.stop()
    source.wake()
    thread.join(10)
    assert not thread.is_alive()
    os.close(writer)
    os.close(reader)
    assert ROOM / 2 < total <= ROOM + 2 * (1 << 18) + PIPE


def test_half_a_line_without_end_costs_little():
    reader, writer = os.pipe()
    sink = Sink(ROOM)
    source = PipeSource("stdin", reader, max_line=1 << 20)
    thread = threading.Thread(target=run, args=(source, sink))
    before = resident_bytes()
    thread.start()

    total = fill(writer, b"x" * PIPE, 64 << 20)
    after = resident_bytes()

    os.close(writer)
    sink.stop()
    source.wake()
    thread.join(10)
    os.close(reader)
    assert not thread.is_alive()
    assert total >= 64 << 20
    assert after - before < 16 << 20
