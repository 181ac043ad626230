"""The sources that are wanted → live sources, and how the lines of each are taken; nothing here reads.

What a kind of source needs is loaded where there is one of it.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from logscan import __version__
from logscan.config import Settings, SourceSettings, list_secret_variables
from logscan.config.sourcesections import Files, Program, RailwayLogs
from logscan.pipeline import Manner
from logscan.references import resolve_reference
from logscan.runs.orders import Order, list_wanted

if TYPE_CHECKING:
    from logscan.sources.commands import CommandSource
    from logscan.sources.follow import FilesSource
    from logscan.sources.live import LiveSource
    from logscan.sources.railway import RailwaySource


def make_feeds(wanted: Sequence[SourceSettings], order: Order, key: bytes) -> dict[LiveSource, Manner]:
    """Every source with its manner; `key` hashes what is remembered of files.

    Raise ConfigError where one cannot be made.
    """
    return {_make_source(one, order, key): make_manner(one) for one in wanted}


def make_manner(wanted: SourceSettings) -> Manner:
    """How a source's lines are taken; this may change while it is followed."""
    return Manner(
        service=wanted.service,
        service_from=wanted.service_from,
        silent_after=None if wanted.silent_after is None else wanted.silent_after.total_seconds(),
        record_start=wanted.record_start,
    )


def remake_manners(order: Order, settings: Settings) -> tuple[dict[str, Manner], list[str]]:
    """How sources are taken by another configuration, and what of them waits for the next start."""
    if order.is_typed:
        return {}, []
    before = {one.name: one for one in list_wanted(order)}
    after = {one.name: one for one in list_wanted(replace(order, settings=settings))}
    waiting = [
        f"source {name}: new; it is followed from the next start on" for name in after if name not in before
    ]
    waiting += [
        f"source {name}: gone; it is followed until the next start" for name in before if name not in after
    ]
    both = [name for name in after if name in before]
    waiting += [
        f"source {name}: what it reads changed; that takes effect at the next start"
        for name in both
        if _freeze(before[name]) != _freeze(after[name])
    ]
    return {name: make_manner(after[name]) for name in both}, waiting


def _freeze(wanted: SourceSettings) -> object:
    """What of a source cannot change while it is followed."""
    is_program = isinstance(wanted.origin, Program)  # which is what its silence ends
    origin = wanted.origin
    if isinstance(origin, RailwayLogs) and origin.token is not None:
        origin = replace(origin, token=origin.token._replace(place=""))
    return origin, wanted.max_line, wanted.silent_after if is_program else None


def _make_source(wanted: SourceSettings, order: Order, key: bytes) -> LiveSource:
    origin = wanted.origin
    if isinstance(origin, Files):
        return _make_files(wanted, origin, order, key)
    if isinstance(origin, Program):
        return _make_program(wanted, origin, order)
    if isinstance(origin, RailwayLogs):
        return _make_railway(wanted, origin, order)
    from logscan.sources.stdin import PipeSource

    return PipeSource(
        wanted.name, 0, max_line=wanted.max_line, copy_to=order.copy_to, impression=order.impression
    )


def _make_files(wanted: SourceSettings, origin: Files, order: Order, key: bytes) -> FilesSource:
    from logscan.sources.follow import FilesSource, FollowOptions

    options = FollowOptions(
        patterns=origin.patterns,
        exclude=origin.exclude,
        from_start=_begins_at_start(origin, order),
        max_line=wanted.max_line,
    )
    return FilesSource(wanted.name, options, key=key, clock=time.monotonic)


def _make_program(wanted: SourceSettings, origin: Program, order: Order) -> CommandSource:
    from logscan.sources.commands import CommandManner, CommandSource

    manner = CommandManner(
        use_terminal=origin.use_terminal,
        silent_after=None if wanted.silent_after is None else wanted.silent_after.total_seconds(),
        max_line=wanted.max_line,
        environment=_choose_environment(origin, order),
    )
    return CommandSource(wanted.name, origin.argv, manner, time.monotonic, random.SystemRandom())


def _choose_environment(program: Program, order: Order) -> dict[str, str]:
    """All but the secrets with which people are told: whoever writes a log has no need of them."""
    kept_back = {*list_secret_variables(order.settings, program.argv)}
    kept_back |= {one.removeprefix("env:") for one in order.notify if one.startswith("env:")}
    return {name: value for name, value in os.environ.items() if name not in kept_back}


def _make_railway(wanted: SourceSettings, origin: RailwayLogs, order: Order) -> RailwaySource:
    from logscan.sources.railway import (
        RailwaySource,
        Surroundings,
        Taking,
        find_token,
        read_endpoint,
        read_place,
    )

    reference = origin.token or find_token(os.environ, wanted.place)
    folder = str(order.settings.folder) if origin.token else os.curdir
    resolve_reference(reference, os.environ, folder)  # what is missing is told at once
    around = Surroundings(
        time.monotonic, lambda: datetime.now(UTC), random.SystemRandom(), f"logscan/{__version__}"
    )
    place = read_place(
        os.environ,
        project=origin.project,
        environment=origin.environment,
        service=origin.service,
        endpoint=read_endpoint(origin.base_url, wanted.place),
    )
    return RailwaySource(
        wanted.name,
        place,
        lambda: resolve_reference(reference, os.environ, folder),
        around,
        Taking(wanted.max_line, _begins_at_start(origin, order)),
    )


def _begins_at_start(origin: Files | RailwayLogs, order: Order) -> bool:
    return order.from_start if origin.from_start is None else origin.from_start
