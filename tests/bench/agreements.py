"""Compares which lines logscan and ripgrep find; it measures no time."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.bench.contests import Key, write_command


class Agreement(NamedTuple):
    """How far two sets of line numbers are the same."""

    sample: str
    rules: int
    both: int
    only_logscan: Sequence[int]
    only_ripgrep: Sequence[int]

    @property
    def is_whole(self) -> bool:
        return not self.only_logscan and not self.only_ripgrep

    @property
    def text(self) -> str:
        head = f"{self.sample}, {self.rules} rules: {self.both} lines found by both"
        if self.is_whole:
            return f"{head}, none by one alone"
        ours, theirs = list(self.only_logscan[:5]), list(self.only_ripgrep[:5])
        return f"{head}; NOT THE SAME: logscan alone {ours}, ripgrep alone {theirs}"


def compare(key: Key, path: Path, rules: Mapping[str, Path], environment: Mapping[str, str]) -> Agreement:
    ours = _read_logscan(write_command(key, rules["logscan"], path), environment)
    theirs = _read_ripgrep(rules["ripgrep"], path)
    return Agreement(key.sample, key.rules, len(ours & theirs), sorted(ours - theirs), sorted(theirs - ours))


def _read_logscan(command: Sequence[str], environment: Mapping[str, str]) -> set[int]:
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    records = map(json.loads, done.stdout.splitlines())
    return {record["line"] for record in records if record["type"] == "finding"}


def _read_ripgrep(rules: Path, path: Path) -> set[int]:
    command = ("rg", "-j1", "-n", "-i", "--no-filename", "-f", rules, path)
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    return {int(line.partition(b":")[0]) for line in done.stdout.splitlines()}
