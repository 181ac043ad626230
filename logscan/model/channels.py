"""What a way to tell people promises to whoever delivers; nothing here sends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from logscan.model.incidents import Incident, Notice


class Receipt(NamedTuple):
    """A notice was delivered."""

    # What the channel wants to know when it is sent the next notice of the same thread, such as the message to
    # answer. It means nothing to others, holds no secret, and is kept with the record of the delivery.
    # None: as it was.
    memory: str | None = None
    answer: str = ""  # what the service said, for people


class Pace(NamedTuple):
    """As many notices within so many seconds as the service takes."""

    notices: int
    seconds: float


class Manner(NamedTuple):
    """What whoever delivers must know of a kind of channel."""

    kind: str  # its word in the configuration
    pace: Pace | None = None  # None: as many as there are
    # Whether several notices may be merged into one digest: only where people read. A program must be sent
    # every one of them, or it would never learn that an incident is over.
    takes_digests: bool = False
    # Whether it is to know that somebody has taken an incident on, so that it calls nobody else.
    takes_acknowledgements: bool = False


class Channel(Protocol):
    """A way to tell people, used by one thread at a time; no call that it makes takes longer than 30 s."""

    name: str  # in the configuration
    manner: Manner

    def send(self, notice: Notice, memory: str | None) -> Receipt:
        """Deliver once; `memory` is the last one that this channel gave for this `name_thread(notice)`.

        Raise TryAgain or GiveUp; returning means delivered. TryAgain may carry a memory, to be kept just so.
        """

    def close(self) -> None:
        """Give back what is held open; nothing is sent after this."""


@runtime_checkable
class Repeater(Channel, Protocol):
    """A channel whose service forgets what it is not told again and again."""

    repeat_seconds: float  # how often
    keep_ended_seconds: float  # for how long an incident's end is repeated, too

    def repeat(self, incidents: Sequence[Incident]) -> None:
        """Tell everything anew: each incident as it was last sent here, if it fires or ended not long ago.

        Raise TryAgain or GiveUp as `send` does; the next time comes anyway.
        """


def name_thread(notice: Notice) -> str:
    """What a channel's memory belongs to: one incident; or one notice, where that speaks of no incident."""
    return notice.id if notice.incident is None else notice.incident.id
