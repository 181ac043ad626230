"""`logscan` without a command, its own options, and how every command ends."""

from __future__ import annotations

import json
import os
import pty
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import logscan
from tests.cli.running import BROKEN, COMMAND, ROOT, environment, run, start


def test_the_version_is_printed():
    done = run("--version")

    assert (done.returncode, done.stdout) == (0, f"logscan {logscan.__version__}\n")


def test_the_version_needs_no_engine():
    wanted = "import sys; from logscan.cli import main; main(['--version']); print(*sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", wanted], capture_output=True, text=True, env=environment(), check=True
    )

    assert not {"hyperscan", "regex", "yaml", "rich", "orjson", "numpy"} & set(done.stdout.split())


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_names_every_command(option: str):
    done = run(option)

    assert done.returncode == 0
    assert all(f"  {name} " in done.stdout for name in ("run", "wrap", "scan", "explain", "rules", "demo"))


@pytest.mark.parametrize(
    "command", ["run", "wrap", "scan", "explain", "rules", "rules list", "rules test", "demo"]
)
def test_every_command_has_help(command: str):
    done = run(*command.split(), "-h")

    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: logscan {command}")


def test_on_a_terminal_no_command_prints_help():
    master, terminal = pty.openpty()

    done = subprocess.run(COMMAND, stdin=terminal, capture_output=True, env=environment(), check=False)

    os.close(master)
    os.close(terminal)
    assert done.returncode == 0
    assert done.stdout.startswith(b"Usage: logscan")


@pytest.mark.parametrize("redirection", ["</dev/null", "<&-"])
def test_without_a_terminal_no_command_is_wrong_usage(redirection: str):
    line = f'"$0" -m logscan {redirection}'

    done = subprocess.run(
        ["bash", "-c", line, sys.executable], capture_output=True, env=environment(), check=False
    )

    assert done.returncode == 2
    assert b"Usage: logscan" in done.stderr
    assert b"use:" not in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_pipe_without_a_command_is_followed(only: tuple[str, ...]):
    done = run(*only, stdin=f"{BROKEN}\n")

    assert done.returncode == 1
    assert json.loads(done.stdout)["incident"]["rules"] == ["bot.session-expired"]


def test_a_socket_without_a_command_is_followed(only: tuple[str, ...]):
    ours, theirs = socket.socketpair()
    with theirs, start(*only, stdin=theirs.fileno()) as process:
        ours.sendall(f"{BROKEN}\n".encode())
        ours.close()
        out, _ = process.communicate(timeout=60)

    assert json.loads(out)["incident"]["signal"] == "expired"
    assert process.returncode == 1


@pytest.mark.parametrize(
    ("stdin", "words"),
    [
        (
            '{"timestamp":"2026-08-21T20:00:00.000000001Z","level":"info","message":"fine"}\n' * 500,
            "ended after 500",
        ),
        ("", "ended before a line came"),
    ],
)
def test_a_pipe_that_ended_at_once_as_railways_does_is_explained(stdin: str, words: str):
    done = run("--no-packs", "--rules", os.fspath(ROOT / "patterns" / "meta.yaml"), stdin=stdin)

    assert done.returncode == 0
    assert words in done.stderr
    assert "logscan run --railway SERVICE" in done.stderr


def test_a_file_as_stdin_without_a_command_is_followed_to_its_end(only: tuple[str, ...], log: Path):
    log.write_text(f"{BROKEN}\n")

    with log.open("rb") as file:
        process = start(*only, stdin=file.fileno())
        out, _ = process.communicate(timeout=60)

    assert (process.returncode, len(out.splitlines())) == (1, 1)


def test_a_file_of_old_lines_as_stdin_says_why_nothing_is_told(only: tuple[str, ...], log: Path):
    with log.open("rb") as file:
        process = start(*only, stdin=file.fileno())
        out, errors = process.communicate(timeout=60)

    assert (process.returncode, out) == (0, b"")
    assert b"too old by their own time" in errors


