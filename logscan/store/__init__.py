"""The state on disk: where reading goes on, what was found, what became of it, what is to be told; it decides nothing.

opening     a path → an open state: the lock, migrations, a damaged file put aside; a view that needs no lock
strangers   whether a file that is named as the state is somebody else's
sheets      the tables, version by version
states      an open state, and its one transaction
bulks       many rows at once
positions   where reading goes on
events      what each line did, the last hundred thousand of them
incidents   how each incident stands, and what the machine remembers of it
timelines   what happened to an incident, step by step
silences    what is not told, and until when
requests    what commands ask of a running logscan
outbox      what is to be told on which channel, and how far that has come
threads     what each channel wants to know again of each incident
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from logscan.doors import open_door

if TYPE_CHECKING:
    from logscan.store.events import Seen
    from logscan.store.opening import find_obstacle, is_in_use, open_store, open_view
    from logscan.store.outbox import UNADDRESSED, Due, Outbox, RowState
    from logscan.store.requests import Request
    from logscan.store.sheets import SCHEMA_VERSION
    from logscan.store.silences import Silence
    from logscan.store.states import Store
    from logscan.store.threads import Thread
    from logscan.store.timelines import Entry

__all__ = [
    "SCHEMA_VERSION",
    "UNADDRESSED",
    "Due",
    "Entry",
    "Outbox",
    "Request",
    "RowState",
    "Seen",
    "Silence",
    "Store",
    "Thread",
    "find_obstacle",
    "is_in_use",
    "open_store",
    "open_view",
]

__getattr__ = open_door(
    __name__,
    {
        "events": "Seen",
        "opening": "find_obstacle is_in_use open_store open_view",
        "outbox": "Due Outbox RowState UNADDRESSED",
        "requests": "Request",
        "sheets": "SCHEMA_VERSION",
        "silences": "Silence",
        "states": "Store",
        "threads": "Thread",
        "timelines": "Entry",
    },
)
