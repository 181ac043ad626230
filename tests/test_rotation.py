"""Rotation by another process, and by every tool that is in use: each line is told once, in its file's order."""

from __future__ import annotations

import gzip
import os
import shutil
import zlib
from pathlib import Path

import pytest

from logscan.model import NewsKind
from tests.soak.rotated_files import PACKERS, empty, pack, regrow, reuse, shift, swap
from tests.soak.rotation import Plan, run
from tests.sources.following import Follower, append, number_lines

for_each_packer = pytest.mark.parametrize("end", PACKERS)
live_or_down = pytest.mark.parametrize("down", [False, True], ids=["live", "down"])


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "app.log"


@pytest.mark.parametrize("kills", [0, 2])
def test_f1_f2_another_process_rotates_and_the_reader_is_killed(tmp_path: Path, kills: int):
    plan = Plan(lines=40_000, rotations=20, kills=kills, seed=7, pace=1.5 * kills)

    verdict = run(plan, tmp_path)

    assert verdict.is_good, (plan, verdict)


def test_f1_late_lines_to_the_old_file_are_told(log: Path):
    append(log, number_lines(0, 10))
    follower = Follower(log.parent)
    follower.poll()
    for turn in range(1, 30):
        os.rename(log, f"{log}.{turn}")
        append(log, number_lines(turn * 10, turn * 10 + 8))
        follower.poll(1)
        append(Path(f"{log}.{turn}"), b"late %d\n" % turn)
        follower.poll(1)
    follower.settle()

    late = [b"late %d" % turn for turn in range(1, 30)]
    numbered = [line for turn in range(1, 30) for line in number_lines(turn * 10, turn * 10 + 8).splitlines()]
    assert sorted(follower.lines) == sorted(number_lines(0, 10).splitlines() + late + numbered)
    assert follower.count(NewsKind.ROTATED, "rename") == 29
    assert len(next(iter(follower.kept.values()))) < 4_000


def test_f3_emptied_a_hundred_times_and_counted_each_time(log: Path):
    found = empty(log, 100)

    assert found.is_good
    assert found.counted == 100


def test_f3_lines_in_the_gap_are_counted_when_there_is_no_copy(log: Path):
    append(log, number_lines(0, 20))
    follower = Follower(log.parent)
    follower.poll()
    append(log, number_lines(20, 30))
    size = log.stat().st_size
    follower.source.poll_once(follower.sink)  # not due yet, and so not read
    os.truncate(log, 0)
    append(log, b"new\n")
    follower.poll()

    assert follower.lines[-1] == b"new"
    assert follower.count(NewsKind.ROTATED, "truncate") == 1
    assert follower.lost <= size


@live_or_down
def test_f3_the_gap_is_read_from_the_copy(log: Path, *, down: bool):
    append(log, number_lines(0, 100))
    follower = Follower(log.parent)
    follower.poll()
    if down:
        follower.crash()
    append(log, number_lines(100, 200))
    shutil.copyfile(log, f"{log}.1")
    os.truncate(log, 0)
    append(log, number_lines(200, 230))
    follower.settle()

    assert sorted(follower.text.splitlines()) == number_lines(0, 230).splitlines()


@pytest.mark.parametrize("begins_equal", [True, False], ids=["first KiB equal", "other"])
@live_or_down
def test_f4_emptied_and_grown_past_the_place(log: Path, *, begins_equal: bool, down: bool):
    assert regrow(log, 60, begins_equal=begins_equal, down=down).is_good


@for_each_packer
@live_or_down
@pytest.mark.parametrize("reuses_number", [True, False], ids=["given again", "another"])
def test_f5_packed_while_behind(log: Path, end: str, *, reuses_number: bool, down: bool):
    assert pack(log, end, 1_200_000, reuses_number=reuses_number, down=down).is_good


@for_each_packer
@live_or_down
def test_f5_a_packed_file_that_a_pattern_finds_too_is_not_read_again(log: Path, end: str, *, down: bool):
    append(log, number_lines(0, 1_000))
    follower = Follower(log.parent, "app.log*")
    follower.poll()
    append(log, number_lines(1_000, 2_000))
    if not down:
        follower.poll()
    os.rename(log, f"{log}.1")
    append(log, number_lines(2_000, 2_010))
    if down:
        follower.crash()
    else:
        follower.poll()
    Path(f"{log}.1.{end}").write_bytes(PACKERS[end](Path(f"{log}.1").read_bytes()))
    os.unlink(f"{log}.1")
    follower.settle()
    follower.crash()
    follower.settle()

    assert sorted(follower.text.splitlines()) == number_lines(0, 2_010).splitlines()


def test_f5_a_packed_file_that_was_cut_is_counted(log: Path):
    append(log, number_lines(0, 1_000))
    follower = Follower(log.parent)
    follower.poll()
    follower.crash()
    append(log, b"".join(b"%08x\n" % zlib.crc32(b"%d" % number) for number in range(100_000)))
    packed = gzip.compress(log.read_bytes())
    Path(f"{log}.1.gz").write_bytes(packed[: len(packed) // 2])
    log.unlink()
    follower.settle()

    assert len(follower.lines) > 30_000
    assert all(len(line) == 8 for line in follower.lines[1_000:-1])
    assert follower.count(NewsKind.LOST, "damaged") == 1


def test_f6_numbers_shift_a_hundred_times_under_a_pattern_that_finds_them_all(log: Path):
    assert shift(log, 100).is_good


@pytest.mark.parametrize("name", ["app.log-20261121", "app-2026-11-21.log", "old/app.log.1", "app.log.old"])
@live_or_down
def test_f6_every_way_to_name_what_was_rotated(log: Path, name: str, *, down: bool):
    (log.parent / "old").mkdir()
    append(log, number_lines(0, 100))
    follower = Follower(log.parent)
    follower.poll()
    append(log, number_lines(100, 200))
    if down:
        follower.crash()
    os.rename(log, log.parent / name)
    append(log, number_lines(200, 210))
    follower.settle()

    assert follower.text == number_lines(0, 210)


def test_f6_a_folder_beside_is_searched_for_the_very_file(tmp_path: Path):
    for folder in ("logs", "old"):
        (tmp_path / folder).mkdir()
    log = tmp_path / "logs/app.log"
    append(tmp_path / "old/app.log.7", b"another program's\n")
    append(log, number_lines(0, 100))
    follower = Follower(tmp_path, "logs/app.log")
    follower.poll()
    follower.crash()
    append(log, number_lines(100, 200))
    os.rename(log, tmp_path / "old/app.log.1")
    append(log, number_lines(200, 210))
    follower.settle()

    assert follower.text == number_lines(0, 210)


def test_f7_a_link_is_swapped(log: Path):
    assert swap(log, 60, 100).is_good


def test_f7_a_link_that_goes_to_and_fro_tells_nothing_twice(log: Path):
    follower = Follower(log.parent)
    for turn in range(20):
        append(log.parent / f"target-{turn % 3}", number_lines(turn * 10, turn * 10 + 10))
        os.symlink(f"target-{turn % 3}", log.parent / "next")
        os.replace(log.parent / "next", log)
        follower.poll(1)
        if turn % 7 == 6:
            follower.crash()
    follower.settle()

    assert follower.text == number_lines(0, 200)


def test_f8_a_number_that_is_used_again_is_another_file(log: Path):
    found = reuse(log, 100)

    if not found.counted:
        pytest.skip("this file system gives every file a number of its own")
    assert found.is_good
