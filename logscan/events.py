"""Match + record → Event: whose credential, which signal, when it expires; it keeps no raw text.

Everything that is taken out of a line is redacted before it is put into a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from logscan.model import Event, Finding, Hit, Match, Record, Signal
from logscan.normalize import count_characters, decode_line, make_visible, normalize
from logscan.records import read_record
from logscan.records.continuations import Neighbours, choose_nearest, find_neighbours, is_unindented
from logscan.redact import Redactor
from logscan.redact.screenings import Screening, screen
from logscan.rules import where_holds
from logscan.rules.compiling import compile_pattern
from logscan.times import read_duration, read_time

_ABSOLUTE = ("expired_at", "expires_at")
_RELATIVE = "expires_in"
_EVIDENCE_CHARS = 2_000
_REDACTED_CHARS = 16_000  # far more than is shown, so that no secret is cut before it is recognised
_FIELD_CHARS = 200
_NAME_CHARS = 64
_MOST_NAMES = 1_000
_LINES_BACK = 64
_NEIGHBOURS = 4  # with the line itself as many as a notice shows
_NEIGHBOUR_CHARS = 500
_OPAQUE = re.compile(r"(?<!\S)[A-Za-z0-9+/=_-]{40,}(?!\S)")  # a piece of a key that lost its beginning
_START_SECONDS = 0.05
_SEVERAL = 2
_BLANKS = str.maketrans("\n\r\t\b\f", "     ")
_SPACE = re.compile(r"\s+")
_TEMPLATE_FIELD = re.compile(r"/?\{(\w+)\}")


class Naming(NamedTuple):
    """How a live source's service is named: as configured, else by a field of the line, else by the source."""

    service: str | None
    field: str | None
    source: str


class Spread(NamedTuple):
    """How records that spread over lines are told apart."""

    record_start: str | None = None  # the pattern of their first lines; None: those that are not indented


