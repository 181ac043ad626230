"""A snapshot → the status page: what is broken, since when, what now; one page of HTML that needs no script."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any, NamedTuple

from jinja2 import Environment, StrictUndefined

from logscan.model import DEFAULT_TITLES, Incident, Severity, Snapshot, SourceView, State
from logscan.normalize import make_visible
from logscan.web.strips import Bar, draw_days_left, draw_strips

_MOST_CARDS = 10
_MOST_ROWS = 60
_MOST_EVIDENCE = 3
_EVIDENCE_CHARS = 300
_RUNBOOK_CHARS = 1_200
_ASSETS = "logscan.assets"


class Card(NamedTuple):
    """One incident that lasts."""

    key: str
    words: str  # 'has expired'
    title: str
    severity: str
    since: datetime
    expiry: datetime | None
    lines: int
    sources: str
    evidence: tuple[str, ...]
    runbook: str
    is_acknowledged: bool


class Page:
    """Writes the page; made once, for the template is read then."""

    def __init__(self, version: str) -> None:
        # StrictUndefined: a misspelt name fails in a test, not as a hole in the page.
        environment = Environment(
            autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        environment.filters |= {
            "ago": tell_ago,
            "until": tell_until,
            "moment": write_moment,
            "iso": write_iso,
        }
        self._template = environment.from_string(_read("status.html"))
        self._version = version
        self.style = _read("status.css")

    def write(self, snapshot: Snapshot) -> str:
        return self._template.render(version=self._version, **describe(snapshot))


def describe(snapshot: Snapshot) -> dict[str, Any]:
    """Everything that the template names."""
    lasting = sorted(
        (one for one in snapshot.incidents if one.state is State.FIRING),
        key=lambda one: (-one.severity, one.first_seen),
    )
    down = [one.name for one in snapshot.sources if not one.up]
    troubles = [
        *snapshot.stuck,
        *([f"the state cannot be written: {snapshot.failure}"] if snapshot.failure else []),
    ]
    return {
        "at": snapshot.at,
        "verdict": _tell_verdict(lasting, down, troubles),
        "troubles": troubles,
        "cards": list(map(_make_card, lasting[:_MOST_CARDS])),
        "rows": list(map(_make_card, lasting[_MOST_CARDS : _MOST_CARDS + _MOST_ROWS])),
        "unlisted": max(len(lasting) - _MOST_CARDS - _MOST_ROWS, 0),
        "pending": sum(one.state is State.PENDING for one in snapshot.incidents),
        "sources": list(map(_make_source, snapshot.sources)),
        "strips": draw_strips(snapshot.incidents, snapshot.at),
        "bars": list(_list_bars(snapshot)),
        "channels": snapshot.channels,
    }


class Verdict(NamedTuple):
    """The page's first words."""

    mood: str  # bad, unsure, good: how it is painted
    words: str


def _tell_verdict(lasting: list[Incident], down: list[str], troubles: list[str]) -> Verdict:
    if any(one.severity >= Severity.ERROR for one in lasting):
        return Verdict("bad", _count(len(lasting), "credential is", "credentials are") + " in trouble")
    if lasting:
        return Verdict("unsure", _count(len(lasting), "credential wants", "credentials want") + " a look")
    if troubles:
        return Verdict("bad", "logscan itself is in trouble")
    if down:
        return Verdict("unsure", _count(len(down), "source", "sources") + " cannot be seen")
    return Verdict("good", "No credential is known to be in trouble")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _make_card(incident: Incident) -> Card:
    return Card(
        key=make_visible(incident.key),
        words=DEFAULT_TITLES[incident.signal],
        title=make_visible(incident.title),
        severity=incident.severity.word,
        since=incident.first_seen,
        expiry=incident.expires_at,
        lines=incident.count,
        sources=make_visible(", ".join(incident.sources[:5])),
        evidence=tuple(
            _cut(make_visible(line), _EVIDENCE_CHARS) for line in incident.evidence[-_MOST_EVIDENCE:]
        ),
        runbook=_cut("\n".join(map(make_visible, incident.runbook.strip().splitlines())), _RUNBOOK_CHARS),
        is_acknowledged=incident.acknowledged_by is not None,
    )


class SourceRow(NamedTuple):
    """One source."""

    name: str
    kind: str
    state: str
    last_line_at: datetime | None
    lag: str
    restarts: int


def _make_source(source: SourceView) -> SourceRow:
    lag = "" if source.lag_bytes is None else write_size(source.lag_bytes)
    state = "read" if source.up else "not read"
    return SourceRow(make_visible(source.name), source.kind, state, source.last_line_at, lag, source.restarts)


def _list_bars(snapshot: Snapshot) -> Iterable[Bar]:
    """Credentials whose end is known: those that are checked, then those that lines spoke of."""
    for token in snapshot.tokens:
        yield draw_days_left(make_visible(token.name), token.verdict, token.expires_at, snapshot.at)
    for expiry in sorted(snapshot.expiries, key=lambda one: one.at)[:_MOST_ROWS]:
        name = f"{expiry.credential}@{expiry.service}" if expiry.service else expiry.credential
        yield draw_days_left(make_visible(name), "from logs", expiry.at, snapshot.at)


def tell_ago(moment: datetime | None, at: datetime) -> str:
    """How long something has been over."""
    if moment is None:
        return "never"
    return "just now" if at - moment < timedelta(seconds=1) else f"{tell_duration(at - moment)} ago"


def tell_until(moment: datetime, at: datetime) -> str:
    """An expiry, seen from now."""
    if moment > at:
        return f"expires in {tell_duration(moment - at)}"
    return f"expired {tell_duration(at - moment)} ago"


def tell_duration(duration: timedelta) -> str:
    """The two largest units."""
    seconds = int(duration.total_seconds())
    parts: list[str] = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        number, seconds = divmod(seconds, size)
        if number or (unit == "s" and not parts):
            parts.append(f"{number} {unit}")
        elif parts:
            break
    return " ".join(parts[:2])


def write_size(number: int) -> str:
    """Bytes for people."""
    size = float(number)
    for unit in ("B", "KiB", "MiB"):
        if size < 1_024:
            return f"{size:.0f} {unit}"
        size /= 1_024
    return f"{size:.1f} GiB"


def write_moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def write_iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _read(name: str) -> str:
    return files(_ASSETS).joinpath(name).read_text(encoding="utf-8")
