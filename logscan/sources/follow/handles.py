"""Open files, few of them whatever the number that is followed; the one used longest ago is closed first."""

from __future__ import annotations

import errno
import os
from collections import OrderedDict

from logscan.sources.follow.prints import Press
from logscan.sources.follow.readers import (
    PackedReader,
    PlainReader,
    Reader,
    make_framer,
    open_descriptor,
)
from logscan.sources.follow.tracks import Track
from logscan.sources.follow.wide import WideFramer

MOST_OPEN = 64
_MOST_HELD_BYTES = 64 << 20  # of unfinished lines, over all open files
_BACK_BYTES = 1 << 16
_HEAD_BYTES = 4


class Handles:
    """Opens what is to be read; a file that was read before is looked at before it is believed."""

    def __init__(self, press: Press, max_line: int) -> None:
        self._press, self._max_line = press, max_line
        self._open: OrderedDict[Track, Reader] = OrderedDict()
        self._most_open = MOST_OPEN  # fewer where the system grants fewer

    def __len__(self) -> int:
        return len(self._open)

    def peek(self, track: Track) -> Reader | None:
        """The open file, if it is open."""
        return self._open.get(track)

    def open(self, track: Track) -> Reader:
        """The open file. Raise Moved, Rewritten, OSError or BrokenArchiveError."""
        reader = self._open.get(track)
        if reader is None:
            reader = self._open[track] = self._open_anew_if_room(track)
        self._open.move_to_end(track)
        self._make_room(self._most_open)
        return reader

    def read_status(self, track: Track) -> os.stat_result | None:
        """What an open file looks like now; one that its file system knows no more is closed."""
        reader = self._open.get(track)
        if reader is None:
            return None
        try:
            return os.fstat(reader.descriptor)
        except OSError:
            self.drop(track)
            return None

    def drop(self, track: Track) -> None:
        """Close a file; the unfinished line is read again when it is opened again."""
        reader = self._open.pop(track, None)
        if reader is not None:
            reader.close()

    def close(self) -> None:
        for track in list(self._open):
            self.drop(track)

    def renew_print(self, track: Track) -> None:
        """Take what now stands before a track's offset for what it read."""
        descriptor = open_descriptor(track)
        try:
            track.print = self._press.take(track.print.offset, lambda n, at: os.pread(descriptor, n, at))
        finally:
            os.close(descriptor)

    def _open_anew_if_room(self, track: Track) -> Reader:
        try:
            return self._open_anew(track)
        except OSError as error:
            if error.errno not in (errno.EMFILE, errno.ENFILE) or not self._open:
                raise
            # Half of what we have, so that something is left for everybody else, too.
            self._most_open = max(1, len(self._open) // 2)
            self._make_room(self._most_open)
            return self._open_anew(track)

    def _open_anew(self, track: Track) -> Reader:
        descriptor = open_descriptor(track)
        try:
            if track.is_packed:
                return PackedReader(descriptor, track, self._max_line, self._press).check()
            if track.is_unaligned:
                self._align(track, descriptor)
            return PlainReader(descriptor, track, self._max_line).check(track, self._press)
        except BaseException:
            os.close(descriptor)
            raise

    def _make_room(self, most_open: int) -> None:
        held = sum(reader.held_bytes for reader in self._open.values()) if len(self._open) > 1 else 0
        for track, reader in list(self._open.items())[:-1]:
            if len(self._open) <= most_open and held <= _MOST_HELD_BYTES:
                return
            if not track.is_unlinked:  # that one could never be opened again
                held -= reader.held_bytes
                self.drop(track)

    def _align(self, track: Track, descriptor: int) -> None:
        """Go back to the start of the line that is being written."""

        def read_at(size: int, offset: int) -> bytes:
            return os.pread(descriptor, size, offset)

        framer = make_framer(read_at(_HEAD_BYTES, 0), self._max_line, 0, skips=False)
        unit = 2 if isinstance(framer, WideFramer) else 1
        line_end = "\n".encode(framer.encoding) if isinstance(framer, WideFramer) else b"\n"
        at = end = track.print.offset // unit * unit
        start = 0
        while at > 0 and end - at < self._max_line:
            size = min(_BACK_BYTES, at)
            at -= size
            piece = read_at(size, at)
            found = piece.rfind(line_end)
            while found > 0 and found % unit:
                found = piece.rfind(line_end, 0, found + 1)
            if found >= 0:
                start = at + found + unit
                break
        else:
            start = end if at > 0 else 0
        track.print = self._press.take(start, read_at)
        track.is_unaligned = False
