"""A notice → the channels that get it, and when; it sends nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from logscan.delivery.mutes import Mute
from logscan.matchers import Matcher, fits_all
from logscan.model import Notice, Severity

CHANNEL_PREFIX = "channel:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Which notices go to which channels; the first that fits is taken, and further ones if it says so."""

    to: tuple[str, ...]
    match: tuple[Matcher, ...] = ()
    goes_on: bool = False
    mute: Mute | None = None
    min_severity: Severity = Severity.INFO
    place: str = ""  # file:line:column


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A channel as far as routes know it."""

    name: str
    min_severity: Severity = Severity.INFO


class Address(NamedTuple):
    """A channel that gets a notice."""

    channel: str
    held_until: datetime | None = None  # None: at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """All channels and routes; without routes every channel gets everything."""

    members: tuple[Member, ...] = ()
    routes: tuple[Route, ...] = ()
    always: tuple[str, ...] = ()  # members that get everything, whatever the routes say

    def list_addresses(self, notice: Notice, now: datetime) -> list[Address]:
        """Each channel once, at the earliest of the times that its routes say."""
        incident = notice.incident
        if incident is None:
            return [Address(member.name) for member in self.members]
        found: dict[str, datetime | None] = {}
        for name, mute in self._follow_routes(notice):
            # What is critical wakes people.
            until = None if mute is None or incident.severity is Severity.CRITICAL else mute.find_end(now)
            known = found.get(name, until)
            found[name] = None if known is None or until is None else min(known, until)
        return [Address(name, until) for name, until in found.items()]

    def _follow_routes(self, notice: Notice) -> Iterator[tuple[str, Mute | None]]:
        assert notice.incident is not None
        severity = notice.incident.severity
        # A channel that is refused cannot tell that it is.
        takers = {
            member.name
            for member in self.members
            if severity >= member.min_severity
            and notice.incident.credential != f"{CHANNEL_PREFIX}{member.name}"
        }
        yield from ((name, None) for name in self.always if name in takers)
        if not self.routes:
            yield from ((member.name, None) for member in self.members if member.name in takers)
        for route in self.routes:
            if severity >= route.min_severity and fits_all(route.match, notice.incident):
                yield from ((name, route.mute) for name in route.to if name in takers)
                if not route.goes_on:
                    return


def describe_addresses(addresses: Sequence[Address]) -> str:
    """`ops, mail (held back until 07:00)` for people; `nobody` where there is none."""
    words = [
        one.channel + (f" (held back until {one.held_until:%Y-%m-%d %H:%M} UTC)" if one.held_until else "")
        for one in addresses
    ]
    return ", ".join(words) or "nobody"
