"""A set of files → a folder; a file that is there and says something else is never written over."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from logscan.errors import ConfigError


class ExportedFile(NamedTuple):
    """One file; the first of a set is the one that matters most."""

    name: str  # within the folder, with `/`
    text: str


def write_files(files: Iterable[ExportedFile], folder: Path, *, replace: bool = False) -> tuple[Path, ...]:
    """Write all or none; raise ConfigError where a file of another content is there, unless `replace`."""
    wanted = tuple(files)
    others = [] if replace else list(_find_others(wanted, folder))
    if others:
        names = ", ".join(map(str, others))
        raise ConfigError(
            f"{names}: there already, with other content; choose another folder, or say --force"
        )
    try:
        return tuple(_write(file, folder) for file in wanted)
    except OSError as error:
        what = error.strerror or type(error).__name__
        raise ConfigError(f"{error.filename or folder}: {what}; choose a folder that you may write") from None


def _find_others(files: Iterable[ExportedFile], folder: Path) -> Iterator[Path]:
    for file in files:
        path = folder / file.name
        try:
            if path.read_text(encoding="utf-8") != file.text:
                yield path
        except UnicodeDecodeError:
            yield path
        except OSError:
            if os.path.lexists(path):  # else there is none, or the folder keeps us out: writing says which
                yield path


def _write(file: ExportedFile, folder: Path) -> Path:
    path = folder / file.name
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as new:
        new.write(file.text)
    os.chmod(name, 0o644)
    os.replace(name, path)
    return path
