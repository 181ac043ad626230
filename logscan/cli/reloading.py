"""What a reload changes in a run that goes on, and who asks for one; it is no command."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from logscan.cli.options import Wishes

if TYPE_CHECKING:
    from logscan.config import Settings
    from logscan.pipeline import Manner
    from logscan.runs import Change, Reloader, Roster, Vigil, Watch

# Settings → the manners that sources are taken in from now on, and what waits for the next start.
Retake = Callable[["Settings"], "tuple[dict[str, Manner], list[str]]"]


class Changing(NamedTuple):
    """What takes a change while it goes on."""

    vigil: Vigil
    watch: Watch
    roster: Roster
    retake: Retake
    say: Callable[[str], None]


def has_terminal() -> bool:
    """Whether a person sits there: then a hang-up is the end of their terminal, and no order to reload."""
    return any(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def hold_hangups() -> None:
    """Let one wait until a run can heed it: what it asks for may have been read already."""
    if not has_terminal():
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGHUP,))


def make_reloader(settings: Settings, wishes: Wishes, changing: Changing) -> Reloader:
    """Rules, how sources are taken, who is told and how incidents are kept change at once; what was typed stays."""
    from logscan import app
    from logscan.runs import Change, Reloader

    vigil = changing.vigil

    def prepare_sources(changed: Settings) -> Change:
        manners, notes = changing.retake(changed)
        return Change(lambda: vigil.pipeline.take_manners(manners), tuple(notes))

    def prepare_incidents(changed: Settings) -> Change:
        return Change(lambda: vigil.keeper.desk.book.take_manner(changed.incidents))

    live = {
        "rules": lambda changed: _prepare_rules(changed, changing),
        "sources": prepare_sources,
        "channels": lambda changed: _prepare_channels(changed, changing),
        "routes": lambda _changed: Change(),  # is in what channels change: both say who is told
        "incidents": prepare_incidents,
    }
    return Reloader(settings, wishes.load_settings, live, app.now)


def _prepare_rules(changed: Settings, changing: Changing) -> Change:
    from logscan import app
    from logscan.incidents import list_terms
    from logscan.runs import Change

    rules = app.load_configured(changed)
    scanner, terms = app.build_scanner(rules.rules), list_terms(rules.rules)

    def switch() -> None:
        changing.watch.take_rules(rules)
        changing.vigil.keeper.desk.book.take_terms(terms)  # before any line is found by them
        changing.vigil.pipeline.take_rules(scanner)

    return Change(switch)


def _prepare_channels(changed: Settings, changing: Changing) -> Change:
    from logscan.config import list_dangers
    from logscan.runs import Change, Way, change_office

    vigil, watch, roster = changing.vigil, changing.watch, changing.roster
    dangers = list_dangers(changed)
    draft, way = roster.prepare(changed), Way(tally=watch.metrics.notify, warn=changing.say)

    def note(held: int) -> None:
        watch.take_channels(draft.kinds)
        if held:
            changing.say(f"channels: {held} that waited for a channel that is gone are told to nobody there")

    def switch() -> None:
        roster.take(draft)
        watch.expect_channels(draft.kinds, len(dangers))
        change_office(vigil.office, vigil.keeper, draft.shift, way, note)

    return Change(switch, (*draft.notes, *dangers), draft.drop)
