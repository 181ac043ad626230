"""What one reading of logs found → metrics, for jobs that nobody scrapes; nothing is written or sent here."""

from __future__ import annotations

from datetime import datetime

from logscan.metrics.exporter import Metrics
from logscan.metrics.known import Known
from logscan.model import Event, Expiry, ScanSummary, Snapshot, SourceView

# One for all inputs: a folder may hold any number of files, and a label is no place for a path.
SOURCE = "scan"


class Tally:
    """Told of each finding, then of the end; `known` names `SOURCE` as its source."""

    def __init__(self, known: Known, now: datetime) -> None:
        self._snapshot = Snapshot(at=now)
        self._expiries: dict[tuple[str, str | None], Expiry] = {}
        self.metrics = Metrics(known, lambda: self._snapshot)

    def take(self, event: Event) -> None:
        """A line said something about a credential."""
        self.metrics.match(event._replace(source=SOURCE))
        if event.expires_at is not None:
            key = event.credential, event.service
            self._expiries[key] = Expiry(credential=key[0], service=key[1], at=event.expires_at)

    def finish(self, summary: ScanSummary) -> None:
        """All inputs were read, as far as they could be."""
        self.metrics.scan(summary.seconds)
        source = SourceView(
            name=SOURCE,
            kind="archive",
            up=not summary.unreadable,
            lines=summary.lines,
            bytes=summary.bytes,
            cut_lines=summary.truncated_lines,
        )
        self._snapshot = Snapshot(
            at=self._snapshot.at,
            sources=(source,),
            expiries=tuple(self._expiries.values()),
            rule_timeouts=summary.timeouts,
        )
