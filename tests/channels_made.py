"""One channel of each kind that speaks HTTP, told where to speak and what to hide; it asserts nothing."""

from __future__ import annotations

from collections.abc import Callable

from logscan.channels.settings import (
    AlertmanagerSettings,
    ChannelSettings,
    DiscordSettings,
    PagerdutySettings,
    SlackSettings,
    TelegramSettings,
    WebhookSettings,
)
from tests.notices_made import hide

SECRET = "0s3cretcanary9f8e7d6c5b4a3210abcd"[:32]  # as long as a routing key

KINDS: dict[str, Callable[[str, str], ChannelSettings]] = {
    "webhook": lambda url, secret: WebhookSettings(
        url=hide(f"{url}/{secret}?key={secret}"), secret=hide(secret)
    ),
    "slack": lambda url, secret: SlackSettings(webhook=hide(f"{url}/services/T0/B0/{secret}")),
    "slack-bot": lambda url, secret: SlackSettings(token=hide(secret), chat="#ops", base_url=url),
    "discord": lambda url, secret: DiscordSettings(webhook=hide(f"{url}/api/webhooks/123/{secret}")),
    "telegram": lambda url, secret: TelegramSettings(
        token=hide(f"123:{secret}"), chat="-100123", base_url=url
    ),
    "pagerduty": lambda url, secret: PagerdutySettings(key=hide(secret), base_url=url),
    "alertmanager": lambda url, secret: AlertmanagerSettings(urls=(url,), authorization=hide(secret)),
}