class EventReader:
    """Turns matches into findings; holds the key under which fingerprints are made."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._names: dict[str, str] = {}  # as they are shown
        self._spared: frozenset[str] = frozenset()  # lines in which no secret is to be looked for

    def foresee(self, matches: Sequence[Match]) -> None:
        """These are read next: look for secrets in all of them at once."""
        self._spared = frozenset(self._redactor.spare([decode_line(match.text) for match in matches]))

    def read(
        self, match: Match, *, now: datetime, naming: Naming | None = None, spread: Spread | None = None
    ) -> Finding | None:
        """Give the finding of a line, or None when every rule's `where` refuses its record.

        Without a `naming`, as when a file is read once, the service is what the line itself says. With a `spread`,
        the other lines of its record are shown beside it.
        """
        record = read_record(match.raw, match.before, match.after, now=now)
        hits = rank([hit for hit in match.hits if not hit.rule.where or where_holds(hit.rule, record)])
        if not hits:
            return None
        best = hits[0]
        screening = self._screen(decode_line(match.text))
        fields = self._read_fields(match, best, screening)
        evidence, marks = self._show(match, record, best, screening)
        event = Event(
            credential=_name_credential(best.rule.credential, fields),
            service=self._name_service(record, naming),
            source=match.source,
            signal=best.rule.signal,
            severity=best.rule.severity,
            rule=best.rule.id,
            rules=tuple(hit.rule.id for hit in hits),
            seen_at=record.time,
            expires_at=_read_expiry(match, best, record.time, now),
            fields=fields,
            evidence=evidence,
            neighbours=() if spread is None else show_neighbours(self._redactor, match, spread),
        )
        return Finding(event=event, line=match.line, offset=match.offset, marks=marks)

    def _screen(self, text: str) -> Screening:
        return Screening(text, (), self._redactor) if text in self._spared else screen(text, self._redactor)

    def _read_fields(self, match: Match, hit: Hit, screening: Screening) -> dict[str, str]:
        """What the rule captured; a capture that touches a secret is masked whole."""
        spans = {n: s for n, s in hit.groups.items() if n not in _ABSOLUTE and n != _RELATIVE}
        fields = {}
        for name, (start, end) in spans.items():
            first = count_characters(match.text, start)
            text = decode_line(match.text[start:end])
            touched = screening.touches(first, first + len(text))
            shown = f"[{name}]" if touched else screening.mask(text, first)
            fields[name] = make_visible(shown)[:_FIELD_CHARS]
        return fields

    def _show(
        self, match: Match, record: Record, hit: Hit, screening: Screening
    ) -> tuple[str, tuple[tuple[int, int], ...]]:
        """The message without its envelope, if the words that matched are in it; else the whole line."""
        start, end = hit.span
        matched = decode_line(match.text[start:end])
        message = record.message
        if message is not None:
            if "\\" in message or not message.isprintable():
                message = _normalize_message(message)
            at = message.find(matched)
            if at >= 0:
                return show_evidence(screening.choose_mask(message), message, at, matched)
        at = count_characters(match.text, start)
        return show_evidence(screening.choose_mask(screening.text), screening.text, at, matched)

    def _name_service(self, record: Record, naming: Naming | None) -> str | None:
        if naming and naming.service:
            return naming.service
        said = record.service
        if naming:
            said = _read_field(record, naming.field) or naming.source
        return self._show_name(said) if said else None

    def _show_name(self, name: str) -> str:
        """Names come again and again."""
        shown = self._names.get(name)
        if shown is None:
            if len(self._names) >= _MOST_NAMES:
                self._names.clear()
            shown = self._names[name] = make_visible(self._redactor.mask(name))[:_NAME_CHARS]
        return shown


def _read_field(record: Record, name: str | None) -> str | None:
    if name is None:
        return None
    return record.attributes.get(name) or (record.service if name == "service" else None)


def _normalize_message(message: str) -> str:
    """As the line reads that it was taken from: its escapes stood for blanks there, and are undone here."""
    text = normalize(message.encode(errors="replace")).decode(errors="replace")
    return text.translate(_BLANKS)


def find_earlier_time(before: bytes, *, now: datetime) -> datetime | None:
    """The time of the nearest line with one, at most 64 lines back."""
    for line in reversed(before.split(b"\n")[-_LINES_BACK - 1 :]):
        if line and (time := read_record(line, b"", b"", now=now).time):
            return time
    return None


def rank(hits: Sequence[Hit]) -> list[Hit]:
    """The most specific first: of each pack its earliest rule, among packs the gravest, then the longest match."""
    if len(hits) < _SEVERAL:
        return list(hits)
    heads: dict[str, Hit] = {}
    for hit in hits:
        head = heads.setdefault(hit.rule.pack, hit)
        if (_weigh(hit), hit.rule.order) < (_weigh(head), head.rule.order):
            heads[hit.rule.pack] = hit

    def place(hit: Hit) -> tuple[object, ...]:
        rule = hit.rule
        is_head = hit is heads[rule.pack]
        gravity = (
            (-rule.severity, hit.span[0] - hit.span[1], rule.id) if is_head else (0, rule.order, rule.id)
        )
        return _weigh(hit), not is_head, rule.pack if not is_head else "", gravity

    return _put_exposed(sorted(hits, key=place))


def _put_exposed(ranked: list[Hit]) -> list[Hit]:
    """A printed secret says nothing of a credential's life: it names a line of which nothing but that is told."""
    exposed = [hit for hit in ranked if _is_stable(hit, Signal.EXPOSED)]
    others = [hit for hit in ranked if not _is_stable(hit, Signal.EXPOSED)]
    tells = any(not _is_stable(hit, Signal.NOTED) and not hit.rule.experimental for hit in others)
    return others + exposed if tells else exposed + others


def _is_stable(hit: Hit, signal: Signal) -> bool:
    return hit.rule.signal is signal and not hit.rule.experimental


