"""`logscan config`: checks and shows configurations, and helps to begin one; it never changes a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from logscan.cli.options import Wishes, color_option, config_option, rule_options, talk_options, with_wishes
from logscan.cli.streams import print_error, wants_color
from logscan.errors import ConfigError

if TYPE_CHECKING:
    from logscan.config import Settings

_PROBLEMS_STATUS = 1


@click.group(short_help="Check, show and begin a configuration.")
def config() -> None:
    """Check, show and begin a configuration.

    Used is the file of --config, else of $LOGSCAN_CONFIG, else ./logscan.yaml, else ./config.yaml if it
    holds `logscan: 1`. Everything in it is optional, and so is the file.
    """


@config.command(short_help="Say what is wrong with a configuration.")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@color_option
@config_option
@talk_options
@with_wishes
def check(wishes: Wishes, file: Path | None) -> int:
    """Say what is wrong with FILE, or with the configuration in use: one problem a line, with its place.

    Looked at are all keys and values, the packs and files that are named, and every name of a rule. Where all is right, it is
    said where an example incident of each severity would go. A secret that is not here is no problem, and said;
    so is what a file may not do that was merely found in the current directory, and what gives up some safety.

    Exit status: 0 nothing is wrong, 1 problems were found, 2 wrong usage, such as no file.
    """
    import os

    from logscan import app
    from logscan.config import list_absences, list_dangers, list_distrusts, list_exposures, summarize_settings
    from logscan.normalize import make_visible
    from logscan.reports.paint import paint_place

    reading = app.open_config(file or wishes.config_file)
    if reading is None:
        right = "give a FILE, or begin one with `logscan config init -o logscan.yaml`"
        raise ConfigError(f"no configuration here, which is fine: everything has a default; {right}")
    problems = app.check_config(reading)
    color = wants_color(wishes.color)
    for problem in problems:
        click.echo(paint_place(make_visible(problem), on=color), color=True)
    for warning in (*list_dangers(reading.settings), *list_distrusts(reading.settings)):
        print_error(make_visible(warning))
    redactor = app.build_redactor()
    for exposure in list_exposures(reading.settings, redactor):
        print_error(exposure)
    # Somebody may have written a secret where its name belongs; of a file with problems, whatever stands there.
    for absence in () if problems else list_absences(reading.settings, os.environ):
        print_error(make_visible(redactor.mask(absence)))
    if not problems and not wishes.quiet:
        print_error(f"{reading.settings.path}: fine: {summarize_settings(reading.settings)}")
        for line in _describe_routes(reading.settings):
            print_error(make_visible(line))
    return _PROBLEMS_STATUS if problems else 0


@config.command(short_help="Print the settings in use, with defaults.")
@rule_options
@talk_options
@with_wishes
def show(wishes: Wishes) -> int:
    """Print the settings in use as a configuration, with every default and what was typed of --pack and --rules.

    A secret among the words of a program is masked.
    """
    from logscan import app
    from logscan.config import hide_words, write_settings
    from logscan.normalize import make_visible

    settings = hide_words(wishes.load_settings(), app.build_redactor())
    click.echo(f"# from {make_visible(settings.path)}" if settings.path else "# no file: all defaults")
    click.echo(write_settings(settings), nl=False)
    return 0


@config.command(short_help="Print the JSON Schema of the file, for editors.")
def schema() -> int:
    """Print the JSON Schema (2020-12) of a configuration.

    Editors check and complete a file that begins with `# yaml-language-server: $schema=FILE`.
    """
    import json

    from logscan.config import write_schema

    click.echo(json.dumps(write_schema(), indent=2))
    return 0


@config.command(short_help="Print a commented file to start from.")
@click.option("-o", "file", metavar="FILE", type=click.Path(path_type=Path), help="Write it there instead.")
def init(file: Path | None) -> int:
    """Print a commented configuration to start from, which changes nothing yet.

    A FILE that is there is never written over.
    """
    from logscan.config import STARTER

    if file is None:
        click.echo(STARTER, nl=False)
        return 0
    try:
        made = file.open("x", encoding="utf-8")
    except FileExistsError:
        raise ConfigError(f"{file}: is there already; give another name, or edit it") from None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written ({error.strerror}); give another place") from None
    try:
        with made:
            made.write(STARTER)
    except OSError as error:
        file.unlink(missing_ok=True)  # what is cut off would stand in the way of the next
        raise ConfigError(f"{file}: cannot be written ({error.strerror}); make room") from None
    return 0


def _describe_routes(settings: Settings) -> Iterator[str]:
    """Where an example incident would go."""
    from logscan import app
    from logscan.runs import describe_directory

    if settings.channels:
        yield "an incident of meta-access-token@bot would be told, when it is"
        for severity, words in describe_directory(settings, app.now()):
            yield f"  {severity.word + ':':<9} to {words}"
