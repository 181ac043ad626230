"""Joins the live stages: sources → gate → scanner → events → keeper; threads, back-pressure and the end.

It prints nothing, and nothing that a line holds can stop it: what one line breaks is counted.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from logscan.blindness import Glance, Sight, hear_news, look_up, make_event, see_lines
from logscan.blocks import CONTEXT_BYTES
from logscan.errors import write_fault
from logscan.events import EventReader, Naming, Spread
from logscan.keeper import Batch, Keeper
from logscan.lines import count_line_ends
from logscan.model import Block, Chunk, Event, Match, News, NewsKind
from logscan.scanner import Scanner, has_company, may_belong
from logscan.sources.gates import Gate, Item
from logscan.sources.live import LiveSource, Sink, Stopped
from logscan.store import Seen

MOST_BYTES = 8 << 20  # read and not yet scanned, over all sources
_TICK_SECONDS = 0.5
_LEAVE_SECONDS = 0.05
_LINE_END = 0x0A
_MOST_SERVICES = 100
_OTHER = "other"
_READ_TOGETHER = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How one source's lines are to be taken."""

    service: str | None = None  # as configured; wins over all
    service_from: str | None = None  # the record's field that names it
    silent_after: float | None = None  # seconds
    record_start: str | None = None  # the pattern of a record's first line; None: a line that is not indented


@dataclass(slots=True)
class Counts:
    """What came of a source so far; written by one thread, read by any."""

    lines: int = 0
    bytes: int = 0
    cut_lines: int = 0
    own_lines: int = 0
    news: Counter[tuple[str, str]] = field(default_factory=Counter)  # by kind and cause
    lost_bytes: Counter[str] = field(default_factory=Counter)  # by cause


class Station(NamedTuple):
    """Where a pipeline runs: clocks, what was kept, and how its own lines are known."""

    clock: Callable[[], float]  # monotonic
    now: Callable[[], datetime]
    mark: bytes  # stands in every line that this logscan writes
    kept: Mapping[tuple[str, str], bytes]  # positions, by source and stream
    starts_afresh: bool  # positions were lost
    on_news: Callable[[News], None]
    on_scan: Callable[[float], None] = lambda _: None  # how many seconds a piece of input took
    blind: Collection[
        tuple[str, str | None]
    ] = ()  # sources, with service, that could not be seen when it was left


