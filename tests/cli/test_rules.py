"""`logscan rules` as a user runs it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest

from logscan.rules import shipped_folder
from tests.cli.running import PACK, environment, list_words, run

Only = tuple[str, ...]


def test_list_has_a_row_for_each_rule(only: Only):
    done = run("rules", "list", *only)

    head, *rows = done.stdout.splitlines()
    assert head.split() == ["rule", "signal", "severity", "credential", "title"]
    assert [row.split()[0] for row in rows] == ["bot.session-expired", "bot.unauthorized", "bot.refreshed"]


def test_list_as_json(only: Only):
    done = run("rules", "list", "--json", *only)

    rules = json.loads(done.stdout)["rules"]
    assert rules[0]["id"] == "bot.session-expired"
    assert rules[0]["severity"] == "critical"


def test_show_prints_patterns_examples_and_runbook(only: Only):
    done = run("rules", "show", "bot.session-expired", *only)

    assert done.returncode == 0
    for text in ("session has expired(?:", "end-user session", "1. Make a new token.", "bot-token"):
        assert text in done.stdout


def test_show_as_json(only: Only):
    done = run("rules", "show", "--json", "bot.session-expired", *only)

    rule = json.loads(done.stdout)
    assert rule["none"] == ["end-user session"]
    assert rule["examples"]["ignore"] == ["an end-user session has expired"]


def test_show_of_an_unknown_rule_suggests_a_known_one(only: Only):
    done = run("rules", "show", "bot.session-expird", *only)

    assert done.returncode == 2
    assert "did you mean bot.session-expired?" in done.stderr


@pytest.mark.parametrize("command", ["test", "lint"])
def test_a_shipped_pack_is_sound(command: str):
    done = run("rules", command, shipped_folder() / "jwt.yaml")  # all of them: see .ci/run

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("command", ["test", "lint"])
def test_a_sound_file_is_0(command: str, pack: Path):
    done = run("rules", command, pack)

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("3 rules of 1 pack: ")


def test_a_failing_example_is_1_and_named(tmp_path: Path):
    pack = tmp_path / "bot.yaml"
    pack.write_text(PACK.replace("match: ['bot token refreshed']", "match: ['bot token renewed']"))

    done = run("rules", "test", pack)

    assert done.returncode == 1
    assert done.stdout.startswith(f"{pack}:")
    assert "bot.refreshed" in done.stdout


def test_lint_names_place_rule_and_remedy(tmp_path: Path):
    pack = tmp_path / "bot.yaml"
    pack.write_text(PACK.replace("any: ['bot token refreshed']", "any: ['bot.*token refreshed']"))

    done = run("rules", "lint", pack)

    assert done.returncode == 1
    assert f"{pack}:23:5: bot.refreshed: 'bot.*token refreshed' has an unbounded gap" in done.stdout
    assert done.stderr == "3 rules of 1 pack: 1 problem\n"


@pytest.mark.usefixtures("pack")
def test_a_folder_stands_for_the_files_in_it(tmp_path: Path):
    empty = tmp_path / "empty"
    empty.mkdir()

    full, nothing = run("rules", "test", tmp_path), run("rules", "test", empty)

    assert full.returncode == 0
    assert nothing.returncode == 2
    assert "no pattern file in it" in nothing.stderr


@pytest.mark.parametrize("command", ["test", "lint"])
def test_a_path_that_is_not_there_is_wrong_usage(command: str, tmp_path: Path):
    done = run("rules", command, tmp_path / "gone.yaml")

    assert done.returncode == 2


def test_quiet_says_nothing_where_nothing_is_wrong(pack: Path):
    done = run("rules", "test", "-q", pack)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("command", ["test", "lint"])
def test_on_a_terminal_one_sees_how_far_it_is_and_nothing_of_it_stays(command: str, pack: Path):
    def print_on_terminal(*options: str) -> str:
        ours, theirs = pty.openpty()
        words = list_words("rules", command, *options, pack)
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=theirs, env=environment(), check=False)
        os.close(theirs)
        assert done.returncode in (0, 1)
        try:
            return os.read(ours, 4096).decode()
        except OSError:  # nothing was written
            return ""
        finally:
            os.close(ours)

    told = print_on_terminal()

    shown, _, rest = told.rpartition("\r\x1b[K")
    assert shown.startswith("\r\x1b[Kreading rules\r\x1b[K1 of 3 rules")
    assert rest.startswith("3 rules of 1 pack: ")
    assert print_on_terminal("--quiet") == ""


def test_the_place_of_a_problem_stands_out_where_colours_are_wanted(pack: Path):
    pack.write_text(PACK.replace("'bot token refreshed'", "'bot.*refreshed'", 1))

    plain, coloured = (run("rules", "lint", "--color", when, pack) for when in ("auto", "always"))

    place = plain.stdout.partition(": ")[0]
    assert place.startswith(f"{pack}:")
    assert coloured.stdout == plain.stdout.replace(place, f"\x1b[1m{place}\x1b[0m")
