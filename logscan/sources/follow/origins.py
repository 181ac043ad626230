"""Whether what a new file holds was read before, in another: a copy, or a packed one; it hands on no line."""

from __future__ import annotations

import os
from collections.abc import Callable

from logscan.errors import BrokenArchiveError
from logscan.sources.follow.desks import Desk
from logscan.sources.follow.handles import Handles
from logscan.sources.follow.ledgers import Ledger
from logscan.sources.follow.packings import Packings
from logscan.sources.follow.prints import Press, Print
from logscan.sources.follow.readers import Moved, Rewritten
from logscan.sources.follow.searches import (
    Sighting,
    begins_as,
    compile_rotated,
    find_rotated,
    holds,
    is_packed,
    list_folders,
)
from logscan.sources.follow.tracks import NOTHING_READ, Track, Trail

_SHADOW_SECONDS = 60.0  # a copy that is made for emptying the original is followed by that at once


class Origins:
    """Compares by what was remembered of each file's beginning, and of the end of what was read."""

    def __init__(  # noqa: PLR0913, PLR0917 - what all of following shares
        self,
        ledger: Ledger,
        handles: Handles,
        press: Press,
        desk: Desk,
        clock: Callable[[], float],
        packings: Packings,
    ) -> None:
        self._ledger, self._handles, self._press = ledger, handles, press
        self._desk, self._clock, self._packings = desk, clock, packings
        self._copies: set[str] = (
            set()
        )  # paths of packed files that were seen to grow beside what they are made of

    def begin(self, trail: Trail, track: Track, status: os.stat_result, *, at_end: bool) -> None:
        """Decide where reading of a new file begins."""
        track.is_packed = is_packed(track.path)
        sighting = Sighting(track.path, status)
        origin = None if at_end else self._find_origin(trail, track, sighting)
        is_copy = trail.path in self._copies
        self._copies.discard(trail.path)
        if track.is_packed:
            track.is_ended = at_end or is_copy or origin is not None
            track.is_due = not track.is_ended
        elif origin is not None and not origin.is_ended:
            track.shadows, track.is_due = origin, False
        elif origin is not None:
            track.print = self._take_whole(sighting, origin.print)
        elif at_end:
            track.print = Print(track.size)
            track.is_unaligned = True
            self._align(track)

    def note_copy(self, trail: Trail, sighting: Sighting) -> None:
        """A packed file that is not whole yet may outlast what it is made of: remember whether that was followed."""
        plain = self._ledger.trails.get(os.path.splitext(trail.path)[0])
        if (plain is not None and plain.tracks()) or self._find_origin(trail, None, sighting) is not None:
            self._copies.add(trail.path)

    def resolve_shadow(self, trail: Trail, track: Track) -> None:
        """A copy whose original stays as it is was made for some other reason: only its own lines are told."""
        origin = track.shadows
        if origin is None or self._clock() - track.changed_at < _SHADOW_SECONDS:
            return
        sighting = Sighting(track.path, os.stat(track.path))
        track.shadows, track.is_due = None, True
        track.print = self._take_whole(sighting, origin.print)
        self._desk.save(trail)

    def is_known(self, trail: Trail, sighting: Sighting) -> bool:
        """Whether a file is a copy of one of this path's."""
        prints = [one.print for one in trail.tracks() if one.print.offset]
        return any(holds(sighting, one, self._press) for one in prints)

    def go_on_in_copy(self, trail: Trail, track: Track) -> bool:
        """Find the packed file, or the copy, in which the rest of a file that is gone stands.

        One that is still being written may be it, and is waited for.
        """
        if not track.print.offset:
            return False
        is_awaited = False
        for sighting in find_rotated(trail.path, list_folders(trail.path)):
            known = self._ledger.tracks.get(sighting.place)
            if known is track and is_packed(sighting.path) is track.is_packed:
                continue
            if (known is None or known is track) and not self._packings.is_whole(sighting):
                is_awaited = True
                continue
            if not holds(sighting, track.print, self._press):
                continue
            if known is not None and known is not track:
                owner = self._ledger.leave(known)
                if owner is not None:
                    self._desk.save(owner)
            self._ledger.move(track, sighting.place)
            track.path, track.is_packed = sighting.path, is_packed(sighting.path)
            track.note(sighting.status, self._clock())
            track.is_due, track.is_ended = True, False
            self._desk.save(trail)
            return True
        return is_awaited

    def _find_origin(self, trail: Trail, track: Track | None, sighting: Sighting) -> Track | None:
        """The file of which this is a copy, going by both their names and contents."""
        name = os.path.basename(trail.path)
        for other in list(self._ledger.trails.values()):
            if other is trail or not compile_rotated(os.path.basename(other.path)).fullmatch(name):
                continue
            for one in other.tracks():
                if one is not track and begins_as(sighting, one.print, self._press):
                    return one
        return None

    def _take_whole(self, sighting: Sighting, known: Print) -> Print:
        """A copy was read as far as its original was; a file that only begins alike is a new one."""
        return known if holds(sighting, known, self._press) else NOTHING_READ

    def _align(self, track: Track) -> None:
        try:
            self._handles.open(track)
        except (Moved, Rewritten, OSError, BrokenArchiveError):
            return  # its turn comes again
        track.is_due = track.print.offset < track.size
