"""A follower for tests: its clock stands still, its positions outlive it, and what it handed on is remembered."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from logscan.model import Chunk, NewsKind
from logscan.sources.follow import FilesSource, FollowOptions
from tests.live_made import Clock, Collected

KEY = b"0123456789ab"
LONG = 700.0  # seconds, by which every file counts as quiet


class Follower:
    """One logscan after the other on the same positions."""

    def __init__(self, folder: Path, *patterns: str, **options: Any) -> None:
        self.folder = folder
        self.options = FollowOptions(
            patterns=tuple(str(folder / pattern) for pattern in patterns or ("app.log",)),
            **({"events": False, "from_start": True} | options),
        )
        self.kept: dict[str, bytes] = {}
        self.chunks: list[Chunk] = []
        self.news: list[tuple[NewsKind, str]] = []
        self.lost = 0
        self.clock = Clock()
        self._taken = 0
        self.start()

    def start(self) -> None:
        self.sink = Collected(self.kept)
        self.source = FilesSource("app", self.options, key=KEY, clock=self.clock)
        self._taken = self._heard = 0

    def crash(self) -> None:
        """Nothing but the positions is left."""
        self._collect()
        self.source.close()
        self.start()

    def poll(self, seconds: float = 11.0) -> bytes:
        """Let time pass, look, and read all there is; give what came."""
        self.clock.seconds += seconds
        for _ in range(10_000):
            if not self.source.poll_once(self.sink):
                break
        else:
            raise AssertionError("it never comes to rest")
        return self._collect()

    def settle(self) -> bytes:
        """Wait until every file is quiet and every search is over."""
        return b"".join(self.poll(LONG if turn == 1 else 11.0) for turn in range(6))

    def _collect(self) -> bytes:
        fresh = self.sink.chunks[self._taken :]
        self._taken = len(self.sink.chunks)
        for chunk in fresh:
            assert chunk.position is not None
            if chunk.position:
                assert json.loads(chunk.position)["files"] is not None
                self.kept[chunk.stream] = chunk.position
            else:
                self.kept.pop(chunk.stream, None)
        self.chunks += fresh
        heard = self.sink.news[self._heard :]
        self._heard = len(self.sink.news)
        self.news += [(one.kind, one.cause) for one in heard]
        self.lost += sum(one.lost_bytes for one in heard)
        return b"".join(bytes(chunk.text) for chunk in fresh)

    @property
    def text(self) -> bytes:
        return b"".join(bytes(chunk.text) for chunk in self.chunks)

    @property
    def lines(self) -> list[bytes]:
        return [line for chunk in self.chunks for line in bytes(chunk.text).splitlines()]

    def count(self, kind: NewsKind, cause: str) -> int:
        return self.news.count((kind, cause))


def append(path: Path, text: bytes) -> None:
    with path.open("ab") as file:
        file.write(text)


def number_lines(start: int, end: int) -> bytes:
    return b"".join(b"line %06d of a log\n" % number for number in range(start, end))


def count_handles(name: str) -> int:
    """How many files of that name this process has open."""
    links = []
    for number in os.listdir("/proc/self/fd"):
        try:
            links.append(os.readlink(f"/proc/self/fd/{number}"))
        except OSError:
            continue
    return sum(name in link for link in links)