def show_evidence(
    mask: Callable[[str], str], text: str, at: int, words: str
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Redact, make visible and cap a text around the words at `at`; give the words' span in the result."""
    window = _cut(text, at, at + len(words), _REDACTED_CHARS)
    shown = make_visible(mask(window))
    mark = make_visible(words)
    found = shown.find(mark)
    if len(shown) > _EVIDENCE_CHARS:
        shown = _cut(shown, max(found, 0), max(found, 0) + len(mark), _EVIDENCE_CHARS)
        found = shown.find(mark)
    return shown, ((found, found + len(mark)),) if found >= 0 and mark else ()


def show_neighbours(redactor: Redactor, match: Match, spread: Spread) -> tuple[str, ...]:
    """The other lines of the match's record, redacted as the whole that they are: a key may spread over them."""
    if not (match.before or match.after):  # nothing that could belong to it stands near
        return ()
    begins = is_unindented if spread.record_start is None else _compile_start(spread.record_start)
    found = find_neighbours(match.raw, match.before, match.after, begins)
    if not found.before and not found.after:
        return ()
    before = _mask_lines(redactor, (*found.before, match.raw))[:-1]
    after = _mask_lines(redactor, (match.raw, *found.after))[1:]
    shown = choose_nearest(Neighbours(tuple(before), tuple(after)), _NEIGHBOURS)
    return tuple(make_visible(line)[:_NEIGHBOUR_CHARS] for line in (*shown.before, *shown.after))


def _mask_lines(redactor: Redactor, lines: Sequence[bytes]) -> list[str]:
    texts = (normalize(line).decode(errors="replace").translate(_BLANKS) for line in lines)
    masked = redactor.mask("\n".join(texts)).split("\n")
    return [_OPAQUE.sub("[…]", line) for line in masked if line.strip()]


@lru_cache(maxsize=64)
def _compile_start(pattern: str) -> Callable[[bytes], bool]:
    compiled = compile_pattern(pattern, case_sensitive=True)

    def begins(line: bytes) -> bool:
        try:
            return compiled.search(line, timeout=_START_SECONDS) is not None
        except TimeoutError:
            return True  # a record that ends early shows less, and nothing waits for it

    return begins


def _cut(text: str, start: int, end: int, most: int) -> str:
    """A window around text[start:end] that begins and ends between words: half a secret is one too."""
    if len(text) <= most:
        return text
    first = max(0, min((start + end - most) // 2, len(text) - most))
    last = first + most
    if first > 0:
        space = _SPACE.search(text, first, start)
        first = space.end() if space else start
    if last < len(text):
        last = max((space.start() for space in _SPACE.finditer(text, end, last)), default=end)
    return ("…" if first > 0 else "") + text[first:last] + ("…" if last < len(text) else "")


def _weigh(hit: Hit) -> tuple[bool, int]:
    return hit.rule.experimental, -hit.rule.specificity


def _name_credential(template: str, fields: Mapping[str, str]) -> str:
    if "{" not in template:
        return template

    def fill(found: re.Match[str]) -> str:
        value = fields.get(found[1], "")
        return ("/" if found[0].startswith("/") else "") + value[:_NAME_CHARS] if value else ""

    return _TEMPLATE_FIELD.sub(fill, template)


def _read_expiry(match: Match, hit: Hit, seen_at: datetime | None, now: datetime) -> datetime | None:
    for name in _ABSOLUTE:
        if name in hit.groups:
            start, end = hit.groups[name]
            hour = (seen_at or now).replace(minute=0, second=0, microsecond=0)
            return _read_moment(match.text[start:end].decode(errors="replace"), hour)
    if _RELATIVE in hit.groups and seen_at is not None:
        start, end = hit.groups[_RELATIVE]
        return _after(seen_at, read_duration(match.text[start:end].decode(errors="replace")))
    return None


@lru_cache(maxsize=1024)
def _read_moment(text: str, hour: datetime) -> datetime | None:
    """An outage repeats its date on every line; the hour only matters where the year is missing."""
    return read_time(text, now=hour)


def _after(start: datetime, duration: timedelta | None) -> datetime | None:
    try:
        return None if duration is None else start + duration
    except OverflowError:
        return None
