"""What the web is handed: where pictures, metrics and health come from, and who may look; it holds no state."""

from __future__ import annotations

import hmac
from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from logscan.model import Snapshot
from logscan.references import Secret


class Board(NamedTuple):
    """Asked at each request; every call is quick and never waits for a reader, the keeper or a sender."""

    look: Callable[[], Snapshot]
    write_metrics: Callable[[str], tuple[bytes, str]]  # what is accepted → text and its content type
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who is answered."""

    hosts: tuple[str, ...] = ()  # names beside IP literals and localhost
    bearer: Secret | None = None
    user: str | None = None
    password: Secret | None = None

    @property
    def is_guarded(self) -> bool:
        return self.bearer is not None or self.password is not None

    def admits(self, authorization: str) -> bool:
        """Whether a request's header shows what is asked for; takes as long for a near miss as for a far one."""
        scheme, _, value = authorization.strip().partition(" ")
        value = value.strip()
        if scheme.lower() == "bearer" and self.bearer is not None:
            return _is_same(value, self.bearer.reveal())
        if scheme.lower() == "basic" and self.password is not None:
            return _is_same(_read_basic(value), f"{self.user or ''}:{self.password.reveal()}")
        return not self.is_guarded


def _read_basic(value: str) -> str:
    try:
        return b64decode(value, validate=True).decode()
    except (BadBase64, ValueError):
        return ""


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
