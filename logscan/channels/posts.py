"""One request to a service, tried again in a plainer form where it was refused; it knows no service.

No error shows more of an address than its scheme and host, nor any word of a secret that a service sends back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import orjson

from logscan.channels.answers import REFUSED, check_answer, quote_answer
from logscan.errors import ConfigError, ExchangeError, GiveUp, TryAgain
from logscan.http import Answer, Client, check_url, scrub_url
from logscan.references import Secret


class Body(NamedTuple):
    """What is sent: the headers may depend on the content, as a signature does."""

    content: bytes
    headers: Mapping[str, str]


def write_body(document: object, headers: Mapping[str, str]) -> Body:
    """A body of JSON. What is no text, a lone surrogate, becomes a question mark."""
    try:
        content = orjson.dumps(document)
    except TypeError:
        content = json.dumps(document, ensure_ascii=False).encode(errors="replace")
    return Body(content, {"Content-Type": "application/json", **headers})


class Poster:
    """Speaks to one service; `secrets` are what it is told and must not be read from an error.

    `read_meaning` puts right the status of an answer, for services that do not say by it what they mean.
    """

    def __init__(
        self,
        client: Client,
        secrets: Sequence[Secret],
        now: Callable[[], datetime],
        read_meaning: Callable[[Answer], Answer] = lambda answer: answer,
    ) -> None:
        self._client, self._secrets, self._now = client, tuple(secrets), now
        self._read_meaning = read_meaning
        # Who is told no secret may be told in plain text, as inside a cluster.
        self._carries_secret = bool(self._secrets)

    def prepare(self, url: str) -> None:
        """Make ready for the first message, which is not to wait for libraries to be loaded."""
        self._client.prepare(url)

    def send(self, url: str, bodies: Sequence[Body], *, method: str = "POST") -> Answer:
        """Send the first body, and the next ones only where the service refuses what it was sent.

        Raise TryAgain or GiveUp, told by the answer's status.
        """
        for body in bodies:
            answer = self._read_meaning(self._exchange(method, url, body))
            if answer.status not in REFUSED:
                break
        if 200 <= answer.status < 300:
            return answer
        try:
            check_answer(answer, self.quote(answer), self._now)
        except TryAgain as error:
            raise TryAgain(f"{scrub_url(url)}: {error}", after_seconds=error.after_seconds) from None
        except GiveUp as error:
            raise GiveUp(f"{scrub_url(url)}: {error}", status=error.status, broken=error.broken) from None
        return answer

    def quote(self, answer: Answer) -> str:
        """What the service said, as far as it may be shown."""
        return quote_answer(answer.body, self._secrets)

    def describe(self, answer: Answer) -> str:
        """An answer for people who test a channel."""
        said = self.quote(answer)
        return f"HTTP {answer.status}" + (f" ({said})" if said else "")

    def close(self) -> None:
        self._client.close()

    def _exchange(self, method: str, url: str, body: Body) -> Answer:
        try:
            return self._client.send(
                method, url, headers=body.headers, content=body.content, carries_secret=self._carries_secret
            )
        except ExchangeError as error:
            raise TryAgain(str(error)) from None
        except ConfigError as error:
            raise GiveUp(str(error), broken=True) from None


def place_url(url: str, base_url: str | None, place: str, *, carries_secret: bool = True) -> str:
    """The address that is used: at `base_url`'s place where one is given. Raise ConfigError for one that is unsafe."""
    if base_url is not None:
        check_url(base_url, place, carries_secret=carries_secret)
        parts, base = urlsplit(url), urlsplit(base_url)
        url = urlunsplit((base.scheme, base.netloc, base.path.rstrip("/") + parts.path, parts.query, ""))
    check_url(url, place, carries_secret=carries_secret)
    return url
