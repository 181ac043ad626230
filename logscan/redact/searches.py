"""Every secret in a text, with its place and what it decodes to; it masks nothing.

A text is searched as it is, then with each layer of escapes undone, and inside base64.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from logscan.redact.encodings import View, may_hold_escapes, read_escapes
from logscan.redact.extents import is_masked, is_prose, read_quoted, read_rest, read_value
from logscan.redact.gates import (
    ASSIGNED_ID,
    BASE64_ID,
    BESIDE_ID,
    OPTION_ID,
    PRIVATE_KEY_ID,
    Hints,
)  # fmt: skip
from logscan.redact.headers import read_authorization, read_cookies
from logscan.redact.keys import ASSIGNED, BESIDE, BESIDE_LENGTH, OPTION, WINDOW, Key, read_key
from logscan.redact.kinds import (
    PRINTABLE_BASE64,
    PRIVATE_KEY,
    PRIVATE_KEY_BODY,
    PRIVATE_KEY_END,
    RANKS,
    SHAPES,
    read_base64,
)  # fmt: skip
from logscan.redact.values import Policy, Value, is_secret

AskGate = Callable[[str], Hints]

_MOST_LAYERS = 4  # of escapes
_MOST_WRAPS = 2  # of base64
_MOST_PLACES = 10_000  # more keys than this in one text: all of it is masked
_NEAR = 32
_BASE64_RUN = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_PRINTABLE = re.compile(r"[ -~]{12,}")
_PAIR = re.compile(r"[A-Za-z_.-]{1,40}=[^=]")  # another key and its value
_BESIDE_VALUE = re.compile(r"[A-Za-z0-9+/_.=~|-]+")


_KEY_PATTERNS = {
    i: re.compile(rf"(?:{pattern})\Z", re.ASCII | re.IGNORECASE | re.MULTILINE)
    for i, pattern in ((ASSIGNED_ID, ASSIGNED), (BESIDE_ID, BESIDE), (OPTION_ID, OPTION))
}
_PLACE = itemgetter(0, 1)


class Found(NamedTuple):
    """A secret's place; `secret` is what base64 hid, None where the text itself is the secret."""

    start: int
    end: int
    kind: str
    secret: str | None = None


def find_secrets(text: str, ask: AskGate, wraps: int = 0) -> list[Found]:
    """Find all secrets, overlapping ones included, in no order."""
    found = _search(text, ask, wraps)
    views: list[View] = []
    while len(views) < _MOST_LAYERS and may_hold_escapes(text):
        view = read_escapes(text)
        if view is None:
            break
        views.append(view)
        inner = _search(view.text, ask, wraps)
        # A form writes its blanks as `+`, but base64 has a plus of its own: look at both.
        form = read_escapes(text.replace("+", " ")) if "+" in text and "%" in text else None
        if form is not None:
            inner += _search(form.text, ask, wraps)
        text = view.text
        found += [_carry_back(one, views) for one in inner]
    return found


def merge(found: list[Found]) -> list[tuple[Found, Found]]:
    """Join what overlaps, in order: (the whole, named by its most specific part; that part)."""
    merged: list[tuple[Found, Found]] = []
    for one in sorted(found, key=_PLACE):
        if merged and one.start < merged[-1][0].end:
            whole, best = merged[-1]
            if _rank(one) < _rank(best):
                best = one
            merged[-1] = (Found(whole.start, max(whole.end, one.end), best.kind), best)
        else:
            merged.append((one, one))
    return merged


def _rank(one: Found) -> tuple[int, bool, int]:
    return RANKS[one.kind], one.secret is None, one.start - one.end


def _carry_back(one: Found, views: list[View]) -> Found:
    start, end, kind, secret = one
    for view in reversed(views):
        start, end = view.find_start(start), view.find_end(end)
    return Found(start, end, kind, secret)


def _search(text: str, ask: AskGate, wraps: int) -> list[Found]:
    """Search one view of a text."""
    ids, places = ask(text)
    if not ids:
        return []
    if len(places) > _MOST_PLACES:
        return [Found(0, len(text), "line")]
    found: list[Found] = []
    for i in ids:
        if i < len(SHAPES):
            found += _search_shape(text, i)
    if places:
        found += _search_keys(text, places)
    if PRIVATE_KEY_ID in ids:
        found += _search_private_keys(text)
    if BASE64_ID in ids and wraps < _MOST_WRAPS:
        found += _search_base64(text, ask, wraps, found)
    return found


