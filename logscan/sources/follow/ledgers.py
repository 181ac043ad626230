"""Which files are followed, and for which path; it looks at none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from logscan.sources.follow.pods import read_pod
from logscan.sources.follow.positions import read_position
from logscan.sources.follow.tracks import Place, Track, Trail, name_stream

MOST_OLDER = 8  # of a path's files that were read to their end and may still be written
_NOWHERE = -1  # no device


class Ledger:
    """A file belongs to one path at a time, whatever other names it has."""

    def __init__(self) -> None:
        self.trails: dict[str, Trail] = {}
        self.tracks: dict[Place, Track] = {}
        self.owners: dict[Place, Trail] = {}

    def restore(self, kept: Mapping[str, bytes]) -> None:
        """Take up what was kept. A file in two paths was on its way from one to the other: the further one counts."""
        for stream, value in kept.items():
            self._enter(read_position(stream, value))
        for trail in self.trails.values():
            if trail.current is not None and not self._is_best(trail.current):
                trail.current = None
            trail.older = [one for one in trail.older if self._is_best(one)]
            for track in trail.tracks():
                if self.tracks.get(track.place) is track:
                    self.owners[track.place] = trail

    def add_trail(self, path: str, *, is_found: bool) -> Trail:
        """Begin to follow a path."""
        trail = self._enter(Trail(path, name_stream(path)))
        trail.is_found = is_found
        return trail

    def add_current(self, trail: Trail, track: Track) -> None:
        """A file is at the path."""
        trail.current = track
        self._own(trail, track)

    def add_older(self, trail: Trail, track: Track) -> None:
        """A file was at the path before the current one."""
        trail.older.append(track)
        self._own(trail, track)

    def leave(self, track: Track) -> Trail | None:
        """Take a file from the path that it belongs to, and say which that was."""
        owner = self.owners.pop(track.place, None)
        self.tracks.pop(track.place, None)
        if owner is not None and owner.current is track:
            owner.current = None
        elif owner is not None:
            owner.older = [one for one in owner.older if one is not track]
        return owner

    def bury(self, track: Track) -> None:
        """The file is gone; that it was read is remembered for as long as its path is."""
        track.is_ended, track.is_due = True, False
        if self.tracks.get(track.place) is track:
            del self.tracks[track.place], self.owners[track.place]

    def move(self, track: Track, place: Place) -> None:
        """What is read is in another file now."""
        trail = self.owners.pop(track.place)
        del self.tracks[track.place]
        track.place = place
        self._own(trail, track)

    def make_homeless(self, track: Track) -> None:
        """The number of a file that is gone was given to another: it keeps one that no file has."""
        place = Place(_NOWHERE, track.place.inode)
        if (other := self.tracks.get(place)) is not None:
            self.bury(other)
        self.move(track, place)

    def trim(self, trail: Trail) -> list[Track]:
        """Let go of files that were read to their end a long time ago."""
        bound = trail.oldest_between()
        # One that a search could find is known again only while it is remembered.
        done = [one for one in trail.older if not one.is_due and (bound is None or one.modified < bound)]
        dropped = done[: max(0, len(done) - MOST_OLDER)]
        for track in dropped:
            self.bury(track)
        trail.older = [one for one in trail.older if one not in dropped]
        return dropped

    def forget(self, trail: Trail) -> None:
        """Let go of a path."""
        for track in trail.tracks():
            self.bury(track)
        del self.trails[trail.path]

    def all_tracks(self) -> Iterable[tuple[Trail, Track]]:
        return ((trail, track) for trail in list(self.trails.values()) for track in trail.tracks())

    def _enter(self, trail: Trail) -> Trail:
        trail.service, trail.fields = read_pod(trail.path)
        self.trails[trail.path] = trail
        for track in trail.tracks():
            other = self.tracks.get(track.place)
            if is_alive(track) and (other is None or other.print.offset < track.print.offset):
                self.tracks[track.place] = track
        return trail

    def _own(self, trail: Trail, track: Track) -> None:
        self.tracks[track.place] = track
        self.owners[track.place] = trail

    def _is_best(self, track: Track) -> bool:
        return not is_alive(track) or self.tracks[track.place] is track


def is_alive(track: Track) -> bool:
    """Whether the file is there, as far as anybody knows; a packed one is when it was read, too."""
    return not track.is_ended or track.is_packed
