"""`logscan wrap`: the program's bytes and status are its own, and what it says is found."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from time import monotonic

import pytest

from tests.cli.running import BROKEN, environment, list_words, run, start
from tests.deliveries_made import wait_for
from tests.sinks_made import run_sink


def test_output_passes_untouched_and_notices_go_to_stderr(only: tuple[str, ...]):
    script = f'printf "fine\\r\\n%s\\n" "{BROKEN}"; printf "own" >&2'

    done = run("wrap", *only, "--service", "bot", "--", "sh", "-c", script)

    assert (done.returncode, done.stdout) == (0, f"fine\r\n{BROKEN}\n")
    assert "own" in done.stderr
    assert "bot-token@bot" in done.stderr


@pytest.mark.parametrize("script", ["echo own >&2; exit 3", "echo own >&2; echo POST /x 401 Unauthorized"])
def test_nothing_but_notices_is_added_to_stderr(only: tuple[str, ...], pack: Path, script: str):
    patient = "signal: rejected\n    threshold: {count: 5, within: 5m}"
    pack.write_text(pack.read_text().replace("signal: rejected", patient))

    done = run("wrap", *only, "--", "sh", "-c", script)

    assert done.stderr == "own\n"


def test_how_the_program_ended_is_told_to_whoever_asks(only: tuple[str, ...]):
    done = run("wrap", "-v", *only, "--", "sh", "-c", "exit 3")

    assert "wrapped: the program ended with status 3" in done.stderr


def test_notices_may_be_jsonl(only: tuple[str, ...]):
    done = run("wrap", "-q", *only, "--output", "jsonl", "--", "echo", BROKEN)

    [found] = map(json.loads, done.stderr.splitlines())
    assert (found["incident"]["rules"], found["key"]) == (["bot.session-expired"], "bot-token@wrapped")


@pytest.mark.parametrize(
    ("words", "status"),
    [(["sh", "-c", "exit 7"], 7), (["sh", "-c", "kill -9 $$"], 137), (["/no/such"], 127), (["/"], 126)],
)
def test_the_exit_status_is_the_programs(only: tuple[str, ...], words: list[str], status: int):
    done = run("wrap", *only, "--", *words)

    assert done.returncode == status


def test_the_programs_options_are_its_own(only: tuple[str, ...]):
    done = run("wrap", *only, "echo", "--output", "-q")

    assert done.stdout == "--output -q\n"


def test_a_signal_is_passed_on(only: tuple[str, ...]):
    script = "trap 'echo told; exit 3' TERM; echo ready; while :; do sleep 0.1; done"
    words = list_words("wrap", *only, "--", "sh", "-c", script)
    pipe = subprocess.PIPE

    with subprocess.Popen(words, stdout=pipe, stderr=pipe, env=environment()) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)

    assert (process.returncode, out) == (3, b"told\n")


@pytest.mark.parametrize("arguments", [[], ["--no-packs", "--", "echo"], ["--output", "xml", "--", "echo"]])
def test_wrong_usage_is_said_before_the_program_starts(arguments: list[str]):
    done = run("wrap", *arguments)

    assert (done.returncode, done.stdout) == (2, "")


def test_what_is_found_is_kept_where_it_was_asked(only: tuple[str, ...], tmp_path: Path):
    state = tmp_path / "state.db"
    words = ["wrap", "-q", *only, "--output", "jsonl", "--state", str(state), "--", "echo", BROKEN]

    first, second = run(*words), run(*words)

    listed = json.loads(run("incidents", "list", "--json", "--state", state).stdout)["incidents"]
    [incident] = [one for one in listed if one["credential"] == "bot-token"]
    assert json.loads(first.stderr)["incident"]["id"] == incident["id"]
    assert second.stderr == ""  # of the same incident people know
    assert incident["count"] == 2


@pytest.mark.parametrize("answer", ["503", ""])
def test_a_channel_in_trouble_holds_up_the_programs_end_for_a_moment_only(
    live: tuple[str, ...], tmp_path: Path, answer: str
):
    state = ("--state", tmp_path / "state.db")
    script = f"echo {BROKEN}; read -r line; exit 3"
    with run_sink(tmp_path) as sink:
        sink.break_down(answer)
        with start("wrap", *live, *state, "--notify", sink.url, "--", "sh", "-c", script) as process:
            wait_for(sink, 1)
            began = monotonic()
            _, errors = process.communicate(b"end\n", timeout=60)
        took = monotonic() - began

        assert process.returncode == 3
        assert b"undelivered: notify 1; kept for the next start" in errors
        assert took < 5, took
        sink.recover()
        run("wrap", *live, *state, "--notify", sink.url, "--", "true")
        assert [one.status for one in sink.read()][-1] == "200"
