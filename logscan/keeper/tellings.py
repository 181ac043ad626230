"""Changes → notices, and what happened → steps of a timeline; it sends nothing."""

from __future__ import annotations

import secrets
from datetime import datetime

from logscan.incidents import Note
from logscan.model import Change, ChangeKind, Incident, Notice, NoticeType, Reason
from logscan.store import Entry

_ID_BYTES = 12


def make_notice(change: Change) -> Notice:
    """Made once, and kept before anybody is told: so its id is the same on every attempt."""
    return Notice(
        id=secrets.token_hex(_ID_BYTES),
        type=NoticeType.NOTICE,
        key=change.incident.key,
        change=change.kind,
        reason=change.reason,
        at=change.at,
        incident=change.incident,
    )


def make_acknowledgement(incident: Incident, at: datetime) -> Notice:
    """For the channels that want to know of it; nobody else is told."""
    return make_notice(Change(ChangeKind.REMINDED, Reason.MANUAL, at, incident))


def make_entry(note: Note) -> Entry:
    """A step as it is kept."""
    return Entry(note.at, note.incident_id, note.what, note.reason, note.text)
