"""Chooses the reader of a text line by its first character; reads nothing itself."""

from __future__ import annotations

import re
from datetime import datetime

from logscan.model import Record
from logscan.records.envelopes import read_bare, read_prefixed, read_stamped, read_syslog
from logscan.records.lines import read_access, read_glog, read_levelled, read_logfmt
from logscan.times import find_stamp

# How a line that begins with a letter must begin for any reader to take it. Most do not.
_OPENING = re.compile(
    r"[A-Z]{3,8}\b|[\w.@/-]{1,64}(?:[=:]|\s+\|)|[A-Z][a-z]{2},? [A-Z\d ]|[IWEFD]\d{4}|[A-Z], \[", re.ASCII
)


def read_text(text: str, now: datetime) -> Record | None:
    """The envelope of a text line; None where none is recognised."""
    first = text[:1]
    if first.isdecimal():
        return _read_digits(text, now)
    if first == "<":
        return read_syslog(text, now)
    if first == "[":
        return read_prefixed(text) or _read_timed(text, now)
    if first.isalpha():
        return _read_letters(text, now)
    if first in {" ", "\t"} and text[:64].lstrip()[:1].isalpha():  # a stack trace, mostly
        return None
    return _read_timed(text, now) if first in {"(", '"', ":", " ", "\t"} else None


def _read_digits(text: str, now: datetime) -> Record | None:
    if "<" in text[:9] and (record := read_syslog(text, now)):
        return record
    if text[4:5] not in {"-", "/"} and '"' in text and (record := read_access(text, now)):
        return record
    return _read_timed(text, now)


def _read_letters(text: str, now: datetime) -> Record | None:
    if not _OPENING.match(text) and '"' not in text:
        return None
    if text[3:4] == " " and text[9:10] == ":" and (record := read_syslog(text, now)):
        return record
    head = text[:80]
    if ("M: " in head or "|" in head) and (record := read_prefixed(text)):
        return record
    if "=" in head and (record := read_logfmt(text, now)):
        return record
    if text[1:5].isdecimal() and (record := read_glog(text, now)):
        return record
    return _read_timed(text, now)


def _read_timed(text: str, now: datetime) -> Record | None:
    stamp = find_stamp(text, now=now)
    if stamp and stamp.start == 0 and (record := read_stamped(text, stamp)):
        return record
    if record := read_levelled(text, stamp):
        return record
    if '"' in text and (record := read_access(text, now)):
        return record
    return read_bare(text, stamp) if stamp else None
