"""`logscan scan` as a user runs it: formats, exit statuses, what is said on stderr."""

from __future__ import annotations

import gzip
import json
import os
import pty
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import COMMAND, EXPIRED, REFRESHED, ROOT, environment, run, start

Only = tuple[str, ...]


def read_rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def run_on_terminal(*arguments: str | Path) -> tuple[int, str]:
    """Stdout and stderr are a terminal; give the status and what it shows."""
    master, terminal = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=terminal,
        stderr=terminal,
        env=environment(TERM="xterm", COLUMNS="200"),
    )
    os.close(terminal)
    shown = b""
    while True:
        try:
            piece = os.read(master, 4096)
        except OSError:  # how a terminal says that nobody writes to it any more
            break
        shown += piece
    os.close(master)
    return process.wait(timeout=60), shown.decode()


def test_findings_come_as_jsonl_with_the_summary_last(only: Only, log: Path):
    done = run("scan", *only, log)

    *findings, summary = read_rows(done.stdout)
    assert done.returncode == 1
    assert [(row["line"], row["rule"]) for row in findings] == [
        (2, "bot.session-expired"),
        (3, "bot.refreshed"),
    ]
    assert findings[0]["expires_at"] == "2025-06-18T13:00:00Z"
    assert (summary["lines"], summary["findings"]) == (3, 2)


def test_stdin_is_read_for_a_dash(only: Only):
    done = run("scan", *only, "-", stdin=f"{EXPIRED}\n")

    assert read_rows(done.stdout)[0]["source"] == "-"


def test_folders_patterns_and_archives_are_read(only: Only, tmp_path: Path):
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.log").write_text(f"{EXPIRED}\n")
    (folder / "b.log.1").write_bytes(gzip.compress(f"{EXPIRED}\n".encode()))

    whole = run("scan", *only, folder)
    by_pattern = run("scan", *only, f"{folder}/*.log")

    assert read_rows(whole.stdout)[-1]["findings"] == 2
    assert read_rows(by_pattern.stdout)[-1]["findings"] == 1


@pytest.mark.parametrize(
    ("fail_on", "status"),
    [("info", 1), ("warning", 1), ("error", 1), ("critical", 1), ("never", 0)],
)
def test_the_status_follows_fail_on(only: Only, log: Path, fail_on: str, status: int):
    done = run("scan", *only, "--fail-on", fail_on, log)

    assert done.returncode == status


@pytest.mark.parametrize(("fail_on", "status"), [("info", 1), ("warning", 0)])
def test_good_news_fails_only_when_asked_to(only: Only, fail_on: str, status: int):
    done = run("scan", *only, "--fail-on", fail_on, "-", stdin=f"{REFRESHED}\n")

    assert done.returncode == status


def test_what_cannot_be_read_is_named_and_the_rest_is_read(only: Only, log: Path, tmp_path: Path):
    quiet = run("scan", *only, "--fail-on", "never", tmp_path / "gone.log", log)
    loud = run("scan", *only, tmp_path / "gone.log", log)

    assert quiet.returncode == 3
    assert quiet.stderr.startswith(f"{tmp_path / 'gone.log'}: no such file")
    assert read_rows(quiet.stdout)[-1]["findings"] == 2
    assert read_rows(quiet.stdout)[-1]["unreadable"][0]["path"] == str(tmp_path / "gone.log")
    assert loud.returncode == 1


def test_a_hostile_name_commands_no_terminal(only: Only, tmp_path: Path):
    hostile = tmp_path / "a\x1b]0;owned\x07.log"

    done = run("scan", *only, "--format", "pretty", hostile)

    assert "\x1b" not in done.stderr
    assert r"\x1b]0;owned\x07.log" in done.stderr


def test_hostile_log_text_is_one_line_and_visible(only: Only, tmp_path: Path):
    path = tmp_path / "app.log"
    path.write_bytes(b"session has expired \x1b]0;owned\x07 \x9b2J \xe2\x80\xae \\n critical\n")

    for name in ("pretty", "jsonl", "sarif"):
        done = run("scan", *only, "--format", name, "--color", "never", path)

        assert not set(done.stdout) & set("\x1b\x07\x9b\u202e\r")
    assert len(run("scan", *only, path).stdout.splitlines()) == 2


def test_secrets_are_masked_in_every_format(only: Only, tmp_path: Path):
    secret = "EAA" + "Gx9" * 20
    path = tmp_path / "app.log"
    path.write_text(f"access_token={secret} session has expired\n")

    for name in ("pretty", "jsonl", "sarif", "summary"):
        done = run("scan", *only, "--format", name, path)

        assert secret[:16] not in done.stdout + done.stderr


def test_pretty_ends_with_the_total(only: Only, log: Path):
    done = run("scan", *only, "--format", "pretty", log)

    lines = done.stdout.splitlines()
    assert lines[0].startswith("critical  expired")
    assert f"{log}:2" in lines[0]
    assert lines[-1].startswith("2 findings in 3 lines")


def test_quiet_leaves_the_total_out_and_verbose_says_more(only: Only, log: Path):
    quiet = run("scan", *only, "-q", "--format", "pretty", log)
    verbose = run("scan", *only, "-v", log, folder=log.parent)

    assert len(quiet.stdout.splitlines()) == 4
    assert verbose.stderr.startswith("3 rules of bot\n")
    assert "2 findings in 3 lines" in verbose.stderr


