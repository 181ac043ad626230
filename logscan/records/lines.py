"""Reads text lines as applications and web servers write them; knows nothing of what platforms add."""

from __future__ import annotations

import re
from datetime import datetime

from logscan.model import Record
from logscan.records.fields import LEVEL_KEYS, MESSAGE_KEYS, cut_path, read_fields
from logscan.records.levels import LEVEL_WORDS, read_level
from logscan.times import Stamp, find_stamp

_LOWER = LEVEL_WORDS.lower()
_LEVEL = (
    rf"(?:\[\s?(?P<boxed>(?i:{LEVEL_WORDS}))\s*\]|[(<]?(?P<upper>{LEVEL_WORDS})(?=[\s\]):|,>/-]|$)[)>\]]?"
    rf"|(?P<lower>{_LOWER})(?=\]?:|\s*\|))"
)
# Between time and level: brackets, numbers, and a logger's name when a dash, bar or tab follows it.
_SKIP = (
    rf"(?>(?!{_LEVEL.replace('?P<boxed>', '?:').replace('?P<upper>', '?:').replace('?P<lower>', '?:')})"
    r"(?:[\s\-|,:#/\])]+|\[[^\]\n]{0,80}\]|\([^)\n]{0,80}\)|\d+\b|(?P<name>[\w.$@/-]{1,80})(?=\s+-\s|\t|\s*\|))){0,8}+"
)
_AFTER_TIME = re.compile(_SKIP + _LEVEL, re.ASCII)
_FIRST_WORD = re.compile(
    rf"\[(?P<boxed>(?i:{LEVEL_WORDS}))\](?=[\s:\[])|(?P<upper>{LEVEL_WORDS})(?=:|\s\s|\t| ?\[)"
    r"|(?P<plain>TRACE|DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL|SEVERE) "
    rf"|(?P<lower>{_LOWER})(?=: )",
    re.ASCII,
)
_LOGGER = re.compile(
    r"(?:[\s\])>:|-]|\[[^\]\n]{0,80}\]|\d+ --- )*+(?P<logger>[\w$-]+(?:\.[\w$-]+)+|[\w$]+(?= - )|[\w$]+(?=:\S))(?=\s*(?: -|:))",
    re.ASCII,
)
_CLOCK = re.compile(r"\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?(?=\s)", re.ASCII)  # no date, so no time
_GAP = re.compile(r"(?:/[\w-]{1,64}\])?[\s\])>:|-]*", re.ASCII)
_GLOG = re.compile(r"([IWEFD])\d{4}\s+[\d:.]{15,18}\s+\d+ ([^:\s\]]{1,100}):\d+\] ?", re.ASCII)
_GLOG_LEVELS = {"D": "debug", "I": "info", "W": "warn", "E": "error", "F": "fatal"}
_ACCESS = re.compile(
    r'"(?P<method>GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE) (?P<path>[^\s"]{1,2000})[^"]{0,20}"'
    r"[ :-]{1,3}(?P<status>\d{3})(?!\d)",
    re.ASCII,
)
_NGINX = re.compile(r"\s\[(\w{3,6})\] \d+#\d+: (?:\*\d+ )?", re.ASCII)
_NGINX_REQUEST = re.compile(r', request: "([A-Z]{3,8}) ([^\s"]{1,2000})', re.ASCII)
_APACHE_ERROR = re.compile(
    r"\] \[(?:\w{0,40}:)?(\w{3,6})\d?\](?: \[(?:pid|client) [^\]]{1,100}\])* ?", re.ASCII
)
_PAIR_START = re.compile(r"[\w.@/-]{1,64}=", re.ASCII)
_PAIR = re.compile(r'(?<![^\s])([\w.@/-]{1,64})=("(?:[^"\\]|\\.)*+(?:"|\Z)|[^\s"]*+)', re.ASCII)
_PAIR_KEYS = frozenset({*LEVEL_KEYS, *MESSAGE_KEYS, "ts", "time", "at", "status"})


