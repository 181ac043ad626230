"""Recognises whose JSON object a line is, by the fields only that platform writes; reads no text lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from logscan.model import Record
from logscan.records.documents import Json, write_text
from logscan.records.fields import (
    cut_path,
    find_level,
    find_message,
    find_service,
    find_text,
    find_time,
    gather,
    join_texts,
    read_fields,
)
from logscan.records.levels import read_level, worst_level

_NETLIFY_SOURCES = frozenset({"function", "edge-function", "deploy", "functions", "edge-functions"})
_VERCEL_SOURCES = frozenset(
    {
        "edge",
        "edge-function",
        "edge-middleware",
        "lambda",
        "serverless",
        "request",
        "delimiter",
        "static",
        "build",
    }
)
# A pod's name less what a Deployment, DaemonSet, Job or StatefulSet adds to its own.
_POD_SUFFIX = re.compile(
    r"(?:-[bcdfghjklmnpqrstvwxz2456789]{5,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}$|-\d{1,4}$"
)
_MAX_ENTRIES = 50


def read_object(document: Json, now: datetime) -> Record:
    """Read one JSON log line."""
    for key in document:
        read = _SHAPES.get(key)
        if read and (record := read(document, now)):
            return record
    return read_fields(_name_logger(document), document, now)


def name_workload(pod: str) -> str:
    """The workload a pod belongs to: the name that stays when pods come and go."""
    return _POD_SUFFIX.sub("", pod) or pod


def _name_logger(fields: Json) -> str:
    level = fields.get("level")
    if "msg" in fields:
        if type(level) is int:
            return "bunyan" if "v" in fields and type(fields.get("time")) is str else "pino"
        if "ts" in fields:
            return "zap"
        if "time" in fields and type(level) is str:
            return "slog" if level.isupper() else "logrus"
        return "json"
    if "message" in fields:
        if "@timestamp" in fields:
            return "ecs" if "ecs.version" in fields or "ecs" in fields else "logstash"
        timestamp = fields.get("timestamp")
        if type(timestamp) is str and len(timestamp) == 30:
            return "railway"
        return "winston" if type(level) is str else "json"
    if type(fields.get("event")) is str:
        return "structlog"
    if "@t" in fields or "MessageTemplate" in fields:
        return "serilog"
    return "gelf" if "short_message" in fields else "json"


def _read_docker(fields: Json, now: datetime) -> Record | None:
    if "kubernetes" in fields:
        return _read_kubernetes(fields, now)
    text = fields["log"]
    if type(text) is not str or not ("stream" in fields or "time" in fields):
        return None
    return Record(
        "docker", text.removesuffix("\n"), None, find_time(fields, now), find_service(fields), gather(fields)
    )


def _read_journald(fields: Json, now: datetime) -> Record | None:
    if "MESSAGE" not in fields:
        return None
    unit = find_text(fields, ("SYSLOG_IDENTIFIER", "_SYSTEMD_UNIT", "UNIT"))
    message = _read_journal_text(fields["MESSAGE"])
    return Record(
        "journald",
        message,
        find_level(fields),
        find_time(fields, now),
        unit.removesuffix(".service") if unit else None,
        gather(fields),
    )


def _read_journal_text(value: object) -> str | None:
    """Text, or an array of its bytes, or an array of either."""
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, list):
        return write_text(value)
    if value and all(type(byte) is int and 0 <= byte <= 255 for byte in value):
        return bytes(value).decode("utf-8", "replace")
    return "\n".join(_read_journal_text(item) or "" for item in value[:_MAX_ENTRIES])


def _read_render(fields: Json, now: datetime) -> Record | None:
    labels = _read_pairs(fields["labels"], "name")
    if not labels or "message" not in fields:
        return None
    return Record(
        "render",
        find_message(fields),
        read_level(labels.get("level")),
        find_time(fields, now),
        find_text(labels, ("resource",)),
        gather({**fields, **labels}),
    )


def _read_fly(fields: Json, now: datetime) -> Record | None:
    if not ("region" in fields and "instance" in fields):
        return None
    return read_fields("fly", fields, now)


def _read_wrangler(fields: Json, now: datetime) -> Record | None:
    if not ("outcome" in fields and ("logs" in fields or "exceptions" in fields)):
        return None
    text, level = _read_entries(fields.get("logs"))
    failure, _ = _read_entries(fields.get("exceptions"))
    found = gather(fields)
    event = fields.get("event")
    for part, key, name in (
        ("request", "url", "path"),
        ("request", "method", "method"),
        ("response", "status", "status"),
    ):
        value = _get(_get(event, part), key)
        if isinstance(value, str | int):
            found[name] = cut_path(str(value))
    return Record(
        "wrangler",
        "\n".join(filter(None, (text, failure))) or None,
        worst_level([level, "error" if failure else None]),
        find_time(fields, now),
        find_text(fields, ("scriptName",)),
        found,
    )


def _read_vercel(fields: Json, now: datetime) -> Record | None:
    record = read_fields("vercel", fields, now)
    text, level = _read_entries(fields.get("logs"))
    return record._replace(
        message=record.message or text,
        level=worst_level([record.level, level]),
        service=record.service or find_text(fields, ("domain", "host")),
    )


def _read_gcp(fields: Json, now: datetime) -> Record | None:
    payload = fields.get("jsonPayload")
    if not ("textPayload" in fields or "logName" in fields or isinstance(payload, dict)):
        return None
    inner = read_fields("gcp", payload, now) if isinstance(payload, dict) else Record("gcp", None)
    labels = _get(_get(fields, "resource"), "labels")
    names = ("service_name", "container_name", "function_name", "job_name", "module_id")
    request = {"httpRequest": fields["httpRequest"]} if "httpRequest" in fields else {}
    return Record(
        "gcp",
        str(fields["textPayload"]) if "textPayload" in fields else inner.message,
        find_level(fields) or inner.level,
        find_time(fields, now) or inner.time,
        (find_text(labels, names) if isinstance(labels, dict) else None) or inner.service,
        {**inner.attributes, **gather({**request, **(labels if isinstance(labels, dict) else {})})},
    )


def _read_railway(fields: Json, now: datetime) -> Record | None:
    where = fields.get("_metadata") or fields.get("tags")
    attributes = fields.get("attributes")
    pairs = attributes if isinstance(attributes, dict) else _read_pairs(attributes, "key")
    if not isinstance(where, dict) and not (pairs and "timestamp" in fields):
        return None
    record = read_fields("railway", {**pairs, **fields}, now)
    if isinstance(where, dict):
        found = {**gather(where), **record.attributes}
        service = find_text(where, ("serviceName", "service")) or record.service
        return record._replace(service=service, attributes=found)
    return record


def _read_pm2(fields: Json, now: datetime) -> Record | None:
    if "process_id" not in fields or "message" not in fields:
        return None
    record = read_fields("pm2", fields, now)
    stream = {"out": "stdout", "err": "stderr"}.get(str(fields.get("type")))
    message = record.message.removesuffix("\n") if record.message else None
    return record._replace(
        message=message, attributes={**record.attributes, **({"stream": stream} if stream else {})}
    )


def _read_kubernetes(fields: Json, now: datetime) -> Record | None:
    """What Fluent Bit and its like add to a container's line."""
    inner = fields["kubernetes"]
    pod: Json = inner if isinstance(inner, dict) else {}
    name = find_text(pod, ("pod_name",))
    form = "docker" if isinstance(fields.get("log"), str) else _name_logger(fields)
    record = read_fields(form, fields, now)
    found = {**gather(pod), **record.attributes}
    message = record.message.removesuffix("\n") if record.message else None
    return record._replace(
        message=message, service=record.service or (name_workload(name) if name else None), attributes=found
    )


