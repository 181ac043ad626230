"""A score as tables or as JSON; it counts nothing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from logscan.model import Severity
from logscan.normalize import make_visible
from logscan.reports.paint import BOLD, DIM, SEVERITY_COLORS, align, paint, write_count
from logscan.trials import Fault, Mistake, Score, Tally

_NUMBERS = frozenset(range(1, 8))
_COLUMNS = ("wanted", "found", "false", "precision", "recall", "F1", "right signal")
_SHOWN_CHARS = 240


def describe_score(score: Score) -> dict[str, object]:
    """Everything in a score, for programs."""
    return {
        "lines": score.lines,
        "alerts": _describe_tally(score.alerts),
        "recoveries": _describe_tally(score.recoveries),
        "ambiguous": {
            "alerts": _describe_tally(score.ambiguous_alerts),
            "recoveries": _describe_tally(score.ambiguous_recoveries),
        },
        "by_signal": {name: _describe_tally(tally) for name, tally in score.by_signal.items()},
        "by_provider": {name: _describe_tally(tally) for name, tally in score.by_provider.items()},
        "exposed": score.exposed,
        "mistakes": [mistake._asdict() for mistake in score.mistakes],
    }


def print_score(score: Score, *, color: bool, brief: bool = False) -> None:
    """The tables, then each mistake; `brief`: only what was reached overall."""
    overall = {"alerts": score.alerts, "recoveries": score.recoveries}
    unsure = {"alerts": score.ambiguous_alerts, "recoveries": score.ambiguous_recoveries}
    _print_table(write_count(score.lines, "line"), overall, color=color)
    if brief:
        return
    if any(tally != Tally() for tally in unsure.values()):
        _print_table("ambiguous, counted apart", unsure, color=color)
    _print_table("signal", score.by_signal, color=color)
    _print_table("provider", score.by_provider, color=color)
    if score.exposed:
        click.echo(f"{write_count(score.exposed, 'line')} named for an exposed secret, counted apart\n")
    sure = [mistake for mistake in score.mistakes if not mistake.ambiguous]
    _print_mistakes("mistakes", sure, color=color)
    _print_mistakes("of ambiguous lines", [m for m in score.mistakes if m.ambiguous], color=color)


def _describe_tally(tally: Tally) -> dict[str, object]:
    return {
        "wanted": tally.wanted,
        "found": tally.found,
        "false": tally.false,
        "precision": round(tally.precision, 4),
        "recall": round(tally.recall, 4),
        "f1": round(tally.f1, 4),
        "right_signal": round(tally.signal_share, 4),
    }


def _print_table(title: str, tallies: Mapping[str, Tally], *, color: bool) -> None:
    if not tallies:
        return
    rows = [(make_visible(name), *_write_cells(tally)) for name, tally in tallies.items()]
    head, *body = align([(title, *_COLUMNS), *rows], right=_NUMBERS)
    click.echo(paint(head, BOLD, on=color), color=True)
    for row in body:
        click.echo(row)
    click.echo("")


def _write_cells(tally: Tally) -> tuple[str, ...]:
    shares = [f"{share:.3f}" for share in (tally.precision, tally.recall, tally.f1)]
    share = f"{tally.signal_share:.3f}" if tally.with_signal else "-"
    return (f"{tally.wanted:,}", f"{tally.found:,}", f"{tally.false:,}", *shares, share)


def _print_mistakes(title: str, mistakes: Sequence[Mistake], *, color: bool) -> None:
    if mistakes:
        click.echo(paint(f"{title}: {len(mistakes):,}", BOLD, on=color), color=True)
    for mistake in mistakes:
        severity = Severity.WARNING if mistake.fault is Fault.WRONG_SIGNAL else Severity.ERROR
        head = f"{mistake.place}: {mistake.fault}: {_write_difference(mistake)}"
        click.echo(paint(make_visible(head), SEVERITY_COLORS[severity], on=color), color=True)
        text = mistake.text if len(mistake.text) <= _SHOWN_CHARS else mistake.text[:_SHOWN_CHARS] + "…"
        click.echo(paint(f"  {text}", DIM, on=color), color=True)


def _write_difference(mistake: Mistake) -> str:
    wanted = mistake.signal or mistake.want
    whose = f" of {mistake.provider}" if mistake.provider else ""
    said = f"{mistake.rule} says {mistake.found}" if mistake.rule else "no rule says anything"
    return f"wanted {wanted}{whose}; {said}"
