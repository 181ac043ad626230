r"""A text with one layer of escapes undone, and the way back to its places; it knows no secret.

URL (`%3D`), JSON (`\\u003d`, `\\"`) and HTML (`&quot;`, `&#x3d;`) escapes are undone together.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple

_ESCAPE = re.compile(
    r"%(?:[0-7][0-9A-Fa-f]|[C-Fc-f][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f]){1,3})"
    r"|\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[\"'/\\`nrtbf])"
    r"|&(?:\#[0-9]{1,7}|\#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});"
)
_NOT_BEFORE_QUOTES = re.compile(r"\\[^\\\"]")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_MOST_LAYERS = 4


class View(NamedTuple):
    """A decoded text; the other fields hold, per escape, its character's place here and its ends in the raw text."""

    text: str
    places: list[int]
    starts: list[int]
    ends: list[int]

    def find_start(self, place: int) -> int:
        """Give the raw place at which this character's text starts."""
        i = bisect_right(self.places, place)
        if not i:
            return place
        if self.places[i - 1] == place:
            return self.starts[i - 1]
        return self.ends[i - 1] + place - self.places[i - 1] - 1

    def find_end(self, place: int) -> int:
        """Give the raw place at which the text of the character before `place` ends."""
        i = bisect_left(self.places, place)
        return self.ends[i - 1] + place - self.places[i - 1] - 1 if i else place


def may_hold_escapes(text: str) -> bool:
    """Tell quickly whether `read_escapes` is worth its price."""
    if "%" in text or ("&" in text and ";" in text):
        return True
    # Backslashes before quotes need no undoing: whoever reads a value here reads through them.
    return "\\" in text and _NOT_BEFORE_QUOTES.search(text) is not None


def read_escapes(text: str) -> View | None:
    """Undo one layer of escapes; None when there is none."""
    pieces: list[str] = []
    places: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    last = size = 0
    for found in _ESCAPE.finditer(text):
        char = _read_escape(found[0])
        if not char:
            continue
        start = found.start()
        pieces.append(text[last:start])
        pieces.append(char)
        size += start - last
        last = found.end()
        places.append(size)
        starts.append(start)
        ends.append(last)
        size += 1
    if not places:
        return None
    pieces.append(text[last:])
    return View("".join(pieces), places, starts, ends)


def unescape(text: str) -> str:
    """Undo every layer, so that one secret reads the same however it was written."""
    for _ in range(_MOST_LAYERS):
        view = read_escapes(text) if may_hold_escapes(text) else None
        if view is None:
            break
        text = view.text
    return text


def _read_escape(escape: str) -> str:
    """Give the one character that an escape stands for; empty when it stands for none."""
    lead = escape[0]
    if lead == "\\":
        kind, digits = escape[1], escape[2:]
        return chr(int(digits, 16)) if digits else _CONTROLS.get(kind, kind)
    if lead == "%":
        if len(escape) == 3:
            return chr(int(escape[1:], 16))
        return bytes.fromhex(escape.replace("%", "")).decode(errors="replace")[:1]
    char = html.unescape(escape)
    return char if len(char) == 1 else ""
