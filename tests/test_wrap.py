"""A wrapped program runs as if nothing stood around it, whatever becomes of the scanner."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from tests.wrap_made import ENVIRONMENT, list_words, read_notes, text_of, wait_for, wrap, wrapping

FORWARDED = ["TERM", "INT", "HUP", "QUIT", "USR1", "USR2", "WINCH"]


def read_line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    return process.stdout.readline()


def test_both_streams_pass_apart_and_the_scanner_is_shown_them(tmp_path: Path):
    notes = tmp_path / "notes"

    done = wrap("sh", "-c", r"printf 'a\r\n\000\377half'; echo err >&2; exit 7", notes=notes)

    assert (done.returncode, done.stdout, done.stderr) == (7, b"a\r\n\0\xffhalf", b"err\n")
    items = read_notes(notes)
    assert text_of(items, "stdout") == "a\r\n\0\xffhalf"
    assert text_of(items, "stderr") == "err\n"
    assert items[-1][:2] == ["ended", "app: the program ended with status 7"]


@pytest.mark.parametrize(
    ("argv", "status"),
    [
        (["true"], 0),
        (["sh", "-c", "exit 255"], 255),
        (["sh", "-c", "kill -9 $$"], 137),
        (["sh", "-c", "kill -TERM $$"], 143),
        (["/etc/passwd"], 126),
        (["/etc"], 126),
        (["logscan-is-nowhere"], 127),
        (["/nowhere/program"], 127),
    ],
)
def test_the_status_is_the_programs(argv: list[str], status: int):
    assert wrap(*argv).returncode == status


def test_what_cannot_be_started_is_told():
    assert wrap("logscan-is-nowhere").stderr == (
        b"logscan wrap: logscan-is-nowhere is not on PATH; install it or write its full path\n"
    )
    assert b"may not be executed" in wrap("/etc/passwd").stderr


def test_own_failure_is_125():
    words = ["sh", "-c", 'ulimit -n 7; exec "$@"', "-", *list_words(None, ("echo", "never"))]
    done = subprocess.run(words, capture_output=True, check=False, env=ENVIRONMENT)

    assert done.returncode == 125
    assert done.stdout == b""
    assert b"logscan cannot go on" in done.stderr


@pytest.mark.parametrize("name", FORWARDED)
def test_signals_reach_the_program(name: str):
    command = f"trap 'echo got {name}; exit 9' {name}; echo ready; while :; do sleep 600 & wait; done"
    with wrapping("sh", "-c", command + "; ") as process:
        assert read_line(process) == b"ready\n"
        process.send_signal(signal.Signals[f"SIG{name}"])
        assert read_line(process) == f"got {name}\n".encode()
        assert process.wait(20) == 9


def test_what_was_ignored_stays_ignored_and_nothing_else_is():
    command = "grep SigIgn /proc/self/status"

    plain = subprocess.run(["sh", "-c", f"trap '' HUP; {command}"], capture_output=True, check=True)
    words = ["sh", "-c", 'trap "" HUP; exec "$@"', "-", *list_words(None, ("sh", "-c", command))]
    wrapped = subprocess.run(words, capture_output=True, check=True, env=ENVIRONMENT)

    own = 0b11 << 31  # glibc starts every program so
    assert int(wrapped.stdout.split()[1], 16) & ~own == int(plain.stdout.split()[1], 16)


def test_a_scanner_that_cannot_be_started_stops_nothing():
    words = list_words(None, ("sh", "-c", "echo fine; exit 3"))
    words[2:5] = ["/nowhere/scanner"]

    done = subprocess.run(words, capture_output=True, check=False, env=ENVIRONMENT)

    assert (done.returncode, done.stdout) == (3, b"fine\n")
    assert b"/nowhere/scanner does not exist" in done.stderr


def test_a_scanner_that_is_killed_is_started_again_and_told_what_it_missed(tmp_path: Path):
    notes = tmp_path / "notes"
    with wrapping("cat", notes=notes, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        [first] = wait_for(lambda: [one[2] for one in read_notes(notes) if one[0] == "note"])
        process.stdin.write(b"one\n")
        process.stdin.flush()
        wait_for(lambda: text_of(read_notes(notes), "stdout") == "one\n")

        os.kill(first, signal.SIGKILL)
        assert process.stderr is not None
        assert b"the scanner was ended by SIGKILL; the program goes on unwatched" in process.stderr.readline()
        process.stdin.write(b"two\n")
        process.stdin.flush()
        assert [read_line(process), read_line(process)] == [b"one\n", b"two\n"]
        wait_for(lambda: len([one for one in read_notes(notes) if one[0] == "note"]) == 2)
        process.stdin.write(b"three\n")
        process.stdin.close()
        assert process.wait(20) == 0

    items = read_notes(notes)
    assert text_of(items, "stdout") == "one\nthree\n"
    assert [one[2] for one in items if one[0] == "lost"] == [len("two\n")]
    assert "restarted" in [one[0] for one in items]


def test_fifty_megabytes_pass_byte_for_byte_past_a_scanner_that_never_reads(tmp_path: Path):
    program = (
        "import os, random; r = random.Random(4); b = r.randbytes(1 << 16)\n"
        "for n in range(800):\n  w = memoryview(b)[n % 7:]\n"
        "  while w: w = w[os.write(1, w[:r.randrange(1, 70000)]):]\n"
    )
    plain = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    done = wrap(sys.executable, "-c", program, notes=tmp_path / "notes", manner="deaf")

    assert len(done.stdout) > 50_000_000
    assert hashlib.sha256(done.stdout).digest() == hashlib.sha256(plain.stdout).digest()
    assert done.returncode == 0


def test_a_scanner_that_never_ends_keeps_neither_the_reader_nor_who_is_in_a_hurry(tmp_path: Path):
    with wrapping("sh", "-c", "echo done; exit 6", notes=tmp_path / "notes", manner="deaf") as process:
        assert process.stdout is not None
        assert process.stdout.read() == b"done\n"
        began = monotonic()
        process.send_signal(signal.SIGTERM)

        assert process.wait(20) == 6
        assert monotonic() - began < 4


def test_every_byte_is_seen_or_counted_as_lost(tmp_path: Path):
    notes = tmp_path / "notes"
    program = "import os\nfor n in range(200_000): os.write(1, b'%08d %s\\n' % (n, b'x' * 300))"

    done = wrap(sys.executable, "-c", program, notes=notes, stdout=subprocess.DEVNULL)

    assert done.returncode == 0
    items = read_notes(notes)
    lines = text_of(items, "stdout").split("\n")[:-1]
    whole = [line for line in lines if len(line) == 309]
    assert sorted(set(whole)) == whole
    assert len(lines) - len(whole) <= sum(one[2] for one in items if one[0] == "stdout")
    seen = sum(len(one[1]) + one[3] for one in items if one[0] == "stdout")
    gaps = sum(int(one[1].split(" pieces")[0].split()[-1]) for one in items if one[0] == "lost")
    lost = sum(one[2] for one in items if one[0] == "lost")
    assert abs(seen + lost - 200_000 * 310) <= gaps  # a cut line is given a line end


def test_the_program_waits_for_its_reader_and_learns_that_it_is_gone():
    with wrapping("sh", "-c", "while :; do echo y; done; exit 1") as process:
        assert read_line(process) == b"y\n"
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(20) == 128 + signal.SIGPIPE


def test_a_grandchild_that_holds_the_pipe_does_not_hold_the_end():
    with wrapping("sh", "-c", "sleep 600 & echo $!; exit 4") as process:
        pid = int(read_line(process))
        try:
            assert process.wait(20) == 4
        finally:
            os.kill(pid, signal.SIGKILL)


def test_stdin_passes_untouched():
    data = bytes(range(256)) * 4096

    assert wrap("cat", input=data).stdout == data


def test_one_file_for_both_streams_keeps_pieces_whole():
    command = "for n in 1 2 3 4 5 6 7 8 9; do echo out $n; echo err $n >&2; done"

    done = wrap("sh", "-c", command, stderr=subprocess.STDOUT)

    expected = [f"{name} {number}" for number in range(1, 10) for name in ("out", "err")]
    assert sorted(done.stdout.decode().split("\n")[:-1]) == sorted(expected)


def test_a_socket_as_output_is_no_obstacle():
    ours, theirs = socket.socketpair()
    with ours, theirs, wrapping("sh", "-c", "head -c 3000000 /dev/zero", stdout=theirs) as process:
        theirs.close()
        total = 0
        while data := ours.recv(1 << 16):
            total += len(data)
        assert process.wait(20) == 0

    assert total == 3_000_000
