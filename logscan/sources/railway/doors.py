"""A token and what is configured → an open connection and the ids of what to watch; it reads no line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from logscan.http import Client
from logscan.references import Secret
from logscan.sources.railway.calls import Caller, Target
from logscan.sources.railway.failures import Refused
from logscan.sources.railway.places import Login, Place, list_logins, write_remedy
from logscan.sources.railway.subscriptions import Connection, Rhythm, open_connection

_MOST_BYTES = 2 << 20  # a project with hundreds of services and environments


class Key(NamedTuple):
    """A token that Railway took, and what it opens."""

    login: Login
    caller: Caller
    target: Target


class Door:
    """Every method blocks; one call at a time."""

    def __init__(
        self,
        place: Place,
        fetch_token: Callable[[], Secret],
        agent: str,
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._place, self._fetch_token = place, fetch_token
        self._client = Client(clock=clock, agent=agent, most_bytes=_MOST_BYTES)
        self._now = now
        self._token: Secret | None = None

    def find_key(self, known: Key | None) -> Key:
        """Ask what the token opens, unless that is known. Raise a Failure, or ConfigError where there is no token."""
        self._token = self._fetch_token()
        if known is not None and known.login.token == self._token:
            return known
        refusal: Refused | None = None
        for login in list_logins(self._token):
            caller = Caller(self._client, self._place, login, self._now)
            try:
                return Key(login, caller, caller.find_target())
            except Refused as error:
                refusal = error
        assert refusal is not None
        raise refusal

    def open(self, key: Key, rhythm: Rhythm) -> Connection:
        """A greeted connection; raise a Failure."""
        return open_connection(self._place.endpoint.stream_url, key.login, rhythm, self._now)

    def close(self) -> None:
        """Let go of what is open to Railway's API."""
        self._client.close()

    def explain_refusal(self, refusal: Refused) -> str:
        """What a person has to do."""
        if self._token is None:
            return str(refusal)
        origin = self._token.origin
        what = f"Railway refused the login: the token in {origin} is invalid, has expired or is for something else"
        return f"{what} ({refusal}); {write_remedy(self._token)}"
