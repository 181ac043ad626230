"""One run of `logscan run`, from what was asked for to its end: live sources, the state's place, signals.

orders      what was asked for → the sources that are wanted, and the name of their state
feeds       those → live sources, and how their lines are taken
reloads     the configuration read again while a run goes on
addresses   what is typed after --notify → a channel's settings
openings    what is configured and typed → open channels
rosters     which channels are open, and what becomes of them by another configuration
offices     open channels and a keeper → their senders, and others instead
vigils      a pipeline and its keeper until the inputs end or a signal comes
crowds      very many notices → what a person can read of them
outlets     notices → lines that are known again as logscan's own
boards      what a run shows of itself, as one snapshot
watches     metrics, the web and the rounds beside a run
rounds      what is done again and again beside it
tellers     what was kept → what is printed of it, and the last word about what was not
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from logscan.doors import open_door

if TYPE_CHECKING:
    from logscan.runs.feeds import make_feeds, remake_manners
    from logscan.runs.offices import Way, change_office
    from logscan.runs.openings import describe_directory, make_test, open_channels
    from logscan.runs.orders import Order, check_order, list_wanted, name_state
    from logscan.runs.outlets import Outlet, sign
    from logscan.runs.reloads import Change, Reload, Reloader, describe_reload
    from logscan.runs.rosters import Roster
    from logscan.runs.tellers import Teller, is_own
    from logscan.runs.vigils import Told, Vigil, wire
    from logscan.runs.watches import Wanted, Watch

__all__ = [
    "Change",
    "Order",
    "Outlet",
    "Reload",
    "Reloader",
    "Roster",
    "Teller",
    "Told",
    "Vigil",
    "Wanted",
    "Watch",
    "Way",
    "change_office",
    "check_order",
    "describe_directory",
    "describe_reload",
    "is_own",
    "list_wanted",
    "make_feeds",
    "make_test",
    "name_state",
    "open_channels",
    "remake_manners",
    "sign",
    "wire",
]

__getattr__ = open_door(
    __name__,
    {
        "feeds": "make_feeds remake_manners",
        "offices": "Way change_office",
        "openings": "describe_directory make_test open_channels",
        "orders": "Order check_order list_wanted name_state",
        "outlets": "Outlet sign",
        "reloads": "Change Reload Reloader describe_reload",
        "rosters": "Roster",
        "tellers": "Teller is_own",
        "vigils": "Told Vigil wire",
        "watches": "Wanted Watch",
    },
)
