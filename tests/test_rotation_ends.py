"""Files that end, shrink, are written over or full of holes: no half line, nothing twice, and it is counted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from logscan.model import NewsKind
from tests.sources.following import Follower, append, count_handles, number_lines

live_or_down = pytest.mark.parametrize("down", [False, True], ids=["live", "down"])


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "app.log"


def test_f9_an_unlinked_file_is_read_to_its_end_and_let_go(log: Path):
    append(log, number_lines(0, 10))
    follower = Follower(log.parent)
    follower.poll()
    append(log, number_lines(10, 200_000))
    follower.poll(1)
    append(log, number_lines(200_000, 250_000))
    log.unlink()
    follower.settle()

    assert follower.text == number_lines(0, 250_000)
    assert count_handles(str(log)) == 0


@pytest.mark.parametrize("size", [1, 55, 1_000])
def test_f10_a_file_that_shrank_gives_no_half_line_and_is_counted(log: Path, size: int):
    append(log, number_lines(0, 100))
    follower = Follower(log.parent)
    follower.poll()
    os.truncate(log, size)
    follower.poll()
    append(log, b"\nnew\n")
    follower.poll()

    assert follower.count(NewsKind.ROTATED, "truncate") == 1
    assert follower.lines[-1] == b"new"
    assert {len(line) for line in follower.lines[:-2]} == {len(b"line 000000 of a log")}


def test_f10_a_file_that_is_written_over_is_read_anew(log: Path):
    append(log, number_lines(0, 100))
    follower = Follower(log.parent)
    follower.poll()
    with log.open("r+b") as file:
        file.write(number_lines(500, 600))
    follower.poll()

    assert follower.lines == (number_lines(0, 100) + number_lines(500, 600)).splitlines()
    assert follower.count(NewsKind.ROTATED, "truncate") == 1


@pytest.mark.parametrize("size", [30, 5_000, 1 << 30])
@pytest.mark.parametrize("seen", [False, True])
@live_or_down
def test_f11_a_writer_that_goes_on_where_it_was_leaves_no_line_of_nuls(
    log: Path, size: int, *, seen: bool, down: bool
):
    with log.open("wb", buffering=0) as file:
        file.write(b"first\n")
        follower = Follower(log.parent)
        follower.poll()
        os.truncate(log, 0)
        if down:
            follower.crash()
        if seen:
            follower.poll()
        file.seek(size)
        file.write(b"second\n")
        follower.poll()
        file.write(b"third\n")
        follower.poll()

    assert follower.lines == [b"first", b"second", b"third"]
    assert follower.count(NewsKind.ROTATED, "truncate") == 1


def test_f11_a_hole_between_lines_is_no_text(log: Path):
    follower = Follower(log.parent)
    with log.open("wb", buffering=0) as file:
        file.write(b"first\n")
        file.seek(100_000)
        file.write(b"second\n")
    follower.poll()

    assert follower.lines == [b"first", b"second"]


@pytest.mark.parametrize("how", ["rename", "unlink"])
@live_or_down
def test_f13_a_last_line_without_its_end_is_told_once_its_file_is_done(log: Path, how: str, *, down: bool):
    append(log, b"whole\nlast")
    follower = Follower(log.parent)
    follower.poll()
    if how == "rename":
        os.rename(log, f"{log}.1")
    else:
        log.unlink()
    follower.poll()
    assert follower.lines == [b"whole"]
    if down and how == "rename":  # nothing can be read of an unlinked file once nobody has it open
        follower.crash()
    follower.settle()
    follower.crash()
    follower.settle()

    assert follower.lines == [b"whole", b"last"]


def test_f13_at_the_end_of_the_program_it_waits_for_the_next_start(log: Path):
    append(log, b"whole\nhalf")
    follower = Follower(log.parent)
    follower.poll()
    follower.crash()
    append(log, b" and half\n")
    follower.poll()

    assert follower.lines == [b"whole", b"half and half"]


def test_lines_of_a_file_that_nobody_can_read_any_more_are_counted(log: Path):
    append(log, number_lines(0, 10))
    follower = Follower(log.parent)
    follower.poll()
    track = next(iter(follower.source._ledger.tracks.values()))
    append(log, number_lines(10, 20))
    track.note(log.stat(), 0.0)
    follower.source._handles.drop(track)
    log.unlink()
    follower.settle()

    assert follower.count(NewsKind.LOST, "gap") == 1
    assert follower.lost == len(number_lines(10, 20))
