"""What is watched, as it was configured or as a Railway container's variables say it; it asks nobody."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from logscan.errors import ConfigError
from logscan.http import check_url
from logscan.references import Reference, Secret

BASE_URL = "https://backboard.railway.com"
_PATH = "/graphql/v2"
PROJECT_TOKEN = "RAILWAY_TOKEN"  # noqa: S105 - a variable's name
ACCOUNT_TOKEN = "RAILWAY_API_TOKEN"  # noqa: S105
# Set in every container, and nowhere else.
_CONTAINER_MARKS = ("RAILWAY_REPLICA_ID", "RAILWAY_DEPLOYMENT_ID")
_HEADER_TEXT = re.compile(r"[\x21-\x7e]+")


class Endpoint(NamedTuple):
    """Where Railway's API is."""

    query_url: str
    stream_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What to watch; names or ids. None: the token's, or all services of the environment."""

    project: str | None = None
    environment: str | None = None
    service: str | None = None
    own_service: str | None = None  # the id of the service that logscan runs as: reading it would never end
    endpoint: Endpoint


class Login(NamedTuple):
    """One way to show a token."""

    token: Secret
    header: str
    prefix: str
    names_project: bool  # a project token says itself which project and environment it is for

    def write_headers(self) -> dict[str, str]:
        """What is sent; made anew each time, so that nothing holds the token in plain."""
        return {self.header: f"{self.prefix}{self.token.reveal().strip()}"}


def read_place(
    environ: Mapping[str, str],
    *,
    project: str | None = None,
    environment: str | None = None,
    service: str | None = None,
    endpoint: Endpoint | None = None,
) -> Place:
    """What was configured; what is missing is taken from Railway's variables.

    In a container RAILWAY_SERVICE_ID names the service that logscan itself runs as, which is not watched;
    elsewhere somebody has set it to say which one is meant.
    """
    mine = environ.get("RAILWAY_SERVICE_ID") or None
    in_container = any(environ.get(name) for name in _CONTAINER_MARKS)
    return Place(
        project=project or environ.get("RAILWAY_PROJECT_ID") or None,
        environment=environment or environ.get("RAILWAY_ENVIRONMENT_ID") or None,
        service=service or (None if in_container else mine),
        own_service=mine if in_container else None,
        endpoint=endpoint or read_endpoint(BASE_URL, BASE_URL),
    )


def read_endpoint(base_url: str, place: str, stream_url: str | None = None) -> Endpoint:
    """The API's two addresses; raise ConfigError where a token must not be sent. `place` is for messages."""
    check_url(base_url, place)
    stream = stream_url or re.sub("^http", "ws", base_url)
    check_url(stream, place)
    if not base_url.startswith("http") or not stream.startswith("ws"):
        raise ConfigError(f"{place}: no address of Railway's API; write it like {BASE_URL}")
    return Endpoint(base_url.rstrip("/") + _PATH, stream.rstrip("/") + _PATH)


def find_token(environ: Mapping[str, str], place: str) -> Reference:
    """The variable that Railway's own command would take; raise ConfigError where there is none."""
    for name in (PROJECT_TOKEN, ACCOUNT_TOKEN):
        if environ.get(name):
            return Reference("env", name, None, place)
    right = f"set {PROJECT_TOKEN} to a project token, or {ACCOUNT_TOKEN} to an account token"
    raise ConfigError(f"{place}: no token to read Railway's logs with; {right}")


def list_logins(token: Secret) -> list[Login]:
    """The ways a token may be shown, the likelier first; raise ConfigError for what can be none."""
    if not _HEADER_TEXT.fullmatch(token.reveal().strip()):
        raise ConfigError(f"{token.origin}: no token, it holds spaces or other signs; {write_remedy(token)}")
    project = Login(token, "Project-Access-Token", "", names_project=True)
    account = Login(token, "Authorization", "Bearer ", names_project=False)
    if token.origin.startswith(ACCOUNT_TOKEN):
        return [account]
    if token.origin.startswith(PROJECT_TOKEN):
        return [project]
    return [project, account]  # the name does not tell


def write_remedy(token: Secret) -> str:
    """What to do when Railway refuses a token."""
    if token.origin.startswith(PROJECT_TOKEN):
        return f"make a project token (Project → Settings → Tokens) and set {token.origin}"
    if token.origin.startswith(ACCOUNT_TOKEN):
        return f"make an account token (Account → Tokens) and set {token.origin}"
    return f"make a new token on Railway and put it into {token.origin}"
