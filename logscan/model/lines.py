"""What is read, and what is found in it.

Block, Match and Record may hold raw log text and never leave the pipeline. From Event on no
value can hold a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import NamedTuple


class Signal(StrEnum):
    """What a line says about a credential."""

    EXPIRED = "expired"
    REVOKED = "revoked"
    REJECTED = "rejected"
    REFRESH_FAILED = "refresh_failed"
    FORBIDDEN = "forbidden"
    EXPIRING = "expiring"
    EXPOSED = "exposed"
    BLIND = "blind"
    REFRESHED = "refreshed"
    ACCEPTED = "accepted"
    NOTED = "noted"


class Severity(IntEnum):
    """How bad a finding is; comparable, and spelled in lower case by `word`."""

    INFO = 0
    WARNING = 1
    ERROR = 2
    CRITICAL = 3

    @property
    def word(self) -> str:
        return self.name.lower()


DEFAULT_SEVERITIES: Mapping[Signal, Severity] = {
    Signal.EXPIRED: Severity.CRITICAL,
    Signal.REVOKED: Severity.CRITICAL,
    Signal.REJECTED: Severity.ERROR,
    Signal.REFRESH_FAILED: Severity.ERROR,
    Signal.EXPOSED: Severity.ERROR,
    Signal.BLIND: Severity.ERROR,
    Signal.FORBIDDEN: Severity.WARNING,
    Signal.EXPIRING: Severity.WARNING,
    Signal.REFRESHED: Severity.INFO,
    Signal.ACCEPTED: Severity.INFO,
    Signal.NOTED: Severity.INFO,
}


class Specificity(IntEnum):
    """Which rule names a line that several rules fit: the highest."""

    GENERIC = 0
    LIBRARY = 1
    PROVIDER = 2

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """How many events within which time make an incident."""

    count: int = 1
    within: timedelta = timedelta(minutes=5)


class Exclusion(NamedTuple):
    """A pattern with which the user's configuration keeps a rule off a line, and where it is written."""

    pattern: str
    place: str  # file:line:column


class WordList(NamedTuple):
    """Words that patterns share under a name, as a group that captures nothing."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One entry of a pattern pack with every default filled in; plain values, nothing compiled."""

    id: str
    pack: str
    order: int  # its place in the pack; the earlier of two equally specific rules names the line
    title: str
    credential: str  # may hold `{field}`
    signal: Signal
    severity: Severity
    specificity: Specificity
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()  # kinds of line which only speak of what the rule looks for
    only: tuple[str, ...] = ()  # kinds of line of which it has to be one
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    keywords: tuple[str, ...] = ()
    case_sensitive: bool = False
    fields: tuple[tuple[str, str], ...] = ()
    threshold: Threshold = field(default_factory=Threshold)
    grace: timedelta = timedelta(0)
    runbook: str = ""
    experimental: bool = False
    match: tuple[str, ...] = ()  # examples that must match
    ignore: tuple[str, ...] = ()  # examples that must not
    words: tuple[WordList, ...] = ()  # those that its patterns named; they stand written out there
    exclusions: tuple[Exclusion, ...] = ()  # never a pack's: the user's own
    place: str = ""  # file:line:column of the rule


class Block(NamedTuple):
    """Whole lines as read, in a buffer that is filled again once the block was scanned.

    `text[start:end]` holds the lines to scan; what lies before `start`, and up to `limit`, may be looked
    at as a line's neighbours, which are so the same for every block size.
    """

    source: str
    text: bytearray
    start: int
    end: int
    limit: int
    offset: int  # on disk, of text[start]
    line: int  # number of the line at `start`, counted from 1
    context_bytes: int  # how far a line's neighbours reach, in either direction
    encoding: str | None = None  # how the text lies on disk, when not as it stands here


