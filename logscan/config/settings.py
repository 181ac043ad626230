"""The values of a configuration, with every default; nothing here reads or acts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from logscan.rules.tuning import Tuning


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSettings:
    """Which rules are used, and what is changed in them."""

    packs: tuple[str, ...] | None = None  # None: all that ship
    files: tuple[Path, ...] = ()
    tuning: Tuning = field(default_factory=Tuning)

    def choose(self, packs: Sequence[str] | None, files: Sequence[Path]) -> RuleSettings:
        """Other packs, where some were asked for, and more files; the tuning stays."""
        chosen = self.packs if packs is None else tuple(packs)
        return replace(self, packs=chosen, files=_list_once((*self.files, *files)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A whole configuration; each section of the file has a field of its name."""

    path: str | None = None  # as messages call the file; None: there is none
    rules: RuleSettings = field(default_factory=RuleSettings)


def _list_once(files: Iterable[Path]) -> tuple[Path, ...]:
    """A file may be named twice, by the configuration and on the command line, in two spellings."""
    once: dict[str, Path] = {}
    for file in files:
        once.setdefault(os.path.realpath(file), file)
    return tuple(once.values())
