"""What was asked for → the sources that are wanted, and the name of the state that is theirs; nothing here starts anything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256

from logscan.config import SourceSettings, check_programs, check_sources
from logscan.config.settings import Settings
from logscan.config.sourcesections import Files, Origin, Program, RailwayLogs, Stdin, name_origin
from logscan.errors import ConfigError
from logscan.sources.commands import split_command
from logscan.sources.hints import Impression

STDIN = "-"
# Opened as a file, a pipe would be one that is never followed.
_STDINS = frozenset({STDIN, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"})
_NAME_CHARS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be followed: what was typed, else what the configuration says."""

    sources: tuple[str, ...] = ()  # files, globs, `-` or another name of stdin
    commands: tuple[str, ...] = ()
    use_terminal: bool = False
    railway: str | None = None  # a service
    service: str | None = None  # whose logs these are
    from_start: bool = False
    notify: tuple[str, ...] = ()  # where it is told, as it was typed
    copy_to: int | None = None  # a descriptor to which stdin goes unchanged
    impression: Impression | None = None  # of stdin
    settings: Settings = field(default_factory=Settings)

    @property
    def is_typed(self) -> bool:
        """What is typed replaces the configuration's."""
        return bool(self.sources or self.commands or self.railway)

    @property
    def reads_stdin(self) -> bool:
        configured = () if self.is_typed else self.settings.sources
        return not _STDINS.isdisjoint(self.sources) or any(
            isinstance(one.origin, Stdin) for one in configured
        )

    @property
    def files(self) -> tuple[str, ...]:
        """Each once, in the order of their first mention."""
        return tuple(dict.fromkeys(one for one in self.sources if one not in _STDINS))


def check_order(order: Order) -> None:
    """Raise ConfigError for what cannot be followed, or does what nobody asked for."""
    if not (order.is_typed or order.settings.sources):
        right = (
            "name a file, a pattern or `-`, give --exec or --railway, or list `sources` in a configuration"
        )
        raise ConfigError(f"nothing to follow; {right}")
    if order.use_terminal and not order.commands:
        raise ConfigError("--pty: there is no program to give a terminal to; add --exec 'CMD'")
    if order.copy_to is not None and not order.reads_stdin:
        raise ConfigError("--passthrough: stdin is not read; add `-` to what is followed")
    for one in order.files:
        if not one:
            raise ConfigError("SOURCE: is empty; name a file, a pattern or `-`")
        if os.path.isdir(one):
            raise ConfigError(f"{one}: is a folder; name its files, such as '{os.path.join(one, '*.log')}'")
    if not order.is_typed:
        programs = [one.place for one in order.settings.sources if isinstance(one.origin, Program)]
        check_programs(order.settings, programs)
        check_sources(order.settings, order.settings.sources)


def name_state(order: Order) -> str | None:
    """The file name of the state for these sources, the same at every start; None where nothing can be taken up."""
    places = _name_typed(order) if order.is_typed else _name_configured(order.settings)
    if not places:
        return None
    digest = sha256("\n".join(sorted(places)).encode("utf-8", "surrogateescape")).hexdigest()
    return f"run-{digest[:_NAME_CHARS]}.db"


def _name_typed(order: Order) -> list[str]:
    places = [f"file {one}\0{os.path.abspath(one)}" for one in order.files]
    places += [f"exec {one}" for one in order.commands]
    places += [f"railway {order.railway}"] if order.railway else []
    return places and [*places, *(["stdin"] if order.reads_stdin else [])]


def _name_configured(settings: Settings) -> list[str]:
    """One state for each configuration, whatever it says."""
    is_kept = any(not isinstance(one.origin, Stdin) for one in settings.sources)
    return [f"config {os.path.realpath(settings.path)}"] if settings.path and is_kept else []


def list_wanted(order: Order) -> tuple[SourceSettings, ...]:
    """Every source, each under a name of its own."""
    wanted = _name_each(_list_typed(order)) if order.is_typed else order.settings.sources
    if order.service is None:
        return tuple(wanted)
    return tuple(replace(one, service=order.service) for one in wanted)


def _list_typed(order: Order) -> Iterator[Origin]:
    yield from (Files(patterns=(one,)) for one in order.files)
    if order.reads_stdin:
        yield Stdin()
    for command in order.commands:
        yield Program(argv=split_command(command), use_terminal=order.use_terminal)
    if order.railway:
        yield RailwayLogs(service=order.railway)


def _name_each(origins: Iterator[Origin]) -> Iterator[SourceSettings]:
    """Two programs may be called the same."""
    taken: set[str] = set()
    for origin in origins:
        wanted = name_origin(origin)
        name, number = wanted, 1
        while name in taken:
            number += 1
            name = f"{wanted}-{number}"
        taken.add(name)
        yield SourceSettings(
            name=name, origin=origin, place="--railway" if isinstance(origin, RailwayLogs) else ""
        )
