"""What came of one call to the book: what is to be told, what is not and why, and what the timeline shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from logscan.incidents.manners import Place
from logscan.model import Change, Incident, Untold


class Withheld(NamedTuple):
    """One thing that was seen and is told to nobody; `detail` is for people, such as `http.unauthorized 2/5`."""

    key: str
    why: Untold
    detail: str = ""


class Note(NamedTuple):
    """One entry of an incident's timeline."""

    incident_id: str
    at: datetime
    what: str  # seen, opened, escalated, lowered, reminded, resolved, untold, healed, acknowledged, absorbed
    reason: str  # a Reason or an Untold
    text: str  # for people; redacted


class Account(NamedTuple):
    """An incident with the places of its first and last bad line, and of the line that ended it."""

    incident: Incident
    first: Place
    last: Place
    end: Place | None = None


@dataclass(slots=True)
class Outcome:
    """Empty where nothing is to be told or kept; changes stand in the order in which they are to be told."""

    changes: list[Change] = field(default_factory=list)
    untold: list[Withheld] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    closed: list[Account] = field(default_factory=list)  # incidents that ended, told or not; healed ones too
    dropped: list[str] = field(default_factory=list)  # ids of pending ones that turned out to be none

    def add(self, other: Outcome) -> None:
        """Take in what came afterwards."""
        self.changes += other.changes
        self.untold += other.untold
        self.notes += other.notes
        self.closed += other.closed
        self.dropped += other.dropped
