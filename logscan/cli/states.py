"""Which state a command means, what is found there, and how a wish is left; it prints nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from logscan.cli.options import Wishes
from logscan.errors import ConfigError

if TYPE_CHECKING:
    from logscan.model import Incident
    from logscan.store import Store


def open_state(wishes: Wishes, state: Path | None) -> Store:
    """The state that is meant, to be looked at."""
    from logscan.store import open_view

    return open_view(choose_path(wishes, state))


def choose_path(wishes: Wishes, state: Path | None) -> Path:
    """What was typed, else the state of the run for this configuration, else the only one there is."""
    if state is not None:
        return state
    from logscan import app
    from logscan.runs import Order, name_state

    settings = wishes.load_settings()
    name = name_state(Order(settings=settings))  # of a run that was given nothing but the configuration
    own = None if name is None or settings.state.path is not None else app.find_state(name)
    return own if own is not None and os.path.exists(own) else app.choose_state(settings)


def leave_wish(wishes: Wishes, path: Path, kind: str, value: dict[str, str]) -> None:
    """Have it done by whoever keeps the state, or do it here."""
    from logscan import app
    from logscan.keeper import Petition

    app.petition(wishes.load_settings(), path, Petition(kind, value, app.name_user()))


def find_incident(store: Store, wanted: str) -> Incident:
    """The one of this key or id, or of as much of its beginning as no other has."""
    found = {one.id: one for one in store.incidents.read()}
    named = [one for one in found.values() if one.key == wanted]
    if named:
        return max(named, key=lambda one: (one.resolved_at is None, one.last_seen))
    return found[choose_id(wanted, found, "incident")]


def choose_id(wanted: str, ids: Sequence[str] | dict[str, Any], noun: str) -> str:
    """The id that begins so."""
    fitting = [one for one in ids if one.startswith(wanted)]
    if wanted in fitting:
        return wanted
    if len(fitting) == 1 and wanted:
        return fitting[0]
    if fitting and wanted:
        raise ConfigError(f"{wanted}: {len(fitting)} have ids that begin so; write more of it")
    command = "silences" if noun == "silence" else "list"
    raise ConfigError(f"{wanted or noun}: there is no such {noun}; `logscan incidents {command}` names them")