class Chunk(NamedTuple):
    """Whole lines as a live source read them, and where reading goes on behind them. Holds raw text."""

    source: str  # the source's configured name
    stream: str  # which of its streams: a file's path, 'stdout'; '' where it has only one
    text: bytearray  # the last line lacks its line end only where the stream ended
    offset: int  # of text[0], in the stream
    position: bytes | None = (
        None  # JSON: where reading goes on; None: nothing to take up; b"": the stream is gone
    )
    service: str | None = None  # what the stream's place says, such as a pod's container
    fields: Mapping[str, str] = {}  # further such facts
    cut_lines: int = 0  # lines of it that were longer than allowed: only their beginning is here
    lost_bytes: int = 0  # what of them is not here
    encoding: str | None = None  # how the text lies on disk, when not as it stands here


class NewsKind(StrEnum):
    """What can happen to a source itself."""

    UP = "up"  # it is being read
    DOWN = "down"  # it cannot be read now, and is tried again
    ENDED = "ended"  # there will be nothing more
    RESTARTED = "restarted"
    ROTATED = "rotated"
    LOST = "lost"  # lines that nobody will ever see
    REFUSED = "refused"  # one of its files is not read, and why


FINISHED = "finished"  # the cause of an end that whoever started the source knows of, and that is no outage


class News(NamedTuple):
    """What happened to a source itself; `text` is for people and quotes no line."""

    source: str
    stream: str
    kind: NewsKind
    cause: str = ""  # a word to count by: 'permission', 'truncated', 'exit', 'stalled'
    text: str = ""
    lost_bytes: int = 0


class Hit(NamedTuple):
    """One rule that fits one line, with what it captured."""

    rule: Rule
    span: tuple[int, int]  # in Match.text
    groups: Mapping[str, tuple[int, int]]  # named groups and `fields`, as spans of Match.text


class Match(NamedTuple):
    """A line that at least one rule fits. Holds raw text."""

    source: str
    line: int  # counted from 1
    offset: int  # of the line's start, in bytes, as it is on disk
    raw: bytes  # as read, without its line end
    text: bytes  # as a person would read it; what the rules were matched on
    before: bytes  # whole lines that stand before it, newest last, at most 16 KiB
    after: bytes  # whole lines that follow it, at most 16 KiB
    hits: tuple[Hit, ...]  # every rule that fits, in no order; `where` is not yet asked


class Record(NamedTuple):
    """What the envelope around a line says. Holds raw text."""

    format: str  # 'pino', 'docker', 'syslog-5424', …; 'text' where nothing was recognised
    message: str | None  # None where the envelope names none: the line is the message
    level: str | None = None  # trace debug info notice warn error fatal
    time: datetime | None = None  # aware, UTC
    service: str | None = None
    attributes: Mapping[str, str] = {}  # further fields that `where` and `service_from` may name


class Event(NamedTuple):
    """What one line says about one credential; from here on no value can hold a secret."""

    credential: str
    service: str | None
    source: str
    signal: Signal
    severity: Severity
    rule: str
    rules: tuple[str, ...]  # every rule that fits, the most specific first
    seen_at: datetime | None  # the line's own time, aware, UTC
    expires_at: datetime | None  # aware, UTC
    fields: Mapping[str, str]
    evidence: str  # redacted, capped
    neighbours: tuple[
        str, ...
    ] = ()  # other lines of its record, redacted and capped; the record's first line first


class Finding(NamedTuple):
    """An Event with its place in an input, as `scan` reports it."""

    event: Event
    line: int
    offset: int
    marks: tuple[tuple[int, int], ...]  # spans of event.evidence that made the rule fit


class Unreadable(NamedTuple):
    """An input that could not be read, or not to its end."""

    path: str
    why: str


class Progress(NamedTuple):
    """How far a scan has come; `bytes_total` is None while an input has no known size."""

    bytes_done: int
    bytes_total: int | None
    lines: int
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSummary:
    """What a finished scan saw."""

    lines: int
    bytes: int
    findings: int
    by_signal: Mapping[str, int]
    by_rule: Mapping[str, int]
    seconds: float
    unreadable: tuple[Unreadable, ...] = ()
    truncated_lines: int = 0
    timeouts: Mapping[str, int] = field(default_factory=dict)
    set_aside: tuple[str, ...] = ()  # rules that took too long too often
