"""Inputs → blocks → matches → findings, on one thread or several; what could not be read is named in the summary.

It prints nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from logscan.blocks import BlockReader, BufferPool
from logscan.crews import work_in_order
from logscan.errors import InputError
from logscan.events import EventReader, find_earlier_time
from logscan.model import Block, Event, Finding, Match, Progress, ScanSummary, Unreadable
from logscan.scanner import Scanner
from logscan.sources.archive import Text, open_text
from logscan.sources.files import find_files, sum_sizes

_BLOCK_BYTES = 1 << 20
_TAIL_BYTES = 16 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOptions:
    """How to read, and which findings to keep."""

    now: datetime  # a time without a year lies before it
    jobs: int = 1
    since: datetime | None = None
    until: datetime | None = None
    block_bytes: int | None = None  # one job: what the second-level cache holds; several: fewer hand-overs
    max_line: int = 1 << 20
    wants_times: bool = False  # also of findings whose lines have none

    @property
    def asks_time(self) -> bool:
        return self.wants_times or self.since is not None or self.until is not None


class Timed(NamedTuple):
    """A finding and the time of its line, or of the nearest line before it with one; or no finding, but time passed."""

    source: str
    time: datetime | None
    finding: Finding | None


class _Job(NamedTuple):
    block: Block
    now: datetime  # what a time without a year is held against: when the input was last written
    progress: tuple[int, int | None, int]  # bytes done, bytes in all, lines


_Scanned = tuple[_Job, list[Timed]]


class Scan:
    """One reading of some inputs; iterate over it once, then ask for its `summary`."""

    def __init__(
        self,
        paths: Sequence[str],
        scanner: Scanner,
        reader: EventReader,
        options: ScanOptions,
        clock: Callable[[], float],
    ) -> None:
        self._paths = tuple(paths)
        self._scanner, self._reader, self._options = scanner, reader, options
        self._clock = clock
        self.on_progress: Callable[[Progress], None] | None = None  # called once a block
        self.on_event: Callable[[Event], None] | None = None  # called for each finding
        self._pool = BufferPool()
        self._signals: Counter[str] = Counter()
        self._rules: Counter[str] = Counter()
        self._unreadable: list[Unreadable] = []
        self._lines = self._bytes = self._truncated = 0
        self._started = self._ended = 0.0
        self._consumed = 0  # of inputs that are done with
        self._bytes_total: int | None = 0

    def __iter__(self) -> Iterator[Finding]:
        """Yield the findings in the order of inputs and lines, whatever the number of jobs."""
        return (timed.finding for timed in self.read_timed() if timed.finding is not None)

    def read_timed(self) -> Generator[Timed, None, None]:
        """Yield the same with their times, if those are wanted, and the time at which each block ends."""
        self._started = self._ended = self._clock()
        try:
            with closing(self._scan_in_order(self._read_blocks())) as results:
                for job, found in results:
                    for timed in found:
                        if timed.finding is not None:
                            self._count(timed.finding.event)
                        yield timed
                    if self.on_progress:
                        self.on_progress(Progress(*job.progress, self._signals.total()))
        finally:
            self._ended = self._clock()

    def _count(self, event: Event) -> None:
        self._signals[event.signal] += 1
        self._rules[event.rule] += 1
        if self.on_event:
            self.on_event(event)

    @property
    def summary(self) -> ScanSummary:
        """What was seen so far; of the whole once the iteration has ended."""
        return ScanSummary(
            lines=self._lines,
            bytes=self._bytes,
            findings=self._signals.total(),
            by_signal=dict(sorted(self._signals.items())),
            by_rule=dict(sorted(self._rules.items())),
            seconds=self._ended - self._started,
            unreadable=tuple(self._unreadable),
            truncated_lines=self._truncated,
            timeouts=self._scanner.timeouts,
            set_aside=self._scanner.set_aside,
        )

    def _scan_in_order(self, blocks: Iterator[_Job]) -> Generator[_Scanned, None, None]:
        if self._options.jobs == 1:
            yield from map(self._scan_block, blocks)
        else:
            # The engine gives the GIL away while it scans, so threads do; they share one database.
            yield from work_in_order(blocks, self._scan_block, self._options.jobs)

    def _scan_block(self, job: _Job) -> _Scanned:
        block = job.block
        end = None
        try:
            matches = self._scanner.scan(block, keep_context=self._options.asks_time)
            if self._options.wants_times:
                end = find_earlier_time(_take_tail(block), now=job.now)
        finally:
            self._pool.give_back(block.text)
        read = ((match, self._reader.read(match, now=job.now)) for match in matches)
        found = [self._give_time(match, finding, job.now) for match, finding in read if finding]
        if self._options.wants_times:
            found.append(Timed(block.source, end, None))
        return job, [timed for timed in found if self._is_wanted(timed)]

    def _give_time(self, match: Match, finding: Finding, now: datetime) -> Timed:
        time = finding.event.seen_at
        if time is None and self._options.asks_time:
            time = find_earlier_time(match.before, now=now)
        return Timed(match.source, time, finding)

    def _is_wanted(self, timed: Timed) -> bool:
        """A line without a time takes that of a line before it; one without any is kept."""
        since, until, time = self._options.since, self._options.until, timed.time
        return time is None or ((since is None or time >= since) and (until is None or time <= until))

    def _read_blocks(self) -> Iterator[_Job]:
        paths = []
        for found in find_files(self._paths):
            if isinstance(found, Unreadable):
                self._unreadable.append(found)
            else:
                paths.append(found)
        self._bytes_total = sum_sizes(paths)
        for path in paths:
            try:
                with closing(open_text(path)) as text:
                    yield from self._read_input(text)
            except InputError as error:
                self._unreadable.append(Unreadable(path, str(error).removeprefix(f"{path}: ")))

    def _read_input(self, text: Text) -> Iterator[_Job]:
        options = self._options
        block_bytes = options.block_bytes or _BLOCK_BYTES * min(options.jobs, 2)
        reader = BlockReader(text, self._pool, block_bytes=block_bytes, max_line=options.max_line)
        now = min(options.now, text.modified_at or options.now)
        lines, size = self._lines, self._bytes
        try:
            for block in reader:
                so_far = self._consumed + text.consumed, self._bytes_total, lines + reader.lines
                yield _Job(block, now, so_far)
        finally:
            self._lines = lines + reader.lines
            self._bytes = size + (reader.bytes if text.is_packed else text.consumed)
            self._truncated += reader.truncated_lines
            self._consumed += text.consumed


def _take_tail(block: Block) -> bytes:
    """The last lines of a block."""
    return bytes(block.text[max(block.start, block.end - _TAIL_BYTES) : block.end])
