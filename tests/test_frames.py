"""What `wrap` says to its scanner is understood however it is cut, and gaps are known as such."""

from __future__ import annotations

import fcntl
import os
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logscan.frames import (
    DATA,
    ENDED,
    EXITED,
    LOST,
    RESTARTED,
    Frame,
    FrameError,
    FrameReader,
    Loss,
    pack_code,
    pack_head,
    pack_loss,
    read_code,
    read_loss,
)
from logscan.model import NewsKind
from logscan.sources.wrapped import WrappedSource
from logscan.wraps.feeds import Feed
from tests.live_made import Collected


def say(stream: int, text: bytes) -> bytes:
    return pack_head(DATA, stream, len(text)) + text


def follow(*frames: bytes) -> Collected:
    """What the source makes of these frames."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 1 << 20)
    os.write(writer, b"".join(frames))
    os.close(writer)
    sink, ticks = Collected(), count(0, 2)
    WrappedSource("app", reader, max_line=100, clock=lambda: float(next(ticks))).run(sink)
    os.close(reader)
    return sink


def list_chunks(sink: Collected) -> list[tuple[Any, ...]]:
    return [(one.stream, bytes(one.text), one.cut_lines) for one in sink.chunks]


@given(st.lists(st.tuples(st.sampled_from([1, 2]), st.binary(max_size=50)), max_size=20), st.integers(1, 40))
def test_frames_are_the_same_however_the_bytes_are_cut(pieces: list[tuple[int, bytes]], size: int):
    data = b"".join(say(stream, text) for stream, text in pieces)
    reader = FrameReader()

    frames = [one for at in range(0, len(data), size) for one in reader.feed(data[at : at + size])]

    assert frames == [Frame(DATA, ("", "stdout", "stderr")[stream], text) for stream, text in pieces]


@pytest.mark.parametrize(
    "data", [b"plain text\n", pack_head(9, 1, 0), pack_head(DATA, 3, 0), pack_head(DATA, 1, 1 << 30)]
)
def test_what_is_no_frame_is_refused(data: bytes):
    with pytest.raises(FrameError):
        list(FrameReader().feed(data))


def test_what_is_no_frame_ends_the_source_in_words():
    sink = follow(b"plain text\n")

    assert (sink.news[-1].kind, sink.news[-1].cause) == (NewsKind.ENDED, "fault")


def test_a_line_that_a_loss_cuts_is_given_as_cut_and_its_rest_is_dropped():
    sink = follow(
        say(1, b"whole\nhead "),
        pack_loss(1, Loss(10, 1, ends_a_line=False)),
        say(1, b"tail\nnext\n"),
        say(2, b"other "),
        say(2, b"stream\n"),
    )

    assert list_chunks(sink) == [
        ("stdout", b"whole\n", 0),
        ("stdout", b"head \n", 1),
        ("stdout", b"next\n", 0),
        ("stderr", b"other stream\n", 0),
    ]
    [lost] = [one for one in sink.news if one.kind is NewsKind.LOST]
    assert (lost.lost_bytes, lost.cause) == (10, "lag")
    assert (
        lost.text
        == "app: 10 bytes of output in 1 pieces were not seen: the scanner was too slow, or not there"
    )


def test_a_loss_of_whole_lines_costs_no_other():
    sink = follow(say(1, b"one\n"), pack_loss(1, Loss(10, 1, ends_a_line=True)), say(1, b"two\n"))

    assert list_chunks(sink) == [("stdout", b"one\n", 0), ("stdout", b"two\n", 0)]


def test_the_end_is_told_with_the_programs_status():
    sink = follow(say(1, b"last"), pack_head(ENDED, 1, 0), pack_head(ENDED, 2, 0), pack_code(-9))

    assert list_chunks(sink) == [("stdout", b"last", 0)]
    assert sink.news[-1].text == "app: the program was ended by SIGKILL"


def test_an_end_without_a_status_says_that_the_wrapper_is_gone():
    assert "the wrapper is gone" in follow(say(1, b"last\n")).news[-1].text


def read_all(feed: Feed, reader: int) -> bytes:
    """What waits in the pipe; finishes the feed."""
    ours = os.dup(reader)
    feed.finish()
    data = b""
    while piece := os.read(ours, 1 << 20):
        data += piece
    os.close(ours)
    return data


def test_a_feed_that_nobody_reads_counts_what_it_loses():
    feed = Feed()
    reader = feed.open()
    piece = memoryview(b"x" * 99_999 + b"\n")

    for _ in range(50):
        feed.put(1, piece)
    ours = os.dup(reader)
    room = os.read(ours, 1 << 20)
    assert feed.catch_up()
    os.close(ours)
    frames = list(FrameReader().feed(room + read_all(feed, reader)))

    [loss] = [read_loss(one.payload) for one in frames if one.kind == LOST]
    seen = sum(len(one.payload) for one in frames if one.kind == DATA)
    assert loss.ends_a_line
    assert seen + loss.bytes == 50 * 100_000
    assert loss.pieces == loss.bytes // 100_000


def test_a_new_scanner_is_told_what_the_one_before_it_left():
    feed = Feed()
    feed.open()
    feed.put(1, memoryview(b"unread\nhalf"))
    feed.close()
    feed.put(2, memoryview(b"unseen\n"))

    reader = feed.open()
    feed.end(3)
    frames = list(FrameReader().feed(read_all(feed, reader)))

    assert [one.kind for one in frames] == [RESTARTED, LOST, LOST, ENDED, ENDED, EXITED]
    left, unseen = (read_loss(one.payload) for one in frames if one.kind == LOST)
    assert left.bytes >= len(b"unread\nhalf")
    assert not left.ends_a_line
    assert unseen == Loss(7, 1, ends_a_line=True)
    assert read_code(frames[-1].payload) == 3
