"""What each kind of channel must be told to work; it reads no file and checks no address.

`base_url` replaces the service's own address, for proxies and tests: scheme, host, port and what stands before the path.
"""

from __future__ import annotations

from dataclasses import dataclass

from logscan.references import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    url: Secret
    secret: Secret | None = None  # None: nothing is signed
    base_url: str | None = None
    dangerously_skip_tls_verify: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """An incoming webhook; or a bot's token and the channel that it writes to."""

    webhook: Secret | None = None
    token: Secret | None = None
    chat: str | None = None  # `C0123…` or `#ops`
    base_url: str | None = None
    dangerously_skip_tls_verify: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordSettings:
    webhook: Secret
    base_url: str | None = None
    dangerously_skip_tls_verify: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSettings:
    token: Secret
    chat: str  # `-100123…` or `@name`
    base_url: str | None = None
    dangerously_skip_tls_verify: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerdutySettings:
    key: Secret
    base_url: str | None = None
    dangerously_skip_tls_verify: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertmanagerSettings:
    urls: tuple[str, ...]  # every one is told, as a cluster of them wants it
    authorization: Secret | None = None  # a bearer token
    dangerously_skip_tls_verify: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecSettings:
    """A program of the user's own; whoever makes this has seen `allow_exec`."""

    argv: tuple[str, ...]
    timeout_seconds: float = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseSettings:
    url: Secret  # or several, with a comma or a space between them
    dangerously_skip_tls_verify: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSettings:
    """Nothing to be told."""


ServiceSettings = (
    WebhookSettings
    | SlackSettings
    | DiscordSettings
    | TelegramSettings
    | PagerdutySettings
    | AlertmanagerSettings
)
ChannelSettings = ServiceSettings | ExecSettings | AppriseSettings | ConsoleSettings
