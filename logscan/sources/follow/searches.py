"""Where a file went that is no longer at its path: by its number, by its name, by what it holds. It moves nothing."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from logscan.errors import BrokenArchiveError
from logscan.sources.follow.prints import HEAD_BYTES, Press, Print, ReadAt, Verdict
from logscan.sources.follow.readers import PackedReader
from logscan.sources.follow.tracks import Place, Track, place_of
from logscan.sources.unpacking import MAGIC

_MOST_ENTRIES = 20_000  # of all folders that are looked through for one file
PACKED_ENDS = (".gz", ".bz2", ".xz", ".zst")
_OPEN_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC | os.O_NOFOLLOW
_LONGEST_MAGIC = max(map(len, MAGIC))


class Sighting(NamedTuple):
    """A regular file that may be one which was followed."""

    path: str
    status: os.stat_result

    @property
    def place(self) -> Place:
        return place_of(self.status)


def find_renamed(path: str, track: Track, press: Press) -> Sighting | None:
    """The very file near a path, by its number, which may have been given to another, so by its content too.

    One beside the path that has a rotated name needs no more than the number: emptied and written anew, or
    another that was at the path for a while, it is to be read.
    """
    is_rotated = compile_rotated(os.path.basename(path))
    for folder in (*list_folders(path), *_list_beside(path)):
        for entry in _list_entries(folder):
            if entry.inode() != track.place.inode or (sighting := look_at(entry.path)) is None:
                continue
            if sighting.place != track.place or is_packed(entry.path) is not track.is_packed:
                continue  # who packs a file makes a new one, which may get its number
            is_named = folder == os.path.dirname(path) and is_rotated.fullmatch(entry.name)
            is_its = track.print.offset and holds(sighting, track.print, press)
            if is_its or (is_named and not track.is_packed):
                return sighting
    return None


def find_rotated(path: str, others: Iterable[str] = ()) -> list[Sighting]:
    """Files that a rotation may have made of this one, the oldest first: in its folder, and in others."""
    is_rotated = compile_rotated(os.path.basename(path))
    sightings = [
        sighting
        for folder in dict.fromkeys((os.path.dirname(path), *others))
        for entry in _list_entries(folder)
        if is_rotated.fullmatch(entry.name) and (sighting := look_at(entry.path))
    ]
    return sorted(sightings, key=lambda sighting: sighting.status.st_mtime_ns)


@lru_cache(maxsize=256)
def compile_rotated(name: str) -> re.Pattern[str]:
    """What rotations make of a name: app.log.1, app.log-20261121.gz, app-2026-11-21.log and the like."""
    stem, dot, end = name.rpartition(".")
    if not stem:
        stem, dot, end = name, "", ""
    number = r"[-._]?\d[\d.:_T-]*"
    word = r"(?:\.old|\.bak|\.save|\.prev|~)"
    packed = r"(?:\.(?:gz|bz2|xz|zst))?"
    whole = rf"{re.escape(name)}(?:{number}|{word})?{packed}"
    inner = rf"{re.escape(stem)}{number}{re.escape(dot + end)}{packed}"
    return re.compile(rf"(?!{re.escape(name)}$)(?:{whole}|{inner})")


def is_packed(path: str) -> bool:
    """Whether a file is packed, by name and by its first bytes."""
    if not path.endswith(PACKED_ENDS):
        return False
    try:
        descriptor = os.open(path, _OPEN_FLAGS)
    except OSError:
        return False
    try:
        return os.pread(descriptor, _LONGEST_MAGIC, 0).startswith(MAGIC)
    except OSError:
        return False
    finally:
        os.close(descriptor)


def holds(sighting: Sighting, known: Print, press: Press) -> bool:
    """Whether a file, packed or not, holds what was read up to a print's offset."""
    return _compare(sighting, known, press, lambda *facts: Press.compare(*facts) is Verdict.SAME)


def _compare(
    sighting: Sighting, known: Print, press: Press, is_same: Callable[[Press, Print, ReadAt], bool]
) -> bool:
    try:
        descriptor = os.open(sighting.path, _OPEN_FLAGS)
    except OSError:
        return False
    try:
        if is_packed(sighting.path):
            # One that is being written now ends early, and is looked at again when it is whole.
            track = Track(sighting.place, sighting.path, known)
            packed = PackedReader(descriptor, track, HEAD_BYTES, press)
            return is_same(press, known, packed.read_behind)
        return is_same(press, known, lambda size, offset: os.pread(descriptor, size, offset))
    except (OSError, BrokenArchiveError):
        return False
    finally:
        os.close(descriptor)


def begins_as(sighting: Sighting, known: Print, press: Press) -> bool:
    """Whether a file, packed or not, begins as the one of which a print was made."""
    return known.head_bytes > 0 and _compare(sighting, known, press, Press.has_head)


def list_folders(path: str) -> Iterator[str]:
    """Where rotations put a file: in its folder, or one below."""
    folder = os.path.dirname(path)
    yield folder
    yield from _list_subfolders(folder)


def _list_beside(path: str) -> Iterator[str]:
    folder = os.path.dirname(path)
    above = os.path.dirname(folder)
    if above not in (folder, os.sep):
        yield from (one for one in _list_subfolders(above) if one != folder)


def _list_subfolders(folder: str) -> list[str]:
    return [entry.path for entry in _list_entries(folder) if entry.is_dir(follow_symlinks=False)]


def _list_entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for _, entry in zip(range(_MOST_ENTRIES), entries, strict=False)]
    except OSError:
        return []


def look_at(path: str) -> Sighting | None:
    """What is at a path, if it is a file and no link."""
    try:
        status = os.stat(path, follow_symlinks=False)
    except OSError:
        return None
    return Sighting(path, status) if stat.S_ISREG(status.st_mode) else None
