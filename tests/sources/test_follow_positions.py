"""What is kept of a followed path says whose it is, holds no text, and is forgotten with the path."""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path

import pytest

from logscan.sources.follow import FilesSource, FollowOptions
from logscan.sources.follow.pods import read_pod
from tests.live_made import Clock, Collected
from tests.sources.following import Follower, append, count_handles


def test_a_container_s_file_names_its_service(tmp_path: Path):
    pods = tmp_path / "var/log/pods/shop_web-7d9_1234-ab/nginx"
    pods.mkdir(parents=True)
    append(pods / "0.log", b"one\n")
    follower = Follower(tmp_path, "var/log/pods/*/*/*.log")
    follower.poll()

    chunk = follower.chunks[-1]

    assert chunk.service == "nginx"
    assert chunk.fields == {"namespace": "shop", "pod": "web-7d9", "container": "nginx"}


def test_a_container_s_link_names_its_service():
    pod = read_pod("/var/log/containers/web-7d9_shop_nginx-" + "0123456789abcdef" * 4 + ".log")

    assert pod.fields == {"namespace": "shop", "pod": "web-7d9", "container": "nginx"}
    assert read_pod("/var/log/app.log").service is None


def test_positions_hold_no_text_and_hang_on_the_key(tmp_path: Path):
    append(tmp_path / "app.log", b"a secret line\n")
    follower = Follower(tmp_path)
    follower.poll()

    [position] = follower.kept.values()

    assert b"secret" not in position
    other = FilesSource("app", follower.options, key=b"another", clock=Clock())
    sink = Collected()
    other.poll_once(sink)
    other.close()
    assert sink.chunks[-1].position is not None
    heads = [json.loads(one)["files"][0]["head"] for one in (position, sink.chunks[-1].position)]
    assert heads[0] != heads[1]
    assert all(re.fullmatch("[0-9a-f]{24}", head) for head in heads)


def test_a_name_that_is_no_text_can_be_kept(tmp_path: Path):
    path = os.fsencode(tmp_path) + b"/bad-\xff.log"
    with open(path, "wb") as file:
        file.write(b"one\n")
    follower = Follower(tmp_path, "*.log")
    assert follower.poll() == b"one\n"
    [stream] = follower.kept
    stream.encode()

    follower.crash()

    assert follower.poll() == b""


def test_a_path_that_is_gone_is_forgotten_after_a_while(tmp_path: Path):
    append(tmp_path / "app.log", b"one\n")
    follower = Follower(tmp_path, "*.log")
    follower.poll()
    (tmp_path / "app.log").unlink()
    follower.poll()
    assert follower.kept

    follower.settle()

    assert not follower.kept
    assert count_handles(str(tmp_path)) == 0


def test_a_path_that_no_pattern_fits_any_more_is_forgotten(tmp_path: Path):
    append(tmp_path / "app.log", b"one\n")
    follower = Follower(tmp_path, "*.log")
    follower.poll()
    follower.crash()
    follower.options = FollowOptions(patterns=(str(tmp_path / "*.txt"),), events=False)
    follower.start()

    follower.poll()

    assert not follower.kept


def test_a_file_whose_number_was_given_away_is_read_on_in_its_packed_copy(tmp_path: Path):
    log = tmp_path / "app.log"
    append(log, b"one\n")
    follower = Follower(tmp_path)
    assert follower.poll() == b"one\n"
    follower.crash()
    append(log, b"two\n")
    (tmp_path / "app.log.1.gz").write_bytes(gzip.compress(log.read_bytes()))
    old = log.stat().st_ino
    log.unlink()
    follower.poll()  # sees the copy, and waits whether it is whole
    append(tmp_path / "target", b"")
    given = (tmp_path / "target").stat().st_ino
    log.symlink_to("target")
    if given != old:
        pytest.skip("this file system gave the number to nobody")

    told = follower.poll() + follower.settle()

    assert told == b"two\n"
