"""`logscan explain`: shows every rule's verdict on a line; all that it prints is redacted."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from logscan.cli.options import Wishes, common_options, with_wishes
from logscan.cli.streams import is_stdin_closed, print_error, wants_color
from logscan.errors import InputError

if TYPE_CHECKING:
    from logscan.trials import Suspect

_NOTHING_FITS_STATUS = 1  # as grep
_MOST_BYTES = 1 << 20
_NEAR_BYTES = 64 << 10  # of neighbours; a record looks 64 lines around itself


@click.command(short_help="Say why a line matches, or does not.")
@click.argument("line", required=False, metavar="[LINE|-]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each line.")
@common_options
@with_wishes
def explain(wishes: Wishes, line: str | None, *, as_json: bool) -> int:
    """Say why LINE matches, or does not; - or nothing reads lines from stdin.

    Shown are the line as rules see it, the record around it, every rule that fits with its place, every
    rule that was vetoed and by what, and why the first names the line. Secrets are masked.

    Exit status: 0 a rule fits some line, 1 none does.
    """
    from logscan import app
    from logscan.cli.explanations import print_explanation, print_json
    from logscan.trials.explanations import Explainer

    explainer = Explainer(wishes.load_rules().rules, app.build_redactor())
    fits = False
    for number, suspect in enumerate(_list_suspects(line)):
        explanation = explainer.explain(suspect, now=app.now())
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
    if is_stdin_closed():
        raise InputError("stdin: not open; give a LINE in quotes, or pipe lines in")
    text = _read_lines()
    start = 0
    for raw in text.splitlines(keepends=True):
        end = start + len(raw)
        if raw.strip():
            yield Suspect(
                raw.rstrip(b"\r\n"), text[max(0, start - _NEAR_BYTES) : start], text[end : end + _NEAR_BYTES]
            )
        start = end


def _read_lines() -> bytes:
    """The whole lines of stdin's first MiB; what is left out is said."""
    text = sys.stdin.buffer.read(_MOST_BYTES + 1)
    if len(text) <= _MOST_BYTES:
        return text
    end = text.rfind(b"\n", 0, _MOST_BYTES) + 1
    if end == 0:
        print_error("stdin: its first line is longer than 1 MiB: nothing is explained; give shorter lines")
        return b""
    print_error(
        "stdin: longer than 1 MiB: only the lines within it are explained; give fewer, as with `tail`"
    )
    return text[:end]
