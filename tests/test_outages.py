"""File systems that fail, vanish or tell of nothing, and a process that stands still: every line is told once."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.soak.followers import Logscan
from tests.soak.oracle import judge, make_lines
from tests.soak.outages import answer_badly, append, overflow, run_short_of_handles, stand_still, unmount

STRANGER = 65534


@pytest.mark.needs("strace")
@pytest.mark.parametrize(
    "fault",
    [
        ("newfstatat", "ESTALE", "4+5"),
        ("newfstatat", "EIO", "1..3"),
        ("pread64", "EIO", "3..6"),
        ("pread64", "ESTALE", "2+4"),
    ],
)
def test_f17_a_file_system_that_answers_badly_now_and_then(tmp_path: Path, fault: tuple[str, str, str]):
    verdict = answer_badly(tmp_path, fault)

    assert verdict.is_good, verdict


def test_f17_a_folder_is_unmounted_for_a_while(tmp_path: Path):
    need_root()

    verdict = unmount(tmp_path, 3)

    assert verdict.is_good, verdict


def test_f17_the_queue_of_events_overflows(tmp_path: Path):
    verdict = overflow(tmp_path, 200, 90)

    assert verdict.is_good, verdict


def test_f18_fewer_handles_than_files(tmp_path: Path):
    verdict = run_short_of_handles(tmp_path, 200, 48)

    assert verdict.is_good, verdict


def test_f18_what_may_not_be_read_is_read_once_it_may(tmp_path: Path):
    need_root()
    closed, missing = tmp_path / "closed.log", tmp_path / "missing.txt"
    closed.write_bytes(make_lines(0, 100, 10))
    os.chown(closed, STRANGER, STRANGER)
    closed.chmod(0o600)
    with Logscan(tmp_path, tmp_path / "*.log", missing) as logscan:
        # Root without the right to do what it likes with others' files.
        logscan.start("setpriv", "--bounding-set=-dac_override,-dac_read_search")
        logscan.wait_until(lambda: logscan.has_said(b"closed.log: Permission denied"))
        assert logscan.told() == []
        closed.chmod(0o644)
        append(missing, 100, 200)

        took = logscan.wait_until_told(range(0, 200, 10), 30)

        assert took <= 10
        assert logscan.stop() == 0
        verdict = judge(range(0, 200, 10), logscan.told(), lambda number: number // 100)
    assert verdict.is_good, verdict


def test_f35_a_process_that_stood_still_takes_up_where_it_was(tmp_path: Path):
    verdict = stand_still(tmp_path, 2)

    assert verdict.is_good, verdict


def need_root() -> None:
    if os.geteuid() or subprocess.run(["setpriv", "--version"], capture_output=True, check=False).returncode:
        pytest.skip("only root may do this")
