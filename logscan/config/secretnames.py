"""Which secrets a configuration names, and which of them are not here; it never hands one on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from logscan.config.settings import Settings
from logscan.config.sourcesections import RailwayLogs
from logscan.errors import ConfigError
from logscan.references import Reference, resolve_reference


def list_secret_variables(settings: Settings, words: Iterable[str] = ()) -> frozenset[str]:
    """The variables in which a configuration keeps secrets of logscan's own; a program that names one asks for it.

    What a source is read with is not among them: a program that reads the same may need it.
    """
    named = {one.name for one in _list_named(settings) if one.kind == "env"}
    for source in settings.sources:
        if isinstance(source.origin, RailwayLogs) and source.origin.token is not None:
            named.discard(source.origin.token.name)
    asked = {name for word in words for name in re.findall(r"\$\{?(\w+)", word)}
    return frozenset(named - asked)


def list_absences(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    """The secrets that the configuration names and that are not here: another machine, or its start, may have them."""
    tokens = (one.origin.token for one in settings.sources if isinstance(one.origin, RailwayLogs))
    for reference in (*_list_named(settings), *(one for one in tokens if one is not None)):
        try:
            resolve_reference(reference, environ, str(settings.folder))
        except ConfigError as error:
            yield f"{error}, where logscan is to run"


def _list_named(settings: Settings) -> Iterator[Reference]:
    for channel in settings.channels:
        yield from (value for value in channel.values.values() if isinstance(value, Reference))
    beat = None if settings.heartbeat is None else settings.heartbeat.url
    yield from (one for one in (settings.web.bearer, settings.web.password, beat) if one is not None)
