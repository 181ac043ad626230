"""What `run` and the scanner of `wrap` share: their options, and one run over a state, told to people; it is no command."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from logscan.cli.options import Command, Wishes
from logscan.cli.reloading import Changing, Retake, has_terminal, make_reloader
from logscan.cli.streams import open_stdout, terminal_width, wants_color
from logscan.cli.watchers import Watcher
from logscan.cli.watching import Watched, find_page, open_watch

if TYPE_CHECKING:
    from logscan.config import Settings
    from logscan.delivery import Undelivered
    from logscan.pipeline import Manner
    from logscan.rules import RuleSet
    from logscan.runs import Outlet, Roster, Teller, Vigil, Watch
    from logscan.sources.live import LiveSource
    from logscan.store import Store

FIRING_STATUS = 1
LOST_STATUS = 3
_NO_STATE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveWishes:
    """What was typed of the options that following live has."""

    service: str | None
    output: str
    state: str | None
    min_severity: str = "info"
    notify: tuple[str, ...] = ()
    listen: str | None = None


class Course(NamedTuple):
    """What is to be followed, and where it is told."""

    make_feeds: Callable[[bytes], Mapping[LiveSource, Manner]]  # given a key for what is remembered of files
    settings: Settings
    state: Path | None  # None: in memory
    to_errors: bool = False  # notices go to stderr, for stdout is somebody else's
    explain: Callable[[], str | None] = lambda: None  # a last word, once all has ended
    retake: Retake = lambda _: ({}, [])  # another configuration → how sources are taken from now on
    is_waited_for: bool = False  # a program has ended, and whoever started it waits for us


def live_options(command: Command) -> Command:
    """`--service`, `--output`, `--min-severity`, `--notify`, `--listen` and `--state`, as one `live`."""

    @functools.wraps(command)
    def run(**typed: Any) -> Any:
        live = LiveWishes(**{name: typed.pop(name) for name in LiveWishes.__slots__})
        return command(live=live, **typed)

    return _add_live_options(run)


def _add_live_options(command: Command) -> Command:
    command = click.option(
        "--listen",
        metavar="HOST:PORT|off",
        help="Where metrics, health and the status page are served. Default: 127.0.0.1:9466.",
    )(command)
    command = click.option(
        "--notify",
        metavar="URL",
        multiple=True,
        help="Tell this address, too: env:NAME or file:PATH, which hold it, or one without a secret; repeatable.",
    )(command)
    command = click.option(
        "--state",
        metavar="PATH|none",
        help="Where to keep what was read and found; none: in memory.",
    )(command)
    command = click.option(
        "--output",
        type=click.Choice(("auto", "pretty", "jsonl", "none")),
        default="auto",
        show_default=True,
        help="How notices are printed; auto: pretty for people, jsonl for programs.",
    )(command)
    command = click.option(
        "--min-severity",
        type=click.Choice(("info", "warning", "error", "critical")),
        default="info",
        show_default=True,
        help="Print nothing of what is less than that.",
    )(command)
    return click.option("--service", metavar="NAME", help="The service whose log this is.")(command)


def choose_state(
    typed: str | None, settings: Settings, find_default: Callable[[], Path | None]
) -> Path | None:
    """Where the state lies; None: in memory. Raise SettingsError where a found configuration means harm."""
    from logscan.config import check_state

    if typed is None:
        check_state(settings)
        return settings.state.path or find_default()
    return None if typed == _NO_STATE else Path(typed)


def follow(course: Course, live: LiveWishes, wishes: Wishes) -> int:
    """Follow sources to their end, or until a signal comes; give the exit status. Raise StateInUseError."""
    from logscan import app
    from logscan.store import open_store

    rules = app.load_configured(course.settings)
    with closing(open_store(course.state, app.now())) as store:
        watcher = Watcher(wishes, store.id, is_guest=course.to_errors)
        if store.damaged is not None:
            watcher.say(
                f"{course.state}: was damaged and is now {store.damaged}; files are read from their start"
            )
        run = _prepare(course, live, wishes, _Ground(rules, store, watcher))
        if not has_terminal():
            changing = Changing(run.vigil, run.watch, run.roster, course.retake, watcher.say)
            reloader = make_reloader(course.settings, wishes, changing)
            run.vigil.on_hangup = lambda: run.watch.note_reload(watcher.tell_reload(reloader.reload()))
        with closing(run.watch):
            is_kept = run.vigil.run()
        _name_undelivered(course, watcher, run.vigil.office.list_undelivered(store))
    if run.outlet.failure is not None:
        raise run.outlet.failure
    _say_last(course, watcher, run)
    if not is_kept:
        why = run.vigil.keeper.failure
        watcher.say(f"{course.state}: could not be written ({why}); make room, or name another --state")
    return _choose_status(watcher, run.vigil, is_kept=is_kept)


class _Ground(NamedTuple):
    """What a run stands on."""

    rules: RuleSet
    store: Store
    watcher: Watcher


class _Run(NamedTuple):
    """A run, and who hears of it."""

    vigil: Vigil
    watch: Watch
    outlet: Outlet
    teller: Teller
    roster: Roster


def _prepare(course: Course, live: LiveWishes, wishes: Wishes, ground: _Ground) -> _Run:
    """Everything wired, and nothing started."""
    from logscan import app
    from logscan.model import Severity
    from logscan.runs import Teller, Told, Way, wire

    rules, store, watcher = ground
    feeds = course.make_feeds(store.id.encode())
    watcher.know(tuple(feeds))
    outlet = _open_outlet(live, wishes, store.id, to_errors=course.to_errors)
    teller = Teller(outlet, Severity[live.min_severity.upper()], watcher.ended)
    desk = app.build_desk(store, rules, course.settings)
    roster = _open_channels(course, live)
    watched = Watched(rules, [source.name for source in feeds], roster.channels)
    watch = open_watch(course.settings, live.listen, watched, watcher.say)
    way = Way(roster.channels, roster.directory, watch.metrics.notify, watcher.complain)
    told = Told(teller.hear, watcher.hear, way, watch.metrics.scan)
    vigil = wire(feeds, app.build_scanner(rules.rules), app.build_reader(), desk, told)
    vigil.is_waited_for = course.is_waited_for
    watch.attach(vigil, feeds)
    teller.observe = watch.hear
    outlet.on_failure = vigil.stop
    vigil.on_look = lambda is_over: outlet.print_rest(is_over=is_over)
    vigil.on_trouble = lambda failure: watcher.tell_trouble(course.state, failure)
    return _Run(vigil, watch, outlet, teller, roster)


def _say_last(course: Course, watcher: Watcher, run: _Run) -> None:
    """What people should know once the inputs have ended."""
    if watcher.is_reserved:
        return
    if (words := course.explain()) is not None:
        watcher.say(words)
    if not run.vigil.was_stopped and (words := run.teller.explain()) is not None:
        watcher.say(words)


def _open_channels(course: Course, live: LiveWishes) -> Roster:
    """How people are told; raise ConfigError where a secret is missing."""
    from logscan.messages import Voice
    from logscan.runs import Roster

    options = () if course.state is None else ("--state", str(course.state.absolute()))
    voice = Voice(find_page(course.settings, live.listen), options, takes_commands=course.state is not None)
    return Roster(course.settings, live.notify, os.environ, voice)


def _name_undelivered(course: Course, watcher: Watcher, left: Sequence[Undelivered]) -> None:
    if left:
        named = ", ".join(f"{one.channel} {one.notices}" for one in left)
        fate = "lost, since the state is in memory" if course.state is None else "kept for the next start"
        watcher.say(f"undelivered: {named}; {fate}")


def _choose_status(watcher: Watcher, vigil: Vigil, *, is_kept: bool) -> int:
    from logscan.model import State
    from logscan.runs import is_own

    incidents = vigil.keeper.desk.book.list_incidents()
    fires = any(one.state is State.FIRING and not is_own(one) for one in incidents)
    if fires and not vigil.was_stopped:
        return FIRING_STATUS
    return LOST_STATUS if watcher.lost or not is_kept else 0


def _open_outlet(live: LiveWishes, wishes: Wishes, own: str, *, to_errors: bool) -> Outlet:
    """Where notices go: stdout, or stderr when stdout is the input's."""
    from logscan.reports import Look
    from logscan.runs import Outlet

    is_for_people = to_errors or sys.stdout.isatty()
    name = live.output if live.output != "auto" else ("pretty" if is_for_people else "jsonl")
    if to_errors:
        return Outlet(name, sys.stderr.buffer, Look(wishes.color == "always", None, wishes.quiet), own)
    return Outlet(name, open_stdout(), Look(wants_color(wishes.color), terminal_width(), wishes.quiet), own)
