"""Which channels are open, what each was told, and what becomes of them by another configuration; it tells nobody."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from logscan.channels import ChannelSettings
from logscan.config import Settings
from logscan.errors import ConfigError
from logscan.messages import Voice
from logscan.model import Channel
from logscan.runs.offices import Shift
from logscan.runs.openings import build_directory, choose_configured, choose_typed, open_chosen


class Draft(NamedTuple):
    """The channels of another configuration, those that are new or changed open already."""

    shift: Shift
    configured: Mapping[str, ChannelSettings]
    kinds: Mapping[str, str]  # of all that are open then, by name
    notes: tuple[str, ...]  # for people

    def drop(self) -> None:
        """It is not taken."""
        for channel in self.shift.fresh:
            channel.close()


class Roster:
    """Made at the start, with every channel open; used by one thread."""

    def __init__(
        self, settings: Settings, typed: Sequence[str], environ: Mapping[str, str], voice: Voice
    ) -> None:
        """Raise ConfigError where a secret is missing, or a program would start that nobody asked for."""
        self._environ, self._voice = environ, voice
        self._configured: Mapping[str, ChannelSettings] = choose_configured(settings, environ)
        self._typed = choose_typed(typed, self._configured, environ)
        self.channels: Sequence[Channel] = self._open({**self._configured, **self._typed})
        self.directory = build_directory(settings, tuple(self._typed))
        self._kinds = {one.name: one.manner.kind for one in self.channels}

    def prepare(self, settings: Settings) -> Draft:
        """Open what is new or changed; nobody is told by it yet. Raise ConfigError as at the start."""
        configured = choose_configured(settings, self._environ)
        for entry in settings.channels:
            if entry.name in self._typed:
                right = "choose another name, or start again"
                raise ConfigError(
                    f"{entry.place}: {entry.name} is the name of the channel that was typed; {right}"
                )
        told = {name: one for name, one in configured.items() if self._configured.get(name) != one}
        gone = [name for name in self._configured if name not in configured]
        names = [*configured, *self._typed]
        fresh = tuple(self._open(told))
        kinds = {**self._kinds, **{one.name: one.manner.kind for one in fresh}}
        return Draft(
            Shift(build_directory(settings, tuple(self._typed)), frozenset(names), fresh),
            configured,
            {name: kinds[name] for name in names},
            tuple(_describe(told, gone, self._configured)),
        )

    def take(self, draft: Draft) -> None:
        """It has become so."""
        self._configured, self._kinds = draft.configured, dict(draft.kinds)

    def _open(self, chosen: Mapping[str, ChannelSettings]) -> list[Channel]:
        return open_chosen(chosen, self._environ, self._voice)


def _describe(told: Iterable[str], gone: Iterable[str], before: Container[str]) -> Iterator[str]:
    for name in told:
        yield f"channel {name}: " + ("changed; what waits for it goes there" if name in before else "new")
    for name in gone:
        yield f"channel {name}: gone; it is told nothing more"
