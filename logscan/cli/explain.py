"""`logscan explain`: shows every rule's verdict on a line; all that it prints is redacted."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from logscan.cli.options import Wishes, color_option, rule_options, with_wishes
from logscan.cli.streams import wants_color

if TYPE_CHECKING:
    from logscan.trials import Suspect

_NOTHING_FITS_STATUS = 1  # as grep
_MOST_BYTES = 1 << 20


@click.command(short_help="Say why a line matches, or does not.")
@click.argument("line", required=False, metavar="[LINE|-]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each line.")
@color_option
@rule_options
@with_wishes
def explain(wishes: Wishes, line: str | None, *, as_json: bool) -> int:
    """Say why LINE matches, or does not; - or nothing reads lines from stdin.

    Shown are the line as rules see it, the record around it, every rule that fits with its place, every
    rule that was vetoed and by what, and why the first names the line. Secrets are masked.

    Exit status: 0 a rule fits some line, 1 none does.
    """
    from logscan import app
    from logscan.cli.explanations import print_explanation, print_json
    from logscan.trials import explain_line

    rules = wishes.load_rules().rules
    redactor = app.build_redactor()
    fits = False
    for number, suspect in enumerate(_list_suspects(line)):
        explanation = explain_line(suspect, rules, redactor, now=app.now())
        fits = fits or bool(explanation.matched)
        if as_json:
            print_json(explanation)
        else:
            print_explanation(explanation, color=wants_color(wishes.color), first=number == 0)
    return 0 if fits else _NOTHING_FITS_STATUS


def _list_suspects(line: str | None) -> Iterator[Suspect]:
    from logscan.trials import Suspect

    if line is None and sys.stdin.isatty():
        raise click.UsageError("Give a LINE in quotes, or - to read lines from stdin.")
    if line is not None and line != "-":
        yield from (Suspect(raw) for raw in os.fsencode(line).splitlines() or [b""])
        return
    text = sys.stdin.buffer.read(_MOST_BYTES)
    start = 0
    for raw in text.splitlines(keepends=True):
        end = start + len(raw)
        if raw.strip():
            yield Suspect(raw.rstrip(b"\r\n"), text[:start], text[end:])
        start = end
