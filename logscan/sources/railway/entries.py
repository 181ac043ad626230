"""Railway's log entries → the lines that `railway logs --json` prints; it never judges what they say."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import orjson

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)")
_BILLION = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_TAGS = ("deploymentId", "deploymentInstanceId", "serviceId")


class Entry(NamedTuple):
    """One log entry; holds raw text."""

    nanoseconds: int | None  # since 1970; None where the entry has no time that can be read
    digest: str  # of what makes it this entry, apart from its time
    deployment: str
    service: str  # its id
    line: bytes  # JSON, with its line end


def read_entries(listed: object) -> list[Entry]:
    """The entries of one message, in the order of their time; what is no entry is left out."""
    found = (
        [_read_entry(item) for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    )
    latest = 0
    keyed = []
    for entry in found:
        # Without a time it stays behind the one before it.
        latest = latest if entry.nanoseconds is None else entry.nanoseconds
        keyed.append((latest, entry))
    keyed.sort(key=lambda pair: pair[0])
    return [entry for _, entry in keyed]


def read_time(text: object) -> int | None:
    """RFC 3339 with up to nine fractional digits → nanoseconds since 1970."""
    parts = _TIME.fullmatch(text) if isinstance(text, str) else None
    if parts is None:
        return None
    try:
        moment = datetime.fromisoformat(parts[1] + parts[3].replace("Z", "+00:00"))
        return (moment - _EPOCH) // _SECOND * _BILLION + int((parts[2] or "0").ljust(9, "0"))
    except (ValueError, OverflowError):
        return None


def write_time(nanoseconds: int) -> str:
    """The same as RFC 3339, with nine fractional digits."""
    seconds, fraction = divmod(nanoseconds, _BILLION)
    moment = _EPOCH + timedelta(seconds=seconds)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction:09}Z"


def _read_entry(item: Mapping[str, object]) -> Entry:
    found = item.get("tags")
    tags = found if isinstance(found, dict) else {}
    deployment, instance, service = (str(tags.get(name) or "") for name in _TAGS)
    pairs = sorted(_list_pairs(item.get("attributes")))
    message, timestamp = item.get("message"), item.get("timestamp")
    fields: dict[str, object] = {"message": message, "timestamp": timestamp}
    if isinstance(item.get("severity"), str) and item["severity"]:
        fields["level"] = item["severity"]  # an attribute of this name says it better
    fields.update((key, _decode(value)) for key, value in pairs)
    identity = repr((message, pairs, instance)).encode(errors="backslashreplace")
    return Entry(
        read_time(timestamp),
        hashlib.blake2b(identity, digest_size=8).hexdigest(),
        deployment,
        service,
        _write_line(fields),
    )


def _list_pairs(attributes: object) -> Iterable[tuple[str, str]]:
    for attribute in attributes if isinstance(attributes, list) else ():
        if isinstance(attribute, dict):
            key, value = attribute.get("key"), attribute.get("value")
            if isinstance(key, str) and isinstance(value, str):
                yield key, value


def _decode(value: str) -> object:
    """An attribute is JSON text; what is none stands for itself."""
    try:
        decoded: object = orjson.loads(value)
    except ValueError:
        return value
    return decoded


def _write_line(fields: Mapping[str, object]) -> bytes:
    try:
        return orjson.dumps(fields) + b"\n"
    except orjson.JSONEncodeError:  # half a surrogate pair, a number beyond 64 bits
        return json.dumps(fields).encode() + b"\n"
