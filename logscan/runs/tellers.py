"""What was kept → what is printed of it, and the last word about what was not told; it judges no line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterator
from operator import attrgetter

from logscan.keeper import Kept
from logscan.model import Incident, Notice, Severity, State, Untold
from logscan.reports.paint import write_count
from logscan.runs.outlets import Outlet

_OWN_PREFIXES = ("source:", "channel:")  # incidents that are about logscan's own ways in and out
_SOURCE = "source:"
_WHY = attrgetter("why")
_BELOW = re.compile(r"(?P<rule>\S+) (?P<seen>\d+)/(?P<needed>\d+)")
_WORDS = {
    Untold.STALE: "too old by their own time",
    Untold.NOTED: "only noted",
    Untold.EXPERIMENTAL: "of rules on trial",
    Untold.HEALED: "healed before anybody was told",
    Untold.SILENCED: "silenced",
    Untold.BELOW: "below the least severity",
}


class Teller:
    """Called on the keeper's thread; asked once all is over."""

    def __init__(self, outlet: Outlet, least: Severity, ended: Container[str]) -> None:
        self._outlet, self._least = outlet, least
        self._ended = ended  # sources whose end is no outage
        self._told: set[str] = set()  # incidents that were printed: what becomes of them is, too
        self._withheld: Counter[Untold] = Counter()
        self._below: dict[str, tuple[int, int]] = {}  # by rule: most lines of one incident, lines needed
        self._lines_below = 0
        self._has_told = False
        self.observe: Callable[[Kept], None] = lambda _: None

    def hear(self, kept: Kept) -> None:
        """Print what people want to know of it."""
        wanted = [notice for notice in kept.notices if self._is_wanted(notice)]
        self._outlet.print(wanted)
        self._has_told |= any(not is_own(one.incident) for one in wanted if one.incident is not None)
        self._withheld.update(map(_WHY, kept.withheld))
        for one in kept.below:
            self._note_below(one.detail)
        self.observe(kept)

    def _is_wanted(self, notice: Notice) -> bool:
        incident = notice.incident
        if incident is None:
            return True
        if incident.credential.removeprefix(_SOURCE) in self._ended and incident.credential.startswith(
            _SOURCE
        ):
            return False
        if incident.severity < self._least and incident.id not in self._told:
            self._withheld[Untold.BELOW] += 1
            return False
        if incident.state is State.RESOLVED:
            self._told.discard(incident.id)
        else:
            self._told.add(incident.id)
        return True

    def explain(self) -> str | None:
        """Why nothing was told though lines were seen; None where something was told, or nothing seen."""
        if self._has_told:
            return None
        return "; ".join([*self._write_below(), *self._write_others()]) or None

    def _note_below(self, detail: str) -> None:
        if (found := _BELOW.fullmatch(detail)) is not None:
            seen, needed = int(found["seen"]), int(found["needed"])
            self._lines_below += seen
            before, _ = self._below.get(found["rule"], (0, 0))
            self._below[found["rule"]] = max(before, seen), needed

    def _write_below(self) -> Iterator[str]:
        if self._below:
            named = ", ".join(f"{rule} {seen}/{needed}" for rule, (seen, needed) in self._below.items())
            whose = "its" if self._lines_below == 1 else "their"
            yield f"{write_count(self._lines_below, 'line')} counted below {whose} threshold ({named})"

    def _write_others(self) -> Iterator[str]:
        for why, words in _WORDS.items():
            if self._withheld[why]:
                yield f"{write_count(self._withheld[why], 'line')} not told: {words}"


def is_own(incident: Incident) -> bool:
    """Whether it is about logscan's own ways in and out, and no credential's."""
    return incident.credential.startswith(_OWN_PREFIXES)
