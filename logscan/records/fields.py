"""Turns a flat mapping, of JSON or logfmt, into a Record by the names its fields have; opens no envelope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from logscan.model import Record
from logscan.records.documents import Json, write_text
from logscan.records.levels import read_level
from logscan.times import read_epoch, read_time

MAX_ATTRIBUTES = 50
MAX_VALUE = 200

MESSAGE_KEYS = (
    "message", "msg", "MESSAGE", "log", "text", "textPayload", "event", "body", "@m", "Message",
    "RenderedMessage", "short_message", "@mt", "MessageTemplate",
)  # fmt: skip
LEVEL_KEYS = (
    "level", "severity", "lvl", "PRIORITY", "log.level", "levelname", "severity_text", "severityText", "@l",
    "Level", "LogLevel", "loglevel",
)  # fmt: skip
TIME_KEYS = (
    "timestamp", "time", "ts", "@timestamp", "timestampInMs", "eventTimestamp", "__REALTIME_TIMESTAMP", "t",
    "datetime", "date", "@t", "Timestamp", "asctime", "dt",
)  # fmt: skip
SERVICE_KEYS = (
    "service", "service_name", "service.name", "serviceName", "app", "app_name", "appName", "appname",
    "application", "SYSLOG_IDENTIFIER", "_SYSTEMD_UNIT", "scriptName",
)  # fmt: skip
_LABELS = frozenset(MESSAGE_KEYS + TIME_KEYS)
# One name for what loggers name differently, so that a rule's `where` needs one line.
_ALIASES = {
    alias: name
    for name, aliases in {
        "status": "statusCode status_code httpStatus http_status responseStatusCode StatusCode http.status_code",
        "method": "requestMethod http_method httpMethod http.method verb",
        "path": "requestPath request_path url uri http.path requestUrl",
        "logger": "logger_name log.logger SourceContext category loggerName @logger",
    }.items()
    for alias in aliases.split()
}
_NESTED = ("res", "response", "req", "request", "httpRequest", "http")


def read_fields(form: str, fields: Mapping[str, object], now: datetime) -> Record:
    """Read what common loggers write."""
    service = find_service(fields)
    if service is None and form in {"pino", "bunyan", "netlify"}:
        service = find_text(fields, ("name",))
    return Record(
        form,
        find_message(fields),
        find_level(fields),
        find_time(fields, now),
        service,
        gather(fields),
    )


def find_message(fields: Mapping[str, object]) -> str | None:
    for key in MESSAGE_KEYS:
        value = fields.get(key)
        if value is not None:
            if type(value) is str:
                return value
            if type(value) is dict and key in {"log", "event"}:  # Elastic's groups of fields
                continue
            return join_texts(value) if type(value) is list else write_text(value)
    return None


def join_texts(parts: list[object]) -> str:
    """The arguments of one call to a console, as it prints them."""
    return " ".join(write_text(part) for part in parts[:MAX_ATTRIBUTES])


def find_level(fields: Mapping[str, object]) -> str | None:
    for key in LEVEL_KEYS:
        value = fields.get(key)
        if value is not None and (level := read_level(value)):
            return level
    log = fields.get("log")
    return read_level(log.get("level")) if isinstance(log, dict) else None


def find_time(fields: Mapping[str, object], now: datetime) -> datetime | None:
    for key in TIME_KEYS:
        value = fields.get(key)
        if value is not None and (moment := read_moment(value, now)):
            return moment
    return None


def read_moment(value: object, now: datetime) -> datetime | None:
    """A JSON value as a time; a text without a zone is UTC, as containers log."""
    if type(value) is str:
        return read_time(value, now=now, zone=UTC)
    if type(value) is int or type(value) is float:
        return read_epoch(value)
    return None


def find_service(fields: Mapping[str, object]) -> str | None:
    for key in SERVICE_KEYS:
        value = fields.get(key)
        if value is not None:
            if type(value) is dict:
                value = value.get("name")
            if type(value) is str and value:
                return value[:MAX_VALUE]
    return None


def find_text(fields: Mapping[str, object], keys: Iterable[str]) -> str | None:
    """The first of `keys` that holds a text."""
    for key in keys:
        value = fields.get(key)
        if isinstance(value, str) and value:
            return value[:MAX_VALUE]
    return None


def gather(fields: Mapping[str, object]) -> dict[str, str]:
    """The plain values a rule's `where` may name."""
    found: dict[str, str] = {}
    for key, value in fields.items():
        if key in _LABELS:
            continue
        kind = type(value)
        if kind is str:
            text: str = value[:MAX_VALUE]  # type: ignore[index]
        elif kind is int or kind is float:
            text = str(value)[:MAX_VALUE]
        elif kind is bool:
            text = "true" if value else "false"
        else:
            if kind is dict and key in _NESTED:
                _gather_web(value, found)  # type: ignore[arg-type]
            continue
        found[key if len(key) <= MAX_VALUE else key[:MAX_VALUE]] = text
        if (name := _ALIASES.get(key)) and text != "-1":
            found.setdefault(name, text)
        if len(found) >= MAX_ATTRIBUTES:
            break
    if "path" in found:
        found["path"] = cut_path(found["path"])
    return found


def cut_path(url: str) -> str:
    """The path alone: a query may hold secrets, and would make every value different."""
    path = url.partition("?")[0]
    return "/" + path.partition("://")[2].partition("/")[2] if "://" in path else path


def _gather_web(fields: Json, found: dict[str, str]) -> None:
    for key in ("statusCode", "status", "method", "requestMethod", "url", "path", "requestUrl"):
        value = fields.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool):
            found.setdefault(_ALIASES.get(key, key), str(value)[:MAX_VALUE])
