"""Followed programs made short for tests."""

from __future__ import annotations

import os
import random
import select
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from logscan.children import Backoff
from logscan.model import News, NewsKind
from logscan.sources.commands import CommandManner, CommandSource
from logscan.sources.live import Stopped
from tests.live_made import Collected

RAILWAY = str(Path(__file__).parent / "programs" / "railway.py")
AT_ONCE = Backoff(0.001, 0.001)
SEED = 4
PATIENCE = 90.0


def make_source(*argv: str, **manner: Any) -> CommandSource:
    manner = {"environment": dict(os.environ), "backoff": AT_ONCE, **manner}
    return CommandSource("bot", argv, CommandManner(**manner), monotonic, random.Random(SEED))


@contextmanager
def running(source: CommandSource, sink: Collected) -> Iterator[None]:
    thread = threading.Thread(target=run_quietly, args=(source, sink))
    thread.start()
    try:
        yield
    finally:
        with sink.changed:
            sink.stopping.set()
        source.wake()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def run_quietly(source: CommandSource, sink: Collected) -> None:
    try:
        source.run(sink)
    except Stopped:
        return


def wait_until(sink: Collected, claim: Callable[[], bool]) -> None:
    with sink.changed:
        assert sink.changed.wait_for(claim, PATIENCE), sink.news


def news_of(sink: Collected, kind: NewsKind) -> list[News]:
    return [one for one in sink.news if one.kind is kind]


def count(sink: Collected, kind: NewsKind) -> int:
    return len(news_of(sink, kind))


def is_gone(pid: int) -> bool:
    """Wait for it to end: a signal needs its time."""
    try:
        end = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    poll = select.poll()
    poll.register(end, select.POLLIN)
    ended = bool(poll.poll(PATIENCE * 1000))
    os.close(end)
    return ended
