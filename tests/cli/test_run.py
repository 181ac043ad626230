"""`logscan run`: processes that follow what is written while they run."""

from __future__ import annotations

import json
import os
import select
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.live_runs import PATIENCE, end, read_notice, running, wait_for_news, write
from tests.cli.running import BROKEN, MENDED, run


def test_what_is_appended_to_a_file_is_found(live: tuple[str, ...], tmp_path: Path):
    path = tmp_path / "app.log"
    path.write_text(f"{BROKEN} before\n")

    with running("run", "-v", *live, "--service", "bot", path) as process:
        wait_for_news(process, "is being read")
        with path.open("a") as file:
            file.write(f"{BROKEN} after\n")
        incident = read_notice(process)["incident"]
        status = end(process)

    assert incident["evidence"][0].endswith("after")
    assert (incident["sources"], incident["service"], status) == ([str(path)], "bot", 0)


def test_a_pattern_finds_new_files(live: tuple[str, ...], tmp_path: Path):
    with running("run", *live, tmp_path / "*.log") as process:
        wait_for_news(process, "no file that fits")
        (tmp_path / "new.log").write_text(f"{BROKEN}\n")
        notices = [read_notice(process) for _ in range(2)]

    assert "bot-token" in {notice["incident"]["credential"] for notice in notices}


def test_a_restart_goes_on_where_it_was_and_tells_nothing_twice(live: tuple[str, ...], tmp_path: Path):
    path = tmp_path / "app.log"
    path.write_text(f"{BROKEN} one\n")

    with running("run", *live, "--from", "start", path) as process:
        first = read_notice(process)
        process.kill()
        process.wait(PATIENCE)
    with path.open("a") as file:
        file.write(f"{BROKEN} two\n{MENDED}\n")
    with running("run", *live, "--from", "start", path) as process:
        second = read_notice(process)

    assert (first["change"], second["change"]) == ("opened", "resolved")
    assert second["incident"]["id"] == first["incident"]["id"]
    assert second["incident"]["count"] == 2
    assert second["by"] == first["by"]


def test_its_own_lines_feed_nothing(live: tuple[str, ...], tmp_path: Path):
    path = tmp_path / "app.log"
    path.write_text(f"{BROKEN} one\n")

    with running("run", *live, "--from", "start", path) as process:
        first = read_notice(process)
        with path.open("a") as file:
            file.write(f"{json.dumps(first)}\n{BROKEN} (logscan {first['by']})\n{MENDED}\n")
        second = read_notice(process)

    assert (second["change"], second["incident"]["count"]) == ("resolved", 1)


def test_a_state_in_use_is_4(only: tuple[str, ...], tmp_path: Path):
    state = tmp_path / "state.db"

    with running("run", "-v", *only, "--state", state, tmp_path / "a.log") as process:
        wait_for_news(process, "no file that fits")
        second = run("run", *only, "--state", state, tmp_path / "b.log")
        status = end(process)

    assert (second.returncode, second.stdout) == (4, "")
    assert second.stderr.startswith(f"{state}: in use by another logscan")
    assert status == 0


def test_a_damaged_state_is_named_and_files_are_read_from_their_start(live: tuple[str, ...], tmp_path: Path):
    state, log = tmp_path / "state.db", tmp_path / "app.log"
    state.write_bytes(b"no database at all" * 100)
    state.with_name("state.db.lock").touch()  # it was ours
    log.write_text(f"{BROKEN}\n")

    with running("run", *live, "--state", state, log) as process:
        found = read_notice(process)
        words = wait_for_news(process, "was damaged")

    assert found["incident"]["signal"] == "expired"
    assert f"{state}.damaged-" in words


@pytest.mark.parametrize("name", ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"])
def test_another_name_of_stdin_is_stdin(name: str, live: tuple[str, ...]):
    done = run("run", *live, name, stdin=BROKEN)

    assert (done.returncode, json.loads(done.stdout)["key"]) == (1, "bot-token@stdin")
    assert "stdin: the input ended" in done.stderr


def test_a_log_that_is_named_as_the_state_is_refused_and_left_as_it_is(live: tuple[str, ...], log: Path):
    text = log.read_bytes()

    done = run("run", *live, "--state", log, "-", stdin=BROKEN)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"{log}: holds something else than a state of logscan, and is left as it is; give --state a path of its own\n"
    )
    assert log.read_bytes() == text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0(live: tuple[str, ...], number: int):
    with running("run", *live, "-") as process:
        write(process, f"{BROKEN}\n")
        read_notice(process)

        status = end(process, number)

    assert status == 0


def test_a_signal_ends_it_though_nobody_reads_what_it_passes_on(live: tuple[str, ...]):
    with running("run", *live, "--passthrough", "-", stdin=subprocess.PIPE) as process:
        write(process, f"{BROKEN}\n" + "x" * (1 << 10) + "\n")
        wait_for_news(process, "bot-token@stdin")
        assert process.stdin is not None
        os.set_blocking(process.stdin.fileno(), False)
        poller = select.poll()
        poller.register(process.stdin, select.POLLOUT)
        while poller.poll(500):  # until both pipes are full
            os.write(process.stdin.fileno(), b"y" * (1 << 12))

        status = end(process)

    assert status == 0


@pytest.mark.parametrize("option", [(), ("--passthrough",)])
def test_a_closed_stdout_ends_it_quietly(live: tuple[str, ...], option: tuple[str, ...]):
    with running("run", "-q", *live, *option, "--color", "never", "-") as process:
        assert process.stdout is not None
        process.stdout.close()
        write(process, "fine\n" if option else f"{BROKEN}\n")
        status = process.wait(PATIENCE)
        assert process.stderr is not None
        errors = process.stderr.read()

    assert (status, errors) == (141, b"")


def test_a_program_is_followed_and_started_again(live: tuple[str, ...], tmp_path: Path):
    flag = tmp_path / "flag"
    script = f'if [ -e {flag} ]; then echo "{MENDED}"; else touch {flag}; echo "{BROKEN}"; fi'

    with running("run", *live, "--exec", f"sh -c {shlex.quote(script)}", "--service", "bot") as process:
        changes = [read_notice(process) for _ in range(2)]
        while changes[-1]["change"] != "resolved" or changes[-1]["key"] != "bot-token@bot":
            changes.append(read_notice(process))
        status = end(process)

    assert changes[0]["key"] == "bot-token@bot"
    assert status == 0


def test_a_program_may_be_given_a_terminal(live: tuple[str, ...]):
    command = f"{shlex.quote(sys.executable)} -c 'import sys; print(\"{BROKEN}\", sys.stdout.isatty())'"

    with running("run", *live, "--pty", "--exec", command) as process:
        found = read_notice(process)

    assert found["incident"]["evidence"][0].endswith("True")


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
    done = run("run", "-q", "--output", "none", *only, "-", stdin=f"{BROKEN}\n")

    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
