"""A program is followed through whatever its end is, and nothing of it is left behind."""

from __future__ import annotations

import os
import random
import resource
import sys
import threading
from itertools import count as count_from
from pathlib import Path
from time import monotonic

import pytest

from logscan.children import Backoff
from logscan.errors import ConfigError
from logscan.model import Chunk, NewsKind
from logscan.pipeline import Manner
from logscan.sources.commands import CommandManner, CommandSource, split_command
from tests.commands_made import (
    PATIENCE,
    RAILWAY,
    SEED,
    count,
    is_gone,
    make_source,
    news_of,
    running,
    wait_until,
)
from tests.live_made import Collected, make_pipeline


def test_both_streams_are_read_and_lines_are_whole():
    sink = Collected()
    with running(
        make_source("sh", "-c", "echo out; echo err >&2; printf half; read x <&2 || :; exec sleep 600"), sink
    ):
        wait_until(sink, lambda: len(sink.chunks) == 2)

    texts = {chunk.stream: bytes(chunk.text) for chunk in sink.chunks}
    assert texts == {"stdout": b"out\n", "stderr": b"err\n"}
    assert [one.kind for one in sink.news] == [NewsKind.UP]


def test_an_exit_in_mid_line_is_an_outage_whatever_its_status():
    sink = Collected()
    with running(make_source("sh", "-c", "echo one; printf half; exit 0"), sink):
        wait_until(sink, lambda: count(sink, NewsKind.RESTARTED) > 1)

    kinds = [one.kind for one in sink.news][:5]
    assert kinds == [NewsKind.UP, NewsKind.DOWN, NewsKind.RESTARTED, NewsKind.UP, NewsKind.DOWN]
    down = news_of(sink, NewsKind.DOWN)[0]
    assert down.cause == "exit"
    assert down.text == "bot: sh ended with status 0; it is started again in 0 s"
    assert sink.text.startswith(b"one\nhalfone\nhalf")


def test_a_program_that_was_killed_is_told_by_its_signal():
    sink = Collected()
    with running(make_source("sh", "-c", "kill -9 $$"), sink):
        wait_until(sink, lambda: count(sink, NewsKind.DOWN) > 0)

    assert "sh was ended by SIGKILL" in sink.news[0].text


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("logscan-is-nowhere", "is not on PATH; install it or write its full path"),
        ("/nowhere/railway", "does not exist"),
        ("/etc/passwd", "may not be executed; see to its permissions (chmod +x)"),
    ],
)
def test_what_cannot_be_started_is_told_and_tried_again(program: str, words: str):
    sink = Collected()
    with running(make_source(program), sink):
        wait_until(sink, lambda: count(sink, NewsKind.DOWN) > 1)

    assert {one.cause for one in sink.news} == {"start"}
    assert words in sink.news[0].text


def test_silence_ends_a_program_even_one_that_ignores_term():
    sink = Collected()
    command = "trap '' TERM; echo $$; while :; do sleep 600; done"
    with running(make_source("sh", "-c", command, silent_after=0.3, grace_seconds=0.2), sink):
        wait_until(sink, lambda: count(sink, NewsKind.RESTARTED) > 0)
        first = int(bytes(sink.chunks[0].text))
        assert is_gone(first)

    [down, *_] = news_of(sink, NewsKind.DOWN)
    assert down.cause == "silent"
    assert "sh said nothing for 0 s and was stopped" in down.text


def test_a_grandchild_that_holds_the_pipe_does_not_hold_us():
    sink = Collected()
    command = "(trap '' TERM; while :; do sleep 600; done) & echo $!; exit 3"
    with running(make_source("sh", "-c", command, grace_seconds=0.2), sink):
        wait_until(sink, lambda: count(sink, NewsKind.DOWN) > 0)
        assert is_gone(int(bytes(sink.chunks[0].text)))

    assert "ended with status 3" in news_of(sink, NewsKind.DOWN)[0].text


def test_a_terminal_is_given_when_asked_for():
    sink = Collected()
    command = "test -t 1 && test -t 2 && echo terminal; stty size <&1; exec sleep 600"
    with running(make_source("sh", "-c", command, use_terminal=True), sink):
        wait_until(sink, lambda: sink.text.count(b"\n") == 2)

    assert sink.text == b"terminal\n50 1000\n"


def test_railway_on_a_terminal_goes_on_after_its_backlog():
    sink = Collected()
    with running(make_source(sys.executable, RAILWAY, "logs", "--json", use_terminal=True), sink):
        wait_until(sink, lambda: sink.text.count(b"\n") == 500)

    assert [one.kind for one in sink.news] == [NewsKind.UP]
    assert b"\r" not in sink.text


def test_only_the_given_environment_is_passed():
    sink = Collected()
    with running(make_source("/usr/bin/env", environment={"A": "1"}), sink):
        wait_until(sink, lambda: bool(sink.chunks))

    assert bytes(sink.chunks[0].text) == b"A=1\n"