@pytest.mark.parametrize(
    "arguments",
    [["nosuch"], ["scan"], ["--nosuch"], ["scan", "--format", "xml", "x"], ["demo", "--speed", "-1"]],
)
def test_wrong_usage_is_2(arguments: list[str]):
    done = run(*arguments)

    assert done.returncode == 2
    assert "Usage: logscan" in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_printed(shell: str):
    done = run("--show-completion", shell)

    assert done.returncode == 0
    assert "_LOGSCAN_COMPLETE" in done.stdout


def test_shared_options_may_stand_before_the_command(pack: Path):
    done = run("--no-packs", "--rules", pack, "rules", "list")

    assert "bot.session-expired" in done.stdout
    assert "meta." not in done.stdout


@pytest.mark.parametrize("arguments", [["rules", "list"], ["demo", "--speed", "0"], ["--help"]])
def test_a_closed_pipe_ends_quietly(arguments: list[str]):
    reader, writer = os.pipe()
    os.close(reader)

    process = start(*arguments, stdout=writer)
    os.close(writer)
    _, errors = process.communicate(timeout=60)

    assert (process.returncode, errors) == (141, b"")


def test_a_closed_stdout_ends_quietly(only: tuple[str, ...], log: Path):
    line = '"$0" -m logscan scan "$@" >&-'

    done = subprocess.run(
        ["bash", "-c", line, sys.executable, *only, str(log)],
        capture_output=True,
        env=environment(),
        check=False,
    )

    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.needs("/dev/full")
@pytest.mark.parametrize("arguments", [["rules", "list"], ["demo", "--speed", "0"]])
def test_a_full_disk_is_said(arguments: list[str]):
    with open("/dev/full", "wb") as full:
        process = start(*arguments, stdout=full.fileno())
        _, errors = process.communicate(timeout=60)

    assert process.returncode == 2
    assert errors == b"stdout: No space left on device; make room or write elsewhere\n"


def test_an_interrupt_ends_quietly():
    process = start("demo")
    assert process.stdout is not None
    process.stdout.readline()

    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)

    assert (process.returncode, errors) == (130, b"")


@pytest.mark.parametrize(
    "command", [["scan", "-"], ["explain", "x"], ["rules", "list"], ["rules", "show", "x"]]
)
def test_without_any_rules_nothing_is_looked_for(command: list[str]):
    none = run(*command, "--no-packs")
    both = run(*command, "--no-packs", "--pack", "meta")

    assert (none.returncode, none.stdout) == (2, "")
    assert none.stderr == "no rules to look for; give --rules FILE or leave --no-packs out\n"
    assert (both.returncode, both.stdout) == (2, "")
    assert "contradict each other" in both.stderr


@pytest.mark.parametrize("options", [[], ["-v"]])
def test_a_fault_of_its_own_is_neither_findings_nor_a_leak(options: list[str]):
    code = (
        "import sys\nfrom logscan import app, cli\n"
        "def now(): raise ValueError('hunter2x')\n"
        f"app.now = now\nsys.exit(cli.main(['scan', *{options}, '-']))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, input="", env=environment(), check=False
    )

    *frames, last = done.stderr.splitlines()
    assert done.returncode == 2
    assert last == "logscan: internal error: ValueError in <string>:3; please report it"
    assert bool(frames) == bool(options)
    assert "hunter2x" not in done.stderr


@pytest.mark.parametrize(("command", "status"), [("scan", 3), ("explain", 2)])
def test_a_stdin_that_is_not_open_is_said(command: str, status: int):
    done = subprocess.run(
        ["bash", "-c", f'"$0" -m logscan {command} - <&-', sys.executable],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )

    assert done.returncode == status
    assert done.stderr.startswith("stdin: not open")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("scna", "scna: no such command; did you mean 'scan'?"),
        (
            "app.log",
            "app.log: no such command; to read it once say `logscan scan app.log`, to follow it `logscan run app.log`",
        ),
        ("zebra", "zebra: no such command; `logscan --help` names all"),
    ],
)
def test_a_mistyped_command_is_2_and_what_was_meant_is_said(typed: str, said: str, log: Path):
    done = run(typed, folder=log.parent)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"Error: {said}\n" in done.stderr
