"""The composition root: the only room that knows concrete classes, folders of the user and the wall clock."""

from __future__ import annotations

import os
import secrets
import stat
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from logscan.caches import Cache
from logscan.events import EventReader
from logscan.model import Rule
from logscan.redact import Redactor
from logscan.rules import RuleSet, load_rules
from logscan.scanner import Scanner
from logscan.scans import Scan, ScanOptions

_KEY_BYTES = 32


def now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def open_cache() -> Cache:
    """What is quicker to read back than to make again: compiled rules."""
    return Cache(_user_folder("XDG_CACHE_HOME", ".cache"))


def load(packs: Sequence[str] | None, *, no_packs: bool, rule_files: Sequence[Path]) -> RuleSet:
    """The shipped packs that were asked for, all where none was, and users' own files."""
    return load_rules([] if no_packs else packs, rule_files, open_cache())


def build_redactor() -> Redactor:
    """A redactor whose fingerprints stay the same from run to run, where the user has a home."""
    return Redactor(_read_key(), open_cache())


def build_reader() -> EventReader:
    """What turns matches into findings."""
    return EventReader(build_redactor())


def build_scanner(rules: Sequence[Rule]) -> Scanner:
    """A scanner whose database is taken from the cache when it can be."""
    return Scanner(rules, open_cache())


def build_scan(
    paths: Sequence[str],
    rules: RuleSet,
    options: ScanOptions,
) -> Scan:
    """Everything that reading once needs, wired."""
    return Scan(
        paths,
        build_scanner(rules.rules),
        build_reader(),
        options,
        clock=time.monotonic,
    )


def _user_folder(variable: str, default: str) -> Path | None:
    """`$XDG_…/logscan`, or None for a user without a home; a relative path in the variable is ignored."""
    chosen = os.environ.get(variable, "")
    if os.path.isabs(chosen):
        return Path(chosen) / "logscan"
    try:
        return Path.home() / default / "logscan"
    except RuntimeError:
        return None


def _read_key() -> bytes:
    """The key of the fingerprints: kept, so that two runs show the same token alike; else made up."""
    folder = _user_folder("XDG_STATE_HOME", ".local/state")
    made = secrets.token_bytes(_KEY_BYTES)
    if folder is None:
        return made
    path = folder / "fingerprint.key"
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(made)
    try:
        status, kept = path.lstat(), path.read_bytes()
    except OSError:
        return made
    ours = status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return kept if ours and len(kept) == _KEY_BYTES else made
