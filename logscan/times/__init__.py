"""Reads and writes the dates that logs and error texts carry; never guesses, raises or asks the clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from logscan.times.forms import EPOCH, LONGEST_TEXT, Stamp, read_common, read_forms, settle

__all__ = [
    "Stamp",
    "find_stamp",
    "find_time",
    "read_duration",
    "read_epoch",
    "read_setting",
    "read_time",
    "write_time",
]
LONGEST_PREFIX = 160
_OFFSET_CHARS = len("+00:00")
_FIRST_SECOND = 978_307_200  # 2001-01-01
_END_SECOND = 4_102_444_800  # 2100-01-01
_SCALES = (1, 10**3, 10**6, 10**9)
_ANY_TIME = re.compile(r"\d\d:\d\d", re.ASCII)
_INTRODUCTION = re.compile(
    r"[\s\[(<\"'`]*(?:not ?(?:after|before)\s*[=:]\s*|(?:on|at|since|until)\s+)?", re.ASCII | re.IGNORECASE
)
_UNIX = re.compile(
    r"(?:unix ?time(?:stamp)?|epoch)?[\s:=]*(\d{9,19})(?:\.(\d{1,9}))?(?![\w-]|\.\d)",
    re.ASCII | re.IGNORECASE,
)
# What stands before the time in a line: priority, octet count, brackets, level, container, client.
_PREFIX = re.compile(
    r"(?>\s+|(?:\d{1,7} )?<\d{1,3}>(?:1 )?|\[(?!\d{4}[-/.]?\d\d[-/.]?\d\dT)(?:pod/)?[^\]\s]{1,100}\][\s:]+|[\[(\"'|]|\d+:[A-Z] "
    r"|[IWEFD](?=\d{4}\s+\d\d:\d\d:\d\d\.\d)|[DIWEF], |\#\d+ "
    r"|(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRITICAL|FATAL|SEVERE)\]?[:,]?\s+"
    r"|[\w.-]{1,64}\s+\|\s+|(?:[\w.:-]{1,64} ){3}(?=\[\d\d/)){0,6}+",
    re.ASCII,
)

_DURATION_PART = re.compile(
    r"\s*(?:and\s+|,\s*)?(\d{1,9}(?:\.\d{1,9})?|an?(?=\s))\s*([a-zµ]{1,12})", re.IGNORECASE
)
_SETTING = re.compile("[0-9]{1,9}(?:ms|s|m|h|d)")
_UNITS = {
    name: timedelta(microseconds=microseconds)
    for names, microseconds in (
        ("us µs microsecond microseconds", 1),
        ("ms millis millisecond milliseconds", 10**3),
        ("s sec secs second seconds", 10**6),
        ("m min mins minute minutes", 60 * 10**6),
        ("h hr hrs hour hours", 3_600 * 10**6),
        ("d day days", 86_400 * 10**6),
        ("w week weeks", 604_800 * 10**6),
    )
    for name in names.split()
}


def read_time(text: str, *, now: datetime, zone: tzinfo | None = None) -> datetime | None:
    """Read one date. A date without a zone is None unless `zone` says whose clock it is.

    `now` supplies the year where none is written. Text that follows the date is left alone, unless
    it may be a zone that is not known for sure.
    """
    if text[4:5] == "-":
        try:
            return settle(datetime.fromisoformat(text), zone)
        except ValueError:
            pass
    text = text[:LONGEST_TEXT]
    introduction = _INTRODUCTION.match(text)
    start = introduction.end() if introduction else 0
    if found := _UNIX.match(text, start):
        return _read_decimal(found[1], found[2])
    stamp = read_forms(text, start, now, zone, in_line=False)
    return stamp.time if stamp else None


def read_epoch(value: float) -> datetime | None:
    """Read seconds, milli-, micro- or nanoseconds since 1970, told apart by size; 2001 to 2100 only."""
    for scale in _SCALES:
        if _FIRST_SECOND * scale <= value < _END_SECOND * scale:
            seconds, rest = divmod(value, scale)
            micro = rest * 1_000_000 // scale if isinstance(value, int) else round(rest * 1e6 / scale)
            return EPOCH + timedelta(seconds=seconds, microseconds=micro)
    return None


def write_time(moment: datetime) -> str:
    """Write an aware time as RFC 3339 in UTC, with a fraction only when there is one."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    text = moment.isoformat()[:-_OFFSET_CHARS]
    return (text.rstrip("0") if "." in text else text) + "Z"


def find_time(line: str, *, now: datetime) -> datetime | None:
    """The time at the start of a line; without a zone it is taken as UTC, as containers log."""
    stamp = find_stamp(line, now=now)
    return stamp.time if stamp else None


def find_stamp(line: str, *, now: datetime, start: int = 0) -> Stamp | None:
    """Like `find_time`, with the place where the time stands."""
    if stamp := read_common(line, start, now):
        return stamp
    if not _ANY_TIME.search(line, start, LONGEST_PREFIX + 40):
        return None
    prefix = None if line[start : start + 4].isdecimal() else _PREFIX.match(line, start, LONGEST_PREFIX)
    if prefix and prefix.end() > start:
        start = prefix.end()
        if stamp := read_common(line, start, now):
            return stamp
    return read_forms(line, start, now, UTC, in_line=True)


def read_duration(text: str) -> timedelta | None:
    """Read `500ms`, `15m`, `1h30m`, `3 days`, `an hour`; months and years have no fixed length."""
    text = text[:LONGEST_TEXT].strip()
    total, place = timedelta(0), 0
    while place < len(text):
        part = _DURATION_PART.match(text, place)
        unit = _UNITS.get(part[2].lower()) if part else None
        if part is None or unit is None:
            return None
        try:
            total += unit * (1 if part[1][0] in "aA" else float(part[1]))
        except OverflowError:
            return None
        place = part.end()
    return total if text else None


def read_setting(text: str) -> timedelta | None:
    """Read a duration as people set one: `500ms`, `30s`, `15m`, `2h`, `7d`, and nothing that would have to be guessed at."""
    return read_duration(text) if _SETTING.fullmatch(text) else None


def _read_decimal(whole: str, fraction: str | None) -> datetime | None:
    moment = read_epoch(int(whole))
    if moment is None or not fraction or len(whole) > 10:
        return moment
    return moment + timedelta(microseconds=int(fraction[:6].ljust(6, "0")))
