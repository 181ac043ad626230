"""Files are found, begun and followed as they were asked for; what must not be read is refused and said."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from logscan.model import NewsKind
from logscan.sources.follow import FilesSource, FollowOptions
from logscan.sources.follow.finders import Finder
from logscan.sources.follow.handles import MOST_OPEN
from tests.live_made import Collected
from tests.sources.following import KEY, Follower, append, count_handles, number_lines


def test_what_is_appended_is_handed_on_in_whole_lines(tmp_path: Path):
    follower = Follower(tmp_path)
    append(tmp_path / "app.log", b"one\ntwo\nthr")
    assert follower.poll() == b"one\ntwo\n"

    append(tmp_path / "app.log", b"ee\n")

    assert follower.poll() == b"three\n"
    assert [chunk.offset for chunk in follower.chunks if chunk.text] == [0, 8]


def test_without_a_position_a_file_begins_at_its_end_and_a_later_one_at_its_start(tmp_path: Path):
    append(tmp_path / "old.log", b"before\n")
    follower = Follower(tmp_path, "*.log", from_start=False)
    follower.poll()

    append(tmp_path / "old.log", b"after\n")
    append(tmp_path / "new.log", b"first\n")

    assert sorted(follower.poll().splitlines()) == [b"after", b"first"]


def test_the_line_that_is_being_written_at_the_start_is_told_whole(tmp_path: Path):
    append(tmp_path / "app.log", b"before\nhalf a")
    follower = Follower(tmp_path, from_start=False)
    follower.poll()

    append(tmp_path / "app.log", b" line\n")

    assert follower.poll() == b"half a line\n"


@pytest.mark.parametrize("from_start", [False, True])
def test_a_stored_position_always_wins(tmp_path: Path, *, from_start: bool):
    append(tmp_path / "app.log", b"one\n")
    follower = Follower(tmp_path, from_start=from_start)
    follower.poll()
    follower.crash()

    append(tmp_path / "app.log", b"two\n")

    assert follower.poll() == b"two\n"


def test_lost_positions_are_no_reason_to_begin_at_the_end(tmp_path: Path):
    append(tmp_path / "app.log", b"one\n")
    follower = Follower(tmp_path, from_start=False)
    follower.sink.starts_afresh = True

    assert follower.poll() == b"one\n"


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", b'{"files":[{}],"current":true}', b'{"files":1}'])
def test_a_damaged_position_is_one_of_which_nothing_was_read(tmp_path: Path, damaged: bytes):
    append(tmp_path / "app.log", b"one\n")
    follower = Follower(tmp_path, from_start=False)
    follower.kept = {str(tmp_path / "app.log"): damaged}
    follower.start()

    assert follower.poll() == b"one\n"


def test_patterns_go_into_folders_and_leave_out_what_is_excluded(tmp_path: Path):
    for name in ("a.log", "x/b.log", "x/y/c.log", "x/y/.hidden.log", "x/skip.log", "x/other.txt", ".h/d.log"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        append(tmp_path / name, name.encode() + b"\n")
    follower = Follower(tmp_path, "**/*.log", exclude=("skip*",))
    assert sorted(follower.poll().splitlines()) == [b"a.log", b"x/b.log", b"x/y/c.log"]

    (tmp_path / "z").mkdir()
    append(tmp_path / "z/late.log", b"late\n")

    assert follower.poll() == b"late\n"


@pytest.mark.parametrize(
    "pattern", ["*.log", "**/*.log", "x/*/c.log", "x/**", "a.log", "?.log", "*/[b-c].log"]
)
def test_a_path_fits_when_it_would_be_found(tmp_path: Path, pattern: str):
    for name in ("a.log", "bb.log", "x/b.log", "x/y/c.log", "x/y/.hidden.log", "x/other.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        append(tmp_path / name, b"")
    finder = Finder([str(tmp_path / pattern)], [])

    found = set(finder.find() or {})

    paths = {str(path) for path in tmp_path.rglob("*") if path.is_file()}
    assert {path for path in paths if finder.matches(path)} == found & paths
    assert found & paths


def test_f20_what_is_no_file_is_refused_said_once_and_never_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.log")
    (tmp_path / "folder.log").mkdir()
    os.symlink("loop.log", tmp_path / "loop.log")
    os.symlink("/dev/zero", tmp_path / "device.log")
    (tmp_path / "sub").mkdir()
    os.symlink(tmp_path, tmp_path / "sub/around")
    append(tmp_path / "app.log", b"one\n")
    follower = Follower(tmp_path, "**/*.log")

    text = follower.poll() + follower.poll() + follower.poll()

    assert text == b"one\n"
    assert follower.count(NewsKind.REFUSED, "not-a-file") == 3
    assert follower.count(NewsKind.REFUSED, "link") == 1


def test_s20_a_link_in_a_folder_that_everybody_may_write_is_not_followed(tmp_path: Path):
    secret, shared = tmp_path / "secret", tmp_path / "shared"
    append(secret, b"secret\n")
    shared.mkdir()
    shared.chmod(0o777)
    append(shared / "plain.log", b"plain\n")
    os.symlink(secret, shared / "link.log")
    (tmp_path / "inner").mkdir()
    append(tmp_path / "inner/deep.log", b"deep\n")
    os.symlink(tmp_path / "inner", shared / "inner")
    follower = Follower(tmp_path, "shared/*.log", "shared/*/*.log")

    assert follower.poll() == b"plain\n"
    assert follower.count(NewsKind.REFUSED, "link") == 1


def test_a_second_name_of_a_file_is_not_read_again(tmp_path: Path):
    append(tmp_path / "app.log", b"one\n")
    os.symlink("app.log", tmp_path / "link.log")
    os.link(tmp_path / "app.log", tmp_path / "zz.log")
    follower = Follower(tmp_path, "*.log")

    assert follower.poll() == b"one\n"
    assert follower.poll() == b""


def test_f18_what_was_not_there_or_not_readable_is_read_once_it_is(tmp_path: Path):
    closed = tmp_path / "closed.log"
    append(closed, b"closed\n")
    follower = Follower(tmp_path, "closed.log", "missing.log")
    opened = os.open
    with pytest.MonkeyPatch.context() as patched:  # root may open anything, so the kernel's no is made up
        patched.setattr(os, "open", lambda *given: _refuse(given, str(closed), opened))
        assert follower.poll() + follower.poll() == b""
        assert follower.count(NewsKind.REFUSED, "permission") == 1

    append(tmp_path / "missing.log", b"there\n")

    assert sorted(follower.poll(10).splitlines()) == [b"closed", b"there"]


def _refuse(given: tuple[object, ...], path: str, opened: object) -> int:
    if given[0] == path:
        raise PermissionError(13, "Permission denied")
    assert callable(opened)
    return int(opened(*given))


def test_f18_few_handles_are_enough_for_many_files(tmp_path: Path):
    follower = Follower(tmp_path, "*.log")
    for number in range(500):
        append(tmp_path / f"many-{number}.log", b"first %d\n" % number)
    assert len(follower.poll().splitlines()) == 500

    for number in range(500):
        append(tmp_path / f"many-{number}.log", b"second %d\nhalf" % number)
    follower.poll()
    for number in range(500):
        append(tmp_path / f"many-{number}.log", b" third %d\n" % number)

    assert sorted(follower.poll().splitlines()) == sorted(b"half third %d" % number for number in range(500))
    assert count_handles("many-") <= MOST_OPEN


def test_a_busy_file_keeps_no_other_waiting(tmp_path: Path):
    append(tmp_path / "a-busy.log", number_lines(0, 200_000))
    append(tmp_path / "b-quiet.log", b"quiet\n")
    follower = Follower(tmp_path, "*.log")

    follower.source.poll_once(follower.sink)

    assert b"quiet\n" in follower.sink.text
    assert len(follower.sink.text) < 2 << 20


def test_the_source_is_down_when_nothing_can_be_read_and_up_again(tmp_path: Path):
    append(tmp_path / "app.log", b"one\n")
    follower = Follower(tmp_path)
    follower.poll()
    os.unlink(tmp_path / "app.log")
    follower.poll(1)
    follower.poll(1)
    assert follower.count(NewsKind.DOWN, "no-file") == 0
    follower.poll()

    append(tmp_path / "app.log", b"two\n")
    follower.poll()

    kinds = [kind for kind, _ in follower.news if kind in (NewsKind.UP, NewsKind.DOWN)]
    assert kinds == [NewsKind.UP, NewsKind.DOWN, NewsKind.UP]


def test_the_lag_is_what_was_not_handed_on(tmp_path: Path):
    append(tmp_path / "app.log", number_lines(0, 100_000))
    follower = Follower(tmp_path)
    follower.source.poll_once(follower.sink)
    size = (tmp_path / "app.log").stat().st_size

    lag = follower.source.lag_bytes()

    assert lag == size - len(follower.sink.text)
    follower.poll()
    assert follower.source.lag_bytes() == 0


@pytest.mark.parametrize("events", [False, True])
def test_run_hands_on_what_is_written_until_it_is_woken(tmp_path: Path, *, events: bool):
    append(tmp_path / "app.log", b"one\n")
    options = FollowOptions(patterns=(str(tmp_path / "*.log"),), from_start=True, events=events)
    source, sink = FilesSource("app", options, key=KEY, clock=time.monotonic), Collected()
    running = threading.Thread(target=source.run, args=(sink,))
    running.start()
    with sink.changed:
        assert sink.changed.wait_for(lambda: sink.text == b"one\n", 20)

    append(tmp_path / "app.log", b"two\n")
    append(tmp_path / "new.log", b"three\n")

    with sink.changed:
        assert sink.changed.wait_for(lambda: len(sink.text) == len(b"one\ntwo\nthree\n"), 20)
    sink.stopping.set()
    source.wake()
    running.join(20)
    assert not running.is_alive()
    assert count_handles(str(tmp_path)) == 0
