"""What a channel remembers of an incident, with where that means something: elsewhere it is forgotten; nothing here sends."""

from __future__ import annotations


def keep_memory(home: str, what: str | None) -> str | None:
    """What is kept for the next notice of an incident."""
    return None if what is None else f"{home} {what}"


def recall_memory(home: str, memory: str | None) -> str | None:
    """What was kept, unless the channel has come to lead elsewhere since: another room, or another service."""
    kept_home, _, what = (memory or "").rpartition(" ")
    return what if what and kept_home == home else None
