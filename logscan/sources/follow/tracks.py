"""What is known of one followed file, and of one followed path; nothing here reads."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import NamedTuple

from logscan.sources.follow.prints import Print

NOTHING_READ = Print()


class Place(NamedTuple):
    """A file as the kernel knows it; the number is given again to another once it is gone."""

    device: int
    inode: int


@dataclass(slots=True, eq=False)
class Track:
    """One file, whatever its name is now. Ten thousand of them are held, so it holds no text."""

    place: Place
    path: str  # where it was last seen
    print: Print = NOTHING_READ
    skips: bool = False  # its offset stands inside an over-long line
    size: int = 0  # as last seen
    was_size: int = 0  # before that
    modified: int = -1  # nanoseconds, as last seen
    is_due: bool = True  # there may be something to read
    is_unaligned: bool = False  # its offset may be in the middle of a line
    is_hollow: bool = False  # it was emptied: NULs at its start are no text
    is_rotated: bool = False  # nobody should write it any more
    is_unlinked: bool = False
    is_packed: bool = False
    is_ended: bool = False  # read to its end, for good
    shadows: Track | None = None  # a copy of this one, which is read itself
    changed_at: float = 0.0  # by the clock
    misses: int = 0  # how often in a row it was not found anywhere

    @property
    def unread_bytes(self) -> int:
        """What is known to be there and was not handed on."""
        unknown = self.is_packed or self.is_ended or self.shadows is not None
        return 0 if unknown else max(0, self.size - self.print.offset)

    def note(self, status: os.stat_result, clock: float) -> None:
        """Take what the file looks like now."""
        if status.st_size == self.size and status.st_mtime_ns == self.modified:
            return
        self.was_size = self.size
        self.size, self.modified = status.st_size, status.st_mtime_ns
        self.is_due, self.is_ended = True, False
        self.changed_at = clock


@dataclass(slots=True, eq=False)
class Trail:
    """One path, and every file that was there and may still be written or is not read to its end."""

    path: str
    stream: str  # the path as it can be stored
    is_found: bool = True  # by a pattern; False where it was named
    current: Track | None = None
    older: list[Track] = field(default_factory=list)  # the oldest first
    refusal: str = ""  # the cause that was told
    next_look: float = 0.0
    gone_at: float | None = None
    bound: int | None = None  # nanoseconds: files changed since then may have been here in between
    bound_before: int | None = None  # the same, of the rotation before
    searches: int = 0  # how often more to look for them
    service: str | None = None
    fields: dict[str, str] | None = None

    def oldest_between(self) -> int | None:
        """How far back files may have been changed that are still looked for."""
        bounds = [one for one in (self.bound, self.bound_before) if one is not None]
        return min(bounds) if self.searches and bounds else None

    def tracks(self) -> list[Track]:
        return [*self.older, self.current] if self.current is not None else list(self.older)


def place_of(status: os.stat_result) -> Place:
    return Place(status.st_dev, status.st_ino)


def name_stream(path: str) -> str:
    """A path as text that every store can keep."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
