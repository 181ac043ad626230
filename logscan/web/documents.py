"""Snapshots → the JSON that programs read: filtered, in pages; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from logscan.errors import ConfigError
from logscan.matchers import fits_all, read_matcher
from logscan.model import Snapshot, SourceView, State, TokenView
from logscan.notices import list_incident_keys
from logscan.times import write_time

Keys = dict[str, Any]  # JSON
_MOST_ROWS = 1_000
_DEFAULT_ROWS = 100
_SECONDS_A_DAY = 86_400


def list_incidents(snapshot: Snapshot, query: Sequence[tuple[str, str]]) -> Keys:
    """`state`, `credential`, `service`, `match` (repeatable), `limit` and `offset`; raise ConfigError for others."""
    state, matchers, page = None, [], {"limit": _DEFAULT_ROWS, "offset": 0}
    for name, value in query:
        if name == "state":
            state = _read_state(value)
        elif name in ("credential", "service"):
            matchers.append(read_matcher(f"{name}={value}"))
        elif name == "match":
            matchers.append(read_matcher(value))
        elif name in page:
            page[name] = _read_number(name, value)
        else:
            raise ConfigError(
                f"{name!r} is no filter; there are state, credential, service, match, limit and offset"
            )
    found = [
        one for one in snapshot.incidents if (state is None or one.state is state) and fits_all(matchers, one)
    ]
    rows = found[page["offset"] : page["offset"] + page["limit"]]
    return {"incidents": list(map(list_incident_keys, rows)), "total": len(found)}


def list_sources(snapshot: Snapshot) -> Keys:
    return {"sources": list(map(_list_source_keys, snapshot.sources))}


def list_tokens(snapshot: Snapshot) -> Keys:
    return {"tokens": [list_token_keys(one, snapshot.at) for one in snapshot.tokens]}


def describe_health(snapshot: Snapshot) -> tuple[bool, Keys]:
    """Whether our own threads live and move."""
    problems = [
        *snapshot.stuck,
        *([f"the state cannot be written ({snapshot.failure})"] if snapshot.failure else []),
    ]
    return not problems, {"ok": not problems, "problems": problems}


def describe_readiness(snapshot: Snapshot) -> tuple[bool, Keys]:
    """Whether every source is being read."""
    down = [f"source {one.name} is not being read" for one in snapshot.sources if not one.up]
    return not down, {"ok": not down, "problems": down}


def list_token_keys(token: TokenView, at: datetime) -> Keys:
    """The keys of a watched credential, as the contract names and orders them."""
    expires_at = token.expires_at
    return {
        "name": token.name,
        "kind": token.kind,
        "service": token.service,
        "verdict": token.verdict,
        "reason": token.reason,
        "expires_at": _write(expires_at),
        "days_left": None
        if expires_at is None
        else round((expires_at - at).total_seconds() / _SECONDS_A_DAY, 2),
        "scopes": list(token.scopes),
        "missing_scopes": list(token.missing_scopes),
        "type": token.type,
        "app": token.app,
        "checked_at": _write(token.checked_at),
        "advice": token.advice,
        "fingerprint": token.fingerprint,
    }


def _list_source_keys(source: SourceView) -> Mapping[str, Any]:
    return {
        "name": source.name,
        "kind": source.kind,
        "up": source.up,
        "last_line_at": _write(source.last_line_at),
        "lag_bytes": source.lag_bytes,
        "restarts": source.restarts,
        "service": source.service,
        "lines": source.lines,
    }


def _read_state(value: str) -> State:
    try:
        return State(value)
    except ValueError:
        raise ConfigError(f"state {value!r}: there are {', '.join(State)}") from None


def _read_number(name: str, value: str) -> int:
    if (
        not value.isascii()
        or not value.isdigit()
        or len(value) > 9
        or (name == "limit" and int(value) > _MOST_ROWS)
    ):
        raise ConfigError(f"{name} {value!r}: write a whole number; limit is at most {_MOST_ROWS}")
    return int(value)


def _write(moment: datetime | None) -> str | None:
    return None if moment is None else write_time(moment)
