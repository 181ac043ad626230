"""`--metrics-textfile` and `--push-gateway`: where the metrics of one reading go; it counts nothing itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from logscan.cli.options import Command
from logscan.cli.streams import print_error

if TYPE_CHECKING:
    from logscan.metrics import Tally
    from logscan.model import ScanSummary
    from logscan.rules import RuleSet
    from logscan.scans import Scan


class MetricWishes(NamedTuple):
    """Where metrics were asked for."""

    textfile: Path | None
    gateway: str | None

    @property
    def are_there(self) -> bool:
        return self.textfile is not None or self.gateway is not None


def metric_options(command: Command) -> Command:
    """Both options."""
    command = click.option(
        "--push-gateway", metavar="URL", help="Replace what this Pushgateway knows of the job `logscan`."
    )(command)
    return click.option(
        "--metrics-textfile",
        metavar="PATH",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Write the metrics of this reading to a file, for the textfile collector.",
    )(command)


def open_tally(scan: Scan, wishes: MetricWishes, rules: RuleSet) -> Tally | None:
    """Something that is told of each finding; None where nobody asked."""
    if not wishes.are_there:
        return None
    from logscan import app

    if wishes.gateway is not None:
        app.check_gateway(wishes.gateway)
    tally = app.build_tally(rules)
    scan.on_event = tally.take
    return tally


def export_tally(tally: Tally, summary: ScanSummary, wishes: MetricWishes) -> bool:
    """Put the metrics where they were asked for; say it where that fails, for what was found must not go under with it."""
    from logscan import app
    from logscan.errors import LogscanError

    tally.finish(summary)
    try:
        if wishes.textfile is not None:
            app.write_metrics_file(tally.metrics, wishes.textfile)
        if wishes.gateway is not None:
            app.push_metrics(tally.metrics, wishes.gateway)
    except LogscanError as error:
        print_error(str(error))
        return False
    return True
