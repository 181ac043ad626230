"""Reads the envelope around one line: message, level, time, service; never decides what a line means."""

from __future__ import annotations

import re
from datetime import datetime

from logscan.model import Record
from logscan.records.documents import read_document
from logscan.records.shapes import read_object
from logscan.records.surroundings import find_objects, may_be_inside
from logscan.records.texts import read_text

MAX_NESTING = 3
MAX_TEXT_BYTES = 1 << 16
_COLOURS = re.compile(r"\x1b\[[0-?]{0,32}[ -/]{0,4}[@-~]")
# Their message is another program's line. Others may be, if it is a JSON object with a level or a time.
_ENVELOPES = frozenset({
    "docker", "cri", "journald", "heroku", "kubectl", "compose", "cloudwatch", "railway", "netlify", "render",
    "fly", "pm2", "gcp", "vercel", "syslog-3164", "syslog-5424", "text",
})  # fmt: skip
# A time and nothing else says little: a line in an envelope keeps the envelope's name.
_BARE = frozenset({"text", "cloudwatch", "kubectl", "render"})
_HALF_ENVELOPES = frozenset({"json", "winston", "logfmt", "log"})


def read_record(raw: bytes, before: bytes, after: bytes, *, now: datetime) -> Record:
    """What the envelope around `raw` says; `before` and `after` are its neighbouring whole lines."""
    record = _read_bytes(raw, now)
    if record is None and may_be_inside(raw):
        record = _read_around(raw, before, after, now)
    if record is None:
        return Record("text", None, attributes={"format": "text"})
    outermost = record.format
    for _ in range(MAX_NESTING):
        inner = _read_message(record, now)
        if inner is None:
            break
        record = _nest(record, inner)
    attributes = {**record.attributes, "format": record.format}
    if outermost != record.format:
        attributes["envelope"] = outermost
    if record.level:
        attributes["level"] = record.level
    return Record(record.format, record.message, record.level, record.time, record.service, attributes)


def _read_bytes(raw: bytes, now: datetime) -> Record | None:
    if raw[:1] == b"{":
        document = read_document(raw)
        return read_object(document, now) if document else None
    if raw[:1] in {b" ", b"\t", b'"', b"}"}:
        if raw[:64].lstrip()[:1] == b"{" and (document := read_document(raw)):
            return read_object(document, now)
        if may_be_inside(raw):
            return None
    record = _read_line(raw[:MAX_TEXT_BYTES].decode("utf-8", "replace"), now)
    if record and len(raw) > MAX_TEXT_BYTES:  # only its head was read, so its message is not known
        return record._replace(message=None)
    return record


def _read_line(text: str, now: datetime) -> Record | None:
    if "\x1b" in text:
        text = _COLOURS.sub("", text)
    return read_text(text.rstrip("\r\n"), now)


def _read_message(outer: Record, now: datetime) -> Record | None:
    """The record inside a record's message."""
    text = outer.message
    if not text:
        return None
    if text[0] == "{":
        document = read_document(text)
        inner = read_object(document, now) if document else None
        if inner and (outer.format in _ENVELOPES or (outer.format in _HALF_ENVELOPES and _is_log(inner))):
            return inner
        return None
    if outer.format not in _ENVELOPES or len(text) > MAX_TEXT_BYTES:
        return None
    inner = _read_line(text, now)
    return None if inner is None or (outer.format == inner.format == "text") else inner


def _is_log(record: Record) -> bool:
    return record.message is not None and (record.level is not None or record.time is not None)


def _nest(outer: Record, inner: Record) -> Record:
    """The program knows its level and name best; the platform's clock is the one with a zone."""
    says_little = inner.format in _BARE or (inner.format == "json" and inner.message is None)
    return Record(
        outer.format if says_little else inner.format,
        inner.message if inner.message is not None else outer.message,
        inner.level or outer.level,
        outer.time or inner.time,
        inner.service or outer.service,
        {**outer.attributes, **inner.attributes},
    )


def _read_around(raw: bytes, before: bytes, after: bytes, now: datetime) -> Record | None:
    documents, above = find_objects(raw, before, after)
    record: Record | None = None
    for document in documents:
        outer = read_object(document, now)
        if record is None or record.message is None:
            record = outer
        elif outer.format != "json":
            record = _nest(outer, record)._replace(format=outer.format)
    if record and record.time is None and above[:2] == b"20":  # `aws logs tail --format json`
        stamped = _read_line(above[:512].decode("utf-8", "replace") + " ", now)
        if stamped and stamped.time:
            return _nest(stamped, record)
    return record
