"""The configuration read again while a run goes on: all that changed is made ready before any of it takes effect.

So a broken one changes nothing, wherever it is broken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from logscan.config import Settings
from logscan.config.sections import SECTIONS
from logscan.errors import ConfigError, LogscanError, SettingsError, write_fault


class Change(NamedTuple):
    """What another configuration would change of a section; nothing has happened yet."""

    switch: Callable[[], None] = lambda: None  # lets it happen; that cannot fail
    notes: tuple[str, ...] = ()  # for people: what changes, and what waits for the next start
    drop: Callable[[], None] = lambda: None  # it will not happen: gives back what was made ready


Prepare = Callable[[Settings], Change]  # raises LogscanError where it cannot be


class Reload(NamedTuple):
    """How reading the configuration went, the last time."""

    is_taken: bool
    at: datetime
    problems: tuple[str, ...] = ()  # for people, each with its place
    notes: tuple[str, ...] = ()  # for people: what changed, and what will at the next start


class Reloader:
    """Reads the configuration again when it is told to; one thread calls `reload`."""

    def __init__(
        self,
        settings: Settings,
        load: Callable[[], Settings],
        live: Mapping[str, Prepare],
        now: Callable[[], datetime],
    ) -> None:
        """`live` holds, by section, what makes a change ready that takes effect while the run goes on."""
        self._settings, self._load, self._now = settings, load, now
        self._live = dict(live)
        self.last = Reload(is_taken=True, at=now())  # that of the start

    def reload(self) -> Reload:
        """Take what changed, or nothing where anything is wrong."""
        try:
            settings = self._load()
            _check_still_there(self._settings, settings)
            changes = self._prepare(settings)
        except LogscanError as error:
            self.last = Reload(is_taken=False, at=self._now(), problems=tuple(str(error).splitlines()))
            return self.last
        except Exception as error:  # noqa: BLE001 - whatever it is, the run goes on with what it has
            problem = write_fault("configuration", error)
            self.last = Reload(is_taken=False, at=self._now(), problems=(problem,))
            return self.last
        for change in changes:
            change.switch()
        notes = [note for change in changes for note in change.notes]
        notes += [
            f"{section.name}: changed; it takes effect at the next start"
            for section in SECTIONS
            if section.name not in self._live
            and _differ(section.show, section.name, self._settings, settings)
        ]
        self._settings = settings
        self.last = Reload(is_taken=True, at=self._now(), notes=tuple(notes))
        return self.last

    def _prepare(self, settings: Settings) -> Sequence[Change]:
        """Everything, or nothing: then raise SettingsError with every problem."""
        changes: list[Change] = []
        problems: list[str] = []
        for section, prepare in self._live.items():
            try:
                changes.append(prepare(settings))
            except LogscanError as error:
                problems += str(error).splitlines()
            except Exception as error:  # noqa: BLE001 - whatever it is, the run goes on with what it has
                problems.append(write_fault(section, error))
        if problems:
            for change in changes:
                change.drop()
            raise SettingsError(tuple(problems))
        return changes


def _check_still_there(before: Settings, after: Settings) -> None:
    """One that is gone would quietly put every default in its place."""
    if before.path is not None and after.path != before.path:
        raise ConfigError(f"{before.path}: is not there any more; put it back, or start again without it")


def _differ(show: Callable[[object], object], name: str, before: Settings, after: Settings) -> bool:
    """Whether two say different things, wherever in the file."""
    return show(getattr(before, name)) != show(getattr(after, name))


def describe_reload(reload: Reload) -> list[str]:
    """What people are told."""
    if reload.is_taken:
        return [*reload.notes, "configuration: was read again"]
    return [*reload.problems, "configuration: not taken, the one before stays in use"]
