"""Reads what platforms put in front of a text line, as syslog and Kubernetes do; never looks into the rest."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from logscan.model import Record
from logscan.records.levels import LEVEL_WORDS, SYSLOG_LEVELS, read_level
from logscan.records.shapes import name_workload
from logscan.times import Stamp, find_stamp, read_time

_SYSLOG_5424 = re.compile(
    r"(?:\d{1,7} )?<(\d{1,3})>1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32})"
    # No structured data at all is Heroku's dialect; brackets without a parameter belong to the message.
    r'(?: (?:-|(?:\[[^\s=\]"]{1,64}(?: [^\s=\]"]{1,64}="(?:[^"\\\]]|\\.)*+")+\]'
    r'|\[[^\s=\]"@]{1,64}@[^\s=\]"]{0,64}\])+)(?= |\Z))?'
    r"(?: |\Z)",
    re.ASCII,
)
_SYSLOG_3164 = re.compile(r"(?:\d{1,7} )?(?:<(\d{1,3})>)?(?=[A-Z]|\d{4}-)", re.ASCII)
_SYSLOG_TAG = re.compile(
    rf" (?:(?P<host>[\w.:@-]{{1,255}}) )?(?!{LEVEL_WORDS}\b)(?P<app>[\w./@-]{{1,64}})"
    r"(?:\([^)]{0,64}\))?(?:\[(?P<pid>[^\]]{0,32})\])?: ?",
    re.ASCII,
)
_KUBECTL = re.compile(r"\[pod/([\w.-]{1,253})/([\w.-]{1,253})\] ?", re.ASCII)
_COMPOSE = re.compile(r"([\w.-]{1,64}?)[-_]\d{1,3}\s+\| ?", re.ASCII)
_NETLIFY = re.compile(r"\[\S{1,4} ([\w.-]{1,100})\] (?=\d{4}-)", re.ASCII)
_NETLIFY_PAGE = re.compile(
    r"[A-Z][a-z]{2} \d{1,2}, \d\d:\d\d:\d\d [AP]M: ([0-9a-f]{8}) (TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\s+",
    re.ASCII,
)
_CRI = re.compile(r" (stdout|stderr) [FP] ", re.ASCII)
_HEROKU = re.compile(r" (app|heroku)\[([\w.-]{1,64})\]: ?", re.ASCII)
_FLY = re.compile(r" (?:app|proxy|runner|health)\[([\w-]{1,32})\] ([a-z]{3}) \[(\w{1,12})\] ?", re.ASCII)
_STREAM = re.compile(r" (\S{1,512}) ", re.ASCII)
_ECS_STREAM = re.compile(r"[\w.-]+/([\w.-]+)/[0-9a-f]{32}", re.ASCII)
_PLAIN_NAME = re.compile(r"[A-Za-z][\w.-]{0,63}", re.ASCII)
_DYNO_NUMBER = re.compile(r"\.\d+\Z", re.ASCII)


def read_syslog(text: str, now: datetime) -> Record | None:
    """RFC 5424 and 3164, with or without an octet count or a priority."""
    if ">1 " in text[:14] and (found := _SYSLOG_5424.match(text)):
        return _read_5424(text, found, now)
    start = _SYSLOG_3164.match(text)
    if not start:
        return None
    stamp = find_stamp(text, now=now, start=start.end())
    if stamp is None or stamp.start != start.end():
        return None
    tag = _SYSLOG_TAG.match(text, stamp.end)
    if not tag or not (start[1] or tag["host"]):
        return None
    found_attributes = {name: value for name in ("host", "pid") if (value := tag[name])}
    return Record(
        "syslog-3164", text[tag.end() :], _read_priority(start[1]), stamp.time, tag["app"], found_attributes
    )


def _read_5424(text: str, found: re.Match[str], now: datetime) -> Record:
    priority, time, host, app, process, message_id = found.groups()
    service: str | None = app
    if app == message_id and host != "-":  # Render: the instance stands in both, the service's name in host
        service = host
    elif host == "host" or process.startswith("d."):  # Heroku's drains: app, then dyno
        dyno = app if process.startswith("d.") else process
        service = _DYNO_NUMBER.sub("", dyno)
    attributes = {
        name: value
        for name, value in (("host", host), ("app", app), ("pid", process), ("msgid", message_id))
        if value != "-"
    }
    return Record(
        "syslog-5424",
        text[found.end() :].removeprefix("\ufeff"),
        _read_priority(priority),
        read_time(time, now=now, zone=UTC),
        service if service != "-" else None,
        attributes,
    )


def _read_priority(text: str | None) -> str | None:
    # Emergency is what Heroku (<40>) and Render (<0>) write on every line, so it says nothing.
    number = int(text) if text else 0
    return SYSLOG_LEVELS[number & 7] if number & 7 and number < 192 else None


def read_prefixed(text: str) -> Record | None:
    """A container's name in front: kubectl, Docker Compose, Netlify's human form."""
    if found := _NETLIFY_PAGE.match(text):  # its clock is that of whoever copied it, so it has no time
        level = read_level(found[2])
        return Record("netlify", text[found.end() :], level, None, None, {"request": found[1]})
    if text[0] != "[":
        found = _COMPOSE.match(text)
        return Record("compose", text[found.end() :], None, None, found[1]) if found else None
    if found := _KUBECTL.match(text):
        pod, container = found.groups()
        attributes = {"pod": pod, "container": container}
        return Record("kubectl", text[found.end() :], None, None, name_workload(pod), attributes)
    if found := _NETLIFY.match(text):
        return Record("netlify", text[found.end() :], None, None, found[1])
    return None


def read_stamped(text: str, stamp: Stamp) -> Record | None:
    """A platform's line that begins with its time."""
    end = stamp.end
    if text[end : end + 1] != " ":
        return None
    if found := _CRI.match(text, end):
        return Record("cri", text[found.end() :], None, stamp.time, None, {"stream": found[1]})
    if found := _HEROKU.match(text, end):
        attributes = {"source": found[1], "dyno": found[2]}
        service = _DYNO_NUMBER.sub("", found[2])
        return Record("heroku", text[found.end() :], None, stamp.time, service, attributes)
    if found := _FLY.match(text, end):
        attributes = {"instance": found[1], "region": found[2]}
        return Record("fly", text[found.end() :], read_level(found[3]), stamp.time, None, attributes)
    tag = _SYSLOG_TAG.match(text, end) if "]: " in text[end : end + 200] else None
    if tag and tag["host"] and tag["pid"]:
        attributes = {"host": tag["host"], "pid": tag["pid"]}
        return Record("syslog-3164", text[tag.end() :], None, stamp.time, tag["app"], attributes)
    return None


def read_bare(text: str, stamp: Stamp) -> Record | None:
    """A time and then the message: what is left when no level was found either."""
    written = text[: stamp.end]
    if written.endswith("+00:00") and len(written) == 32 and (found := _STREAM.match(text, stamp.end)):
        return _read_cloudwatch(text, stamp, found)
    message = text[stamp.end :].lstrip(" ]|:-\t")
    if written[10:11] == "T" and len(written) == 19:
        return Record("cloudwatch", message, None, stamp.time)
    if written.endswith("Z") and len(written) == 30:  # nanoseconds: `--timestamps`
        return Record("kubectl", message, None, stamp.time)
    if text[stamp.end : stamp.end + 2] == "  " and len(written) == 19:
        return Record("render", message, None, stamp.time)
    return Record("text", message, None, stamp.time)


def _read_cloudwatch(text: str, stamp: Stamp, found: re.Match[str]) -> Record:
    stream = found[1]
    service: str | None = None
    if task := _ECS_STREAM.fullmatch(stream):
        service = task[1]
    elif _PLAIN_NAME.fullmatch(stream):
        service = stream
    return Record("cloudwatch", text[found.end() :], None, stamp.time, service, {"source": stream[:200]})
