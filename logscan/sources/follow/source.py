"""Files that are followed, as a live source: what is looked at and read when; it judges no file and cuts no line."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from logscan.model import NewsKind
from logscan.sources.follow.desks import Desk
from logscan.sources.follow.finders import Finder
from logscan.sources.follow.handles import Handles
from logscan.sources.follow.ledgers import Ledger
from logscan.sources.follow.prints import Press
from logscan.sources.follow.rotations import Rotations
from logscan.sources.follow.tracks import Track, Trail
from logscan.sources.follow.watching import Watch
from logscan.sources.live import Sink

ACTIVE_SECONDS = 1.0  # between two looks at a file that changes
IDLE_SECONDS = 10.0  # at one that did not change for as long, and at paths that are not there
REFUSED_SECONDS = {"fault": ACTIVE_SECONDS, "permission": 5.0}  # these heal
FORGET_SECONDS = 600.0
_PATIENCE_SECONDS = 10.0  # a rotation may leave a path without a file for a moment


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowOptions:
    """What to follow, and how."""

    patterns: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    from_start: bool = False  # where a file begins that was there at the first start
    max_line: int = 1 << 20
    events: bool = True  # be told of changes where that works; polling goes on beside it


class FilesSource:
    """Hands on the lines of every file that fits, through every rotation."""

    kind = "files"

    def __init__(self, name: str, options: FollowOptions, *, key: bytes, clock: Callable[[], float]) -> None:
        self.name = name
        self._options, self._clock = options, clock
        self._press = Press(key)
        self._finder = Finder(options.patterns, options.exclude)
        self._handles = Handles(self._press, options.max_line)
        self._ledger = Ledger()
        self._rotations: Rotations | None = None
        self._desk: Desk | None = None
        self._watch = Watch(self._finder) if options.events else None
        self._woken = threading.Event()
        self._round_at = float("-inf")
        self._seen_at: float | None = None  # when something could be read last
        self._is_up: bool | None = None
        self._due: dict[Track, None] = {}  # files that wait for their turn
        self.moved_at = clock()  # when it last did anything

    def run(self, sink: Sink) -> None:
        try:
            if self._watch is not None:
                self._watch.start(self._woken)
            while not sink.stopping.is_set():
                self._woken.clear()
                self.moved_at = self._clock()
                if not self.poll_once(sink):
                    wait = self._round_at + ACTIVE_SECONDS - self._clock()
                    self._woken.wait(max(0.0, wait))
        finally:
            if self._watch is not None:
                self._watch.stop()
            self._handles.close()

    def wake(self) -> None:
        self._woken.set()

    def lag_bytes(self) -> int | None:
        return sum(track.unread_bytes for _, track in self._ledger.all_tracks())

    def poll_once(self, sink: Sink) -> bool:
        """Look at what is due and give each file one turn; True where there is more to read at once."""
        if self._rotations is None or self._desk is None:
            self._begin(sink)
        elif self._clock() - self._round_at >= ACTIVE_SECONDS:
            self._round_at = self._clock()
            self._discover()
            self._look_round()
        self._look_at_events()
        return self._read()

    def close(self) -> None:
        """Close every file; `run` does it by itself."""
        self._handles.close()

    def _begin(self, sink: Sink) -> None:
        self._desk = Desk(self.name, sink, self._press)
        self._rotations = Rotations(self._ledger, self._handles, self._press, self._desk, self._clock)
        self._round_at = self._clock()
        kept = sink.kept(self.name)
        self._ledger.restore(kept)
        for trail in list(self._ledger.trails.values()):
            if not self._finder.matches(trail.path):
                self._forget(trail)
        found = self._finder.find() or {}
        for path, is_found in found.items():
            if path in self._ledger.trails:
                self._ledger.trails[path].is_found = is_found
        # Those of which something was read first: what rotations made of their files is theirs.
        for trail in list(self._ledger.trails.values()):
            self._look(trail)
        at_end = not self._options.from_start and not sink.starts_afresh
        for path, is_found in found.items():
            if path not in self._ledger.trails:
                self._look(self._ledger.add_trail(path, is_found=is_found), at_end=at_end)
        self._spread()
        self._judge_sight()

    def _discover(self, *, at_once: bool = False) -> None:
        for path, is_found in (self._finder.find(at_once=at_once) or {}).items():
            trail = self._ledger.trails.get(path)
            if trail is None:
                self._look(self._ledger.add_trail(path, is_found=is_found))
            elif trail.gone_at is not None:
                trail.next_look = 0.0

    def _look_round(self) -> None:
        now = self._clock()
        for trail in list(self._ledger.trails.values()):
            if trail.next_look <= now:
                self._look_if_changed(trail)
                is_gone = trail.gone_at is not None and now - trail.gone_at >= FORGET_SECONDS
                if is_gone and all(track.is_ended for track in trail.older):
                    self._forget(trail)
        self._judge_sight()

    def _look_at_events(self) -> None:
        if self._watch is None:
            return
        paths, is_changed = self._watch.take()
        for path in paths:
            trail = self._ledger.trails.get(path)
            if trail is not None:
                self._look(trail)
        if is_changed:
            self._discover(at_once=True)

    def _look_if_changed(self, trail: Trail) -> None:
        assert self._rotations is not None
        now, track = self._clock(), trail.current
        is_idle = track is not None and now - track.changed_at >= IDLE_SECONDS
        if is_idle and self._rotations.is_unchanged(trail):
            trail.next_look = now + IDLE_SECONDS
        else:
            self._look(trail)

    def _look(self, trail: Trail, *, at_end: bool = False) -> None:
        assert self._rotations is not None
        now = self._clock()
        try:
            self._rotations.look(trail, at_end=at_end)
        except FileNotFoundError:
            trail.next_look = now  # it went while we looked
            return
        except OSError as error:  # a disk or a server that does not answer now; nothing is judged by that
            self._rotations.turns.refuse_for(trail, error)
            trail.next_look = now + ACTIVE_SECONDS
            return
        tracks = [track for track in trail.tracks() if not track.is_ended]
        is_active = trail.searches or any(now - track.changed_at < IDLE_SECONDS for track in tracks)
        wait = REFUSED_SECONDS.get(trail.refusal, IDLE_SECONDS)
        trail.next_look = now + (ACTIVE_SECONDS if is_active else wait)
        self._due.update((track, None) for track in tracks if track.is_due)

    def _read(self) -> bool:
        """One turn for each, so that a busy file keeps no other waiting."""
        assert self._rotations is not None
        for track in list(self._due):
            self.moved_at = self._clock()
            trail = self._ledger.owners.get(track.place)
            if trail is None or not track.is_due or self._ledger.tracks.get(track.place) is not track:
                del self._due[track]
                continue
            before = [one for one in trail.older if one.is_due] if track is trail.current else []
            if before:
                self._due.update(dict.fromkeys(before))  # what was written first is told first
                continue
            if not self._rotations.turns.take(trail, track):
                del self._due[track]
        return bool(self._due)

    def _judge_sight(self) -> None:
        """Say so when nothing can be read for longer than a rotation takes, and when something can again."""
        assert self._desk is not None
        now = self._clock()
        if any(trail.current is not None and not trail.refusal for trail in self._ledger.trails.values()):
            self._seen_at = now
            if self._is_up is not True:
                self._is_up = True
                self._desk.tell(None, NewsKind.UP, "", "is being read")
            return
        is_over = self._seen_at is None or now - self._seen_at >= _PATIENCE_SECONDS
        if is_over and self._is_up is not False:
            self._is_up = False
            self._desk.tell(None, NewsKind.DOWN, "no-file", "no file that fits can be read now")

    def _forget(self, trail: Trail) -> None:
        assert self._desk is not None
        for track in trail.tracks():
            self._handles.drop(track)
        self._ledger.forget(trail)
        self._desk.forget(trail)

    def _spread(self) -> None:
        """Thousands of idle files are not looked at all in the same moment."""
        for number, trail in enumerate(self._ledger.trails.values()):
            trail.next_look = self._round_at + (number % int(IDLE_SECONDS)) + ACTIVE_SECONDS
