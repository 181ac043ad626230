"""Everything that the book knows ↔ plain rows by name, with times of the wall clock; it judges nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

from logscan.incidents.cases import NEVER, Case, Key, Mark, Tally
from logscan.incidents.manners import Moment, Place
from logscan.incidents.memories import Memory, Prediction
from logscan.incidents.shelves import Shelf, Trace
from logscan.model import Reason, Severity, Signal, Specificity, State

Rows = dict[str, bytes | None]
_SERIAL = "serial"
_ALIKE = ("id", "base", "lead", "count", "absorbed", "sources", "rules", "evidence", "acknowledged_by")
_FLAGS = ("is_silenced", "is_flapping", "is_lowered", "bad_since_valid", "is_probed_bad", "reminders")
_DATES = ("first_seen", "last_seen", "expires_at", "opened_at")
# What is waited for by the clock, and what is measured from a time at which somebody looked.
_DUES = ("remind_due", "expiry_due")
_SINCE = ("last_bad", "seen_again", "well_since", "quiet_due")


def write_rows(shelf: Shelf, moment: Moment) -> Rows:
    """What changed since the last call."""
    rows: Rows = {}
    dirt = shelf.dirt
    for key in dirt.cases:
        case = shelf.cases.get(key)
        rows[_name("case", *key)] = None if case is None else _pack(_write_case(case, moment))
    for key in dirt.memories:
        memory = shelf.memories.get(key)
        rows[_name("memory", *key)] = None if memory is None else _pack(_write_memory(memory, moment))
    for where in dirt.traces:
        traces = shelf.traces.get(where)
        rows[_name("trace", *where)] = None if traces is None else _pack(_write_traces(traces, moment))
    if dirt.cases:
        rows[_SERIAL] = _pack(shelf.serial)
    dirt.cases.clear()
    dirt.memories.clear()
    dirt.traces.clear()
    return rows


def read_rows(shelf: Shelf, rows: Mapping[str, bytes], moment: Moment, away_seconds: float) -> None:
    """Put everything back on an empty shelf."""
    for name, packed in sorted(rows.items()):
        value = orjson.loads(packed)
        if name == _SERIAL:
            shelf.serial = value
            continue
        kind, first, second = orjson.loads(name)
        if kind == "case":
            case = _read_case((first, second), value, moment, away_seconds)
            case.date_anew(moment.wall, timedelta(0))
            _put_case(shelf, case)
        elif kind == "memory":
            shelf.memories[first, second] = _read_memory(value, moment)
        else:
            shelf.traces[first, second] = _read_traces(value, moment)


def predict_expiry(rows: Mapping[str, bytes], key: Key, moment: Moment) -> Prediction | None:
    """When a credential will probably expire, going by how long it lived before; never a fact."""
    row = rows.get(_name("memory", *key))
    return None if row is None else _read_memory(orjson.loads(row), moment).predict()


def _put_case(shelf: Shelf, case: Case) -> None:
    shelf.add_case(case)
    shelf.dirt.cases.discard(case.key)
    for source in case.sources:
        shelf.add_source(case, source)
    if case.state is State.PENDING:
        shelf.loosen(case, is_loose=True)
    if case.signal is Signal.BLIND:
        for source in case.sources:
            shelf.blind[source] = case.key


def _name(kind: str, first: str, second: str | None) -> str:
    return orjson.dumps([kind, _text(first), _text(second)]).decode()


def _text(name: str | None) -> str | None:
    """A path need be no text, and JSON would refuse its odd bytes."""
    return name and name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _pack(value: object) -> bytes:
    return orjson.dumps(value)


def _write_case(case: Case, moment: Moment) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(case, name) for name in (*_ALIKE, *_FLAGS)}
    row["sources"] = [_text(source) for source in case.sources]
    row |= {name: _write_date(getattr(case, name)) for name in _DATES}
    row |= {name: _write_clock(getattr(case, name), moment) for name in (*_DUES, *_SINCE)}
    row |= {"signal": case.signal.value, "severity": int(case.severity), "state": case.state.value}
    row |= {"reason": case.reason.value, "first": _write_place(case.first), "last": _write_place(case.last)}
    row["tallies"] = {rule: _write_tally(tally, moment) for rule, tally in case.tallies.items()}
    return row


def _read_case(key: Key, row: dict[str, Any], moment: Moment, away: float) -> Case:
    values = {name: row[name] for name in (*_ALIKE, *_FLAGS)}
    values |= {name: _read_date(row[name]) for name in _DATES}
    values |= {name: _read_clock(row[name], moment) for name in _DUES}
    values |= {name: _read_clock(row[name], moment) + away for name in _SINCE}
    return Case(
        key=key,
        signal=Signal(row["signal"]),
        severity=Severity(row["severity"]),
        state=State(row["state"]),
        reason=Reason(row["reason"]),
        first=Place(*row["first"]),
        last=Place(*row["last"]),
        tallies={rule: _read_tally(tally, moment) for rule, tally in row["tallies"].items()},
        **values,
    )


def _write_tally(tally: Tally, moment: Moment) -> list[Any]:
    marks = [
        (
            _write_clock(mark.clock, moment),
            _write_date(mark.seen_at),
            _text(mark.source),
            *_write_place(mark.place),
        )
        for mark in tally.marks
    ]
    due = _write_clock(tally.due, moment)
    return [int(tally.specificity), tally.needed, tally.within, marks, tally.wait, due]


def _read_tally(row: list[Any], moment: Moment) -> Tally:
    specificity, needed, within, marks, wait, due = row
    return Tally(
        specificity=Specificity(specificity),
        needed=needed,
        within=within,
        marks=deque(
            (
                Mark(_read_clock(clock, moment), _read_date(seen), source, Place(stream, line))
                for clock, seen, source, stream, line in marks
            ),
            maxlen=needed,
        ),
        wait=wait,
        due=_read_clock(due, moment),
    )


def _write_memory(memory: Memory, moment: Moment) -> dict[str, Any]:
    return {
        "ends": [_write_clock(end, moment) for end in memory.ends],
        "told_at": None if memory.told_at is None else _write_clock(memory.told_at, moment),
        "renewed_at": _write_date(memory.renewed_at),
        "is_counted": memory.is_counted,
        "lifetimes": memory.lifetimes,
        "expires_at": _write_date(memory.expires_at),
    }


def _read_memory(row: dict[str, Any], moment: Moment) -> Memory:
    told_at = row["told_at"]
    return Memory(
        ends=[_read_clock(end, moment) for end in row["ends"]],
        told_at=None if told_at is None else _read_clock(told_at, moment),
        renewed_at=_read_date(row["renewed_at"]),
        is_counted=row["is_counted"],
        lifetimes=row["lifetimes"],
        expires_at=_read_date(row["expires_at"]),
    )


def _write_traces(traces: Mapping[Key, Trace], moment: Moment) -> list[Any]:
    return [
        (_write_clock(one.clock, moment), _write_date(one.seen_at), one.line, *key, int(one.specificity))
        for key, one in traces.items()
    ]


def _read_traces(rows: list[Any], moment: Moment) -> dict[Key, Trace]:
    return {
        (credential, service): Trace(
            _read_clock(clock, moment), _read_date(seen), line, (credential, service), Specificity(rank)
        )
        for clock, seen, line, credential, service, rank in rows
    }


def _write_place(place: Place) -> tuple[str | None, int | None]:
    return _text(place.stream), place.line


def _write_clock(clock: float, moment: Moment) -> float | None:
    """As seconds since 1970; -inf and inf have no place in JSON."""
    if clock == NEVER:
        return None
    return max(clock - moment.clock, -1e9) + moment.wall.timestamp()


def _read_clock(value: float | None, moment: Moment) -> float:
    return NEVER if value is None else value - moment.wall.timestamp() + moment.clock


def _write_date(date: datetime | None) -> str | None:
    return None if date is None else date.isoformat()


def _read_date(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
