"""Ways to tell people, one file each; they send what they are given and never decide what or when.

webhook       the notice as JSON, signed
settings      what each kind must be told to work
answers       what a service's answer means: delivered, later, or never
posts         one request to a service, tried again as plain text where it was refused
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from logscan.channels.settings import ChannelSettings
from logscan.http import Client
from logscan.model import Channel


class Tools(NamedTuple):
    """What channels are given to work with."""

    make_client: Callable[[], Client]  # each channel has its own: a client serves one thread
    now: Callable[[], datetime]


def open_channel(name: str, settings: ChannelSettings, tools: Tools) -> Channel:
    """Make a channel; only that kind's module is loaded. Raise ConfigError where it may not be used so."""
    from logscan.channels.webhook import WebhookChannel

    return WebhookChannel(name, settings, tools)
