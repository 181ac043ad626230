"""Opens a room's names where they are first asked for, so that whoever needs one loads no more; it knows no room."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def open_door(room: str, places: Mapping[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of a room whose files define, each, the names that are written beside it."""
    homes = {name: place for place, names in places.items() for name in names.split()}

    def find(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        found = getattr(import_module(f"{room}.{homes[name]}"), name)
        setattr(sys.modules[room], name, found)  # asked for once
        return found

    return find
