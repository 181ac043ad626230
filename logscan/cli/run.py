"""`logscan run`: what was typed → what is followed, until it is stopped; it reads nothing itself."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from logscan.cli.live import Course, LiveWishes, choose_state, follow, live_options
from logscan.cli.options import Wishes, common_options, with_wishes
from logscan.cli.reloading import hold_hangups
from logscan.cli.streams import is_stdin_closed, print_error

if TYPE_CHECKING:
    from logscan.pipeline import Manner
    from logscan.runs import Order
    from logscan.sources.hints import Impression
    from logscan.sources.live import LiveSource

IN_USE_STATUS = 4
_STDOUT = 1


@click.command(short_help="Follow live until stopped: files, patterns, programs, - for stdin.")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--exec",
    "commands",
    metavar="'CMD'",
    multiple=True,
    help="Run this program and follow its output; started again whenever it ends; repeatable.",
)
@click.option("--pty", "use_terminal", is_flag=True, help="Give the programs of --exec a terminal as output.")
@click.option("--railway", metavar="SERVICE", help="Follow this service's logs on Railway.")
@click.option(
    "--from",
    "beginning",
    type=click.Choice(("end", "start")),
    default="end",
    show_default=True,
    help="Where reading begins of which nothing was read before.",
)
@click.option("--passthrough", is_flag=True, help="Copy stdin to stdout unchanged; notices go to stderr.")
@live_options
@common_options
@with_wishes
def run(  # noqa: PLR0913 - click hands over each option by its name
    *,
    wishes: Wishes,
    sources: tuple[str, ...],
    commands: tuple[str, ...],
    use_terminal: bool,
    railway: str | None,
    beginning: str,
    passthrough: bool,
    live: LiveWishes,
) -> int:
    """Follow every SOURCE and tell what becomes of credentials: one notice when it goes wrong, one when it is well.

    A SOURCE is a file, which is followed through rotations, a pattern such as 'logs/*.log', or - for stdin. Without any, and
    without --exec and --railway, the `sources` of the configuration are followed.

    Exit status: 0 stopped, or the input ended, 1 a credential's incident was firing when the input ended, 2 wrong
    usage, 3 a source was lost for good, 4 the state is in use by another process.
    """
    from logscan.runs import Order
    from logscan.sources.hints import Impression

    hold_hangups()
    impression = Impression(time.monotonic)
    order = Order(
        sources=sources,
        commands=commands,
        use_terminal=use_terminal,
        railway=railway,
        service=live.service,
        notify=live.notify,
        from_start=beginning == "start",
        copy_to=_STDOUT if passthrough else None,
        impression=impression,
        settings=wishes.load_settings(),
    )
    _check(order)
    _warn(order)
    return _follow(order, live, wishes, impression)


def _check(order: Order) -> None:
    from logscan.errors import ConfigError
    from logscan.runs import check_order

    check_order(order)
    if order.reads_stdin and is_stdin_closed():
        raise ConfigError("stdin: not open; pipe something into it, or name a file")


def _warn(order: Order) -> None:
    """Whoever typed a secret among the words of a program is told, and the program is started."""
    from logscan import app
    from logscan.config import describe_exposure, holds_secret, list_exposures
    from logscan.config.sourcesections import Program
    from logscan.sources.commands import split_command

    if order.is_typed:
        redactor = app.build_redactor() if order.commands else None
        if redactor and any(holds_secret(split_command(one), redactor) for one in order.commands):
            print_error(describe_exposure("--exec"))
    elif any(isinstance(one.origin, Program) for one in order.settings.sources):
        for exposure in list_exposures(order.settings, app.build_redactor()):
            print_error(exposure)


def _follow(order: Order, live: LiveWishes, wishes: Wishes, impression: Impression) -> int:
    from logscan.errors import StateInUseError
    from logscan.runs import list_wanted, make_feeds, remake_manners
    from logscan.sources.stdin import PipeSource

    made: dict[LiveSource, Manner] = {}

    def make(key: bytes) -> dict[LiveSource, Manner]:
        made.update(make_feeds(list_wanted(order), order, key))
        return made

    state = choose_state(live.state, order.settings, lambda: _find_default_state(order))
    course = Course(
        make,
        order.settings,
        state,
        to_errors=order.copy_to is not None,
        explain=impression.explain,
        retake=lambda settings: remake_manners(order, settings),
    )
    try:
        status = follow(course, live, wishes)
    except StateInUseError as error:
        print_error(str(error))
        return IN_USE_STATUS
    for source in made:
        if isinstance(source, PipeSource) and source.copy_failure is not None:
            raise source.copy_failure
    return status


def _find_default_state(order: Order) -> Path | None:
    """A file for these sources; in memory for stdin alone, of which nothing can be taken up."""
    from logscan import app
    from logscan.runs import name_state
    from logscan.store import find_obstacle

    name = name_state(order)
    if name is None:
        return None
    path = app.find_state(name)
    if path is None:
        where, why = "", "this user has no home"
    elif (obstacle := find_obstacle(path)) is not None:
        where, why = f"{path.parent}: ", obstacle
    else:
        return path
    print_error(
        f"state: {where}{why}, so that positions and incidents are forgotten at the end; give --state PATH to keep them"
    )
    return None
