"""The section `state:` of a configuration: where it is kept what was read and found; it opens nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from logscan.config.entries import locate
from logscan.config.schemaparts import NAME, Schema, write_mapping
from logscan.rules.entries import Entry
from logscan.yamlfile import Plain

STATE_SAMPLE = """\
#state:
# Where it is kept how far was read and what was found; null: in $XDG_STATE_HOME/logscan, one file for each configuration.
#  path: null
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSettings:
    """Where the state lies."""

    path: Path | None = None  # None: where it lies by default


def read_state(root: Entry, folder: Path) -> StateSettings:
    """Read the section; the path is told from `folder` on."""
    entry = root.enter("state")
    if entry is None:
        return StateSettings()
    entry.refuse_unknown(("path",))
    if entry.values.get("path") is None:
        return StateSettings()
    path = entry.read_text("path")
    if path is not None and "\0" in path:
        entry.complain(f"{path!r} is no path", "name a file", "path")
        return StateSettings()
    return StateSettings(path=None if path is None else Path(locate(path, folder)))


def show_state(state: StateSettings) -> dict[str, Plain]:
    """Every key, defaults too."""
    return {"path": None if state.path is None else str(state.path)}


def write_state_schema() -> Schema:
    """What may stand under `state:`."""
    path: Schema = {
        "description": "A file; null: in $XDG_STATE_HOME/logscan, one for each configuration.",
        "anyOf": [{"type": "null"}, {**NAME, "pattern": "\\S"}],
    }
    return write_mapping("Where it is kept how far was read and what was found.", {"path": path})
