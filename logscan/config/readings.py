"""A configuration's document → Settings and every problem in it; it opens no file but looks whether some are there."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from logscan.config.sections import SECTIONS
from logscan.config.settings import Settings
from logscan.config.versions import VERSION, VERSION_KEY, is_version
from logscan.rules.entries import Entry, sort_problems
from logscan.yamlfile import Document


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
            # All of them, and no guess: 'routes' is not meant to be 'rules'.
            right = "this version of logscan reads " + ", ".join(known[:-1]) + f" and {known[-1]}"
            entry.complain(f"unknown key {key!r}", right, key, of_key=True)
    if not is_version(entry.values.get(VERSION_KEY, VERSION)):
        entry.complain(f"{VERSION_KEY} is another version", f"write `{VERSION_KEY}: {VERSION}`", VERSION_KEY)
