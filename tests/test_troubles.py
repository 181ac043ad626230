"""Channels in trouble cost nobody else anything: other channels, scanning, memory; the numbers are those of a soak, scaled down."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scans_compared import compare_scanning
from tests.soak.rotation import Plan
from tests.soak.troubles import MOST_LATE_MS, endure, list_failures
from tests.troubles_made import endure_rotations, measure_others, measure_outage


@pytest.mark.needs("openssl")
def test_beside_channels_in_every_kind_of_trouble_one_that_is_well_is_told_at_once(tmp_path: Path):
    others = measure_others(tmp_path, seconds=6)

    assert others.delays[len(others.delays) * 9 // 10] <= 1_000  # 99 of 100 on a machine of its own
    assert others.longest_call <= 30


@pytest.mark.needs("openssl")
def test_a_run_keeps_its_promises_to_channels_in_every_kind_of_trouble(tmp_path: Path):
    found = endure(tmp_path, seconds=5)

    assert list(list_failures(found)) == []
    assert found.delays[len(found.delays) // 2] <= MOST_LATE_MS  # 99 of 100 in the soak


def test_channels_that_hang_or_are_dead_with_all_that_may_wait_take_nothing_from_scanning(tmp_path: Path):
    found = compare_scanning(tmp_path, mib=100, rounds=2, cases=("hanging", "full"))

    for name, ratio in found.items():
        assert ratio.cpu < 1.3, name  # 1.05 in the soak, of more bytes and rounds


def test_an_outage_of_an_hour_costs_no_memory():
    assert measure_outage() < 0.1


def test_a_reader_that_is_killed_repeats_one_request_at_most_each_time(tmp_path: Path):
    plan = Plan(lines=30_000, rotations=10, kills=2, seed=6, pace=3.0)

    told = endure_rotations(tmp_path, plan)

    assert told.verdict.is_good, told
    assert (told.unsent, told.unknown) == (0, 0)
    assert told.repeats <= plan.kills
