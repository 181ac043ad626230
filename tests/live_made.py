"""Live parts made short for tests: clocks that stand still, sources that say what they are told to."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from logscan.events import EventReader
from logscan.incidents import IncidentManner, Moment, Terms
from logscan.keeper import Desk, Keeper, Kept, Post, make_desk
from logscan.model import Chunk, Event, News, Notice, Severity, Signal
from logscan.pipeline import Manner, Pipeline, Station
from logscan.sources.live import LiveSource, Sink
from logscan.store import Seen, Store, open_store
from tests.making import NOW, make_reader, make_rule, make_scanner

MARK = b"0123456789ab"


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Script:
    """A source that puts and tells what it was given, then ends, or waits to be woken."""

    kind = "script"

    def __init__(self, name: str, items: Iterable[Chunk | News], *, stays: bool = False) -> None:
        self.name = name
        self._items, self._stays = tuple(items), stays
        self._woken = threading.Event()

    def run(self, sink: Sink) -> None:
        for item in self._items:
            if isinstance(item, News):
                sink.tell(item)
            else:
                sink.put(item)
        if self._stays:
            self._woken.wait()

    def wake(self) -> None:
        self._woken.set()

    def lag_bytes(self) -> int | None:
        return None


class Collected:
    """What a sink was given."""

    def __init__(self, kept: Mapping[str, bytes] | None = None, *, starts_afresh: bool = False) -> None:
        self.stopping = threading.Event()
        self.starts_afresh = starts_afresh
        self.chunks: list[Chunk] = []
        self.news: list[News] = []
        self.changed = threading.Condition()
        self._kept = dict(kept or {})

    def put(self, chunk: Chunk) -> None:
        with self.changed:
            self.chunks.append(chunk)
            self.changed.notify_all()

    def tell(self, news: News) -> None:
        with self.changed:
            self.news.append(news)
            self.changed.notify_all()

    def kept(self, _source: str) -> Mapping[str, bytes]:
        return self._kept

    @property
    def text(self) -> bytes:
        return b"".join(bytes(chunk.text) for chunk in self.chunks)


def chunk(text: bytes, source: str = "app", position: bytes | None = None) -> Chunk:
    return Chunk(source, "", bytearray(text), 0, position)


def make_event(credential: str = "test-token") -> Event:
    return Event(
        credential=credential,
        service=None,
        source="app",
        signal=Signal.EXPIRED,
        severity=Severity.CRITICAL,
        rule="test.expired",
        rules=("test.expired",),
        seen_at=None,
        expires_at=None,
        fields={},
        evidence="token expired",
    )


def make_own_desk(
    store: Store,
    terms: Mapping[str, Terms] | None = None,
    channels: Iterable[str] = (),
    moment: Moment = Moment(0.0, NOW),  # noqa: B008 - a value
) -> Desk:
    """A desk with the manner of an empty configuration."""
    named = tuple(channels)

    def write(own: Store, notices: Sequence[Notice], now: datetime) -> None:
        for notice in notices:
            for channel in named:
                own.outbox.add(channel, notice, now)

    return make_desk(store, (terms or {}, IncidentManner()), Post(write), moment)


def make_pipeline(
    sources: Mapping[LiveSource, Manner],
    store: Store | None = None,
    news: list[News] | None = None,
    reader: EventReader | None = None,
) -> tuple[Pipeline, Keeper, list[Seen]]:
    """A pipeline with a keeper that was started, and where it puts what it kept."""
    kept: list[Seen] = []
    clock, opened = Clock(), store or open_store(None, NOW)

    def collect(now_kept: Kept) -> None:
        kept.extend(now_kept.seen)

    keeper = Keeper(make_own_desk(opened), collect, clock=clock, now=lambda: NOW)
    told = [] if news is None else news
    station = Station(clock, lambda: NOW, MARK, opened.read_positions(), False, told.append)
    keeper.start()
    return (
        Pipeline(sources, make_scanner((make_rule(),)), reader or make_reader(), keeper, station),
        keeper,
        kept,
    )


def run_pipeline(
    sources: Mapping[LiveSource, Manner], store: Store | None = None
) -> tuple[Pipeline, list[Seen], list[News]]:
    """Run to the end of every source; give what was kept and what was told."""
    news: list[News] = []
    pipeline, keeper, kept = make_pipeline(sources, store, news)
    pipeline.run()
    assert keeper.stop(30)
    return pipeline, kept, news
