"""The forms a date is written in, each a pattern and what to make of it; None for what cannot be placed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

# Before: an unset clock or Go's zero time. After: "never expires", as in a certificate of the year 9999.
FIRST_YEAR, LAST_YEAR = 1970, 2999
LONGEST_TEXT = 256

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_MONTH_NAMES = "january february march april may june july august september october november december".split()
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}

# Hours east of UTC. Where two places share a name, it is here only when logs customarily mean one of
# them: CST and CDT are North American, BST is British Summer Time, MST is Mountain.
_ZONE_HOURS: dict[str, float] = {
    "Z": 0, "UTC": 0, "GMT": 0, "UT": 0, "UCT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2,
    "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "TRT": 3, "SAST": 2, "PKT": 5, "NPT": 5.75,
    "ICT": 7, "WIB": 7, "SGT": 8, "HKT": 8, "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5, "ACDT": 10.5,
    "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "BRT": -3, "ART": -3, "NST": -3.5, "NDT": -2.5,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "AKST": -9, "AKDT": -8, "HST": -10,
}  # fmt: skip
_ZONES = {name: timedelta(hours=hours) for name, hours in _ZONE_HOURS.items()}
# Known to be zones, of several places: a time in one of these cannot be placed.
_AMBIGUOUS_ZONES = frozenset("IST AST ADT GST SST WST AMT ECT PYT FKT BDT CCT LMT".split())

_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,12})\d*+)?+)?"
    r"(?:\s?(?P<half>[AaPp][Mm])\b)?(?!\d)"
)
_OFFSET = (
    r"(?P<offset>(?:UTC|GMT)?[+-]\d\d:?\d\d(?!\d)|(?:UTC|GMT)[+-]\d{1,2}(?!\d)|(?<!\s)[+-]\d\d(?![\d-]))"
)
_ZONE = rf"(?:\s?{_OFFSET}|\s?\(?(?P<zone>(?:[Zz]|[A-Z]{{2,5}})(?![\w/])|[A-Z][A-Za-z]+/[A-Z]\w+)\)?)?"
_ANY_CLOCK = rf"(?:(?:[T_:]|,?\s+(?:at\s+)?)\s?{_CLOCK}{_ZONE})?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_MONTH_DAY = rf"(?i:{_WEEKDAY})(?P<name>[A-Za-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"

_YEAR_FIRST = rf"(?P<year>\d{{4}})(?P<dash>[-/.])(?P<month>\d\d)(?P=dash)(?P<day>\d\d)(?!\d){_ANY_CLOCK}"
_COMPACT = (
    r"(?P<year>\d{4}(?=\d{4}T?\d{6})|\d\d(?=\d{10}[Z+-]))(?P<month>\d\d)(?P<day>\d\d)T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)"
    r"(?:\.(?P<fraction>\d{1,12}))?(?:(?P<zone>Z)|(?P<offset>[+-]\d{4}))(?!\w)"
)
_DAY_FIRST = (
    rf"(?i:{_WEEKDAY})(?P<day>\d{{1,2}})(?P<dash>[-\s/])(?P<name>[A-Za-z]{{3,9}})\.?,?(?P=dash)"
    rf"(?P<year>\d{{4}}|\d\d)(?!\d){_ANY_CLOCK}"
)
_MONTH_FIRST = rf"{_MONTH_DAY},?\s+(?P<year>\d{{4}})(?![\d:]){_ANY_CLOCK}"
_YEAR_LAST = (
    rf"{_MONTH_DAY}\s+{_CLOCK}(?:\s(?P<early>[A-Z]{{2,5}}|[+-]\d\d:?\d\d))?\s+(?P<year>\d{{4}})\b(?!:){_ZONE}"
)
_NO_YEAR = rf"{_MONTH_DAY}\s+{_CLOCK}{_ZONE}"
_GLOG = rf"(?P<month>\d\d)(?P<day>\d\d)\s+{_CLOCK}"
_DIGIT_FORMS = (_YEAR_FIRST, _DAY_FIRST, _COMPACT, _GLOG)
_LETTER_FORMS = (_DAY_FIRST, _YEAR_LAST, _MONTH_FIRST, _NO_YEAR)

_ISO = re.compile(
    r"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9}+)?+(?:(Z|[+-]\d\d:?\d\d)| (?:UTC\b|GMT\b|([+-]\d{4})))?+"
    rf"(?![\w:.,+-]\d| ?[+-]\d| (?:{'|'.join([*_ZONES, *_AMBIGUOUS_ZONES])})\b)",
    re.ASCII,
)
_GLOG_START = re.compile(r"(\d\d)(\d\d) (\d\d:\d\d:\d\d\.\d{6})(?!\d)", re.ASCII)
_SYSLOG = re.compile(r"([A-Z][a-z]{2}) ([ \d]\d) (\d\d:\d\d:\d\d)(?= (?!\d{4}\b|[A-Z]{2,5}\b))", re.ASCII)
_APACHE = re.compile(r"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})(?!\d)", re.ASCII)


@lru_cache(maxsize=len({*_DIGIT_FORMS, *_LETTER_FORMS}))
def _compile(form: str) -> re.Pattern[str]:
    """Only when first asked for: all of them take 15 ms, and most logs need none."""
    return re.compile(form, re.ASCII)


class Stamp(NamedTuple):
    """A time and the span of the text it was read from."""

    time: datetime
    start: int
    end: int


def read_common(text: str, start: int, now: datetime) -> Stamp | None:
    """The three forms that most lines begin with, without the cost of all others."""
    try:
        if found := _ISO.match(text, start):
            zone, offset = found.groups()
            written = (
                found[0] if zone else text[start : start + 19] + _read_fraction(found[0]) + (offset or "Z")
            )
            moment = settle(datetime.fromisoformat(written.replace("/", "-")), None)
        elif found := _GLOG_START.match(text, start):
            since_midnight = datetime.fromisoformat(f"1970-01-01T{found[3]}Z") - EPOCH
            moment = _place_year((int(found[1]), int(found[2])), since_midnight, UTC, now)
        elif found := _SYSLOG.match(text, start):
            since_midnight = datetime.fromisoformat(f"1970-01-01T{found[3]}Z") - EPOCH
            moment = _place_year((_MONTHS.get(found[1].lower(), 0), int(found[2])), since_midnight, UTC, now)
        elif found := _APACHE.match(text, start):
            month = _MONTHS.get(found[2].lower(), 0)
            written = f"{found[3]}-{month:02}-{found[1]}T{found[4]}{found[5]}"
            moment = settle(datetime.fromisoformat(written), None)
        else:
            return None
    except ValueError:
        return None
    return Stamp(moment, start, found.end()) if moment else None


def _read_fraction(written: str) -> str:
    """The fraction of a time in the ISO form."""
    return written[19:].partition(" ")[0]


def settle(moment: datetime, zone: tzinfo | None) -> datetime | None:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    own = moment.tzinfo
    if own is UTC:
        return moment
    if own is None:
        if zone is None:
            return None
        moment = moment.replace(tzinfo=zone)
        if zone is UTC:
            return moment
    return moment.astimezone(UTC)


def read_forms(text: str, start: int, now: datetime, zone: tzinfo | None, *, in_line: bool) -> Stamp | None:
    first = text[start : start + 1]
    if not (first.isascii() and first.isalnum()):
        return None
    end = start + LONGEST_TEXT
    for form in _DIGIT_FORMS if first.isdecimal() else _LETTER_FORMS:
        if found := _compile(form).match(text, start, end):
            # The first form that fits decides: what it cannot place, another would only guess at.
            moment = _build(found.groupdict(), now, zone, in_line=in_line)
            return Stamp(moment, start, _end_of(found, in_line=in_line)) if moment else None
    return None


def _end_of(found: re.Match[str], *, in_line: bool) -> int:
    """Where the time ends: a word after it that is no zone belongs to the message."""
    word = found.groupdict().get("zone")
    if in_line and word and word.upper() not in _ZONES:
        return len(found.string[: found.start("zone")].rstrip(" ("))
    return found.end()


def _build(
    part: dict[str, str | None], now: datetime, zone: tzinfo | None, *, in_line: bool
) -> datetime | None:
    name = part.get("name")
    month = _MONTHS.get(name.lower()) if name else int(part["month"] or 0)
    if month is None or (in_line and part["hour"] is None):
        return None
    year = part.get("year")
    try:
        offset = _read_offset(part, in_line=in_line)
        clock = _read_clock(part)
        day = int(part["day"] or 0)
        if year is None:
            return _place_year((month, day), clock, offset if offset is not None else zone, now)
        full_year = int(year) if len(year) == 4 else 2000 + int(year) - (100 if int(year) >= 70 else 0)
        date = datetime(full_year, month, day)  # noqa: DTZ001  its zone is given just below
        return _place(date + clock, offset if offset is not None else zone)
    except (ValueError, OverflowError):
        return None


def _read_offset(part: dict[str, str | None], *, in_line: bool) -> timedelta | None:
    """The written zone, None where there is none; ValueError where it cannot be told."""
    word = part.get("offset") or part.get("early") or part.get("zone")
    if not word:
        return None
    if (text := word.removeprefix("UTC").removeprefix("GMT")) and text[0] in "+-":
        digits = text[1:].replace(":", "")
        hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
        if hours > 14 or minutes > 59:
            raise ValueError
        size = timedelta(hours=hours, minutes=minutes)
        return -size if text[0] == "-" else size
    if (known := _ZONES.get(word.upper())) is not None:
        return known
    if in_line and word not in _AMBIGUOUS_ZONES:
        return None
    raise ValueError


def _read_clock(part: dict[str, str | None]) -> timedelta:
    hour, minute, second = (int(part.get(name) or 0) for name in ("hour", "minute", "second"))
    if half := part.get("half"):
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half in "PMpmPm" else 0)
    if hour > 23 or minute > 59 or second > 60:  # 60: a leap second
        raise ValueError
    fraction = int((part.get("fraction") or "0")[:6].ljust(6, "0"))
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=fraction)


def _place(moment: datetime, zone: timedelta | tzinfo | None) -> datetime | None:
    if isinstance(zone, timedelta):
        return settle((moment - zone).replace(tzinfo=UTC), None)
    return settle(moment, zone)


def _place_year(
    date: tuple[int, int], clock: timedelta, zone: timedelta | tzinfo | None, now: datetime
) -> datetime | None:
    """The newest year in which the date is not more than a day ahead of `now`."""
    if zone is None:
        return None
    latest = now + timedelta(days=1)
    for year in range((latest + timedelta(days=1)).year, now.year - 9, -1):
        try:
            day = datetime(year, *date)  # noqa: DTZ001  its zone is given just below
            moment = _place(day + clock, zone)
        except ValueError:  # the 29th of February
            continue
        if moment is None or moment <= latest:
            return moment
    return None
