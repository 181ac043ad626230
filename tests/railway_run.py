"""A Railway source on a thread of its own, and what it handed on."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from typing import Any

from logscan.model import Chunk, News, NewsKind
from logscan.references import Secret
from logscan.sources.railway import Pace, RailwaySource, Surroundings, Taking, read_place
from tests.live_made import Collected
from tests.railway_made import ACCOUNT, WAIT, Railway

QUICK = Pace(least=0.01, most=0.05, healthy=30, login=0.05, settle=0.05, poll=0.05, ping=0.05, pong=0.2)


class Running:
    """A source on its thread, and what it handed on."""

    def __init__(self, railway: Railway, kept: dict[str, bytes] | None = None, **changes: Any) -> None:
        seed = changes.pop("seed", 20261121)
        print(f"seed {seed}")  # noqa: T201 - shown when the test fails
        self.sink: Collected = changes.pop(
            "sink", Collected(kept, starts_afresh=changes.pop("starts_afresh", False))
        )
        runs = changes.pop("runs", True)
        token = changes.pop("token", ACCOUNT)
        origin = changes.pop("origin", "RAILWAY_API_TOKEN" if token == ACCOUNT else "RAILWAY_TOKEN")
        fetch = changes.pop("fetch", lambda: Secret(token, origin))
        environ = changes.pop("environ", {})
        taking = Taking(
            changes.pop("max_line", 1 << 20), changes.pop("from_start", False), changes.pop("pace", QUICK)
        )
        wanted = {"project": "shop", "environment": "production", "service": "bot", **changes}
        place = read_place(environ, **wanted, endpoint=railway.endpoint)
        around = Surroundings(time.monotonic, lambda: railway.now, random.Random(seed), "logscan/test")
        self.source = RailwaySource("bot", place, fetch, around, taking)
        self._thread = threading.Thread(target=self.source.run, args=(self.sink,))
        if runs:
            self._thread.start()

    def wait_for(self, claim: Callable[[], bool]) -> None:
        with self.sink.changed:
            assert self.sink.changed.wait_for(claim, WAIT), (self.messages, self.sink.news)

    def wait_for_lines(self, count: int) -> None:
        self.wait_for(lambda: len(self.lines) >= count)

    def wait_for_news(self, kind: NewsKind, cause: str | None = None) -> News:
        def find() -> list[News]:
            return [one for one in self.sink.news if one.kind is kind and cause in (None, one.cause)]

        self.wait_for(lambda: bool(find()))
        return find()[0]

    def stop(self) -> dict[str, bytes]:
        """End it; give the position that would have been kept."""
        self.sink.stopping.set()
        self.source.wake()
        if self._thread.ident is not None:
            self._thread.join(WAIT)
        assert not self._thread.is_alive()
        positions = [chunk.position for chunk in self.sink.chunks if chunk.position is not None]
        return {"": positions[-1]} if positions else {}

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.sink.text.splitlines()]

    @property
    def messages(self) -> list[str]:
        return [line["message"] for line in self.lines]

    @property
    def filled(self) -> list[Chunk]:
        return [chunk for chunk in self.sink.chunks if chunk.text]


def begin(railway: Railway, start: Callable[..., Running], **changes: Any) -> Running:
    """A source that has subscribed."""
    running = start(**changes)
    railway.wait_for(lambda: railway.subscriptions)
    return running
