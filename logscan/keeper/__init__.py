"""Owns the book and the state and is their one writer: what came in, what came of it, and where reading goes on, at once.

intakes     what waits for the keeper, bounded
keeping     the keeper's thread
desks       what came in → the book's judgement → one transaction
tellings    changes → notices
wishes      requests of commands → what the book makes of them
petitions   a command's wish → left for a running keeper, or fulfilled here
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from logscan.doors import open_door

if TYPE_CHECKING:
    from logscan.keeper.desks import Desk, Draft, Kept, Post, make_desk
    from logscan.keeper.intakes import Batch, Load, Task
    from logscan.keeper.keeping import Keeper
    from logscan.keeper.petitions import Petition, ask
    from logscan.keeper.tellings import make_notice

__all__ = [
    "Batch",
    "Desk",
    "Draft",
    "Keeper",
    "Kept",
    "Load",
    "Petition",
    "Post",
    "Task",
    "ask",
    "make_desk",
    "make_notice",
]

__getattr__ = open_door(
    __name__,
    {
        "desks": "Desk Draft Kept Post make_desk",
        "intakes": "Batch Load Task",
        "keeping": "Keeper",
        "petitions": "Petition ask",
        "tellings": "make_notice",
    },
)
