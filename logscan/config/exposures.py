"""Secrets that somebody typed among the words of a program: told with their place, shown as masks, and never quoted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from logscan.config.channelsections import EXEC, ChannelEntry
from logscan.config.settings import Settings
from logscan.config.sourcesections import Program, SourceSettings
from logscan.redact import Redactor
from logscan.references import Reference

_WORDS = "argv"


def list_exposures(settings: Settings, redactor: Redactor) -> tuple[str, ...]:
    """What to say of each program whose words hold a secret."""
    return tuple(
        describe_exposure(place) for place, words in _list_words(settings) if holds_secret(words, redactor)
    )


def describe_exposure(place: str) -> str:
    """Why that is bad, and what would be right."""
    what = "a secret stands in the words of a program, and others can see a command line"
    return f"{place}: {what}; keep it in a variable or a file that the program reads"


def holds_secret(words: Sequence[str], redactor: Redactor) -> bool:
    """Whether one stands among them."""
    return redactor.mask_words(words) != tuple(words)


def hide_words(settings: Settings, redactor: Redactor) -> Settings:
    """The same settings, fit to be shown."""
    return replace(
        settings,
        sources=tuple(_hide_source(one, redactor) for one in settings.sources),
        channels=tuple(_hide_channel(one, redactor) for one in settings.channels),
    )


def _list_words(settings: Settings) -> Iterator[tuple[str, tuple[str, ...]]]:
    for source in settings.sources:
        if isinstance(source.origin, Program):
            yield source.place, source.origin.argv
    for channel in settings.channels:
        words = _read_words(channel)
        if words is not None:
            yield channel.place, words


def _read_words(channel: ChannelEntry) -> tuple[str, ...] | None:
    words = channel.values.get(_WORDS) if channel.kind == EXEC else None
    return None if isinstance(words, str | bool | Reference) else words


def _hide_source(source: SourceSettings, redactor: Redactor) -> SourceSettings:
    if not isinstance(source.origin, Program):
        return source
    return replace(source, origin=replace(source.origin, argv=redactor.mask_words(source.origin.argv)))


def _hide_channel(channel: ChannelEntry, redactor: Redactor) -> ChannelEntry:
    words = _read_words(channel)
    if words is None:
        return channel
    return replace(channel, values={**channel.values, _WORDS: redactor.mask_words(words)})
