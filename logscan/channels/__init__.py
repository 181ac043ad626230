"""Ways to tell people, one file each; they send what they are given and never decide what or when.

webhook       the notice as JSON, signed
slack         blocks; with a bot's token, one thread for each incident
discord       an embed; the opening message is marked when its incident is over
telegram      HTML; what follows answers the opening message
pagerduty     trigger, acknowledge, resolve
alertmanager  told again and again while an incident lasts
exec          a program of the user's own
apprise       mail, SMS and everything else, in a child process
console       words on stderr
settings      what each kind must be told to work
tools         what they work with
memories      what a channel remembers of an incident, and where that means something
answers       what a service's answer means: delivered, later, or never
criers        the child in which Apprise speaks
programs      a program of its own for one notice
posts         one request to a service, tried again as plain text where it was refused
"""

from __future__ import annotations

from logscan.channels.settings import (
    AlertmanagerSettings,
    AppriseSettings,
    ChannelSettings,
    ConsoleSettings,
    DiscordSettings,
    ExecSettings,
    PagerdutySettings,
    ServiceSettings,
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
        case ExecSettings():
            from logscan.channels.exec import ExecChannel

            return ExecChannel(name, settings, tools)
        case AppriseSettings():
            from logscan.channels.apprise import AppriseChannel

            return AppriseChannel(name, settings, tools)
        case ConsoleSettings():
            from logscan.channels.console import ConsoleChannel

            return ConsoleChannel(name, tools)
        case _:
            return _open_service(name, settings, tools)


def _open_service(name: str, settings: ServiceSettings, tools: Tools) -> Channel:
    """One that is spoken to over HTTP."""
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
