"""`logscan notify`: tries the channels of a configuration; it reads no log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from logscan.cli.options import Wishes, color_option, config_option, talk_options, with_wishes
from logscan.cli.streams import print_error, wants_color
from logscan.cli.watching import find_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logscan.config import Settings
    from logscan.model import Channel

_FAILED_STATUS = 1


@click.group(short_help="Try the ways in which people are told.")
def notify() -> None:
    """Try the ways in which people are told."""


@notify.command(short_help="Send a test notice, and print each answer.")
@click.argument("channel", required=False)
@click.option(
    "--notify",
    "addresses",
    metavar="URL",
    multiple=True,
    help="Try this address, too: env:NAME, file:PATH, or one that holds no secret; repeatable.",
)
@color_option
@config_option
@talk_options
@with_wishes
def test(wishes: Wishes, channel: str | None, addresses: tuple[str, ...]) -> int:
    """Send a test notice through CHANNEL, or through all of the configuration, and print what each answered.

    Exit status: 0 all was delivered, 1 some was not, 2 wrong usage, such as no channel.
    """
    import os

    from logscan import app
    from logscan.config import list_dangers
    from logscan.messages import Voice
    from logscan.normalize import make_visible
    from logscan.runs import open_channels

    settings = _narrow(app.load_settings(wishes.config_file), channel)
    for danger in list_dangers(settings):
        print_error(make_visible(danger))
    voice = Voice(status_url=find_page(settings, None))
    channels = open_channels(settings, addresses, os.environ, voice)
    chosen = _choose(channels, channel)
    color = wants_color(wishes.color)
    is_fine = [_try_channel(one, color=color) for one in chosen]
    return 0 if all(is_fine) else _FAILED_STATUS


def _narrow(settings: Settings, name: str | None) -> Settings:
    """Only the channel that is meant, which needs no secret of another; all of them where none of that name is there."""
    from dataclasses import replace

    named = tuple(one for one in settings.channels if one.name == name)
    return replace(settings, channels=named) if named else settings


def _choose(channels: Sequence[Channel], name: str | None) -> list[Channel]:
    from logscan.errors import ConfigError

    if not channels:
        right = "add `channels:` to the configuration, or say --notify URL"
        raise ConfigError(f"no channel to try; {right}")
    chosen = [one for one in channels if name in (None, one.name)]
    if not chosen:
        there = ", ".join(one.name for one in channels)
        raise ConfigError(f"no channel {name!r}; there are {there}")
    return chosen


def _try_channel(channel: Channel, *, color: bool) -> bool:
    """Say what it answered."""
    from logscan import app
    from logscan.errors import DeliveryError
    from logscan.model import Severity
    from logscan.normalize import make_visible
    from logscan.reports.paint import SEVERITY_COLORS, paint
    from logscan.runs import make_test

    try:
        receipt = channel.send(make_test(app.now()), None)
    except DeliveryError as error:
        text = make_visible(f"{channel.name}: not delivered: {error}")
        click.echo(paint(text, SEVERITY_COLORS[Severity.ERROR], on=color), color=True)
        return False
    finally:
        channel.close()
    answer = f" ({receipt.answer})" if receipt.answer else ""
    click.echo(make_visible(f"{channel.name}: delivered{answer}"))
    return True
