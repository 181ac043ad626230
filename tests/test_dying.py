"""A process that dies while it writes its state, or whose disk refuses to, loses nothing and repeats nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.dying import list_deaths, list_refusals, run_rounds


@pytest.mark.needs("strace")
def test_f21_it_dies_at_a_step_of_opening_or_writing(tmp_path: Path):
    steps = {"openat": [2], "pwrite64": [1, 10, 19, 45], "fdatasync": [1, 5]}

    verdict = run_rounds(tmp_path, list_deaths(steps))

    assert verdict.is_good, verdict


@pytest.mark.needs("strace")
def test_f21_a_step_fails_once_and_for_ever(tmp_path: Path):
    steps = {"pwrite64": [19, 30], "fdatasync": [5]}

    verdict = run_rounds(tmp_path, list_refusals(steps))

    assert verdict.is_good, verdict
