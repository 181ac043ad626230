"""Paths, folders and patterns as typed → the files they name; it never opens one."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from logscan.model import Unreadable

STDIN = "-"
_DESCRIPTOR_FOLDERS = ("/dev/fd/", "/proc/self/fd/")


class Refusal(NamedTuple):
    """Why a path is not read."""

    cause: str  # a word to count by: 'permission', 'link', 'not-a-file', 'missing'
    why: str


def find_files(paths: tuple[str, ...]) -> Iterator[str | Unreadable]:
    """Name every file to read, in a stable order, and what was named but cannot be."""
    for path in paths:
        if path == STDIN or os.path.lexists(path):
            yield from _find_named(path)
        elif glob.has_magic(path):
            yield from _find_matching(path)
        else:
            yield Unreadable(path, "no such file")


def sum_sizes(paths: Sequence[str]) -> int | None:
    """How much there is to read; None when a pipe is among it."""
    total = 0
    for path in paths:
        try:
            status = os.stat(0 if path == STDIN else path)
        except OSError:
            continue
        if not stat.S_ISREG(status.st_mode):
            return None
        total += status.st_size
    return total


def _find_named(path: str) -> Iterator[str | Unreadable]:
    if path in (STDIN, "/dev/stdin", os.devnull) or path.startswith(_DESCRIPTOR_FOLDERS):
        yield path
    elif os.path.isdir(path):
        yield from _walk(path)
    else:
        yield _judge(path, found=False)


def _find_matching(pattern: str) -> Iterator[str | Unreadable]:
    paths = sorted(glob.glob(pattern, recursive=True, include_hidden=False))
    files = [path for path in paths if not os.path.isdir(path)]
    if not files:
        yield Unreadable(pattern, "no file fits this pattern")
    for path in files:
        yield _judge(path, found=True)


def _walk(folder: str) -> Iterator[str | Unreadable]:
    """Every file below; links to folders are not followed, so that a loop of them has no start."""
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        if path == folder or (os.path.isdir(path) and not os.path.islink(path)):
            try:
                names = sorted(os.listdir(path), reverse=True)
            except OSError as error:
                yield Unreadable(path, error.strerror or str(error))
            else:
                waiting += [os.path.join(path, name) for name in names]
        elif not os.path.isdir(path):
            yield _judge(path, found=True)


def _judge(path: str, *, found: bool) -> str | Unreadable:
    refusal = judge_file(path, found=found)
    return path if refusal is None else Unreadable(path, refusal.why)


def judge_file(path: str, *, found: bool) -> Refusal | None:
    """Why a path may not be read; opening a pipe or a device could block for ever."""
    try:
        if found and os.path.islink(path) and is_open_to_all(Path(path).parent):
            why = "a link in a folder that everybody may write; name it to have it read"
            return Refusal("link", why)
        mode = os.stat(path).st_mode
    except OSError as error:
        cause = "missing" if isinstance(error, FileNotFoundError) else "permission"
        return Refusal(cause, error.strerror or str(error))
    if stat.S_ISREG(mode):
        return None
    if stat.S_ISDIR(mode):
        return Refusal("not-a-file", "a folder, not a file; name the files in it")
    return Refusal("not-a-file", f"{_name_kind(mode)}, not a file; pipe it in and use -")


def is_open_to_all(folder: Path) -> bool:
    """Whether anybody may put a link into this folder."""
    return bool(folder.stat().st_mode & stat.S_IWOTH)


def _name_kind(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"
