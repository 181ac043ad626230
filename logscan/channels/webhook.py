"""The webhook: a notice as JSON, signed, with the headers of CloudEvents; it changes nothing in the notice."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import quote

from logscan.channels.posts import Body, Poster, place_url
from logscan.channels.settings import WebhookSettings
from logscan.channels.tools import Tools
from logscan.model import Manner, Notice, NoticeType, Receipt
from logscan.notices import pack_notice
from logscan.times import write_time

_SOURCE = "logscan"
_SAFE_IN_HEADERS = " !#$&'()*+,/:;=?@[]"


class WebhookChannel:
    """Every notice is one POST; a retry has the same `Idempotency-Key`, and a signature of its own time."""

    manner = Manner("webhook")

    def __init__(self, name: str, settings: WebhookSettings, tools: Tools) -> None:
        self.name = name
        self._url = place_url(settings.url.reveal(), settings.base_url, f"channel {name}")
        self._secret, self._now = settings.secret, tools.now
        secrets = [secret for secret in (settings.url, settings.secret) if secret is not None]
        self._poster = Poster(tools.make_client(), secrets, tools.now)
        self._poster.prepare(self._url)

    def send(self, notice: Notice, memory: str | None) -> Receipt:
        content = pack_notice(notice)
        headers = {"Content-Type": "application/json", "Idempotency-Key": notice.id, **list_headers(notice)}
        if self._secret is not None:
            headers["X-Logscan-Signature"] = sign(
                content, self._secret.reveal(), int(self._now().timestamp())
            )
        answer = self._poster.send(self._url, [Body(content, headers)])
        return Receipt(memory, self._poster.describe(answer))

    def close(self) -> None:
        self._poster.close()


def sign(content: bytes, secret: str, at: int) -> str:
    """The signature of a body that is sent at a time, in Unix seconds."""
    signed = hmac.new(secret.encode(errors="surrogateescape"), b"%d." % at + content, hashlib.sha256)
    return f"t={at},v1={signed.hexdigest()}"


def list_headers(notice: Notice) -> dict[str, str]:
    """CloudEvents 1.0 in binary mode: the body is the event's data."""
    change = f".{notice.change.value}" if notice.type is NoticeType.NOTICE else ""
    headers = {
        "ce-specversion": "1.0",
        "ce-id": notice.id,
        "ce-source": _SOURCE,
        "ce-type": f"logscan.{notice.type.value}{change}",
        "ce-time": write_time(notice.at),
        "ce-subject": notice.key,
    }
    # A header holds ASCII only; an attribute that is empty is left out.
    return {name: quote(value, safe=_SAFE_IN_HEADERS) for name, value in headers.items() if value}
