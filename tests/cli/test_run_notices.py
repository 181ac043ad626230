"""`logscan run`: what people are told, what not, and why."""

from __future__ import annotations

import json
import os
import pty
from pathlib import Path

import pytest

from tests.cli.live_runs import PATIENCE, read_notice, running, write
from tests.cli.running import BROKEN, MENDED, run


def test_people_are_told_before_the_pipe_ends(live: tuple[str, ...]):
    with running("run", *live, "-") as process:
        write(process, f"all is well\n{BROKEN}\n")
        opened = read_notice(process)

        write(process, f"{MENDED}\n")
        resolved = read_notice(process)
        out, errors = process.communicate(timeout=PATIENCE)

    assert (opened["change"], opened["reason"], opened["key"]) == ("opened", "signal", "bot-token@stdin")
    assert (resolved["change"], resolved["reason"]) == ("resolved", "recovered")
    assert opened["id"] != resolved["id"]
    assert opened["incident"]["id"] == resolved["incident"]["id"]
    assert (process.returncode, out) == (0, b"")
    assert errors.decode() == f"stdin: the input ended (logscan {opened['by']})\n"


def test_a_notice_has_the_keys_of_the_contract_and_who_tells_it(live: tuple[str, ...]):
    followed = run("run", *live, "-", stdin=BROKEN)

    [notice] = map(json.loads, followed.stdout.splitlines())
    assert list(notice) == [*"type id key change reason at incident".split(), "by"]
    incident = notice["incident"]
    assert (
        list(incident)[:15]
        == (
            "id credential service state signal severity first_seen last_seen count sources rules expires_at"
            " evidence title runbook"
        ).split()
    )
    assert (incident["state"], incident["severity"], incident["count"]) == ("firing", "critical", 1)
    assert incident["rules"] == ["bot.session-expired"]
    assert incident["evidence"] == ["Session has expired"]
    assert incident["runbook"].strip() == "1. Make a new token."


def test_one_error_of_ten_lines_is_told_once(only: tuple[str, ...]):
    done = run("run", *only, "-", stdin=f"{BROKEN}\n" * 10)

    [notice] = map(json.loads, done.stdout.splitlines())
    assert notice["incident"]["count"] == 10
    assert done.returncode == 1


def test_an_input_that_ends_ends_every_wait(only: tuple[str, ...]):
    done = run("run", *only, "-", stdin=BROKEN)

    [notice] = map(json.loads, done.stdout.splitlines())
    assert (notice["change"], done.returncode) == ("opened", 1)


def test_what_heals_at_once_is_told_to_nobody_and_that_is_said(only: tuple[str, ...]):
    done = run("run", *only, "-", stdin=f"{BROKEN}\n{MENDED}\n")

    assert (done.returncode, done.stdout) == (0, "")
    assert "1 line not told: healed before anybody was told" in done.stderr.splitlines()[-1]


def test_lines_below_their_threshold_are_counted_in_one_line(pack: Path):
    text = pack.read_text().replace(
        "signal: rejected", "signal: rejected\n    threshold: {count: 5, within: 5m}"
    )
    pack.write_text(text)

    done = run("run", "--no-packs", "--rules", pack, "-", stdin="POST /x 401 Unauthorized\n" * 2)

    assert (done.returncode, done.stdout) == (0, "")
    last = done.stderr.splitlines()[-1]
    assert last.startswith("2 lines counted below their threshold (bot.unauthorized 2/5) (logscan ")


def test_two_bare_refusals_tell_nobody_with_the_shipped_packs():
    line = "GET https://api.acme.example/v1 failed: HTTP 401 Unauthorized\n"

    done = run("run", "-", stdin=line * 2)

    assert (done.returncode, done.stdout) == (0, "")
    assert "2 lines counted below their threshold (http.unauthorized 2/5)" in done.stderr


def test_lines_that_are_too_old_are_counted_in_one_line(only: tuple[str, ...]):
    done = run("run", *only, "-", stdin=f"2020-01-01T00:00:00Z {BROKEN}\n")

    assert (done.returncode, done.stdout) == (0, "")
    assert "1 line not told: too old by their own time" in done.stderr


def test_only_what_is_grave_enough_is_printed(live: tuple[str, ...]):
    done = run("run", *live, "--min-severity", "critical", "-", stdin="POST /x 401 Unauthorized\n")

    assert (done.returncode, done.stdout) == (1, "")
    assert "below the least severity" in done.stderr


@pytest.mark.parametrize("end_of_line", ["\n", ""])
def test_passthrough_changes_no_byte(only: tuple[str, ...], end_of_line: str):
    given = b"\xff\x00\r\n" + BROKEN.encode() + end_of_line.encode()

    with running("run", *only, "--passthrough", "-") as process:
        out, errors = process.communicate(given, timeout=PATIENCE)

    assert (process.returncode, out) == (1, given)
    assert b"bot-token@stdin" in errors
    own = errors.decode().splitlines()[0].rpartition(" ")[2]
    assert all(line.endswith(f"(logscan {own}") for line in errors.decode().splitlines())


def test_people_read_what_where_since_when_and_what_to_do(only: tuple[str, ...]):
    done = run("run", *only, "--output", "pretty", "--service", "bot", "-", stdin=f"{BROKEN}\n{BROKEN}\n")

    head, story, *rest = done.stdout.splitlines()
    assert head.startswith("critical  opened")
    assert "bot-token@bot: The session has expired" in head
    assert "2 lines in stdin" in story
    assert any(line.strip().startswith("> Session has expired") for line in rest)
    assert any("1. Make a new token." in line for line in rest)


def test_a_terminal_is_told_without_the_name_of_who_tells(live: tuple[str, ...]):
    master, slave = pty.openpty()
    words = ("run", *live, "--output", "pretty", "-")
    with running(*words, stderr=slave) as process:
        os.close(slave)
        write(process, f"{BROKEN}\n")
        told, _ = process.communicate(timeout=PATIENCE)
        said = os.read(master, 4096)
    os.close(master)

    assert told.startswith(b"critical  opened")
    assert all(b" (logscan " in line for line in told.splitlines())
    assert said == b"stdin: the input ended\r\n"
