"""Files that are quicker to read back than to make again; never trusted when others could write them.

An entry that is damaged, foreign or unreadable is as good as none, and a folder that cannot be
written is no error: everything here can be made anew.

What hangs on the shipped packs alone is made when the wheel is built, and lies in it as SHIPPED: whatever
`logscan.scanner.shipments` has loaded with a cache of the build's own. An entry's key must therefore name all that
it is made of, texts of code and packs included, and nothing of the machine: then it is found, or made anew.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import orjson

_MOST_BYTES = 64 << 20
_MOST_ENTRIES = 64

_PACKAGE = Path(__file__).parent
SHIPPED = _PACKAGE / "assets" / "made"


class Cache:
    """A folder of the user's own, `None` remembers nothing; and one of the program's, which is only read."""

    def __init__(self, folder: Path | None, shipped: Path | None = None) -> None:
        self._folder = folder
        self._shipped = shipped

    def read(self, key: str) -> bytes | None:
        """Give an entry back as it was written, or None."""
        shipped = None if self._shipped is None else _read_whole(self._shipped / key, is_private=False)
        if shipped is not None or self._folder is None or not _is_ours_alone(self._folder, folder=True):
            return shipped
        return _read_whole(self._folder / key, is_private=True)

    def write(self, key: str, content: bytes) -> None:
        """Keep an entry; what goes wrong is left alone, for the entry can be made again."""
        if self._folder is None:
            return
        with suppress(OSError):
            make_own_folder(self._folder)
            if not _is_ours_alone(self._folder, folder=True):
                return
            self._write_whole(key, hashlib.sha256(content).digest() + content)
            self._drop_oldest()

    def _write_whole(self, key: str, content: bytes) -> None:
        assert self._folder is not None
        descriptor, name = tempfile.mkstemp(prefix=".new-", dir=self._folder)  # mode 0600
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            os.replace(name, self._folder / key)
        except OSError:
            with suppress(OSError):
                os.unlink(name)

    def _drop_oldest(self) -> None:
        assert self._folder is not None
        entries = sorted(self._folder.iterdir(), key=lambda entry: entry.stat().st_mtime)
        for entry in entries[:-_MOST_ENTRIES]:
            entry.unlink()


def _read_whole(path: Path, *, is_private: bool) -> bytes | None:
    """What came with the program is trusted like the code beside it, whoever owns both; damaged is damaged."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if (is_private and not _is_private(status, folder=False)) or status.st_size > _MOST_BYTES:
            return None
        try:
            digest, content = file.read(32), file.read()
        except OSError:
            return None
        if is_private:
            with suppress(OSError):
                os.utime(descriptor)  # so that what is used outlives what is not
    return content if hashlib.sha256(content).digest() == digest else None


class Writing(NamedTuple):
    """Texts that hang on nothing but code."""

    name: str
    code: tuple[str, ...]  # the files that decide what is written, as paths within the package
    write: Callable[[], list[bytes]]


def list_written(writing: Writing, cache: Cache | None) -> list[bytes]:
    """Write the texts, or take them from the cache."""
    if cache is None:
        return writing.write()
    key = f"{writing.name}-{digest_code(writing.code).hex()[:40]}"
    kept = cache.read(key)
    if kept is not None:
        with suppress(ValueError, AttributeError, TypeError):
            texts = [text.encode("latin-1") for text in orjson.loads(kept)]
            if texts:
                return texts
    written = writing.write()
    cache.write(key, orjson.dumps([text.decode("latin-1") for text in written]))
    return written


def digest_code(patterns: Iterable[str]) -> bytes:
    """Stands for the version of some files of the package, which decide what is made; changes during development too."""
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(_PACKAGE.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.digest()


def make_own_folder(folder: Path) -> None:
    """Make it with all that is missing above it, open to nobody else whatever the umask lets through."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        with suppress(FileExistsError):
            one.mkdir(mode=0o700)


def _is_ours_alone(path: Path, *, folder: bool) -> bool:
    try:
        return _is_private(path.lstat(), folder=folder)
    except OSError:
        return False


def _is_private(status: os.stat_result, *, folder: bool) -> bool:
    """True for our own folder or plain file that nobody else may write."""
    right_kind = stat.S_ISDIR(status.st_mode) if folder else stat.S_ISREG(status.st_mode)
    others_may_write = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return right_kind and status.st_uid == os.geteuid() and not others_may_write
