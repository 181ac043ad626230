"""Folders of the user, and the key of the fingerprints that is kept in one; it wires nothing."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from logscan.caches import make_own_folder

_KEY_BYTES = 32


def user_folder(variable: str, default: str) -> Path | None:
    """`$XDG_…/logscan`, or None for a user without a home; a relative path in the variable is ignored."""
    chosen = os.environ.get(variable, "")
    if os.path.isabs(chosen):
        return Path(chosen) / "logscan"
    try:
        return Path.home() / default / "logscan"
    except RuntimeError:
        return None


def read_key() -> bytes:
    """The key of the fingerprints: kept, so that two runs show the same token alike; else made up."""
    made = secrets.token_bytes(_KEY_BYTES)
    folder = user_folder("XDG_STATE_HOME", ".local/state")
    if folder is None:
        return made
    path = folder / "fingerprint.key"
    try:
        kept = _read_kept_key(path)
        if kept is None:
            make_own_folder(folder)
            _keep_key(path, made)
            kept = _read_kept_key(path)  # perhaps another run's, which was quicker
    except OSError:
        return made
    return kept or made


def _read_kept_key(path: Path) -> bytes | None:
    """None where there is none, or one that is damaged or was open to others."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):
        return None
    with os.fdopen(descriptor, "rb") as file:
        status, kept = os.fstat(descriptor), file.read(_KEY_BYTES + 1)
    open_to_others = status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return kept if _is_own_file(status) and not open_to_others and len(kept) == _KEY_BYTES else None


def _keep_key(path: Path, key: bytes) -> None:
    """Put a whole key in place at once: a run that dies halfway, or is watched, leaves no part of one."""
    descriptor, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
        try:
            os.link(name, path)  # never over the key of another run that starts just now
        except OSError:  # one is there, or the file system has no links
            if _may_be_replaced(path):
                os.replace(name, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)


def _may_be_replaced(path: Path) -> bool:
    try:
        return _is_own_file(path.lstat()) and _read_kept_key(path) is None
    except FileNotFoundError:
        return True


def _is_own_file(status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid()
