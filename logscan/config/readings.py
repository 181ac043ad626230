"""A configuration's document → Settings and every problem in it; it opens no file but looks whether some are there."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from logscan.config.sections import SECTIONS
from logscan.config.settings import Settings
from logscan.config.versions import VERSION, VERSION_KEY, is_version
from logscan.rules.entries import Entry, sort_problems
from logscan.yamlfile import Document

_SLIP_RATIO = 0.85  # 'sorces' is meant to be 'sources'; 'roles' is not meant to be 'rules'


class SettingsReading(NamedTuple):
    """What a document gave: with problems, the settings are what is left of it."""

    settings: Settings
    problems: tuple[str, ...]


def read_settings(document: Document, folder: Path) -> SettingsReading:
    """Read a whole configuration; `folder` is where it lies. An empty file says nothing, which is fine."""
    problems = list(document.problems)
    values = {} if document.value is None else document.value
    if not isinstance(values, dict):
        problems.append(f"{document.name}:1:1: no configuration; begin with `{VERSION_KEY}: {VERSION}`")
        return SettingsReading(Settings(path=document.name, folder=folder), tuple(problems))
    entry = Entry(document, (), values, problems)
    _check_keys(entry)
    sections: dict[str, Any] = {section.name: section.read(entry, folder) for section in SECTIONS}
    settings = Settings(path=document.name, folder=folder, **sections)
    return SettingsReading(settings, tuple(sort_problems(problems, document.name)))


def _check_keys(entry: Entry) -> None:
    known = (VERSION_KEY, *(section.name for section in SECTIONS))
    for key in entry.values:
        if key not in known:
            entry.complain(f"unknown key {key!r}", _suggest_key(key, known), key, of_key=True)
    if not is_version(entry.values.get(VERSION_KEY, VERSION)):
        entry.complain(f"{VERSION_KEY} is another version", f"write `{VERSION_KEY}: {VERSION}`", VERSION_KEY)


def _suggest_key(key: object, known: Sequence[str]) -> str:
    """A slip of a letter or two is mended; whatever else stands there another version may know, so no guess."""
    near = difflib.get_close_matches(str(key), known, n=1, cutoff=_SLIP_RATIO)
    if near:
        return f"did you mean {near[0]!r}?"
    return "this version of logscan reads " + ", ".join(known[:-1]) + f" and {known[-1]}"
