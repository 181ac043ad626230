"""Old logs → the incidents they tell of: the live machine, run on the lines' own times; it tells nobody.

An input without any time is a story of its own, in which the order of lines serves and no duration is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from logscan.incidents import Account, Book, IncidentManner, Moment, Place, Terms
from logscan.model import Story
from logscan.scans.readings import Scan
from logscan.scans.spools import Spool, Step, merge_steps

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LINE_SECONDS = 0.04  # of a log without times: as many lines as may lie within one error take its two seconds
# Silence in an old log hides less than live, for what came after it is known: only a day of it says something.
_QUIET = timedelta(days=1)


class StoryScan:
    """One reading of some inputs for their incidents."""

    def __init__(self, scan: Scan, terms: Mapping[str, Terms], manner: IncidentManner, now: datetime) -> None:
        self.scan, self._terms, self._now = scan, terms, now
        self._manner = replace(manner, quiet=_QUIET, stale_after=None)

    def read(self) -> list[Story]:
        """Read every input to its end; give the incidents in the order in which they began."""
        spools: dict[str, Spool] = {}
        try:
            with closing(self.scan.read_timed()) as found:
                for timed in found:
                    if timed.source not in spools:
                        spools[timed.source] = Spool(timed.source, self._now)
                    spools[timed.source].put(timed)
            dated = [spool for spool in spools.values() if spool.first_time is not None]
            stories = _tell(Book(self._terms, self._manner), merge_steps(dated), has_times=True)
            for spool in spools.values():
                if spool.first_time is None:
                    book = Book(self._terms, replace(self._manner, quiet=None, gone_after=None, remind=()))
                    stories += _tell(book, _count_lines(spool), has_times=False)
            return stories
        finally:
            for spool in spools.values():
                spool.close()


def _count_lines(spool: Spool) -> Iterable[Step]:
    """A log without times: the lines are its clock."""
    for _, finding in spool.read():
        if finding is not None:
            yield Step(_EPOCH + timedelta(seconds=finding.line * _LINE_SECONDS), spool.source, finding)


def _tell(book: Book, steps: Iterable[Step], *, has_times: bool) -> list[Story]:
    accounts: list[Account] = []
    end = _EPOCH
    for step in steps:
        end = step.time
        moment = _make_moment(end)
        if step.finding is None:
            outcome = book.tick(moment)
        else:
            event = step.finding.event
            dated = event._replace(seen_at=event.seen_at or step.time, source=step.source)
            outcome = book.take(dated, moment, Place(step.source, step.finding.line))
        accounts += outcome.closed
    accounts += book.end(_make_moment(end)).closed
    accounts += book.list_accounts()
    told = [
        _make_story(account, end, has_times=has_times) for account in accounts if account.incident.opened_at
    ]
    return sorted(told, key=lambda story: (story.incident.first_seen, story.source, story.first_line))


def _make_moment(time: datetime) -> Moment:
    return Moment((time - _EPOCH).total_seconds(), time)


def _make_story(account: Account, end: datetime, *, has_times: bool) -> Story:
    incident = account.incident
    lasted = (incident.resolved_at or end) - incident.first_seen
    return Story(
        incident=incident,
        source=account.first.stream,
        first_line=account.first.line or 0,
        last_line=account.last.line or 0,
        resolved_source=account.end.stream if account.end else None,
        resolved_line=account.end.line if account.end else None,
        has_times=has_times,
        unnoticed=lasted if has_times else None,
    )