def _read_netlify(fields: Json, now: datetime) -> Record | None:
    source = fields["source"]
    if not isinstance(source, str):
        return None
    if source in _VERCEL_SOURCES and ("deploymentId" in fields or "timestampInMs" in fields):
        return _read_vercel(fields, now)
    if source in _NETLIFY_SOURCES and "name" in fields:
        return read_fields("netlify", fields, now)
    return None


def _read_entries(entries: object) -> tuple[str | None, str | None]:
    """The texts of an array of log entries, one per line, and their gravest level."""
    if not isinstance(entries, list):
        return None, None
    texts: list[str] = []
    levels: list[str | None] = []
    for entry in entries[:_MAX_ENTRIES]:
        if isinstance(entry, dict):
            message = entry.get("message")
            texts.append(join_texts(message if isinstance(message, list) else [message]))
            levels.append(read_level(entry.get("level")))
    return "\n".join(texts) or None, worst_level(levels)


def _read_pairs(items: object, key: str) -> dict[str, object]:
    """An array of {key, value} as a mapping; a value that is a JSON text loses its quotes."""
    found: dict[str, object] = {}
    for item in items[:_MAX_ENTRIES] if isinstance(items, list) else ():
        name, value = _get(item, key), _get(item, "value")
        if isinstance(name, str) and isinstance(value, str):
            found[name] = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    return found


def _get(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, dict) else None


_SHAPES: Mapping[str, Callable[[Json, datetime], Record | None]] = {
    "log": _read_docker,
    "kubernetes": _read_kubernetes,
    "MESSAGE": _read_journald,
    "labels": _read_render,
    "instance": _read_fly,
    "outcome": _read_wrangler,
    "timestampInMs": _read_vercel,
    "textPayload": _read_gcp,
    "jsonPayload": _read_gcp,
    "logName": _read_gcp,
    "_metadata": _read_railway,
    "tags": _read_railway,
    "attributes": _read_railway,
    "process_id": _read_pm2,
    "source": _read_netlify,
}
