"""Rules held against labelled lines: what they found, missed and named wrongly; it changes no rule.

A line is found when the rule that names it says something bad of a line that wants an alert, or something good
of one that wants a recovery. What is only noted, and what an experimental rule says, alarms nobody. An exposed
secret says nothing about a credential's life: such findings are counted apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from logscan.events import EventReader, show_evidence
from logscan.model import Event, Signal
from logscan.redact import Redactor
from logscan.scanner import Scanner
from logscan.trials.corpora import LabelledLine, Want
from logscan.trials.sheets import lay_out

_GOOD = frozenset({Signal.REFRESHED, Signal.ACCEPTED})
_NEITHER = frozenset({Signal.NOTED, Signal.EXPOSED})


class Fault(StrEnum):
    """How a line was judged wrongly."""

    MISSED = "missed"
    FALSE_ALARM = "false alarm"
    WRONG_SIGNAL = "wrong signal"


class Mistake(NamedTuple):
    """One line that was judged wrongly; its text is redacted."""

    place: str
    fault: Fault
    want: Want
    signal: Signal | None  # what the label wants
    provider: str | None
    ambiguous: bool
    rule: str | None  # that names the line
    found: Signal | None  # what that rule says
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Lines of one kind."""

    wanted: int = 0
    found: int = 0
    false: int = 0
    right_signal: int = 0
    with_signal: int = 0  # found ones whose label names a signal

    @property
    def precision(self) -> float:
        """Of what was said, how much was right; 1 where nothing was said."""
        return _divide(self.found, self.found + self.false)

    @property
    def recall(self) -> float:
        """Of what was wanted, how much was found; 1 where nothing was wanted."""
        return _divide(self.found, self.wanted)

    @property
    def f1(self) -> float:
        return _divide(2 * self.found, self.found + self.false + self.wanted)

    @property
    def signal_share(self) -> float:
        """Of what was found, how much with the right signal."""
        return _divide(self.right_signal, self.with_signal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """All that rules did to a corpus; ambiguous lines are only in the tallies that say so."""

    lines: int
    alerts: Tally
    recoveries: Tally
    ambiguous_alerts: Tally
    ambiguous_recoveries: Tally
    by_signal: Mapping[str, Tally]
    by_provider: Mapping[str, Tally]
    exposed: int
    mistakes: tuple[Mistake, ...]


class _Judged(NamedTuple):
    line: LabelledLine
    event: Event | None
    pack: str  # of the rule that names it
    said: Want  # what the rules make of it


def score_rules(
    scanner: Scanner, lines: Sequence[LabelledLine], redactor: Redactor, *, now: datetime
) -> Score:
    """Hold the scanner's rules against every line."""
    judged = _judge(scanner, lines, EventReader(redactor), now)
    sure = [one for one in judged if not one.line.ambiguous]
    unsure = [one for one in judged if one.line.ambiguous]
    return Score(
        lines=len(lines),
        alerts=_count(sure, Want.ALERT),
        recoveries=_count(sure, Want.RECOVER),
        ambiguous_alerts=_count(unsure, Want.ALERT),
        ambiguous_recoveries=_count(unsure, Want.RECOVER),
        by_signal=_count_signals(sure),
        by_provider=_count_providers(sure),
        exposed=sum(one.event is not None and one.event.signal is Signal.EXPOSED for one in judged),
        mistakes=tuple(_list_mistakes(judged, redactor)),
    )


def _judge(
    scanner: Scanner, lines: Sequence[LabelledLine], reader: EventReader, now: datetime
) -> list[_Judged]:
    events: dict[int, Event] = {}
    for match in scanner.scan(lay_out([line.text for line in lines], "corpus")):
        finding = reader.read(match, now=now)
        if finding is not None:
            events[match.line] = finding.event
    rules = {rule.id: rule for rule in scanner.rules}
    judged = []
    for number, line in enumerate(lines, 1):
        event = events.get(number)
        rule = rules[event.rule] if event else None
        is_told = event is not None and rule is not None and not rule.experimental
        said = _read_want(event.signal) if event and is_told else Want.NONE
        judged.append(_Judged(line, event, rule.pack if rule else "", said))
    return judged


def _read_want(signal: Signal) -> Want:
    if signal in _NEITHER:
        return Want.NONE
    return Want.RECOVER if signal in _GOOD else Want.ALERT


def _count(judged: Iterable[_Judged], want: Want) -> Tally:
    """Tally one kind of line; a false one is whatever was taken for this kind and is of another."""
    counts: Counter[str] = Counter()
    for line, event, _, said in judged:
        counts["wanted"] += line.want is want
        counts["false"] += said is want and line.want is not want
        if line.want is want and said is want and event is not None:
            counts["found"] += 1
            counts["with_signal"] += line.signal is not None
            counts["right_signal"] += _is_right(line, event)
    return Tally(**counts)


def _is_right(line: LabelledLine, event: Event) -> bool:
    """A success of the provider proves as much as a renewal does."""
    if line.want is Want.RECOVER:
        return line.signal is not None and event.signal in _GOOD
    return line.signal is event.signal


def _count_signals(judged: Sequence[_Judged]) -> dict[str, Tally]:
    """For each bad signal: wanted by label, found with that very signal, said of lines that want another."""
    wanted = Counter(one.line.signal for one in judged if one.line.want is Want.ALERT and one.line.signal)
    said = Counter(one.event.signal for one in judged if one.event and one.said is Want.ALERT)
    right = Counter(
        one.event.signal
        for one in judged
        if one.event and one.said is one.line.want is Want.ALERT and one.event.signal is one.line.signal
    )
    return {
        signal.value: Tally(
            wanted=wanted[signal],
            found=right[signal],
            false=said[signal] - right[signal],
            right_signal=right[signal],
            with_signal=right[signal],
        )
        for signal in Signal
        if wanted[signal] or said[signal]
    }


def _count_providers(judged: Sequence[_Judged]) -> dict[str, Tally]:
    """By the label's provider; a false alarm about nobody's line counts against the pack that raised it."""
    return _group(judged, lambda one: one.line.provider or one.pack)


def _group(judged: Sequence[_Judged], name: Callable[[_Judged], str]) -> dict[str, Tally]:
    groups: dict[str, list[_Judged]] = {}
    for one in judged:
        if one.line.want is not Want.NONE or one.said is not Want.NONE:
            groups.setdefault(name(one), []).append(one)
    return {key: _count_both(groups[key]) for key in sorted(groups)}


def _count_both(judged: Sequence[_Judged]) -> Tally:
    """Alerts and recoveries together."""
    one, other = _count(judged, Want.ALERT), _count(judged, Want.RECOVER)
    return Tally(
        wanted=one.wanted + other.wanted,
        found=one.found + other.found,
        false=one.false + other.false,
        right_signal=one.right_signal + other.right_signal,
        with_signal=one.with_signal + other.with_signal,
    )


def _list_mistakes(judged: Iterable[_Judged], redactor: Redactor) -> Iterable[Mistake]:
    for line, event, _, said in judged:
        fault = _find_fault(line, event, said)
        if fault is None:
            continue
        shown, _ = show_evidence(redactor.mask, line.text, 0, "")
        yield Mistake(
            place=line.place,
            fault=fault,
            want=line.want,
            signal=line.signal,
            provider=line.provider,
            ambiguous=line.ambiguous,
            rule=event.rule if event else None,
            found=event.signal if event else None,
            text=shown,
        )


def _find_fault(line: LabelledLine, event: Event | None, said: Want) -> Fault | None:
    if line.want is not said:
        return Fault.FALSE_ALARM if line.want is Want.NONE or said is Want.ALERT else Fault.MISSED
    if said is not Want.NONE and event and line.signal and not _is_right(line, event):
        return Fault.WRONG_SIGNAL
    return None


def _divide(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
