"""`logscan explain` as a user runs it."""

from __future__ import annotations

import json

from tests.cli.running import EXPIRED, run

Only = tuple[str, ...]


def test_it_shows_the_line_its_record_the_rule_and_the_reason(only: Only):
    done = run("explain", *only, EXPIRED)

    assert done.returncode == 0
    assert done.stdout.startswith(f"line     {EXPIRED}\n")
    assert "level:   error" in " ".join(done.stdout.split()).replace("level: error", "level:   error")
    assert "bot.session-expired  expired  critical  columns 28-" in done.stdout
    assert "bot.session-expired names the line: the only rule that fits" in done.stdout


def test_a_veto_is_shown_and_nothing_fits(only: Only):
    done = run("explain", *only, "an end-user session has expired")

    assert done.returncode == 1
    assert "vetoed   bot.session-expired  by none:  end-user session" in done.stdout
    assert done.stdout.endswith("no rule fits\n")


def test_lines_come_from_stdin_with_their_neighbours(only: Only):
    text = '{\n  "level": "error",\n  "message": "401 unauthorized"\n}\n'

    done = run("explain", *only, "--json", "-", stdin=text)

    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [row["rule"] for row in rows] == [None, None, "bot.unauthorized", None]
    assert rows[2]["record"]["level"] == "error"


def test_json_holds_everything(only: Only):
    done = run("explain", *only, "--json", EXPIRED)

    row = json.loads(done.stdout)
    start, end = row["matched"][0]["span"]
    assert row["line"][start:end].startswith("Session has expired")
    assert row["finding"]["expires_at"] == "2025-06-18T13:00:00Z"
    assert row["why"] == "the only rule that fits"


def test_no_secret_is_shown(only: Only):
    secret = "EAA" + "Gx9" * 20

    for option in ((), ("--json",)):
        done = run("explain", *only, *option, f"access_token={secret} session has expired")

        assert secret[:16] not in done.stdout
        assert "#" in done.stdout


def test_an_empty_stdin_fits_nothing(only: Only):
    done = run("explain", *only, "-")

    assert (done.returncode, done.stdout) == (1, "")


def test_what_is_beyond_the_first_mebibyte_is_said_and_no_line_is_cut(only: Only):
    line = "session has expired " + "x" * 200_000 + "\n"

    done = run("explain", *only, "--json", "-", stdin=line * 8)

    assert len(done.stdout.splitlines()) == 5
    assert done.stderr.startswith("stdin: longer than 1 MiB")


def test_no_secret_that_its_key_gives_away_is_printed(only: Only):
    text = '{"password":"hunter2x","token":"s3cr3tvalue99","msg":"Session has expired"}'

    for option in ((), ("--json",)):
        done = run("explain", *only, *option, text)

        assert done.returncode == 0
        assert "hunter2x" not in done.stdout
        assert "s3cr3tvalue99" not in done.stdout
