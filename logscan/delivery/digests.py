"""Notices → one digest that counts every one of them; it decides nothing about when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from logscan.model import ChangeKind, Merged, Notice, NoticeType, Reason, Severity

MOST_NAMED = 1_000
REST = "other"
_ORDER = tuple(ChangeKind)

_Entry = tuple[str, ChangeKind, Severity]


def merge_notices(notices: Sequence[Notice], name: str, now: datetime) -> Notice:
    """A digest under that id; what was merged before is merged again, and the counts stay exact.

    The worst stand first. Beyond a thousand entries the mildest are counted together, under `other`.
    """
    counts: Counter[_Entry] = Counter()
    for notice in notices:
        for key, change, severity, count in _list_entries(notice):
            counts[key, change, severity] += count
    merged = _rank(counts)
    if len(merged) > MOST_NAMED:
        rest: Counter[_Entry] = Counter()
        for one in merged[MOST_NAMED:]:
            rest[REST, one.change, one.severity] += one.count
        merged = [*merged[:MOST_NAMED], *_rank(rest)]
    return Notice(
        id=name,
        type=NoticeType.DIGEST,
        key="",
        change=merged[0].change,
        reason=Reason.TIMER,
        at=now,
        incident=None,
        merged=tuple(merged),
    )


def count_notices(notice: Notice) -> int:
    """How many it stands for."""
    return sum(one.count for one in notice.merged) if notice.merged else 1


def list_keys(notice: Notice) -> frozenset[str]:
    """The incidents that it speaks of."""
    if notice.type is NoticeType.DIGEST:
        return frozenset(one.key for one in notice.merged)
    return frozenset({notice.key} if notice.key else ())


def rank_severity(notice: Notice) -> Severity:
    """Its own, or the worst of what was merged."""
    if notice.incident is not None:
        return notice.incident.severity
    return max((one.severity for one in notice.merged), default=Severity.INFO)


def _list_entries(notice: Notice) -> Iterator[tuple[str, ChangeKind, Severity, int]]:
    if notice.type is NoticeType.DIGEST:
        yield from ((one.key, one.change, one.severity, one.count) for one in notice.merged)
    else:
        yield notice.key, notice.change, rank_severity(notice), 1


def _rank(counts: Counter[_Entry]) -> list[Merged]:
    """The worst first; of those the more urgent change, then by name."""
    entries: Iterable[tuple[_Entry, int]] = sorted(
        counts.items(), key=lambda one: (-one[0][2], _ORDER.index(one[0][1]), one[0][0])
    )
    return [
        Merged(key=key, change=change, severity=severity, count=count)
        for (key, change, severity), count in entries
    ]
