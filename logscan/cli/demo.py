"""`logscan demo`: prints the made-up log at its pace; it reads nothing."""

from __future__ import annotations

import sys
import time

import click


@click.command(short_help="Print the log of a made-up service whose token expires and is renewed.")
@click.option(
    "--speed",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    metavar="N",
    help="N times as fast, at least 1; 0: at once.",
)
def demo(speed: float) -> None:
    """Print the log of a made-up service whose token expires and is renewed.

    It takes 18 seconds. Try: logscan demo | logscan scan --fail-on never -
    """
    from logscan import app
    from logscan.demo import play

    if 0 < speed < 1:
        raise click.BadParameter(f"{speed:g} is too slow; write 1 or more, or 0", param_hint="'--speed'")
    play(_print_line, time.sleep, app.now(), speed)


def _print_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
