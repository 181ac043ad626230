"""What a service's answer means: delivered, later, or never; and as much of its text as may be shown."""

from __future__ import annotations

import base64
import html
import json
import math
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from urllib.parse import quote

from logscan.errors import GiveUp, TryAgain
from logscan.http import Answer
from logscan.references import Secret

REFUSED = frozenset({400, 413, 422})  # what was sent is at fault: it may pass when it is written plainly
_BROKEN = frozenset({401, 403, 404, 410})
_LATER = frozenset({408, 425, 429})
_LONGEST_WAIT_SECONDS = 86_400.0
_MOST_SHOWN = 160
_MOST_READ = 2_000
_SHOWN_WORD = re.compile(r"['(\"]?(?:[A-Za-z][A-Za-z'_-]{0,23}|\d{1,6})[.,:;!?)'\"]{0,2}", re.ASCII)
_SEPARATOR = re.compile(r'(?:[{}\[\]"\s<>=/]|[:,](?=["\s]))+')
_TELLING = 5  # shorter words give nothing away
_HIDDEN = "…"


def check_answer(answer: Answer, said: str, now: Callable[[], datetime]) -> None:
    """Return when it was delivered, raise TryAgain or GiveUp else; `said` is the answer as it may be shown."""
    status = answer.status
    if 200 <= status < 300:
        return
    words = f"HTTP {status}" + (f" ({said})" if said else "")
    if status in _LATER or status >= 500:
        raise TryAgain(words, after_seconds=read_wait(answer, now))
    if 300 <= status < 400:
        raise GiveUp(f"{words}: it redirects; name the address that is meant", status=status, broken=True)
    raise GiveUp(words, status=status, broken=status in _BROKEN)


def read_wait(answer: Answer, now: Callable[[], datetime]) -> float | None:
    """How many seconds the service wants to be left alone, by its body or else its header."""
    wait = _read_wait_in_body(answer.body)
    if wait is None:
        wait = _read_wait_in_header(answer.headers.get("retry-after", "").strip(), now)
    return None if wait is None else min(max(wait, 0.0), _LONGEST_WAIT_SECONDS)


def read_object(body: bytes) -> dict[str, object]:
    """A body that is a JSON object; an empty one where it is not."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def quote_answer(body: bytes, secrets: Iterable[Secret]) -> str:
    """The plain words of an answer: whatever may be, or may hold, a secret that was sent there is left out."""
    text = body[:_MOST_READ].decode("utf-8", "replace")
    forms = [form for secret in secrets for form in _write_forms(secret.reveal())]
    shown: list[str] = []
    for word in _SEPARATOR.sub(" ", text).split():
        kept = _SHOWN_WORD.fullmatch(word) and not _is_part(word.strip("'\"().,:;!?"), forms)
        if kept or shown[-1:] != [_HIDDEN]:
            shown.append(word if kept else _HIDDEN)
    words = " ".join(shown)
    return words if len(words) <= _MOST_SHOWN else words[:_MOST_SHOWN] + _HIDDEN


def _is_part(word: str, forms: Iterable[str]) -> bool:
    return len(word) > _TELLING and any(word.lower() in form for form in forms)


@lru_cache(maxsize=64)
def _write_forms(secret: str) -> tuple[str, ...]:
    raw = secret.encode(errors="surrogateescape")
    forms = (
        secret,
        quote(raw, safe=""),
        json.dumps(secret),
        html.escape(secret),
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode(),
    )
    return tuple(form.lower() for form in forms)


def _read_wait_in_body(body: bytes) -> float | None:
    found = read_object(body)
    parameters = found.get("parameters")
    wait = found.get("retry_after")
    if wait is None and isinstance(parameters, dict):
        wait = parameters.get("retry_after")
    if isinstance(wait, bool) or not isinstance(wait, int | float) or not math.isfinite(wait):
        return None
    return float(wait)


def _read_wait_in_header(text: str, now: Callable[[], datetime]) -> float | None:
    if re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", text, re.ASCII):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - now()).total_seconds()