def test_of_many_packs_it_is_told_how_many_they_are(log: Path):
    some = sorted((ROOT / "patterns").glob("*.yaml"))[:13]

    done = run("scan", *(f"--pack={path.stem}" for path in some), "-v", log)

    assert " rules of 13 packs\n" in done.stderr


def test_sarif_is_one_document(only: Only, log: Path):
    done = run("scan", *only, "--format", "sarif", log)

    [result, _] = json.loads(done.stdout)["runs"][0]["results"]
    assert result["ruleId"] == "bot.session-expired"


def test_summary_counts(only: Only, log: Path):
    done = run("scan", *only, "--format", "summary", log)

    assert "bot.session-expired         1" in done.stdout


@pytest.mark.parametrize(
    ("option", "time", "rules"),
    [
        ("--since", "2026-11-21T10:30:00Z", ["bot.refreshed"]),
        ("--until", "2026-11-21T10:30:00Z", ["bot.session-expired"]),
        ("--until", "2026-11-21T11:30:00+01:00", ["bot.session-expired"]),
        ("--since", "2026-11-21 10:30", ["bot.refreshed"]),
        ("--until", "3650d", []),
    ],
)
def test_a_time_window_leaves_lines_out(only: Only, log: Path, option: str, time: str, rules: list[str]):
    done = run("scan", *only, option, time, log, TZ="UTC")

    assert [row["rule"] for row in read_rows(done.stdout)[:-1]] == rules


def test_a_time_without_a_zone_is_that_of_this_machine(only: Only, log: Path):
    done = run("scan", *only, "--since", "2026-11-21T12:30:00", log, TZ="XYZ-2")

    assert [row["rule"] for row in read_rows(done.stdout)[:-1]] == ["bot.refreshed"]


def test_a_time_that_is_none_is_wrong_usage(only: Only, log: Path):
    done = run("scan", *only, "--since", "soonish", log)

    assert done.returncode == 2
    assert "'soonish' is no time; write an ISO time" in done.stderr


@pytest.mark.parametrize("jobs", ["0", "3"])
def test_jobs_change_nothing_but_the_speed(only: Only, tmp_path: Path, jobs: str):
    path = tmp_path / "app.log"
    path.write_text((f"{EXPIRED}\n" + f"{'plain' * 20}\n" * 500) * 60)

    one, many = run("scan", *only, path), run("scan", *only, "--jobs", jobs, path)

    assert many.stdout.splitlines()[:-1] == one.stdout.splitlines()[:-1]


def test_a_refused_pack_is_wrong_configuration(tmp_path: Path):
    pack = tmp_path / "bad.yaml"
    pack.write_text("pack: bad\nnosuch: key\n")

    done = run("scan", "--rules", pack, "-")

    assert done.returncode == 2
    assert done.stderr.startswith(f"{pack}:")
    assert done.stdout == ""


def test_an_unknown_pack_is_wrong_usage():
    done = run("scan", "--pack", "nosuch", "-")

    assert done.returncode == 2
    assert "nosuch" in done.stderr


def test_a_reader_that_leaves_early_ends_it_quietly(only: Only, tmp_path: Path):
    path = tmp_path / "app.log"
    path.write_text(f"{EXPIRED}\n" * 20_000)

    with start("scan", *only, path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(100)
        process.stdout.close()
        errors = process.stderr.read()

    assert (process.returncode, errors) == (141, b"")


@pytest.mark.needs("/dev/full")
def test_a_full_disk_is_said(only: Only, log: Path):
    with open("/dev/full", "wb") as full:
        process = start("scan", *only, log, stdout=full.fileno())
        _, errors = process.communicate(timeout=60)

    assert process.returncode == 2
    assert errors == b"stdout: No space left on device; make room or write elsewhere\n"


def test_an_interrupt_ends_quietly(only: Only, tmp_path: Path):
    path = tmp_path / "app.log"
    path.write_text(f"{EXPIRED}\n" * 200_000)

    process = start("scan", *only, path)
    assert process.stdout is not None
    process.stdout.read(100)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)

    assert (process.returncode, errors) == (130, b"")


def test_a_terminal_gets_colour_and_a_bar_that_is_gone_at_the_end(only: Only, log: Path):
    status, shown = run_on_terminal("scan", *only, "--progress", log)

    assert status == 1
    assert "\x1b[1;31mcritical" in shown
    assert shown.rstrip().splitlines()[-1].startswith("\x1b[2m2 findings in 3 lines")


def test_no_colour_where_it_is_not_wanted(only: Only, log: Path):
    _, never = run_on_terminal("scan", *only, "--no-progress", "--color", "never", log)
    always = run("scan", *only, "--format", "pretty", "--color", "always", log, NO_COLOR="1")
    auto = run("scan", *only, "--format", "pretty", log)

    assert "\x1b" not in never
    assert "\x1b[" in always.stdout
    assert "\x1b" not in auto.stdout


def test_the_demo_tells_its_story_to_the_shipped_packs():
    story = run("demo", "--speed", "0").stdout

    done = run("scan", "--fail-on", "never", "-", stdin=story)

    signals = [row["signal"] for row in read_rows(done.stdout)[:-1]]
    assert done.returncode == 0
    assert signals.index("expired") < signals.index("refreshed")
    assert "accepted" in signals[signals.index("refreshed") :]
