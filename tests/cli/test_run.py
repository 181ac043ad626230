"""`logscan run`: processes that follow what is written while they run."""

from __future__ import annotations

import json
import os
import select
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import COMMAND, EXPIRED, REFRESHED, environment, run

PATIENCE = 60


@contextmanager
def running(*arguments: str | Path, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Leave nothing running."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    options = {**pipes, "env": environment(), **options}
    with subprocess.Popen([*COMMAND, *map(str, arguments)], **options) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def read_finding(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """Wait for the next line of stdout."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.stderr and process.stderr.read()
    return dict(json.loads(line))


def wait_for_news(process: subprocess.Popen[bytes], words: str) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        if words in line.decode():
            return line.decode()
    raise AssertionError(words)


def write(process: subprocess.Popen[bytes], text: str) -> None:
    assert process.stdin is not None
    process.stdin.write(text.encode())
    process.stdin.flush()


def end(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> int:
    process.send_signal(number)
    return process.wait(PATIENCE)


def test_a_line_takes_effect_before_the_pipe_ends(only: tuple[str, ...]):
    with running("run", *only, "-") as process:
        write(process, f"all is well\n{EXPIRED}\n")
        found = read_finding(process)

        write(process, f"{REFRESHED}\n")
        second = read_finding(process)
        out, errors = process.communicate(timeout=PATIENCE)

    assert (found["signal"], found["line"], found["offset"]) == ("expired", 2, 12)
    assert (second["signal"], second["line"]) == ("refreshed", 3)
    assert (process.returncode, out) == (0, b"")
    assert errors.decode() == f"stdin: the input ended (logscan {found['by']})\n"


def test_a_finding_has_the_keys_of_scan_and_who_found_it(only: tuple[str, ...], log: Path):
    followed = run("run", *only, "--state", "none", "-", stdin=log.read_bytes())
    scanned = run("scan", *only, log)

    first = json.loads(followed.stdout.splitlines()[0])
    assert list(first) == [*json.loads(scanned.stdout.splitlines()[0]), "by"]


@pytest.mark.parametrize("end_of_line", ["\n", ""])
def test_passthrough_changes_no_byte(only: tuple[str, ...], end_of_line: str):
    given = b"\xff\x00\r\n" + EXPIRED.encode() + end_of_line.encode()

    with running("run", *only, "--passthrough", "-") as process:
        out, errors = process.communicate(given, timeout=PATIENCE)

    assert (process.returncode, out) == (0, given)
    assert b"bot.session-expired" in errors
    own = errors.decode().splitlines()[0].rpartition(" ")[2]
    assert all(line.endswith(f"(logscan {own}") for line in errors.decode().splitlines())


def test_what_is_appended_to_a_file_is_found(only: tuple[str, ...], tmp_path: Path):
    path = tmp_path / "app.log"
    path.write_text(f"{EXPIRED} before\n")

    with running("run", "-v", *only, "--service", "bot", path) as process:
        wait_for_news(process, "is being read")
        with path.open("a") as file:
            file.write(f"{EXPIRED} after\n")
        found = read_finding(process)
        status = end(process)

    assert found["message"].endswith("after")
    assert (found["source"], found["service"], status) == (str(path), "bot", 0)


def test_a_pattern_finds_new_files_and_names_them(only: tuple[str, ...], tmp_path: Path):
    with running("run", *only, tmp_path / "*.log") as process:
        wait_for_news(process, "no file that fits")
        (tmp_path / "new.log").write_text(f"{EXPIRED}\n")
        found = read_finding(process)

    assert (found["source"], found["line"]) == (str(tmp_path / "new.log"), 1)


def test_a_restart_goes_on_where_it_was_and_tells_nothing_twice(only: tuple[str, ...], tmp_path: Path):
    path = tmp_path / "app.log"
    path.write_text(f"{EXPIRED} one\n")

    with running("run", *only, "--from", "start", path) as process:
        first = read_finding(process)
        process.kill()
        process.wait(PATIENCE)
    with path.open("a") as file:
        file.write(f"{EXPIRED} two\n")
    with running("run", *only, "--from", "start", path) as process:
        second = read_finding(process)

    assert first["message"].endswith("one")
    assert second["message"].endswith("two")
    assert second["offset"] == len(f"{EXPIRED} one\n")
    assert second["by"] == first["by"]


def test_its_own_lines_feed_nothing(only: tuple[str, ...], tmp_path: Path):
    path = tmp_path / "app.log"
    path.write_text(f"{EXPIRED} one\n")

    with running("run", *only, "--from", "start", path) as process:
        first = read_finding(process)
        with path.open("a") as file:
            file.write(f"{json.dumps(first)}\n{EXPIRED} (logscan {first['by']})\n{EXPIRED} two\n")
        second = read_finding(process)

    assert second["message"].endswith("two")
    assert second["line"] == 4


def test_a_state_in_use_is_4(only: tuple[str, ...], tmp_path: Path):
    state = tmp_path / "state.db"

    with running("run", "-v", *only, "--state", state, tmp_path / "a.log") as process:
        wait_for_news(process, "no file that fits")
        second = run("run", *only, "--state", state, tmp_path / "b.log")
        status = end(process)

    assert (second.returncode, second.stdout) == (4, "")
    assert second.stderr.startswith(f"{state}: in use by another logscan")
    assert status == 0


def test_a_damaged_state_is_named_and_files_are_read_from_their_start(only: tuple[str, ...], log: Path):
    state = log.parent / "state.db"
    state.write_bytes(b"no database at all" * 100)

    with running("run", *only, "--state", state, log) as process:
        found = read_finding(process)
        words = wait_for_news(process, "was damaged")

    assert found["signal"] == "expired"
    assert f"{state}.damaged-" in words


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0(only: tuple[str, ...], number: int):
    with running("run", *only, "-") as process:
        write(process, f"{EXPIRED}\n")
        read_finding(process)

        status = end(process, number)

    assert status == 0


def test_a_signal_ends_it_though_nobody_reads_what_it_passes_on(only: tuple[str, ...]):
    with running("run", *only, "--passthrough", "-", stdin=subprocess.PIPE) as process:
        write(process, f"{EXPIRED}\n" + "x" * (1 << 10) + "\n")
        wait_for_news(process, "bot.session-expired")
        assert process.stdin is not None
        os.set_blocking(process.stdin.fileno(), False)
        poller = select.poll()
        poller.register(process.stdin, select.POLLOUT)
        while poller.poll(500):  # until both pipes are full
            os.write(process.stdin.fileno(), b"y" * (1 << 12))

        status = end(process)

    assert status == 0


@pytest.mark.parametrize("option", [(), ("--passthrough",)])
def test_a_closed_stdout_ends_it_quietly(only: tuple[str, ...], option: tuple[str, ...]):
    with running("run", "-q", *only, *option, "--color", "never", "-") as process:
        assert process.stdout is not None
        process.stdout.close()
        write(process, "fine\n" if option else f"{EXPIRED}\n")
        status = process.wait(PATIENCE)
        assert process.stderr is not None
        errors = process.stderr.read()

    assert (status, errors) == (141, b"")


def test_a_program_is_followed_and_started_again(only: tuple[str, ...]):
    command = f"{shlex.quote(sys.executable)} -c 'import os; print(\"{EXPIRED}\", os.getpid())'"

    with running("run", *only, "--exec", command, "--service", "bot") as process:
        first, second = read_finding(process), read_finding(process)
        status = end(process)

    assert first["message"] != second["message"]
    assert first["service"] == "bot"
    assert status == 0


def test_a_program_may_be_given_a_terminal(only: tuple[str, ...]):
    command = f"{shlex.quote(sys.executable)} -c 'import sys; print(\"{EXPIRED}\", sys.stdout.isatty())'"

    with running("run", *only, "--pty", "--exec", command) as process:
        found = read_finding(process)

    assert found["message"].endswith("True")


def test_the_end_of_railways_backlog_is_explained(only: tuple[str, ...]):
    line = '{"timestamp":"2026-08-21T20:00:00.000000001Z","level":"info","message":"fine"}\n'

    done = run("run", *only, "-", stdin=line * 500)

    assert done.returncode == 0
    assert "logscan run --railway SERVICE" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "nothing to follow"),
        (["--pty", "-"], "--pty: there is no program"),
        (["--passthrough", "x.log"], "--passthrough: stdin is not read"),
        (["."], ".: is a folder"),
        (["--exec", "'x"], "close every quote"),
        (["--railway", "bot"], "no token to read Railway's logs with"),
    ],
)
def test_what_cannot_be_followed_is_2(arguments: list[str], words: str):
    done = run("run", *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_what_is_not_wanted_is_not_printed(only: tuple[str, ...]):
    done = run("run", "-q", "--output", "none", *only, "-", stdin=f"{EXPIRED}\n")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
