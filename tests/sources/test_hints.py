"""An input that ended as `railway logs` ends is told so, with what to do; no other is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

import pytest

from logscan.sources.hints import Arrival, Impression, explain_end, is_railways
from logscan.sources.stdin import PipeSource
from tests.commands_made import RAILWAY
from tests.live_made import Clock, Collected

RAILWAY_LIKE = Arrival(500, 2.0, 20, 20)
REMEDY = "logscan run --railway SERVICE, or logscan run --exec 'railway logs --json' --pty"


@pytest.mark.parametrize("arrival", [RAILWAY_LIKE, Arrival(1, 0.1, 1, 1), Arrival(0, 5.0, 0, 0)])
def test_the_remedy_is_named(arrival: Arrival):
    assert REMEDY in (explain_end(arrival) or "")


@pytest.mark.parametrize(
    "arrival",
    [
        RAILWAY_LIKE._replace(lines=501),
        RAILWAY_LIKE._replace(seconds=31.0),
        RAILWAY_LIKE._replace(railway_lines=19),
        Arrival(0, 31.0, 0, 0),
        Arrival(3, 1.0, 0, 0),
    ],
)
def test_other_ends_need_no_words(arrival: Arrival):
    assert explain_end(arrival) is None


@pytest.mark.parametrize(
    "line",
    [
        b'{"timestamp":"2026-08-21T20:56:23.123456789Z","level":"error","message":"Session has expired"}',
        b'{"status":200,"message":{"a":1},"timestamp":"2026-08-21T20:56:24Z"}\r',
        b'{"timestamp":"2026-08-21T20:56:24.1Z","httpStatus":401,"deploymentId":"x","path":"/"}',
        b"2026-08-21T20:56:23.123456789Z [ERRO] token expired route=/webhook",
        b"\x1b[2m2026-08-21T20:56:23Z [INFO] \x1b[0mfine",
    ],
)
def test_railways_lines_are_known(line: bytes):
    assert is_railways(line)


@pytest.mark.parametrize(
    "line",
    [
        b"plain text",
        b"{not json",
        b'{"message":"x"}',
        b'{"message":"x","timestamp":1766345783}',
        b'{"message":"x","timestamp":"21.8.2026"}',
        b'{"source":"function","name":"webhook","timestamp":"2026-08-21T20:56:23.123Z","message":"x"}',
        b'{"message":"x","timestamp":"2026-08-21T20:56:23.123Z","app_name":"bot","type":"out"}',
        b"2026-08-21T20:56:23Z INFO hello",
        b"",
    ],
)
def test_others_lines_are_not(line: bytes):
    assert not is_railways(line)


def read_through_a_pipe(arguments: Sequence[str]) -> str | None:
    impression = Impression(Clock())
    with subprocess.Popen(
        [sys.executable, RAILWAY, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        PipeSource("stdin", process.stdout.fileno(), max_line=1 << 20, impression=impression).run(Collected())
    return impression.explain()


def test_the_program_itself_is_recognised_through_a_pipe():
    words = read_through_a_pipe(["logs", "--json"])

    assert words is not None
    assert words.startswith("stdin: ended after 500 lines in 0 s. If that was `railway logs`: since 4.17")


def test_an_option_that_it_refuses_leaves_nothing_and_is_explained():
    words = read_through_a_pipe(["logs", "--follow"])

    assert words is not None
    assert words.startswith("stdin: ended before a line came")


def test_an_input_that_has_not_ended_is_not_explained():
    impression = Impression(Clock())
    impression.look(b"x\n")

    assert impression.explain() is None


def test_a_long_input_is_not_looked_at_for_long():
    impression = Impression(Clock())
    line = b'{"timestamp":"2026-08-21T20:56:23Z","message":"x"}\n'

    for _ in range(1000):
        impression.look(line)
    impression.finish()

    assert impression._looked_at == 20
    assert impression.explain() is None


def test_a_last_line_without_its_end_counts():
    reader, writer = os.pipe()
    os.write(writer, b'{"timestamp":"2026-08-21T20:56:23Z","message":"x"}')
    os.close(writer)
    impression = Impression(Clock())

    PipeSource("stdin", reader, max_line=1 << 20, impression=impression).run(Collected())
    os.close(reader)

    assert "after 1 line in" in (impression.explain() or "")