@cache
def _compile(text: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    return re.compile(text, re.ASCII | re.IGNORECASE if ignore_case else re.ASCII)


def _search_shape(text: str, i: int) -> list[Found]:
    shape = SHAPES[i]
    pattern = _compile(shape.pattern, ignore_case=shape.ignore_case)
    found = []
    for match in pattern.finditer(text):
        start, end = match.span(pattern.groups)
        secret = text[start:end]
        if shape.accept is None or shape.accept(secret):
            inner = shape.read(secret) if shape.read else None
            found.append(Found(start, end, shape.kind, inner))
    return found


def _search_keys(text: str, places: tuple[tuple[int, int], ...]) -> list[Found]:
    found: list[Found] = []
    last = last_cookie = 0  # nothing is read twice, so that the work stays linear
    for i, place in places:
        if place < last:
            continue
        values: list[Found] = []
        if i != ASSIGNED_ID:
            values = _read_beside(text, place, option=i == OPTION_ID)
        elif (key := _read_key(text, place)) is None or is_masked(text, place):
            continue
        elif key.policy is not Policy.COOKIE:
            values = _read_assigned(text, place, key)
        elif place >= last_cookie:
            cookies, last_cookie = read_cookies(text, place)
            found += [_name(cookie, key.kind) for cookie in cookies] if _ends_at(text, i, place) else []
        # Last, for it costs more than all before it, and most hints stand in prose.
        if values and _ends_at(text, i, place):
            found += values
            last = values[-1].end
    return found


def _ends_at(text: str, i: int, place: int) -> bool:
    """Tell whether the pattern itself ends at the place, as the hint claims."""
    pattern = _KEY_PATTERNS[i]
    near, far = (
        max(0, place - _NEAR),
        max(0, place - WINDOW),
    )  # most keys are short, and a search costs by its length
    return bool(pattern.search(text, near, place) or pattern.search(text, far, place))


def _read_key(text: str, place: int) -> Key | None:
    if text[place - 1] not in ":=>":
        return None
    return read_key(text, place)


def _read_assigned(text: str, place: int, key: Key) -> list[Found]:
    if key.policy is not Policy.HEADER and is_prose(text, place):
        return []
    value = read_value(text, place, password=key.policy is Policy.ANY)
    if value is None:
        return []
    if key.policy is Policy.HEADER:
        credentials = read_authorization(text, value.start)
        return [] if credentials is None else [_name(credentials, key.kind)]
    values = [one for one in _read_list(text, value) if _judge(text, one, key)]
    return [_name(read_rest(text, one), key.kind) for one in values]


def _read_list(text: str, value: Value) -> list[Value]:
    """Give the value, and those that follow it in a JSON list of strings."""
    values = [value]
    if not value.quoted or "[" not in text[max(0, value.start - 6) : value.start]:
        return values
    while len(values) < 100:
        following = _compile(r"(\\{0,15})[\"'][ \t]?,[ \t]?\\{0,15}[\"']").match(text, values[-1].end)
        if following is None:
            break
        item = read_quoted(text, following.end() - 1 - len(following[1]), following.end())
        if item is None:
            break
        values.append(item)
    return values


def _judge(text: str, value: Value, key: Key) -> bool:
    return is_secret(text[value.start : value.end], key.policy, quoted=value.quoted)


def _name(value: Value, kind: str) -> Found:
    return Found(value.start, value.end, kind)


def _read_beside(text: str, place: int, *, option: bool) -> list[Found]:
    """Read a value that only a blank or the comma of a list separates from its key."""
    if option:
        value = read_value(text, place - 1, password=True)
        if value is None or not is_secret(text[value.start : value.end], Policy.TOKEN, quoted=value.quoted):
            return []
        return [_name(value, "password")]
    bare = _BESIDE_VALUE.match(text, max(0, place - BESIDE_LENGTH))
    if bare is None or _PAIR.match(bare[0]) or not is_secret(bare[0], Policy.RANDOM):
        return []
    return [Found(bare.start(), bare.end(), "token")]


def _search_private_keys(text: str) -> list[Found]:
    found: list[Found] = []
    position = 0
    for begin in _compile(PRIVATE_KEY).finditer(text):
        if begin.start() < position:
            continue
        closing = _compile(PRIVATE_KEY_END).search(text, begin.end())
        body = _compile(PRIVATE_KEY_BODY).match(text, begin.end())
        position = closing.end() if closing else body.end() if body else begin.end()
        found.append(Found(begin.start(), position, "private-key"))
    return found


def _search_base64(text: str, ask: AskGate, wraps: int, known: list[Found]) -> list[Found]:
    """Look into every run of base64 that is printable inside and not masked already."""
    found = []
    for run in _BASE64_RUN.finditer(text):
        start, end = run.span()
        if any(one.start <= start and end <= one.end and one.kind != "private-key-line" for one in known):
            continue
        if not _compile(PRINTABLE_BASE64).search(text, start, end):
            continue
        for shift in range(4):
            inner = _search_decoded(text[start + shift : end], ask, wraps)
            if inner is not None:
                found.append(Found(start + shift + inner[0], end, inner[1], inner[2]))
    return found


def _search_decoded(run: str, ask: AskGate, wraps: int) -> tuple[int, str, str] | None:
    """Decode a run; give where its printable part begins, and the kind and text of the secret in it."""
    body = run.rstrip("=")
    if len(body) % 4 == 1:
        body = body[:-1]
    decoded = read_base64(body).decode("latin-1")
    if not _PRINTABLE.search(decoded):
        return None
    merged = merge(find_secrets(decoded, ask, wraps + 1))
    if not merged:
        return None
    begin = merged[0][0].start
    while begin and " " <= decoded[begin - 1] <= "~":
        begin -= 1
    best = min((part for _, part in merged), key=_rank)
    secret = decoded[best.start : best.end] if best.secret is None else best.secret
    return begin // 3 * 4, best.kind, secret
