"""`logscan wrap`: what was typed → a program that is passed through, and the words that start its scanner."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from logscan.cli.live import Course, LiveWishes, choose_state, follow, live_options
from logscan.cli.options import Wishes, common_options, with_wishes

if TYPE_CHECKING:
    from logscan.pipeline import Manner
    from logscan.sources.live import LiveSource

SCANNER_COMMAND = "wrapped-scanner"
_MOST_LINE_BYTES = 1 << 20
_DEFAULT_NAME = "wrapped"
# The scanner finds the same logscan as we did, wherever the program's folder is.
_START = "import sys; sys.path[:] = {path!r}; from logscan.cli import main; sys.exit(main())"


@click.command(
    short_help="Run a program, pass its output through untouched, and scan it.",
    context_settings={"allow_interspersed_args": False},
)
@click.argument("argv", nargs=-1, required=True, metavar="-- CMD...", type=click.UNPROCESSED)
@live_options
@common_options
@with_wishes
def wrap(*, wishes: Wishes, argv: tuple[str, ...], live: LiveWishes) -> int:
    """Run CMD, pass its output through untouched, and tell on stderr what becomes of credentials.

    Whatever becomes of the scanner, CMD is not disturbed; its signals are passed on to it.

    Exit status: CMD's own, 128 and the signal's number when it was killed; 125 logscan itself failed, 126 CMD
    cannot be executed, 127 CMD was not found.
    """
    from logscan.wraps import run_wrapped

    wishes.load_rules()  # what is wrong is said before the program starts
    _check_addresses(live.notify)
    return run_wrapped(argv, list_scanner_words(live, wishes))


@click.command(SCANNER_COMMAND, hidden=True)
@live_options
@common_options
@with_wishes
def scan_wrapped(*, wishes: Wishes, live: LiveWishes) -> int:
    """Scan what `logscan wrap` passes on, as frames on stdin."""
    from logscan.pipeline import Manner
    from logscan.sources.wrapped import WrappedSource

    def make(_key: bytes) -> dict[LiveSource, Manner]:
        source = WrappedSource(_DEFAULT_NAME, 0, max_line=_MOST_LINE_BYTES, clock=time.monotonic)
        return {source: Manner(service=live.service)}

    settings = wishes.load_settings()
    where = choose_state(live.state, settings, lambda: None)
    return follow(Course(make, settings, where, to_errors=True, is_waited_for=True), live, wishes)


def _check_addresses(typed: Sequence[str]) -> None:
    """What is wrong is said before the program starts."""
    import os

    from logscan.runs.addresses import read_typed

    for one in typed:
        read_typed(one, os.environ, os.curdir)


def list_scanner_words(live: LiveWishes, wishes: Wishes) -> list[str]:
    """The command line of the scanner: this program with the same options."""
    start = _START.format(path=sys.path)
    return [sys.executable, "-c", start, SCANNER_COMMAND, *_list_options(live, wishes)]


def _list_options(live: LiveWishes, wishes: Wishes) -> Iterator[str]:
    # Each as one word: a value may begin with a dash.
    named = {"service": live.service, "output": live.output, "state": live.state, "color": wishes.color}
    named |= {"min-severity": live.min_severity, "listen": live.listen}
    for name, value in named.items():
        if value is not None:
            yield f"--{name}={value}"
    if wishes.config_file is not None:
        yield f"--config={wishes.config_file}"
    yield from (f"--notify={one}" for one in live.notify)
    yield from (f"--pack={name}" for name in wishes.packs)
    yield from (f"--rules={path}" for path in wishes.rule_files)
    flags = {"--no-packs": wishes.no_packs, "--verbose": wishes.verbose, "--quiet": wishes.quiet}
    yield from (flag for flag, wanted in flags.items() if wanted)
