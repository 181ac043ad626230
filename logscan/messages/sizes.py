"""How long a text is for a service, and a text cut at a code point and never within a mask, with a note.

Sizes are UTF-16 units, as the strictest of the services counts them; no other counts more.
"""

from __future__ import annotations

import re

_NOTE = "… [cut]"
_MASK = re.compile(r"\[[a-z][a-z0-9-]{1,30}#[0-9a-f]{6}\]", re.ASCII)
_LONGEST_MASK = 40


def measure_text(text: str) -> int:
    """How long it is for a service."""
    return len(text) + sum(1 for char in text if char > "\uffff")


def cut_text(text: str, most: int) -> str:
    """The text, or as much of its start as fits, and a note."""
    if measure_text(text) <= most:
        return text
    room, kept = most - measure_text(_NOTE), 0
    for char in text:
        room -= measure_text(char)
        if room < 0:
            break
        kept += 1
    return text[: _find_whole(text, kept)] + _NOTE


def _find_whole(text: str, end: int) -> int:
    """The end, or the start of the mask that it would cut: half of one is no mask, and says nothing."""
    for mask in _MASK.finditer(text, max(0, end - _LONGEST_MASK)):
        if mask.start() < end < mask.end():
            return mask.start()
    return end
