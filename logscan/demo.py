"""The made-up log behind `logscan demo`: a bot's token expires and is renewed; it reads and scans nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

LENGTH_SECONDS = 18.0  # the renewal comes late, for the first start of a `run` behind the pipe takes seconds
EXPIRED_BEFORE = timedelta(minutes=4)  # how long ago the token ran out when the story begins
RENEWED_FOR = timedelta(days=60)

# Meta writes Pacific time. One fixed zone keeps the demo independent of a zone database; the moment is right.
_PACIFIC = timezone(timedelta(hours=-8), "PST")
_CUSTOMERS = ("15550100", "15550123", "15550147", "15550188")
# Put together here, so that secret scanners do not take this file for a leak.
_TOKEN = "EAA" + "GmadeUpDemo7" * 8


class Line(NamedTuple):
    """One line of the log, and when it is written."""

    at_seconds: float
    level: str
    message: str
    extra: dict[str, object]


def play(write: Callable[[str], None], wait: Callable[[float], None], now: datetime, speed: float) -> None:
    """Write the whole log, `speed` times as fast as it happened; 0 writes it at once, as just over."""
    begin = now if speed else now - timedelta(seconds=LENGTH_SECONDS)
    told = 0.0
    for line in tell_story(begin):
        if speed:
            wait((line.at_seconds - told) / speed)
        told = line.at_seconds
        write(_write_line(line, begin + timedelta(seconds=told / (speed or 1))))


def tell_story(begin: datetime) -> Iterator[Line]:
    """Give the lines in order: normal traffic, the expiry, its followers, the renewal, traffic again."""
    expired_at = (begin - EXPIRED_BEFORE).replace(second=0, microsecond=0)
    yield Line(0.0, "info", "whatsapp-bot 2.4.1 listening on port 8080", {"node": "v22.9.0"})
    yield Line(0.3, "info", "webhook verified", {"route": "GET /webhook", "status": 200})
    yield from _serve(0.8, 0, 3)
    yield from _fail(4.2, 0, _expire(expired_at, begin + timedelta(seconds=4.2)))
    yield from _fail(5.6, 1, _expire(expired_at, begin + timedelta(seconds=5.6)))
    yield Line(6.4, "error", _refuse(), {"attempt": 3})
    yield Line(6.9, "warn", "sending is paused, 3 messages are waiting", {"queue": 3})
    yield Line(10.0, "info", "health check", {"route": "GET /healthz", "status": 200, "ms": 2})
    yield Line(15.2, "info", _renew(begin + RENEWED_FOR), {"days": RENEWED_FOR.days})
    yield Line(15.4, "info", "sending is resumed, 3 messages are waiting", {"queue": 3})
    yield from _serve(15.5, 3, 3)
    yield Line(LENGTH_SECONDS, "info", "queue is empty", {"queue": 0})


def _serve(at_seconds: float, first: int, count: int) -> Iterator[Line]:
    for i in range(first, first + count):
        customer = _CUSTOMERS[i % len(_CUSTOMERS)]
        yield Line(at_seconds, "info", f"message received from {customer}", {"route": "POST /webhook"})
        sent = {"wamid": f"wamid.HBgLMTU1NTAx{i:04d}", "status": 200, "ms": 180 + 17 * (i % 5)}
        yield Line(at_seconds + 0.25, "info", f"message sent to {customer}", sent)
        at_seconds += 0.7


def _fail(at_seconds: float, customer: int, reason: str) -> Iterator[Line]:
    number = _CUSTOMERS[customer]
    yield Line(at_seconds, "info", f"message received from {number}", {"route": "POST /webhook"})
    yield Line(at_seconds + 0.3, "error", f"WhatsApp API error: {reason}", {"status": 401})
    yield Line(at_seconds + 0.5, "warn", f"message to {number} not sent, trying again in 1 s", {"attempt": 1})


def _expire(expired_at: datetime, current: datetime) -> str:
    text = (
        f"Error validating access token: Session has expired on {_write_meta_time(expired_at)}. "
        f"The current time is {_write_meta_time(current)}."
    )
    error = {"message": text, "type": "OAuthException", "code": 190, "error_subcode": 463}
    return json.dumps({"error": {**error, "fbtrace_id": "AmadeUpTraceId"}}, separators=(",", ":"))


def _refuse() -> str:
    url = f"https://graph.facebook.com/v23.0/100000000000001/messages?access_token={_TOKEN}"
    return f"POST {url} failed: 401 Unauthorized"


def _renew(until: datetime) -> str:
    return f"access token refreshed successfully, valid until {until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _write_meta_time(moment: datetime) -> str:
    return moment.astimezone(_PACIFIC).strftime("%A, %d-%b-%y %H:%M:%S %Z")


def _write_line(line: Line, moment: datetime) -> str:
    """One object as `railway logs --json` prints it."""
    stamp = moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
    envelope = {"timestamp": stamp, "level": line.level, "service": "whatsapp-bot", "message": line.message}
    return json.dumps({**envelope, **line.extra}, ensure_ascii=False, separators=(",", ":"))
