"""`logscan demo` as a user runs it."""

from __future__ import annotations

import json
from datetime import datetime

from tests.cli.running import run, start


def test_without_waiting_the_whole_story_is_there_at_once():
    done = run("demo", "--speed", "0")

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert lines[-1]["message"] == "queue is empty"


def test_lines_come_one_by_one():
    process = start("demo")
    assert process.stdout is not None

    first = process.stdout.readline()
    is_running = process.poll() is None
    process.kill()
    process.communicate()

    assert b"listening" in first
    assert is_running


def test_slow_motion_is_refused_since_it_would_not_end_in_time():
    done = run("demo", "--speed", "0.5")

    assert done.returncode == 2
    assert "write 1 or more, or 0" in done.stderr


def test_help_says_how_long_it_takes():
    begun, *_, ended = [
        json.loads(line)["timestamp"] for line in run("demo", "--speed", "0").stdout.splitlines()
    ]

    seconds = (datetime.fromisoformat(ended) - datetime.fromisoformat(begun)).total_seconds()

    assert f"It takes {seconds:.0f} seconds." in run("demo", "--help").stdout
