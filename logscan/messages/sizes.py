"""How long a text is for a service, and a text cut at a code point, with a note.

Sizes are UTF-16 units, as the strictest of the services counts them; no other counts more.
"""

from __future__ import annotations

_NOTE = "… [cut]"


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
    return text[:kept] + _NOTE
