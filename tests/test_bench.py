"""The benchmark can be run: on inputs of a megabyte, once, with whatever peers are here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.rulesets import FORTY, IGNORED, write_rules

ROOT = Path(__file__).parents[1]


def test_the_benchmark_has_250_rules_of_which_the_first_forty_are_fixed():
    rules = write_rules(250)

    assert rules[:40] == FORTY
    assert len({rule.pattern for rule in rules}) == 250
    assert not any(rule.example == IGNORED for rule in rules)


@pytest.mark.needs("rg")
def test_the_benchmark_prints_its_table_and_both_programs_find_the_same_lines(tmp_path: Path):
    command = [
        sys.executable,
        "-m",
        "tests.bench",
        "--folder",
        str(tmp_path),
        "--scale",
        "0.001",
        "--rounds",
        "1",
    ]

    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "one job to ripgrep" in done.stdout
    assert "none by one alone" in done.stdout