def test_what_a_restarted_program_repeats_takes_effect_once(tmp_path: Path):
    sink = Collected()
    environment = {**os.environ, "RAILWAY_STATE": str(tmp_path / "runs")}
    source = make_source(sys.executable, RAILWAY, "logs", "--json", environment=environment)
    with running(source, sink):
        wait_until(sink, lambda: count(sink, NewsKind.DOWN) >= 5)

    numbers = [int(line.split(b'"20')[1].split(b".")[1][:9]) for line in sink.text.splitlines()]
    assert len(numbers) >= 500 + 4 * 10
    assert numbers == list(range(len(numbers)))


def test_a_login_that_expired_is_heard_on_stderr():
    sink = Collected()
    environment = {**os.environ, "RAILWAY_LOGIN": "expired"}
    with running(make_source(sys.executable, RAILWAY, "logs", environment=environment), sink):
        wait_until(sink, lambda: count(sink, NewsKind.DOWN) >= 2)

    assert sink.chunks[0].stream == "stderr"
    assert sink.chunks[0].text.startswith(b"Unauthorized")
    assert sink.chunks[1].text == sink.chunks[0].text
    assert "ended with status 1" in news_of(sink, NewsKind.DOWN)[0].text


def test_a_flood_waits_for_us():
    class Slow(Collected):
        taken = 0
        release = threading.Event()

        def put(self, chunk: Chunk) -> None:
            self.taken += len(chunk.text)
            if self.taken == len(chunk.text):
                self.release.wait(PATIENCE)

    size = 1 << 30
    sink = Slow()
    program = (
        f"import os; b = b'x' * 99 + b'\\n'; b *= 10000\nfor _ in range({size} // len(b)): os.write(1, b)"
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with running(make_source(sys.executable, "-c", program), sink):
        sink.release.set()
        wait_until(sink, lambda: count(sink, NewsKind.DOWN) > 0)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert sink.taken > size * 0.9
    assert after - before < 64 << 10  # kilobytes


def test_many_respawns_leak_nothing():
    source = make_source("/bin/true")
    sink = Collected()
    with running(source, sink):
        wait_until(sink, lambda: count(sink, NewsKind.DOWN) >= 20)
        before, threads = len(os.listdir("/proc/self/fd")), threading.active_count()
        wait_until(sink, lambda: count(sink, NewsKind.DOWN) >= 1020)
        after = len(os.listdir("/proc/self/fd"))
        assert threading.active_count() == threads

    assert abs(after - before) <= 4  # one run may be under way at either count
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_stopping_ends_the_program_and_its_children():
    sink = Collected()
    with running(make_source("sh", "-c", "sleep 600 & echo $! $$; wait"), sink):
        wait_until(sink, lambda: bool(sink.chunks))
        pids = [int(word) for word in bytes(sink.chunks[0].text).split()]

    assert all(is_gone(pid) for pid in pids)


def test_back_off_grows_to_a_minute_with_chance():
    backoff = Backoff()
    chance = random.Random(SEED)

    delays = [backoff.delay(failures, chance.random()) for failures in range(1, 40)]

    assert all(1 <= delay <= 60 for delay in delays)
    assert delays[0] <= 2
    assert min(delays[6:]) >= 30
    assert len(set(delays)) == len(delays)


def test_back_off_starts_over_after_a_minutes_run():
    minutes = count_from(0, 61)
    manner = CommandManner(backoff=Backoff(0.001, 60))
    source = CommandSource("bot", ["/bin/true"], manner, lambda: next(minutes), random.Random(SEED))
    sink = Collected()

    with running(source, sink):
        wait_until(sink, lambda: count(sink, NewsKind.DOWN) >= 20)  # it would have waited a minute by then


def test_a_text_is_split_as_a_shell_splits_words():
    assert split_command("railway logs --service 'my bot' $HOME;x") == (
        "railway",
        "logs",
        "--service",
        "my bot",
        "$HOME;x",
    )
    for wrong in ("'open", "", "   "):
        with pytest.raises(ConfigError, match="command"):
            split_command(wrong)


def test_a_repeated_backlog_is_told_once_through_the_whole_pipeline(tmp_path: Path):
    environment = {**os.environ, "RAILWAY_STATE": str(tmp_path / "runs")}
    source = make_source(sys.executable, RAILWAY, "logs", "--json", environment=environment)
    pipeline, keeper, kept = make_pipeline({source: Manner()})
    thread = threading.Thread(target=pipeline.run)
    thread.start()

    deadline = monotonic() + PATIENCE
    restarts = ("restarted", "start")
    while pipeline.counts["bot"].news[restarts] < 4 and monotonic() < deadline:
        thread.join(0.01)
    pipeline.stop()
    thread.join(PATIENCE)

    assert keeper.stop(10)
    told = [one.event.evidence for one in kept if one.event.credential == "test-token"]
    assert len(told) >= 5
    assert len(set(told)) == len(told)


def test_one_that_fell_silent_is_seen_again_by_a_word_only():
    source, sink = make_source("sleep", "60", silent_after=0.2, settled_seconds=0.05), Collected()
    with running(source, sink):
        wait_until(sink, lambda: sum(one.cause == "silent" for one in sink.news) >= 3)

    assert count(sink, NewsKind.UP) == 1
