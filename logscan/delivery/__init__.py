"""Notices → channels: who is told, in which order, how often, and what if not; it speaks no service's language.

routes     a notice → the channels that get it
mutes      hours in which people are not told
letters    which row is the first of its incident
queues     which row of a channel comes next
waits      how long a failure waits
paces      how many messages a channel may be sent
digests    many notices → one that counts them all
couriers   one channel's rows, step by step
senders    a thread for each channel
offices    all channels, and what is written for them
verdicts   what a channel's own credential has come to
complaints what is said here of a channel in trouble
desks      what all of these work with
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from logscan.doors import open_door

if TYPE_CHECKING:
    from logscan.delivery.couriers import Courier
    from logscan.delivery.desks import Desk, Outcome
    from logscan.delivery.mutes import Mute, read_mute
    from logscan.delivery.offices import Office, Undelivered, write_for_later
    from logscan.delivery.routes import Address, Directory, Member, Route, describe_addresses
    from logscan.delivery.senders import Pulse

__all__ = [
    "Address",
    "Courier",
    "Desk",
    "Directory",
    "Member",
    "Mute",
    "Office",
    "Outcome",
    "Pulse",
    "Route",
    "Undelivered",
    "describe_addresses",
    "read_mute",
    "write_for_later",
]

__getattr__ = open_door(
    __name__,
    {
        "couriers": "Courier",
        "desks": "Desk Outcome",
        "mutes": "Mute read_mute",
        "offices": "Office Undelivered write_for_later",
        "routes": "Address Directory Member Route describe_addresses",
        "senders": "Pulse",
    },
)
