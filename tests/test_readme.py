"""The README is true: its commands, options and keys exist, all that exist stand in it, and its examples run."""

from __future__ import annotations

import functools
import gzip
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from logscan.rules import load_rules
from tests.tables import put_table, write_table

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FOR_USERS = README.partition("\n## Working on it")[0]
RULES = ("rules", "rules list", "rules show", "rules test", "rules lint", "rules score")
_WISHES = ("ack", "list", "resolve", "show", "silence", "silences", "unsilence")
INCIDENTS = ("incidents", *(f"incidents {name}" for name in _WISHES))
CONFIG = ("config", "config check", "config show", "config init", "config schema")
COMMANDS = (
    "",
    "run",
    "wrap",
    "scan",
    "explain",
    *RULES,
    *INCIDENTS,
    "notify",
    "notify test",
    *CONFIG,
    "export",
    "demo",
)
LINE = "Error validating access token: Session has expired"


def read_blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def list_examples() -> list[str]:
    """Every command line of the README that starts from nothing but files, and ends by itself."""
    lines = "".join(read_blocks("sh")).splitlines()
    return [
        line.partition("  #")[0].rstrip()
        for line in lines
        if "pip install" not in line and "kubectl" not in line and not line.startswith("logscan run")
    ]


def split_commands(line: str) -> list[list[str]]:
    """The words of each `logscan …` in a line with pipes."""
    words = shlex.split(line, comments=True)
    starts = [place for place, word in enumerate(words) if Path(word).name == "logscan"]
    ends = [*starts[1:], len(words)]
    return [words[start + 1 : end] for start, end in zip(starts, ends, strict=False)]


@functools.cache
def read_help(command: str) -> str:
    words = [sys.executable, "-m", "logscan", *command.split(), "--help"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def find_options(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


def name_command(words: list[str]) -> str:
    """The longest start of the words that is a command."""
    pair = " ".join(words[:2])
    return pair if pair in COMMANDS else "".join(words[:1])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A place that holds the files which the README's examples name, and a `logscan` on PATH."""
    (tmp_path / "app.log").write_text(f"2026-11-21T10:00:00Z ERROR {LINE}\n")
    (tmp_path / "labelled.jsonl").write_text(json.dumps({"line": LINE, "want": "alert"}) + "\n")
    (tmp_path / "my-rules.yaml").write_text(read_blocks("yaml")[0])
    (tmp_path / "logscan.yaml").write_text(read_blocks("yaml")[1])
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "old.gz").write_bytes(gzip.compress(b"jwt expired\n"))
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin" / "logscan"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m logscan "$@"\n')
    script.chmod(0o755)
    return tmp_path


def run_shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    paths = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env={**os.environ, **paths},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("line", list_examples())
def test_an_example_runs(line: str, folder: Path):
    here = line.replace("/var/log/app", "logs")
    if "config init" in line or "logscan run" in line:  # which starts no program that a file found here names
        (folder / "logscan.yaml").unlink()

    done = run_shell(here, folder)

    assert done.returncode in {0, 1}, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("line", [line for block in read_blocks("sh") for line in block.splitlines()])
def test_an_example_names_a_command_and_its_options(line: str):
    commands = split_commands(line)

    for words in commands:
        name = name_command(words)
        assert name in COMMANDS[1:]
        assert find_options(" ".join(words)) <= find_options(read_help(name))


def test_every_option_stands_in_the_readme_and_the_other_way_round():
    existing = set().union(*(find_options(read_help(command)) for command in COMMANDS))
    spans = re.findall(r"`([^`\n]+)`", FOR_USERS)
    blocks = [
        " ".join(words)
        for block in read_blocks("sh")
        for line in block.splitlines()
        for words in split_commands(line)
    ]

    written = find_options("\n".join([*spans, *blocks]))

    assert written == existing


def test_every_command_stands_in_the_readme():
    missing = [command for command in COMMANDS[1:] if f"logscan {command}" not in README]

    assert not missing


def test_what_people_are_told_to_call_exists():
    texts = [path.read_text() for path in (ROOT / "logscan").rglob("*.py")]
    texts += [path.read_text() for path in (ROOT / "patterns").glob("*.yaml")]

    # In backticks, and at the end of a runbook's step.
    called = set(re.findall(r"(?:`|\d\. [^\"\n]*: )logscan ([a-z]+)", "\n".join(texts)))

    assert {"run", "scan", "notify", "incidents"} <= called
    assert called <= {command.split()[0] for command in COMMANDS[1:]}


def test_every_command_that_exists_is_checked_here():
    listed = {
        f"{group} {name}".strip()
        for group in ("", "rules", "incidents", "notify", "config")
        for name in re.findall(r"^  ([a-z]+) ", read_help(group).partition("Commands:")[2], re.MULTILINE)
    }

    assert listed == set(COMMANDS[1:])


def test_the_pack_in_the_readme_proves_itself(folder: Path):
    done = run_shell("logscan rules test my-rules.yaml && logscan rules lint my-rules.yaml", folder)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_table_of_what_is_detected_is_that_of_the_packs():
    made = put_table(README, write_table(load_rules()))

    assert made == README, "run `python -m tests.tables`"


def test_the_configuration_in_the_readme_is_right_and_does_what_it_says(folder: Path):
    checked = run_shell("logscan config check", folder)
    explained = run_shell("logscan explain 'GET /healthz failed: HTTP 401'", folder)

    assert (checked.returncode, checked.stdout) == (0, ""), checked.stdout + checked.stderr
    assert "http.unauthorized  by ignore:  GET /healthz (logscan.yaml:19:16)" in explained.stdout


def test_every_key_of_a_configuration_stands_in_the_readme(folder: Path):
    schema = json.loads(run_shell("logscan config schema", folder).stdout)
    written = set(re.findall(r"^ *(?:- )?(\w+):|[{,] ?(\w+):", read_blocks("yaml")[1], re.MULTILINE))
    references = set(re.findall(r"[{,] ?(\w+):", " ".join(re.findall(r"`(\{\w+: [^`]+\})`", README))))

    missing = list_keys(schema) - {first or second for first, second in written} - references

    assert not missing


def list_keys(schema: object) -> set[str]:
    """Every name of a property, however deep."""
    if isinstance(schema, list):
        return set().union(*map(list_keys, schema))
    if not isinstance(schema, dict):
        return set()
    own = schema.get("properties", {})
    return set(own) | set().union(*map(list_keys, schema.values()), *map(list_keys, own.values()))


def test_a_finding_has_the_keys_and_names_that_the_readme_shows(folder: Path):
    shown = json.loads(read_blocks("json")[0])

    done = run_shell("logscan scan --format jsonl app.log", folder)
    found, summary = map(json.loads, done.stdout.splitlines())

    assert list(found) == list(shown)
    for key in ("type", "rule", "signal", "severity", "credential"):
        assert found[key] == shown[key]
    assert summary["type"] == "summary"


def test_the_python_example_prints_its_finding(tmp_path: Path):
    example = read_blocks("python")[0]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    command = [sys.executable, "-c", example]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert done.stdout.strip() == f"1 meta.session-expired critical {LINE}", done.stderr


def test_ci_runs_the_readmes_test_command_word_for_word():
    script = (ROOT / ".ci" / "run").read_text()
    [extraction] = re.findall(r"^test_command=\$\((.+)\)$", script, re.MULTILINE)

    done = subprocess.run(["bash", "-c", extraction], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout in read_blocks("sh")
    assert "-m pytest" in done.stdout
    assert 'bash -euo pipefail -c "$test_command"' in script
