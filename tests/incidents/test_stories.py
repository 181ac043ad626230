"""`scan --incidents`: old logs told as stories."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.cli.running import COMMAND, environment
from tests.incidents.streams import read_stories

BAD = "ERROR bot: Error validating access token: Session has expired"
GOOD = "INFO bot: WhatsApp access token was replaced"


def write(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_a_rotated_log_is_one_story_whatever_its_files_are_called(tmp_path: Path):
    new = write(tmp_path / "app.log", f"2026-05-04T10:00:00Z {GOOD}")
    old = write(tmp_path / "app.log.1", f"2026-05-04T08:00:00Z {BAD}", f"2026-05-04T09:00:00Z {BAD}")

    [story] = read_stories(new, old)

    assert (story["source"], story["first_line"], story["last_line"]) == (str(old), 1, 2)
    assert (story["resolved_source"], story["resolved_line"]) == (str(new), 1)
    assert story["resolved_by"] == "recovered"
    assert story["unnoticed_seconds"] == 7_200
    assert read_stories(new, old, jobs=2) == [story]


def test_a_log_without_times_has_lines_and_no_durations(tmp_path: Path):
    path = write(tmp_path / "app.log", BAD, *("fine" for _ in range(100)), GOOD)

    [story] = read_stories(path)

    assert (story["first_line"], story["resolved_line"]) == (1, 102)
    assert [story[name] for name in ("first_seen", "resolved_at", "opened_at", "unnoticed_seconds")] == [
        None
    ] * 4


def test_a_line_without_a_time_takes_that_of_a_line_before_it(tmp_path: Path):
    path = write(
        tmp_path / "app.log", "2026-05-04T08:00:00Z send failed", *("  at f()" for _ in range(30)), BAD
    )

    [story] = read_stories(path)

    assert story["first_seen"].startswith("2026-05-04T08:00:00")


def test_a_time_that_cannot_be_is_none(tmp_path: Path):
    path = write(
        tmp_path / "app.log",
        f"2026-05-04T08:00:00Z {BAD}",
        f"9999-01-01T00:00:00Z {BAD}",
        f"2026-05-04T08:10:00Z {GOOD}",
    )

    [story] = read_stories(path)

    assert story["unnoticed_seconds"] == 600


def test_the_command_prints_incidents_and_says_so_with_its_status(tmp_path: Path):
    path = write(tmp_path / "app.log", f"2026-05-04T08:00:00Z {BAD}")
    command = [*COMMAND, "scan", "--incidents", str(path)]

    done = subprocess.run(
        [*command, "--format", "jsonl"], capture_output=True, check=False, env=environment()
    )
    shown = subprocess.run(
        [*command, "--format", "pretty"], capture_output=True, check=False, env=environment(), text=True
    )
    refused = subprocess.run(
        [*command, "--format", "sarif"], capture_output=True, check=False, env=environment()
    )

    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["type"] for row in rows] == ["incident", "summary"]
    assert (rows[0]["state"], rows[0]["resolved_line"], rows[1]["incidents"]) == ("firing", None, 1)
    assert (done.returncode, refused.returncode) == (1, 2)
    assert "meta-access-token" in shown.stdout
    assert "not in these logs" in shown.stdout
