"""A look at a path: which file is there, where the one before it went, and what became of those; it reads no line."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress

from logscan.model import NewsKind
from logscan.sources.files import judge_file
from logscan.sources.follow.desks import Desk
from logscan.sources.follow.handles import Handles
from logscan.sources.follow.ledgers import Ledger
from logscan.sources.follow.origins import Origins
from logscan.sources.follow.packings import Packings
from logscan.sources.follow.prints import Press
from logscan.sources.follow.searches import Sighting, find_renamed, find_rotated, holds, is_packed
from logscan.sources.follow.tracks import Place, Track, Trail, place_of
from logscan.sources.follow.turns import Turns

QUIET_SECONDS = 60.0  # a program that writes to a file which was renamed has opened the new one by then
UNLINKED_SECONDS = 10.0  # an unlinked one takes up room for as long as we hold it
_MOST_MISSES = 3
_SEARCHES = 2  # a look may fall into the middle of a rotation; the next one does not


class Rotations:
    """Looks at paths."""

    def __init__(
        self, ledger: Ledger, handles: Handles, press: Press, desk: Desk, clock: Callable[[], float]
    ) -> None:
        self._ledger, self._handles, self._press = ledger, handles, press
        self._desk, self._clock = desk, clock
        self.turns = Turns(ledger, handles, press, desk, clock)
        self._packings = Packings(clock)
        self._origins = Origins(ledger, handles, press, desk, clock, self._packings)

    def look(self, trail: Trail, *, at_end: bool = False) -> None:
        """See what is at a path; a file that is new there is read from its start, or from its end."""
        known = [track.modified for track in trail.older if track.modified >= 0]
        if trail.current is None and known and not trail.searches:
            trail.bound, trail.bound_before, trail.searches = max(known), None, 1  # others may come and go
        self._look_at_path(trail, at_end=at_end)
        for track in list(trail.older):
            self._look_at_older(trail, track)
        if trail.searches:
            self._find_between(trail)
        if trail.current is not None:
            self._origins.resolve_shadow(trail, trail.current)
            if trail.current.is_rotated:
                self._settle(trail, trail.current)
        for track in self._ledger.trim(trail):
            self._handles.drop(track)
        trail.searches = max(0, trail.searches - 1)

    def is_unchanged(self, trail: Trail) -> bool:
        """Whether a look would find nothing, at the price of one call: most files are idle most of the time."""
        track = trail.current
        if (
            track is None
            or trail.older
            or trail.searches
            or track.is_due
            or track.is_rotated
            or track.shadows
        ):
            return False
        try:
            status = os.stat(trail.path)
        except OSError:
            return False
        is_same = status.st_size == track.size and status.st_mtime_ns == track.modified
        return is_same and place_of(status) == track.place

    def _look_at_path(self, trail: Trail, *, at_end: bool) -> None:
        try:
            status = os.stat(trail.path)
        except (FileNotFoundError, NotADirectoryError):
            self._miss(trail)
            return
        except OSError as error:
            self.turns.refuse_for(trail, error)
            return
        current = trail.current
        if current is not None and current.place == place_of(status):
            current.note(status, self._clock())
            trail.gone_at = None
            return
        if not at_end and self._is_being_packed(trail, Sighting(trail.path, status)):
            self._origins.note_copy(trail, Sighting(trail.path, status))
            return
        refusal = judge_file(trail.path, found=trail.is_found)
        if refusal is not None:
            self.turns.refuse(trail, refusal.cause, refusal.why)
            self._miss(trail)
            return
        trail.gone_at = None
        self._replace(trail, status, at_end=at_end)

    def _miss(self, trail: Trail) -> None:
        if trail.current is not None:
            self._retire(trail)
            self._desk.save(trail)
        if trail.gone_at is None:
            trail.gone_at = self._clock()

    def _replace(self, trail: Trail, status: os.stat_result, *, at_end: bool) -> None:
        place = place_of(status)
        known = self._recognise(Sighting(trail.path, status))
        owner = self._ledger.owners.get(place)
        if known is not None and owner is not trail and owner is not None and _is_at(owner.path, place):
            return  # another name of a file that is followed under its first one
        if trail.current is not None:
            self._retire(trail)
        if known is None:
            track = Track(place, os.path.realpath(trail.path))  # a link may lead elsewhere tomorrow
            track.note(status, self._clock())
            self._ledger.add_current(trail, track)
            self._origins.begin(trail, track, status, at_end=at_end)
            self._desk.save(trail)
            return
        self._ledger.leave(known)
        self._ledger.add_current(trail, known)
        known.path, known.is_rotated = os.path.realpath(trail.path), owner is not trail
        known.note(status, self._clock())
        # The new owner first: should this be all that is kept, the file is in both, and the further one counts.
        self._desk.save(trail)
        if owner is not None and owner is not trail:
            self._note_rotation(owner, known, "rename")
            self._desk.save(owner)

    def _recognise(self, sighting: Sighting) -> Track | None:
        """The file, if it is a followed one; its number may have been given to another since."""
        known = self._ledger.tracks.get(sighting.place)
        if known is None or self._handles.peek(known) is not None or not known.print.offset:
            return known
        if holds(sighting, known.print, self._press):
            known.is_packed = is_packed(
                sighting.path
            )  # the number was given again at once, to its packed copy
            return known
        if _is_at(known.path, known.place) and known.path != sighting.path:
            return known  # a second name of it; what became of its content is found out where it is read
        if not known.is_ended:
            self._ledger.make_homeless(
                known
            )  # its rest may stand in a copy, which is looked for as for any that is gone
        else:
            self._lose(self._ledger.owners[known.place], known)
        return None

    def _retire(self, trail: Trail) -> None:
        """Another file is at the path, or none; what is left of this one is still read."""
        track = trail.current
        assert track is not None
        trail.current = None
        trail.older.append(track)
        track.is_rotated, track.is_due = True, not track.is_ended
        cause = "rename" if self._find(trail, track) else "replace"
        self._note_rotation(trail, track, cause)

    def _note_rotation(self, trail: Trail, track: Track, cause: str) -> None:
        if track.modified >= 0:
            trail.bound_before = trail.bound if trail.searches else None
            trail.bound, trail.searches = track.modified, _SEARCHES
        words = "was renamed" if cause == "rename" else "was replaced"
        self._desk.tell(trail, NewsKind.ROTATED, cause, f"{words}; it is read to its end")

    def _find(self, trail: Trail, track: Track) -> bool:
        """Learn where a file is now; False where it is nowhere."""
        status = self._handles.read_status(track)
        reader = self._handles.peek(track)
        if status is not None and reader is not None:
            track.is_unlinked = status.st_nlink == 0
            if track.is_unlinked:
                return False
            with suppress(OSError):
                name = os.readlink(f"/proc/self/fd/{reader.descriptor}")
                if _is_at(name, track.place):
                    track.path = name
                    return True
        if _is_at(track.path, track.place):
            return True
        sighting = find_renamed(trail.path, track, self._press)
        if sighting is not None:
            track.path = sighting.path
        return sighting is not None

    def _find_between(self, trail: Trail) -> None:
        """Files that came to the path and left it between two looks, or while nobody looked."""
        bound = trail.oldest_between()
        if bound is None:
            return
        for sighting in find_rotated(trail.path, {os.path.dirname(one.path) for one in trail.older}):
            if sighting.status.st_mtime_ns < bound or sighting.place in self._ledger.tracks:
                continue
            if sighting.path in self._ledger.trails or self._is_being_packed(trail, sighting):
                continue
            packed = is_packed(sighting.path)
            if packed and any(one.is_due for one in trail.tracks()):
                trail.searches = max(2, trail.searches)  # it may be of one that is read just now
                continue
            if self._origins.is_known(trail, sighting):
                continue
            track = Track(sighting.place, sighting.path, is_rotated=True, is_packed=packed)
            track.note(sighting.status, self._clock())
            self._ledger.add_older(trail, track)
            self._desk.save(trail)

    def _is_being_packed(self, trail: Trail, sighting: Sighting) -> bool:
        """A file that is half packed is neither believed nor read, but looked at again soon."""
        known = self._ledger.tracks.get(sighting.place)
        if (known is not None and known.is_packed) or self._packings.is_whole(sighting):
            return False
        trail.searches = max(_SEARCHES, trail.searches)
        return True

    def _look_at_older(self, trail: Trail, track: Track) -> None:
        if track.is_ended:
            return
        status = self._read_status(track)
        if status is not None:
            track.misses = 0
            track.is_unlinked = status.st_nlink == 0
            track.note(status, self._clock())
            self._settle(trail, track)
        elif self._find(trail, track):
            track.is_due = True
        elif self._origins.go_on_in_copy(trail, track):
            pass
        else:
            self._give_up(trail, track)

    def _read_status(self, track: Track) -> os.stat_result | None:
        status = self._handles.read_status(track)
        if status is not None:
            return status
        try:
            status = os.stat(track.path)
        except OSError:
            return None
        return status if place_of(status) == track.place else None

    def _give_up(self, trail: Trail, track: Track) -> None:
        """It is gone. A packed copy of it may take a moment to appear."""
        track.misses += 1
        if track.misses < _MOST_MISSES:
            return
        self._lose(trail, track)

    def _lose(self, trail: Trail, track: Track) -> None:
        lost = track.unread_bytes
        if lost:
            self._desk.tell(
                trail, NewsKind.LOST, "gap", f"it is gone, with {lost} bytes that were not read", lost
            )
        self._ledger.bury(track)
        self._desk.save(trail)

    def _settle(self, trail: Trail, track: Track) -> None:
        """Once nobody writes to it any more its last line is whole, whether it has an end or not."""
        patience = UNLINKED_SECONDS if track.is_unlinked else QUIET_SECONDS
        if track.is_due or track.is_ended or self._clock() - track.changed_at < patience:
            return
        if track.unread_bytes and not self.turns.flush(trail, track):
            return
        if track.is_unlinked:
            self._ledger.bury(track)
            self._handles.drop(track)
            self._desk.save(trail)
        elif track is not trail.current:
            self._handles.drop(track)


def _is_at(path: str, place: Place) -> bool:
    try:
        return place_of(os.stat(path)) == place
    except OSError:
        return False
