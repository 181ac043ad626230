"""A rotated file is packed while we look, piece by piece: what is half packed is neither believed nor read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from logscan.model import NewsKind
from tests.soak.rotated_files import PACKERS
from tests.sources.following import Follower, append, number_lines

PIECES = 8


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "app.log"


def pack_slowly(follower: Follower, plain: Path, end: str, *, polls: int = 1) -> None:
    """What `gzip` does: the packed file grows beside the plain one, which goes at last."""
    packed, content = Path(f"{plain}.{end}"), PACKERS[end](plain.read_bytes())
    packed.touch()
    follower.poll(1)
    size = len(content) // PIECES + 1
    for start in range(0, len(content), size):
        append(packed, content[start : start + size])
        for _ in range(polls):
            follower.poll(1)
    os.unlink(plain)


@pytest.mark.parametrize("end", PACKERS)
@pytest.mark.parametrize("pattern", ["app.log", "app.log*"])
@pytest.mark.parametrize("manner", ["live", "down at the rename", "down while it is packed", "behind"])
def test_f5_nothing_is_lost_or_told_twice(log: Path, end: str, pattern: str, manner: str):
    append(log, number_lines(0, 3_000))
    follower = Follower(log.parent, pattern)
    follower.poll()
    append(log, number_lines(3_000, 9_000))
    if manner == "down at the rename":
        follower.crash()
    elif manner != "behind":
        follower.poll(1)
    os.rename(log, f"{log}.1")
    append(log, number_lines(9_000, 9_010))
    if manner == "down while it is packed":
        follower.crash()
    pack_slowly(follower, Path(f"{log}.1"), end, polls=2)
    follower.settle()
    follower.crash()
    follower.settle()

    assert sorted(follower.lines) == number_lines(0, 9_010).splitlines()
    assert follower.count(NewsKind.LOST, "damaged") == 0


@pytest.mark.parametrize("end", PACKERS)
@pytest.mark.parametrize("pattern", ["app.log", "app.log*"])
def test_f5_a_copy_that_comes_in_pieces_once_the_plain_file_is_gone(log: Path, end: str, pattern: str):
    append(log, number_lines(0, 1_000))
    follower = Follower(log.parent, pattern)
    follower.poll()
    append(log, number_lines(1_000, 9_000))
    follower.crash()
    content = PACKERS[end](log.read_bytes())
    log.unlink()
    size = len(content) // PIECES + 1
    for start in range(0, len(content), size):
        append(Path(f"{log}.1.{end}"), content[start : start + size])
        follower.poll(1)
    append(log, number_lines(9_000, 9_010))
    follower.settle()

    assert sorted(follower.lines) == number_lines(0, 9_010).splitlines()
    assert follower.count(NewsKind.LOST, "damaged") == 0
