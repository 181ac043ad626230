"""A wish about incidents → left for whoever runs on the state, or fulfilled here when nobody does; it judges nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from logscan.errors import StateError, StateInUseError
from logscan.incidents import Moment
from logscan.keeper.desks import Desk
from logscan.keeper.intakes import Load
from logscan.store import Store, open_store, open_view

_PATIENCE_SECONDS = 10.0
_LOOK_SECONDS = 0.05


class Petition(NamedTuple):
    """What somebody wants."""

    kind: str
    value: Mapping[str, str]
    author: str


def ask(
    path: Path,
    petition: Petition,
    make_desk: Callable[[Store], Desk],
    time: tuple[Callable[[], Moment], Callable[[float], None]],
) -> str:
    """Have it done, and give the answer: '' where all is well. Raise StateError where it cannot be done.

    `time` reads the clocks, and lets seconds pass.
    """
    look, wait = time
    with closing(open_view(path)):  # what is no state is said, and none is made
        pass
    try:
        store = open_store(path, look().wall)
    except StateInUseError:
        return _leave(path, petition, look, wait)
    with closing(store):
        number = store.requests.leave(petition.kind, petition.value, petition.author, look().wall)
        desk = make_desk(store)
        draft = desk.judge(Load(), look())
        desk.write(draft, {}, look().wall)
        desk.settle(draft)
        return store.requests.read_answer(number) or ""


def _leave(path: Path, petition: Petition, look: Callable[[], Moment], wait: Callable[[float], None]) -> str:
    with closing(open_view(path, writes=True)) as view:
        try:
            number = view.requests.leave(petition.kind, petition.value, petition.author, look().wall)
            deadline = look().clock + _PATIENCE_SECONDS
            while (answer := view.requests.read_answer(number)) is None:
                if look().clock >= deadline:
                    raise StateError(
                        f"{path}: the running logscan has not answered yet; it will do so when it can write"
                    )
                wait(_LOOK_SECONDS)
        except sqlite3.Error as error:
            raise StateError(f"{path}: cannot be written ({error}); make room, and ask again") from error
    return answer