class Pipeline:
    """Runs sources until they have ended or `stop` is called."""

    def __init__(
        self,
        sources: Mapping[LiveSource, Manner],
        scanner: Scanner,
        reader: EventReader,
        keeper: Keeper,
        station: Station,
    ) -> None:
        self._sources = tuple(sources)
        self._manners = {source.name: manner for source, manner in sources.items()}
        self._scanner, self._reader, self._keeper, self._station = scanner, reader, keeper, station
        self._gate = Gate(MOST_BYTES, len(self._sources))
        self._stop = threading.Event()
        self._services: set[str] = set()
        self._lines: dict[tuple[str, str], int] = {}  # read so far, by source and stream
        self.moved_at = station.clock()
        self.counts = {source.name: Counts() for source in self._sources}
        self.sights = {
            name: Sight(
                name,
                manner.silent_after,
                is_blind=(name, manner.service) in station.blind,
                heard_at=station.clock(),
            )
            for name, manner in self._manners.items()
        }

    def count_timeouts(self) -> Mapping[str, int]:
        """How often each rule took too long for a line; called from any thread."""
        return self._scanner.timeouts

    def run(self) -> None:
        """Read until every source has ended or `stop` was called, and hand on all that was read."""
        sink = _StationSink(self._gate, self._station)
        readers = [
            threading.Thread(target=self._read, args=(source, sink), name=source.name, daemon=True)
            for source in self._sources
        ]
        for reader in readers:
            reader.start()
        looked_at = self._station.clock()
        while not self._stop.is_set():
            item = self._gate.take(_TICK_SECONDS)
            self.moved_at = self._station.clock()
            if item is not None:
                self._take(item)
            elif self._gate.is_deserted:
                break
            if self._station.clock() - looked_at >= _TICK_SECONDS:
                looked_at = self._station.clock()
                self._look_up()
        self._gate.stop()
        for source in self._sources:
            source.wake()
        while (item := self._gate.take(0)) is not None or any(reader.is_alive() for reader in readers):
            if item is not None:
                self._take(item)
            else:
                readers[0].join(_LEAVE_SECONDS)

    def stop(self) -> None:
        """End `run` from another thread, or from a signal's handler."""
        self._stop.set()

    def take_rules(self, scanner: Scanner) -> None:
        """Find by other rules from the next lines on; called from any thread."""
        self._scanner = scanner

    def take_manners(self, manners: Mapping[str, Manner]) -> None:
        """Take the lines of some sources in another manner from now on; called from any thread."""
        self._manners = {**self._manners, **manners}

    def _read(self, source: LiveSource, sink: Sink) -> None:
        try:
            source.run(sink)
        except Stopped:
            pass
        except Exception as error:  # noqa: BLE001 - one source's fault must not end the others, and is told
            text = write_fault(source.name, error)
            self._gate.tell(News(source.name, "", NewsKind.ENDED, "fault", text))
        finally:
            self._gate.leave()

    def _take(self, item: Item) -> None:
        if isinstance(item, News):
            self._hear(item)
            return
        try:
            self._scan(item)
        finally:
            self._gate.finish(item)

    def _scan(self, chunk: Chunk) -> None:
        counts, size = self.counts[chunk.source], len(chunk.text)
        first = self._number_lines(chunk)
        counts.bytes += size
        counts.cut_lines += chunk.cut_lines
        counts.lost_bytes["too long"] += chunk.lost_bytes
        block = Block(
            chunk.source, chunk.text, 0, size, size, chunk.offset, first, CONTEXT_BYTES, chunk.encoding
        )
        began = self._station.clock()
        wants_context = may_belong if self._manners[chunk.source].record_start is None else has_company
        matches = self._scanner.find(block, wants_context) if size else ()
        seen = tuple(self._read_matches(matches, chunk, counts))
        self._station.on_scan(self._station.clock() - began)
        if size:
            seen += tuple(self._note(see_lines(self.sights[chunk.source], self._station.clock())))
        if seen or chunk.position is not None:
            self._keeper.take(Batch(chunk.source, chunk.stream, chunk.position, seen))

    def _number_lines(self, chunk: Chunk) -> int:
        """Count the lines of a chunk; give the number of its first one."""
        size, place = len(chunk.text), (chunk.source, chunk.stream)
        lines = count_line_ends(chunk.text, 0, size) + (size > 0 and chunk.text[-1] != _LINE_END)
        self.counts[chunk.source].lines += lines
        before = self._lines.pop(place, 0)
        if chunk.position != b"":  # else the stream is gone, and another may take its name
            self._lines[place] = before + lines
        return before + 1

    def _read_matches(self, matches: Iterable[Match], chunk: Chunk, counts: Counts) -> Iterator[Seen]:
        manner = self._manners[chunk.source]
        said = chunk.fields.get(manner.service_from or "")  # a pod's namespace, say
        naming = Naming(manner.service or said, manner.service_from, chunk.service or chunk.source)
        spread, now = Spread(manner.record_start), self._station.now()
        for match in self._foresee(matches):
            if self._station.mark in match.raw:
                counts.own_lines += 1
                continue
            try:
                finding = self._reader.read(match, now=now, naming=naming, spread=spread)
            except Exception as error:  # noqa: BLE001 - a line that breaks us is told, and the next one is read
                self._tell_fault(chunk, error, len(match.raw))
                continue
            if finding is not None:
                event = finding.event
                if chunk.fields:
                    event = event._replace(fields={**chunk.fields, **event.fields})
                # The scanner takes the first of all lines for the start of a file.
                offset = finding.offset if finding.line > 1 else chunk.offset
                yield Seen(self._cap_service(event), chunk.stream, offset, finding.line, finding.marks)

    def _tell_fault(self, chunk: Chunk, error: Exception, size: int) -> None:
        """A line that could not be judged, in words only the first time: there may be very many like it."""
        is_first = not self.counts[chunk.source].news[NewsKind.LOST, "fault"]
        text = write_fault(f"{chunk.source}: a line was passed over", error)
        self._hear(News(chunk.source, chunk.stream, NewsKind.LOST, "fault", text if is_first else "", size))

    def _foresee(self, matches: Iterable[Match]) -> Iterator[Match]:
        """A few at a time: what many share is done once for all of them."""
        rest = iter(matches)
        while some := tuple(islice(rest, _READ_TOGETHER)):
            self._reader.foresee(some)
            yield from some

    def _cap_service(self, event: Event) -> Event:
        """Log text decides how many services there are, so there is an end to it."""
        service = event.service
        if service is None or service in self._services:
            return event
        if len(self._services) >= _MOST_SERVICES:
            return event._replace(service=_OTHER)
        self._services.add(service)
        return event

    def _hear(self, news: News) -> None:
        counts = self.counts[news.source]
        counts.news[news.kind, news.cause] += 1
        counts.lost_bytes[news.cause] += news.lost_bytes
        self._station.on_news(news)
        self._keep(news.source, self._note(hear_news(self.sights[news.source], news, self._station.clock())))

    def _look_up(self) -> None:
        for source, known in self.sights.items():
            sight = replace(known, silent_after=self._manners[source].silent_after)
            self._keep(source, self._note(look_up(sight, self._station.clock())))

    def _note(self, glance: Glance) -> Iterator[Seen]:
        """Remember what is seen of a source, and give what there is to say of it."""
        self.sights[glance.sight.source] = glance.sight
        if glance.is_blind is not None:
            service = self._manners[glance.sight.source].service
            yield Seen(make_event(glance, service, self._station.now()), "", 0)

    def _keep(self, source: str, seen: Iterable[Seen]) -> None:
        told = tuple(seen)
        if told:
            self._keeper.take(Batch(source, "", None, told))


class _StationSink:
    """What sources see of the gate and of the state."""

    def __init__(self, gate: Gate, station: Station) -> None:
        self.stopping = gate.stopping
        self.starts_afresh = station.starts_afresh
        self.put, self.tell = gate.put, gate.tell
        self._kept = station.kept

    def kept(self, source: str) -> Mapping[str, bytes]:
        return {stream: value for (of, stream), value in self._kept.items() if of == source}
