"""What was asked for → live sources, and the name of the state that is theirs; nothing here reads or starts anything."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from logscan import __version__
from logscan.errors import ConfigError
from logscan.references import resolve_reference
from logscan.sources.commands import CommandManner, CommandSource, split_command
from logscan.sources.follow import FilesSource, FollowOptions
from logscan.sources.hints import Impression
from logscan.sources.live import LiveSource
from logscan.sources.railway import RailwaySource, Surroundings, Taking, find_token, read_place
from logscan.sources.stdin import PipeSource

STDIN = "-"
_STDIN_NAME = "stdin"
_MOST_LINE_BYTES = 1 << 20
_NAME_CHARS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be followed, as it was typed."""

    sources: tuple[str, ...] = ()  # files, globs, `-`
    commands: tuple[str, ...] = ()
    use_terminal: bool = False
    railway: str | None = None  # a service
    from_start: bool = False
    copy_to: int | None = None  # a descriptor to which stdin goes unchanged
    impression: Impression | None = None  # of stdin

    @property
    def reads_stdin(self) -> bool:
        return STDIN in self.sources

    @property
    def files(self) -> tuple[str, ...]:
        """Each once, in the order of their first mention."""
        return tuple(dict.fromkeys(one for one in self.sources if one != STDIN))


def check_order(order: Order) -> None:
    """Raise ConfigError for what cannot be followed."""
    if not (order.sources or order.commands or order.railway):
        raise ConfigError("nothing to follow; name a file, a pattern or `-`, or give --exec or --railway")
    if order.use_terminal and not order.commands:
        raise ConfigError("--pty: there is no program to give a terminal to; add --exec 'CMD'")
    if order.copy_to is not None and not order.reads_stdin:
        raise ConfigError("--passthrough: stdin is not read; add `-` to what is followed")
    for one in order.files:
        if not one:
            raise ConfigError("SOURCE: is empty; name a file, a pattern or `-`")
        if os.path.isdir(one):
            raise ConfigError(f"{one}: is a folder; name its files, such as '{os.path.join(one, '*.log')}'")


def name_state(order: Order) -> str | None:
    """The file name of the state for these sources, the same at every start; None where nothing can be taken up."""
    places = [f"file {one}\0{os.path.abspath(one)}" for one in order.files]
    places += [f"exec {one}" for one in order.commands]
    places += [f"railway {order.railway}"] if order.railway else []
    if not places:
        return None
    places += [_STDIN_NAME] if order.reads_stdin else []
    digest = sha256("\n".join(sorted(places)).encode("utf-8", "surrogateescape")).hexdigest()
    return f"run-{digest[:_NAME_CHARS]}.db"


def list_sources(order: Order, key: bytes) -> list[LiveSource]:
    """Every source, each under a name of its own; `key` hashes what is remembered of files.

    Raise ConfigError where one cannot be made.
    """
    return list(_make_sources(order, key, _Names()))


class _Names:
    """Names that were given away: two programs may be called the same."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def choose(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self._taken:
            number += 1
            name = f"{wanted}-{number}"
        self._taken.add(name)
        return name


def _make_sources(order: Order, key: bytes, names: _Names) -> Iterator[LiveSource]:
    for one in order.files:
        options = FollowOptions(
            patterns=(one,),
            from_start=order.from_start,
            max_line=_MOST_LINE_BYTES,
        )
        yield FilesSource(names.choose(one), options, key=key, clock=time.monotonic)
    if order.reads_stdin:
        yield PipeSource(
            names.choose(_STDIN_NAME),
            0,
            max_line=_MOST_LINE_BYTES,
            copy_to=order.copy_to,
            impression=order.impression,
        )
    chance = random.SystemRandom()
    for command in order.commands:
        argv = split_command(command)
        manner = CommandManner(
            use_terminal=order.use_terminal, max_line=_MOST_LINE_BYTES, environment=dict(os.environ)
        )
        # Only the program's name: its arguments may hold a secret.
        name = names.choose(os.path.basename(argv[0]))
        yield CommandSource(name, argv, manner, time.monotonic, chance)
    if order.railway:
        yield _make_railway(order.railway, names.choose(order.railway), from_start=order.from_start)


def _make_railway(service: str, name: str, *, from_start: bool) -> RailwaySource:
    reference = find_token(os.environ, "--railway")
    around = Surroundings(
        time.monotonic, lambda: datetime.now(UTC), random.SystemRandom(), f"logscan/{__version__}"
    )
    return RailwaySource(
        name,
        read_place(os.environ, service=service),
        lambda: resolve_reference(reference, os.environ, os.curdir),
        around,
        Taking(_MOST_LINE_BYTES, from_start),
    )
