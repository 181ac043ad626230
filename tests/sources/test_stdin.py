"""A pipe is followed line by line, until it ends or the program does."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest

from logscan.model import NewsKind
from logscan.sources.stdin import PipeSource
from tests.live_made import Collected


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    for descriptor in (reader, writer):
        try:
            os.close(descriptor)
        except OSError:
            continue


def start(source: PipeSource, sink: Collected) -> threading.Thread:
    thread = threading.Thread(target=source.run, args=(sink,))
    thread.start()
    return thread


def test_a_line_is_handed_on_as_soon_as_it_is_whole(pipe: tuple[int, int]):
    reader, writer = pipe
    sink = Collected()
    thread = start(PipeSource("stdin", reader, max_line=100), sink)

    os.write(writer, b"half a ")
    os.write(writer, b"line\nnext")
    with sink.changed:
        assert sink.changed.wait_for(lambda: sink.text == b"half a line\n", 10)

    os.close(writer)
    thread.join(10)
    assert sink.text == b"half a line\nnext"
    assert [one.kind for one in sink.news] == [NewsKind.UP, NewsKind.ENDED]


def test_the_input_is_copied_byte_for_byte(pipe: tuple[int, int]):
    reader, writer = pipe
    copy_reader, copy_writer = os.pipe()
    thread = start(PipeSource("stdin", reader, max_line=8, copy_to=copy_writer), Collected())
    data = b"a\r\n\0\xff" + b"x" * 20 + b"\nend"

    os.write(writer, data)
    os.close(writer)
    thread.join(10)
    os.close(copy_writer)

    assert os.read(copy_reader, 100) == data
    os.close(copy_reader)


def test_it_leaves_when_woken(pipe: tuple[int, int]):
    reader, _ = pipe
    sink = Collected()
    source = PipeSource("stdin", reader, max_line=100)
    thread = start(source, sink)

    sink.stopping.set()
    source.wake()
    thread.join(10)

    assert not thread.is_alive()
    assert NewsKind.ENDED not in [one.kind for one in sink.news]
