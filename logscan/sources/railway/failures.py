"""What can go wrong between Railway and us, sorted by what is to be done about it; no text quotes a secret."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

_LEAST_PAUSE = 1.0
_USUAL_PAUSE = 60.0
_LONGEST_PAUSE = 3600.0
_EPOCH = 1_000_000_000  # larger numbers are moments, not durations
_REFUSING = (
    "not authorized",
    "unauthorized",
    "unauthenticated",
    "not authenticated",
    "forbidden",
    "invalid token",
)
_LIMITING = ("ratelimit", "rate limit", "too many requests")


class Failure(Exception):  # noqa: N818 - never leaves the source; told as News
    """Why reading stopped; `cause` is a word to count by."""

    cause = "connection"


class Dropped(Failure):
    """The connection ended or cannot be made: try again."""


class Oversized(Dropped):
    """A message was larger than allowed: ask for fewer lines at once."""


class Refused(Failure):
    """Railway does not take this login for what was asked."""

    cause = "login"


class Limited(Failure):
    """Too many requests: wait as long as Railway says."""

    cause = "rate limit"

    def __init__(self, text: str, pause_seconds: float) -> None:
        super().__init__(text)
        self.pause_seconds = pause_seconds


class Unknown(Failure):
    """What is configured does not exist there, or the API has changed."""

    cause = "settings"


def sort_errors(errors: object, place: str) -> Failure:
    """What a GraphQL answer complains about."""
    texts = [_read_text(error) for error in errors] if isinstance(errors, list) else []
    whole = "; ".join(text for text in texts if text) or "an error without words"
    lower = whole.lower()
    if any(word in lower for word in _LIMITING):
        return Limited(f"{place}: too many requests", _USUAL_PAUSE)
    if any(word in lower for word in _REFUSING):
        return Refused(f"{place}: {whole}")
    return Unknown(f"{place}: {whole}")


def sort_status(status: int, headers: Mapping[str, str], now: datetime, place: str) -> Failure | None:
    """What an HTTP status says by itself; None where the body has to tell. Header names are in lower case."""
    if status == 429:
        return Limited(f"{place}: too many requests", read_pause(headers, now))
    if status in (401, 403):
        return Refused(f"{place}: answered {status}")
    if status >= 500:
        return Dropped(f"{place}: answered {status}")
    return None


def read_pause(headers: Mapping[str, str], now: datetime) -> float:
    """How long to wait, as Retry-After or X-RateLimit-Reset say it."""
    for name in ("retry-after", "x-ratelimit-reset", "ratelimit-reset"):
        seconds = _read_wait(headers.get(name, ""), now)
        if seconds is not None:
            return min(max(seconds, _LEAST_PAUSE), _LONGEST_PAUSE)
    return _USUAL_PAUSE


def _read_wait(text: str, now: datetime) -> float | None:
    """Seconds, a moment in Unix time, or a date."""
    try:
        number = float(text)
    except ValueError:
        number = None
    if number is not None:
        if number > _EPOCH * 1000:
            number /= 1000
        return number - now.timestamp() if number > _EPOCH else number
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text)
            return (moment - now).total_seconds()
        except (ValueError, TypeError):
            continue
    return None


def _read_text(error: object) -> str:
    """The server's words and its code, on one line and not too many."""
    if not isinstance(error, dict):
        return ""
    extensions = error.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else None
    words = [part for part in (error.get("message"), code) if isinstance(part, str)]
    return clean_text(" ".join(words))[:200]


def clean_text(text: str) -> str:
    """On one line, and nothing in it that steers a terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in " ".join(text.split()))
