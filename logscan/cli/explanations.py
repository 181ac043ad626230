"""Prints what `explain` found out, for a person or a program; it decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

from logscan.model import Rule
from logscan.normalize import make_visible
from logscan.reports.jsonl import list_keys, write_json
from logscan.reports.paint import BOLD, DIM, MARK, SEVERITY_COLORS, align, paint, write_moment
from logscan.trials import Explanation

_TITLE_WIDTH = 9


def print_json(explanation: Explanation) -> None:
    """One object on one line."""
    value = {
        "type": "explanation",
        "line": explanation.text,
        "changed": explanation.changed,
        "record": explanation.record,
        "matched": [
            {**_name_rule(fit.rule), "span": fit.span, "fields": fit.fields} for fit in explanation.matched
        ],
        "vetoed": [
            {"rule": veto.rule.id, "by": veto.by, "detail": veto.detail} for veto in explanation.vetoed
        ],
        "near": [
            {"rule": near.rule.id, "found": near.found, "missing": near.missing} for near in explanation.near
        ],
        "rule": explanation.matched[0].rule.id if explanation.matched else None,
        "why": explanation.why,
        "finding": list_keys(explanation.finding) if explanation.finding else None,
    }
    click.echo(write_json(value))


def print_explanation(explanation: Explanation, *, color: bool, first: bool) -> None:
    """Sections with a title each; empty ones are left out."""
    lines = [] if first else [""]
    lines += _section("line", [_mark_line(explanation, color=color)], color=color)
    lines += _section("record", _list_record(explanation.record), color=color)
    lines += _section("matched", _list_matched(explanation, color=color), color=color)
    vetoed = [(make_visible(v.rule.id), f"by {v.by}:", v.detail) for v in explanation.vetoed]
    lines += _section("vetoed", align(vetoed), color=color)
    near = [
        f"{make_visible(n.rule.id)} lacks  {'  and  '.join(map(make_visible, n.missing))}"
        for n in explanation.near
    ]
    lines += _section("near", near, color=color)
    lines += _section("result", list(_list_result(explanation, color=color)), color=color)
    # Colours were decided before; click would take them out again where stdout is no terminal.
    click.echo("\n".join(lines), color=True)


def _section(title: str, lines: list[str], *, color: bool) -> list[str]:
    if not lines:
        return []
    head = paint(title.ljust(_TITLE_WIDTH), DIM, on=color)
    return [head + lines[0], *(" " * _TITLE_WIDTH + line for line in lines[1:])]


def _mark_line(explanation: Explanation, *, color: bool) -> str:
    text = explanation.text
    span = explanation.matched[0].span if explanation.matched else None
    if not color or span is None:
        return text
    start, end = span
    return text[:start] + paint(text[start:end], MARK, on=True) + text[end:]


def _list_record(record: Mapping[str, str]) -> list[str]:
    return align([(f"{name}:", value) for name, value in record.items()])


def _list_matched(explanation: Explanation, *, color: bool) -> list[str]:
    rows = align(
        [
            (
                make_visible(fit.rule.id),
                fit.rule.signal.value,
                fit.rule.severity.word,
                f"columns {fit.span[0] + 1}-{fit.span[1]}" if fit.span else "inside a masked secret",
                " ".join(f"{name}={value}" for name, value in fit.fields.items()),
            )
            for fit in explanation.matched
        ]
    )
    colors = [SEVERITY_COLORS[fit.rule.severity] for fit in explanation.matched]
    return [paint(row, chosen, on=color) for row, chosen in zip(rows, colors, strict=True)]


def _list_result(explanation: Explanation, *, color: bool) -> Iterator[str]:
    if not explanation.matched:
        yield "no rule fits"
        return
    name = paint(make_visible(explanation.matched[0].rule.id), BOLD, on=color)
    yield f"{name} names the line: {make_visible(explanation.why)}"
    if explanation.finding:
        event = explanation.finding.event
        expiry = f", expiry {write_moment(event.expires_at)}" if event.expires_at else ""
        yield f"{event.signal.value} {event.severity.word}, credential {event.credential}{expiry}"


def _name_rule(rule: Rule) -> dict[str, object]:
    return {"rule": rule.id, "signal": rule.signal.value, "severity": rule.severity.word}
