"""Ways to tell people, one file each; they send what they are given and never decide what or when.

webhook       the notice as JSON, signed
slack         blocks; with a bot's token, one thread for each incident
discord       an embed; the opening message is marked when its incident is over
telegram      HTML; what follows answers the opening message
pagerduty     trigger, acknowledge, resolve
alertmanager  told again and again while an incident lasts
settings      what each kind must be told to work
tools         what they work with
answers       what a service's answer means: delivered, later, or never
posts         one request to a service, tried again as plain text where it was refused
"""

from __future__ import annotations

from logscan.channels.settings import (
    AlertmanagerSettings,
    ChannelSettings,
    DiscordSettings,
    PagerdutySettings,
    SlackSettings,
    TelegramSettings,
    WebhookSettings,
)
from logscan.channels.tools import Tools
from logscan.model import Channel

__all__ = ["ChannelSettings", "Tools", "open_channel"]


def open_channel(name: str, settings: ChannelSettings, tools: Tools) -> Channel:
    """Make a channel; only that kind's module is loaded. Raise ConfigError where it may not be used so."""
    match settings:
        case WebhookSettings():
            from logscan.channels.webhook import WebhookChannel

            return WebhookChannel(name, settings, tools)
        case SlackSettings():
            from logscan.channels.slack import SlackChannel

            return SlackChannel(name, settings, tools)
        case DiscordSettings():
            from logscan.channels.discord import DiscordChannel

            return DiscordChannel(name, settings, tools)
        case TelegramSettings():
            from logscan.channels.telegram import TelegramChannel

            return TelegramChannel(name, settings, tools)
        case PagerdutySettings():
            from logscan.channels.pagerduty import PagerdutyChannel

            return PagerdutyChannel(name, settings, tools)
        case AlertmanagerSettings():
            from logscan.channels.alertmanager import AlertmanagerChannel

            return AlertmanagerChannel(name, settings, tools)
