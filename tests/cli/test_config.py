"""`logscan config` and `--config` as a user runs them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import EXPIRED, environment, list_words, run

TUNED = """\
logscan: 1
rules:
  packs: []
  files: [bot.yaml]
  disable: [bot.refreshed]
  tune: {bot.session-expired: {severity: info, threshold: {count: 4}}}
  ignore: [{pattern: 'GET /HEALTHZ', rules: [bot.unauthorized]}]
"""
HEALTH = "GET /healthz 401 Unauthorized"


@pytest.fixture
def config(pack: Path) -> Path:
    path = pack.parent / "logscan.yaml"
    path.write_text(TUNED)
    return path


def list_ids(*arguments: str | Path, folder: Path | None = None, **changes: str) -> list[str]:
    done = run("rules", "list", "--json", *arguments, folder=folder, **changes)
    assert done.returncode == 0, done.stderr
    return [rule["id"] for rule in json.loads(done.stdout)["rules"]]


def test_a_file_is_found_chosen_or_named_by_the_environment(config: Path, tmp_path: Path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    wanted = ["bot.session-expired", "bot.unauthorized"]

    assert list_ids(folder=config.parent) == wanted
    assert list_ids("-c", config, folder=folder) == wanted
    assert list_ids("--config", "../logscan.yaml", folder=folder) == wanted
    assert list_ids(folder=folder, LOGSCAN_CONFIG=str(config)) == wanted
    assert len(list_ids(folder=folder)) > 10
    assert len(list_ids("-c", os.devnull, folder=config.parent)) > 10


def test_it_may_be_chosen_before_the_command(config: Path):
    done = run("-c", config, "rules", "list")

    assert "bot.unauthorized" in done.stdout
    assert "bot.refreshed" not in done.stdout


def test_packs_that_are_typed_replace_those_of_the_file(config: Path):
    some = list_ids("--pack", "http", folder=config.parent)
    none = list_ids("--no-packs", "--rules", "bot.yaml", folder=config.parent)

    assert {rule.split(".")[0] for rule in some} == {"http", "bot"}
    assert none == ["bot.session-expired", "bot.unauthorized"]


@pytest.mark.parametrize(
    ("text", "right"), [("", "leave --no-packs out"), ("rules: {packs: []}\n", "name `packs` or")]
)
def test_without_any_rules_the_culprit_is_named(text: str, right: str, tmp_path: Path):
    (tmp_path / "logscan.yaml").write_text(text)

    done = run("scan", "-", *(() if text else ("--no-packs",)), folder=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert "no rules to look for; " in done.stderr
    assert right in done.stderr


def test_a_tuned_rule_is_shown_with_its_values(config: Path):
    card = run("rules", "show", "bot.session-expired", folder=config.parent).stdout
    row = json.loads(run("rules", "show", "--json", "bot.unauthorized", folder=config.parent).stdout)

    assert "signal       expired, info" in card
    assert "threshold    4 within 0:05:00" in card
    assert row["exclusions"] == [{"pattern": "GET /HEALTHZ", "place": "logscan.yaml:7:22"}]


def test_a_disabled_rule_is_not_called_unknown(config: Path):
    done = run("rules", "show", "bot.refreshed", folder=config.parent)

    assert done.returncode == 2
    assert "bot.refreshed: disabled at logscan.yaml:5:13; take it out of `disable` there" in done.stderr


def test_a_scan_heeds_it(config: Path, log: Path):
    with log.open("a") as file:
        file.write(f"{HEALTH}\n")

    done = run("scan", "-v", log, folder=config.parent)
    without = run("scan", "-c", os.devnull, "--rules", "bot.yaml", "--no-packs", log, folder=config.parent)

    [finding, _] = map(json.loads, done.stdout.splitlines())
    assert (finding["rule"], finding["severity"]) == ("bot.session-expired", "info")
    assert done.returncode == 0
    assert done.stderr.startswith("configuration: logscan.yaml\n")
    assert len(without.stdout.splitlines()) == 4
    assert without.returncode == 1


def test_explain_names_the_pattern_and_its_place(config: Path):
    done = run("explain", HEALTH, folder=config.parent)

    assert done.returncode == 1
    assert (
        "vetoed   bot.unauthorized  by ignore:  GET /HEALTHZ (logscan.yaml:7:22)  fits  columns 1-12\n"
        in done.stdout
    )


@pytest.mark.parametrize("command", ["test", "lint"])
def test_packs_are_judged_as_they_are_written(command: str, config: Path):
    written = run("rules", command, folder=config.parent)
    config.write_text("no configuration")
    beside = run("rules", command, "bot.yaml", folder=config.parent)

    assert (written.returncode, beside.returncode) == (0, 0)
    assert written.stderr.startswith("3 rules of 1 pack: ")
    assert beside.stderr == written.stderr


@pytest.mark.parametrize("command", [["scan", "-"], ["explain", "x"], ["rules", "list"], ["config", "show"]])
def test_a_broken_one_stops_every_command_with_all_its_problems(command: list[str], config: Path):
    config.write_text("logscan: 1\nrules: {disable: [http.forbiden], files: [gone.yaml]}\nother: []\n")

    done = run(*command, folder=config.parent)

    assert (done.returncode, done.stdout) == (2, "")
    assert [line.split(":")[:3] for line in done.stderr.splitlines()] == [
        ["logscan.yaml", "2", "19"],
        ["logscan.yaml", "2", "43"],
        ["logscan.yaml", "3", "1"],
    ]


@pytest.mark.parametrize(
    "command", [["demo", "--speed", "0"], ["--help"], ["config", "init"], ["config", "schema"]]
)
def test_what_needs_none_runs_beside_a_broken_one(command: list[str], config: Path):
    config.write_text("no configuration")

    assert run(*command, folder=config.parent).returncode == 0


def test_a_file_that_is_missing_is_an_error(tmp_path: Path):
    chosen = run("rules", "list", "-c", "gone.yaml", folder=tmp_path)
    named = run("rules", "list", folder=tmp_path, LOGSCAN_CONFIG="gone.yaml")

    assert (chosen.returncode, named.returncode) == (2, 2)
    assert "'gone.yaml' does not exist" in chosen.stderr
    assert named.stderr == "gone.yaml: there is no such file; mend or unset $LOGSCAN_CONFIG\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
def test_one_of_another_user_is_used_only_when_it_is_chosen(config: Path):
    os.chown(config, 1234, 1234)

    found = run("rules", "list", folder=config.parent)
    chosen = run("rules", "list", "-c", "logscan.yaml", folder=config.parent)

    assert found.returncode == 2
    assert found.stderr.startswith("logscan.yaml: belongs to another user (1234)")
    assert chosen.returncode == 0


def test_check_says_what_a_good_one_holds(config: Path):
    done = run("config", "check", folder=config.parent)
    quiet = run("config", "check", "-q", config)

    told = "fine: 0 packs, 1 file of rules, 1 rule disabled, 1 rule tuned, 1 pattern ignored"
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"logscan.yaml: {told}\n")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


def test_check_names_the_secrets_that_are_not_here_and_calls_them_no_problem(tmp_path: Path):
    path = tmp_path / "logscan.yaml"
    path.write_text(
        "logscan: 1\nsources: [{railway: {token: {env: MADE_UP_TOKEN}}}]\n"
        "channels: [{name: a, webhook: {url: {env: MADE_UP_URL}, secret: {file: made-up}}}]\n"
    )

    checked = run("config", "check", path, MADE_UP_URL="https://hooks.example.org/x")

    assert (checked.returncode, checked.stdout) == (0, "")
    assert "logscan.yaml:3:" in checked.stderr
    assert "made-up: no such file or directory; " in checked.stderr
    assert (
        "MADE_UP_TOKEN is not set; set the variable MADE_UP_TOKEN, where logscan is to run\n"
        in checked.stderr
    )
    assert "MADE_UP_URL" not in checked.stderr


def test_check_prints_one_problem_a_line(config: Path):
    config.write_text("rules: {disable: [bot.nothing], grace: 3s}\n")

    done = run("config", "check", config)

    assert done.returncode == 1
    assert [line.split(": ")[0] for line in done.stdout.splitlines()] == [f"{config}:1:19", f"{config}:1:33"]


@pytest.mark.parametrize("arguments", [[], ["gone.yaml"], ["."]])
def test_check_without_a_file_is_wrong_usage(arguments: list[str], tmp_path: Path):
    done = run("config", "check", *arguments, folder=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr


def test_show_prints_every_setting_with_what_was_typed(config: Path):
    typed = run("config", "show", "--pack", "meta", folder=config.parent)
    config.unlink()
    none = run("config", "show", folder=config.parent)

    assert typed.stdout.startswith("# from logscan.yaml\nlogscan: 1\n")
    assert "rules:\n  packs:\n  - meta\n  files:\n" in typed.stdout
    assert "      severity: info\n" in typed.stdout
    assert none.stdout.startswith("# no file: all defaults\nlogscan: 1\n")
    assert "rules:\n  packs: all\n" in none.stdout


def test_what_show_prints_is_a_configuration_with_the_same_effect(config: Path, tmp_path: Path):
    copy = tmp_path / "elsewhere.yaml"
    copy.write_text(run("config", "show", folder=config.parent).stdout)

    again = run("config", "show", "-c", copy).stdout

    assert again.splitlines()[1:] == copy.read_text().splitlines()[1:]


def test_schema_prints_json():
    done = run("config", "schema")

    assert json.loads(done.stdout)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_init_writes_a_file_that_is_found_and_changes_nothing(tmp_path: Path):
    printed = run("config", "init", folder=tmp_path)
    written = run("config", "init", "-o", "logscan.yaml", folder=tmp_path)
    checked = run("config", "check", folder=tmp_path)

    assert (written.returncode, written.stdout) == (0, "")
    assert (tmp_path / "logscan.yaml").read_text() == printed.stdout
    assert checked.stderr == "logscan.yaml: fine: all packs\n"


def test_init_leaves_nothing_that_was_cut_off(tmp_path: Path):
    file = tmp_path / "logscan.yaml"
    words = ["bash", "-c", 'ulimit -f 0 && exec "$@"', "-", *list_words("config", "init", "-o", file)]

    done = subprocess.run(words, env=environment(), capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (2, f"{file}: cannot be written (File too large); make room\n")
    assert not file.exists()


def test_init_never_writes_over_a_file(config: Path):
    done = run("config", "init", "-o", "logscan.yaml", folder=config.parent)
    nowhere = run("config", "init", "-o", "gone/logscan.yaml", folder=config.parent)

    assert (done.returncode, nowhere.returncode) == (2, 2)
    assert done.stderr == "logscan.yaml: is there already; give another name, or edit it\n"
    assert nowhere.stderr.startswith("gone/logscan.yaml: cannot be written (No such file or directory); ")
    assert config.read_text() == TUNED


def test_the_sample_in_the_repository_changes_nothing():
    here, none = run("rules", "list", "--json"), run("rules", "list", "--json", "-c", os.devnull)

    assert here.stdout == none.stdout


def test_a_line_is_explained_without_a_configuration_too(pack: Path):
    done = run("explain", "--no-packs", "--rules", pack, EXPIRED, folder=pack.parent)

    assert done.returncode == 0
