"""One file's turn: read a piece, hand on its whole lines; what other programs did to the file is noticed here."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence

from logscan.errors import BrokenArchiveError
from logscan.model import NewsKind
from logscan.sources.follow.desks import Desk
from logscan.sources.follow.handles import Handles
from logscan.sources.follow.ledgers import Ledger
from logscan.sources.follow.prints import Press, Print, Verdict
from logscan.sources.follow.readers import Moved, Reader, Rewritten
from logscan.sources.follow.searches import find_rotated, holds, is_packed, list_folders, look_at
from logscan.sources.follow.tracks import NOTHING_READ, Track, Trail
from logscan.sources.framing import Lines

TURN_BYTES = 1 << 18  # no busy file keeps the others waiting for longer than this takes


class Turns:
    """Reads files in turn."""

    def __init__(
        self, ledger: Ledger, handles: Handles, press: Press, desk: Desk, clock: Callable[[], float]
    ) -> None:
        self._ledger, self._handles, self._press = ledger, handles, press
        self._desk, self._clock = desk, clock

    def take(self, trail: Trail, track: Track) -> bool:
        """Read at most TURN_BYTES, and on to the end of a long line; say whether there may be more.

        Where many files hold half a line, those that do not fit in memory begin theirs again, each turn.
        """
        self._take(trail, track)
        while track.is_due and self._holds_much(track):
            self._take(trail, track)
        return track.is_due

    def _holds_much(self, track: Track) -> bool:
        reader = self._handles.peek(track)
        return reader is not None and reader.held_bytes >= TURN_BYTES

    def _take(self, trail: Trail, track: Track) -> None:
        try:
            reader = self._handles.open(track)
            fresh = reader.read(TURN_BYTES)
        except (Moved, FileNotFoundError):
            track.is_due = False  # the next look finds out where to
            trail.next_look = 0.0
        except Rewritten as found:
            self._start_over(trail, track, found.verdict)
        except BrokenArchiveError as error:
            self._desk.tell(trail, NewsKind.LOST, "damaged", str(error))
            self._end_packed(trail, track)
        except OSError as error:
            self._handles.drop(track)
            track.is_due = False
            track.modified = -1  # so that the next look makes it due again
            self.refuse(
                trail,
                "permission" if isinstance(error, PermissionError) else "fault",
                error.strerror or str(error),
            )
        else:
            self.readmit(trail)
            if track.is_packed and not fresh:
                self._end_packed(trail, track)
                return
            track.is_due = len(fresh) >= TURN_BYTES or track.is_packed
            if fresh:
                self._hand_on(trail, track, reader, reader.framer.feed(fresh))
                track.is_due = track.is_due or reader.has_more(track.size)

    def flush(self, trail: Trail, track: Track) -> bool:
        """Hand on a last line without its end; False where it has to be read again first."""
        reader = self._handles.peek(track)
        if reader is None:
            track.is_due = track.print.offset < track.size and not track.is_ended
            return not track.is_due
        lines = [one for one in reader.framer.end() if one.lost_bytes or any(one.text)]
        return self._hand_on(trail, track, reader, lines)

    def refuse(self, trail: Trail, cause: str, why: str) -> None:
        """Say once that a path is not read."""
        if trail.refusal != cause:
            trail.refusal = cause
            self._desk.tell(trail, NewsKind.REFUSED, cause, why)

    def refuse_for(self, trail: Trail, error: OSError) -> None:
        """The same, in the system's words: it does not allow it, or it does not answer now."""
        causes = {errno.EACCES: "permission", errno.EPERM: "permission", errno.ELOOP: "link"}
        self.refuse(trail, causes.get(error.errno or 0, "fault"), error.strerror or str(error))

    def readmit(self, trail: Trail) -> None:
        trail.refusal = ""

    def _start_over(self, trail: Trail, track: Track, verdict: Verdict) -> None:
        """Same file, other content: emptied, and perhaps written since; the unread rest is lost and counted."""
        known = track.print
        self._handles.drop(track)
        if self._is_copied_over(trail, track):
            return
        track.is_due, track.is_hollow, track.skips = True, True, False
        self._desk.tell(trail, NewsKind.ROTATED, "truncate", "was emptied, and is read from its start")
        if verdict is Verdict.HOLLOW:
            self._renew_print(track)
        else:
            track.print = NOTHING_READ
        lost = max(0, track.was_size - known.offset)
        track.was_size = 0
        if not self._go_on_in_copy(trail, track, known) and lost:
            self._desk.tell(
                trail, NewsKind.LOST, "truncated", f"{lost} bytes were lost as it was emptied", lost
            )
        self._desk.save(trail)

    def _hand_on(self, trail: Trail, track: Track, reader: Reader, lines: Sequence[Lines]) -> bool:
        """False where the file cannot be looked at again; what was not handed on is read anew."""
        try:
            self._desk.put(trail, track, reader, lines)
        except OSError as error:
            self._handles.drop(track)
            track.is_due, track.modified = False, -1
            self.refuse_for(trail, error)
            return False
        reader.let_go()
        return True

    def _renew_print(self, track: Track) -> None:
        try:
            self._handles.renew_print(track)
        except (Moved, OSError):
            track.print = NOTHING_READ

    def _is_copied_over(self, trail: Trail, track: Track) -> bool:
        """An earlier copy may be written over with the next one, before the original is emptied again."""
        current = trail.current
        if current is None or current is track or not current.print.offset:
            return False
        sighting = look_at(track.path)
        if sighting is None or not holds(sighting, current.print, self._press):
            return False
        track.print, track.shadows, track.is_due = current.print, current, False
        self._desk.save(trail)
        return True

    def _go_on_in_copy(self, trail: Trail, track: Track, known: Print) -> bool:
        """What was not read of a file before it was emptied may stand in the copy that was made for that."""
        if not known.offset:
            return False
        for sighting in find_rotated(trail.path, list_folders(trail.path)):
            copy = self._ledger.tracks.get(sighting.place)
            if copy is track or not holds(sighting, known, self._press):
                continue
            if copy is not None and copy.shadows is None and copy.print.offset >= known.offset:
                return True
            if copy is None:
                copy = Track(sighting.place, sighting.path, changed_at=self._clock())
                self._ledger.add_older(trail, copy)
            copy.print, copy.shadows, copy.is_due, copy.is_rotated = known, None, True, True
            copy.is_packed = is_packed(sighting.path)
            copy.note(sighting.status, self._clock())
            self._ledger.owners[sighting.place].next_look = 0.0
            return True
        return False

    def _end_packed(self, trail: Trail, track: Track) -> None:
        """Nothing is ever added to a packed file."""
        self.flush(trail, track)
        self._handles.drop(track)
        track.is_ended, track.is_due = True, False
        self._desk.save(trail)
