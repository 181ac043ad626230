"""A state that is damaged, has no room or belongs to another: nothing is passed over, and it is said."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.soak import damages, endless_lines
from tests.soak.followers import Logscan
from tests.soak.full_disks import fill_tmpfs, forbid_growth
from tests.soak.oracle import make_lines


def test_f23_a_damaged_state_passes_nothing_over_and_stops_nothing(tmp_path: Path):
    outcomes = damages.check(tmp_path, images=150, seed=23)

    assert outcomes["set aside"] > 30
    assert outcomes.total() == 150


def test_f24_the_disk_is_full(tmp_path: Path):
    if os.geteuid():
        pytest.skip("only root may mount a small disk")

    verdict = fill_tmpfs(tmp_path, 300)

    assert verdict.is_good, verdict


def test_f24_files_may_not_grow(tmp_path: Path):
    verdict = forbid_growth(tmp_path, 300)

    assert verdict.is_good, verdict


def test_f25_a_second_one_ends_at_once_and_a_lock_left_behind_does_no_harm(tmp_path: Path):
    log = tmp_path / "app.log"
    log.write_bytes(make_lines(0, 100, 10))
    with Logscan(tmp_path, log) as first:
        first.start()
        first.wait_until_told(range(0, 100, 10))
        with Logscan(tmp_path, log) as second:
            began = time.monotonic()
            assert second.start().wait() == 4
            assert time.monotonic() - began < 5  # one is promised, of a machine of one's own
        first.kill()
        assert first.state.with_name("state.db.lock").exists()
        log.write_bytes(make_lines(0, 200, 10))
        first.start()
        first.wait_until_told(range(0, 200, 10))

        assert first.stop() == 0
        assert first.told() == list(range(0, 200, 10))


def test_s15_endless_lines_in_many_files_stay_under_one_cap(tmp_path: Path):
    endless_lines.check(tmp_path, 120)
