"""What a reload changes in a run that goes on, and who asks for one; it is no command."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from logscan.cli.options import Wishes

if TYPE_CHECKING:
    from logscan.config import Settings
    from logscan.pipeline import Manner
    from logscan.runs import Reloader, Vigil

# Settings → the manners that sources are taken in from now on, and what waits for the next start.
Retake = Callable[["Settings"], "tuple[dict[str, Manner], list[str]]"]


def has_terminal() -> bool:
    """Whether a person sits there: then a hang-up is the end of their terminal, and no order to reload."""
    return any(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def hold_hangups() -> None:
    """Let one wait until a run can heed it: what it asks for may have been read already."""
    if not has_terminal():
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGHUP,))


def make_reloader(settings: Settings, wishes: Wishes, vigil: Vigil, retake: Retake) -> Reloader:
    """Rules, how sources are taken, who is told and how incidents are kept change at once; what was typed stays."""
    from logscan import app
    from logscan.incidents import list_terms
    from logscan.runs import Reloader, rebuild_directory

    def apply_rules(changed: Settings) -> list[str]:
        rules = app.load_configured(changed).rules
        scanner = app.build_scanner(rules)
        vigil.keeper.desk.book.take_terms(list_terms(rules))  # before any line is found by them
        vigil.pipeline.take_rules(scanner)
        return []

    def apply_sources(changed: Settings) -> list[str]:
        manners, waiting = retake(changed)
        vigil.pipeline.take_manners(manners)
        return waiting

    def apply_routes(changed: Settings) -> list[str]:
        office = vigil.office
        office.directory, waiting = rebuild_directory(settings, changed, office.channels)
        return waiting

    def apply_incidents(changed: Settings) -> list[str]:
        vigil.keeper.desk.book.take_manner(changed.incidents)
        return []

    def apply_nothing(_changed: Settings) -> list[str]:
        return []

    live = {
        "rules": apply_rules,
        "sources": apply_sources,
        "channels": apply_routes,  # and `routes`: both say who is told
        "routes": apply_nothing,
        "incidents": apply_incidents,
    }
    return Reloader(settings, wishes.load_settings, live, app.now)
