"""`logscan export`: files for other programs, on stdout or into a folder; what they say is made elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

_KINDS = ("grafana", "prometheus")


@click.command(short_help="Write a dashboard or rules for the programs that watch logscan.")
@click.argument("kind", type=click.Choice(_KINDS))
@click.option(
    "-o",
    "--output-dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write every file into this folder; without it the main one goes to stdout.",
)
@click.option("--force", is_flag=True, help="Replace files that are there with other content.")
def export(kind: str, *, folder: Path | None, force: bool) -> None:
    """Write files for KIND.

    grafana: a dashboard, and the files that tell Grafana of it. prometheus: recording and alert rules with tests of
    their own, and a scrape.
    """
    from logscan.exports import make_grafana, make_prometheus, write_files

    files = make_grafana() if kind == "grafana" else make_prometheus()
    if folder is None:
        click.echo(files[0].text, nl=False)
        return
    for path in write_files(files, folder, replace=force):
        click.echo(path)
