"""Being told of changes in folders, where the file system does that; polling goes on beside it and misses nothing."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from logscan.sources.follow.finders import Finder

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver

_MOUNTS = "/proc/self/mountinfo"
# Changes made elsewhere, or below the topmost layer, raise no events here.
_SILENT = (
    "nfs",
    "cifs",
    "smb",
    "9p",
    "ceph",
    "gluster",
    "fuse",
    "virtiofs",
    "lustre",
    "afs",
    "gpfs",
    "overlay",
)
_MOST_FOLDERS = 32  # each costs a thread
_FIELD_OF_MOUNT_POINT = 4


class Watch:
    """Collects the paths at which something happened."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._paths: set[str] = set()
        self._is_changed = False  # names came or went
        self._lock = threading.Lock()
        self._observer: BaseObserver | None = None

    def start(self, woken: threading.Event) -> None:
        """Set `woken` at every change from now on."""
        roots = {
            folder: is_deep
            for folder, is_deep in self._finder.list_roots().items()
            if os.path.isdir(folder) and raises_events(folder)
        }
        if not roots or len(roots) > _MOST_FOLDERS:
            return
        from watchdog import events
        from watchdog.observers import Observer

        class _Listener(events.FileSystemEventHandler):
            def on_any_event(_self, event: FileSystemEvent) -> None:  # noqa: N805 - `self` is the Watch
                self._note(event)
                woken.set()

        kinds = [
            events.FileModifiedEvent,
            events.FileCreatedEvent,
            events.FileDeletedEvent,
            events.FileMovedEvent,
        ]
        kinds += [events.DirCreatedEvent, events.DirMovedEvent]
        observer = Observer()
        try:
            for folder, is_deep in roots.items():
                observer.schedule(_Listener(), folder, recursive=is_deep, event_filter=kinds)
            observer.start()
        except OSError:  # the system's limit of watches
            return
        self._observer = observer

    def take(self) -> tuple[set[str], bool]:
        """The paths since the last call, and whether names came or went."""
        with self._lock:
            paths, self._paths = self._paths, set()
            is_changed, self._is_changed = self._is_changed, False
        return paths, is_changed

    def stop(self) -> None:
        """Leave nothing running."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None

    def _note(self, event: FileSystemEvent) -> None:
        with self._lock:
            self._paths.update(os.fsdecode(path) for path in (event.src_path, event.dest_path) if path)
            self._is_changed = self._is_changed or event.event_type != "modified"


def raises_events(folder: str) -> bool:
    """Whether a folder's file system tells of every change; not so over a network, or in layers."""
    kind = _read_kind(os.path.realpath(folder))
    return not kind.startswith(_SILENT)


def _read_kind(path: str) -> str:
    """The file system of the longest mount point above a path."""
    best, found = "", "fuse"
    try:
        with open(_MOUNTS, encoding="utf-8", errors="surrogateescape") as mounts:
            for line in mounts:
                before, _, after = line.partition(" - ")
                point = before.split()[_FIELD_OF_MOUNT_POINT].encode().decode("unicode_escape")
                if len(point) >= len(best) and (path + "/").startswith(point.rstrip("/") + "/"):
                    best, found = point, after.split()[0]
    except OSError:
        return found
    return found