def read_logfmt(text: str, now: datetime) -> Record | None:
    """`level=error msg="…"`: at least two pairs, one of them of a log's usual names."""
    if not _PAIR_START.match(text):
        return None
    pairs = dict(_PAIR.findall(text))
    if len(pairs) < 2 or _PAIR_KEYS.isdisjoint(pairs):
        return None
    for key, value in pairs.items():
        if value[:1] == '"':
            pairs[key] = value[1:-1].replace('\\"', '"')
    return read_fields("logfmt", pairs, now)


def read_glog(text: str, now: datetime) -> Record | None:
    """Go's glog and klog: `E0821 10:00:00.123456       7 file.go:12] message`."""
    found = _GLOG.match(text)
    if not found:
        return None
    stamp = find_stamp(text, now=now, start=1)
    time = stamp.time if stamp else None
    return Record("glog", text[found.end() :], _GLOG_LEVELS[found[1]], time, None, {"logger": found[2]})


def read_access(text: str, now: datetime) -> Record | None:
    """A web server's access line; its status, method and path are attributes."""
    found = _ACCESS.search(text)
    if not found:
        return None
    stamp = find_stamp(text, now=now, start=text.find("[", 0, 200) + 1)
    return Record("access", None, None, stamp.time if stamp else None, None, _list_request(found))


def read_levelled(text: str, stamp: Stamp | None) -> Record | None:
    """A line with a level as its first word, or after its time."""
    if stamp is None:
        clock = _CLOCK.match(text)
        found = _AFTER_TIME.match(text, clock.end(), clock.end() + 240) if clock else None
        return _read_level_in(text, found, None) if found else _read_first_word(text, None)
    if text[: stamp.start].strip(" [(<") and (record := _read_first_word(text, stamp)):
        return record
    start = stamp.end
    if found := _NGINX.match(text, start):
        return _read_nginx(text, stamp, found)
    if found := _APACHE_ERROR.match(text, start):
        return Record("apache-error", text[found.end() :], read_level(found[1]), stamp.time)
    found = _AFTER_TIME.match(text, start, start + 240)
    return _read_level_in(text, found, stamp) if found else None


def _read_level_in(text: str, found: re.Match[str], stamp: Stamp | None) -> Record:
    level = read_level(found["boxed"] or found["upper"] or found["lower"])
    return _finish(text, found.end(), level, stamp, found["name"])


def _read_first_word(text: str, stamp: Stamp | None) -> Record | None:
    found = _FIRST_WORD.match(text)
    if not found:
        return None
    level = read_level(found["boxed"] or found["upper"] or found["plain"] or found["lower"])
    return _finish(text, max(found.end(), stamp.end if stamp else 0), level, stamp, None)


def _finish(text: str, place: int, level: str | None, stamp: Stamp | None, logger: str | None) -> Record:
    gap = _GAP.match(text, place)
    attributes: dict[str, str] = {}
    named = _LOGGER.match(text, place, place + 240)
    if logger or named:
        attributes["logger"] = logger or (named["logger"] if named else "")
    message = text[gap.end() if gap else place :]
    form = "log"
    if '"' in message and (request := _ACCESS.search(message)):
        form = "access"
        attributes |= _list_request(request)
    return Record(form, message, level, stamp.time if stamp else None, None, attributes)


def _read_nginx(text: str, stamp: Stamp, found: re.Match[str]) -> Record:
    attributes: dict[str, str] = {}
    if request := _NGINX_REQUEST.search(text, found.end()):
        attributes = {"method": request[1], "path": cut_path(request[2])[:200]}
    return Record("nginx-error", text[found.end() :], read_level(found[1]), stamp.time, None, attributes)


def _list_request(found: re.Match[str]) -> dict[str, str]:
    return {"status": found["status"], "method": found["method"], "path": cut_path(found["path"])[:200]}
