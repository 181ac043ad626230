"""Patterns → the paths that fit them now; a folder is listed again only once something in it changed.

It opens no file, and follows no link to a folder where `**` stands: a loop of them has no start.
"""

from __future__ import annotations

import fnmatch
import glob
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from logscan.sources.files import is_open_to_all

_ANY_DEPTH = "**"
_MANY_FOLDERS = 500  # looked at every time up to here, else at every tenth
_SLOW_ROUNDS = 10


class _Entry(NamedTuple):
    name: str
    is_folder: bool
    is_link: bool


class _Listing(NamedTuple):
    modified: int
    is_settled: bool  # nothing changed between two looks, so no change hides in the clock's grain
    entries: tuple[_Entry, ...]


class Finder:
    """Follows what files there are."""

    def __init__(self, patterns: Sequence[str], exclude: Sequence[str]) -> None:
        self._patterns = tuple(os.path.abspath(pattern) for pattern in patterns)
        self._excluded = [re.compile(fnmatch.translate(one)) for one in exclude]
        self._matching = [_compile(pattern) for pattern in self._patterns]
        self._listings: dict[str, _Listing] = {}
        self._found: dict[str, bool] | None = None
        self._rounds = 0

    def find(self, *, at_once: bool = True) -> dict[str, bool] | None:
        """Each path, and whether a pattern found it or it was named; None where nothing changed."""
        self._rounds += 1
        is_slow = len(self._listings) > _MANY_FOLDERS and self._rounds % _SLOW_ROUNDS
        if self._found is not None and not at_once and is_slow:
            return None
        if not self._refresh() and self._found is not None:
            return None
        seen: set[str] = set()
        found: dict[str, bool] = {}
        for pattern in self._patterns:
            if not glob.has_magic(pattern):
                found[pattern] = False
                continue
            for path in self._walk(os.sep, pattern.split(os.sep)[1:], seen):
                if not self._is_excluded(path):
                    found.setdefault(path, True)
        for folder in set(self._listings) - seen:
            del self._listings[folder]
        self._found = found
        return found

    def matches(self, path: str) -> bool:
        """Whether a path would be followed if it were there."""
        fits = any(pattern.fullmatch(path) for pattern in self._matching)
        return path in self._patterns or (fits and not self._is_excluded(path))

    def list_roots(self) -> dict[str, bool]:
        """The folders below which all lies, and whether to look into what is below them."""
        roots: dict[str, bool] = {}
        for pattern in self._patterns:
            folder, is_deep = os.path.dirname(pattern), False
            while glob.has_magic(folder):
                folder, is_deep = os.path.dirname(folder), True
            roots[folder] = roots.get(folder, False) or is_deep
        return roots

    def _is_excluded(self, path: str) -> bool:
        name = os.path.basename(path)
        return any(one.fullmatch(path) or one.fullmatch(name) for one in self._excluded)

    def _refresh(self) -> bool:
        """List again what may have changed; say whether anything did."""
        changed = False
        for folder, listing in list(self._listings.items()):
            modified = _read_modified(folder)
            if modified == listing.modified and listing.is_settled:
                continue
            entries = _list_entries(folder)
            self._listings[folder] = _Listing(modified, modified == listing.modified, entries)
            changed = changed or entries != listing.entries
        return changed

    def _list(self, folder: str, seen: set[str]) -> tuple[_Entry, ...]:
        seen.add(folder)
        listing = self._listings.get(folder)
        if listing is None:
            listing = _Listing(_read_modified(folder), is_settled=False, entries=_list_entries(folder))
            self._listings[folder] = listing
        return listing.entries

    def _walk(self, folder: str, parts: Sequence[str], seen: set[str]) -> Iterator[str]:
        part, *rest = parts
        if part == _ANY_DEPTH:
            yield from self._walk(folder, rest or ["*"], seen)
            for entry in self._list(folder, seen):
                if entry.is_folder and not entry.is_link and not entry.name.startswith("."):
                    yield from self._walk(os.path.join(folder, entry.name), parts, seen)
        elif not glob.has_magic(part):
            path = os.path.join(folder, part)
            if rest:
                yield from self._walk(path, rest, seen)
            elif any(entry.name == part for entry in self._list(folder, seen)):
                yield path
        else:
            yield from self._walk_matching(folder, parts, seen)

    def _walk_matching(self, folder: str, parts: Sequence[str], seen: set[str]) -> Iterator[str]:
        part, *rest = parts
        fits = re.compile(fnmatch.translate(part)).match
        for entry in self._list(folder, seen):
            if not fits(entry.name) or (entry.name.startswith(".") and not part.startswith(".")):
                continue
            path = os.path.join(folder, entry.name)
            if not rest:
                if not entry.is_folder or part != "*":
                    yield path
            elif entry.is_folder and not (entry.is_link and is_open_to_all(Path(folder))):
                yield from self._walk(path, rest, seen)


def _compile(pattern: str) -> re.Pattern[str]:
    """The whole pattern as one expression; only `**` passes over a slash."""
    text = ""
    for part in pattern.split(os.sep)[1:]:
        if part == _ANY_DEPTH:
            text += r"(?:/[^/.][^/]*)*"
            continue
        hidden = "" if part.startswith(".") or not glob.has_magic(part) else r"(?!\.)"
        one = fnmatch.translate(part).removeprefix("(?s:").removesuffix(r")\Z")
        text += f"/{hidden}{one.replace('.*', '[^/]*')}"
    return re.compile(text if not pattern.endswith(_ANY_DEPTH) else text + r"/(?!\.)[^/]+", re.DOTALL)


def _read_modified(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns
    except OSError:
        return -1


def _list_entries(folder: str) -> tuple[_Entry, ...]:
    try:
        with os.scandir(folder) as entries:
            return tuple(sorted(_Entry(one.name, _is_folder(one), one.is_symlink()) for one in entries))
    except OSError:
        return ()


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False
