"""Rules as a table, as a card or as JSON; it prints plain rules and looks nothing up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from logscan.model import Rule
from logscan.normalize import make_visible
from logscan.reports.paint import BOLD, DIM, SEVERITY_COLORS, align, paint
from logscan.rules import fold_words

_INDENT = "  "


def describe_rule(rule: Rule, *, whole: bool = False) -> dict[str, object]:
    """A rule's keys for JSON: what lists show, or everything in it."""
    described: dict[str, object] = {
        "id": rule.id,
        "pack": rule.pack,
        "title": rule.title,
        "signal": rule.signal.value,
        "severity": rule.severity.word,
        "credential": rule.credential,
        "specificity": rule.specificity.word,
        "status": "experimental" if rule.experimental else "stable",
    }
    if whole:
        described |= {
            "place": rule.place,
            **{name: list(texts) for name, texts in _list_patterns(rule)},
            "exclusions": [found._asdict() for found in rule.exclusions],
            "where": {name: list(values) for name, values in rule.where},
            "case_sensitive": rule.case_sensitive,
            "fields": dict(rule.fields),
            "threshold": {
                "count": rule.threshold.count,
                "within_seconds": rule.threshold.within.total_seconds(),
            },
            "grace_seconds": rule.grace.total_seconds(),
            "runbook": rule.runbook,
            "examples": {"match": list(rule.match), "ignore": list(rule.ignore)},
        }
    return described


def print_table(rules: Sequence[Rule], *, color: bool) -> None:
    """One row for each rule."""
    head = ("rule", "signal", "severity", "credential", "title")
    rows = [
        (rule.id, rule.signal.value, rule.severity.word, rule.credential, _write_title(rule))
        for rule in rules
    ]
    first, *body = align([head, *(tuple(map(make_visible, row)) for row in rows)])
    click.echo(paint(first, BOLD, on=color), color=True)
    for rule, row in zip(rules, body, strict=True):
        click.echo(paint(row, SEVERITY_COLORS[rule.severity], on=color), color=True)


def print_card(rule: Rule, *, color: bool) -> None:
    """Everything in a rule, for a person."""
    click.echo(
        paint(make_visible(rule.id), BOLD, on=color) + f"  {make_visible(_write_title(rule))}", color=True
    )
    for row in align([(make_visible(name), make_visible(text)) for name, text in _list_facts(rule)]):
        click.echo(_INDENT + row)
    texts = [("examples that match", rule.match), ("examples that do not", rule.ignore)]
    own = [f"{found.pattern}  ({found.place})" for found in rule.exclusions]
    for name, lines in (
        *[(name, [fold_words(text, rule.words) for text in texts]) for name, texts in _list_patterns(rule)],
        *[(f"words (?&{name})", [text]) for name, text in rule.words],
        ("ignored by the configuration", own),
        ("runbook", rule.runbook.splitlines()),
        *texts,
    ):
        if lines:
            click.echo(paint(_INDENT + name, DIM, on=color), color=True)
        for line in lines:
            click.echo(_INDENT * 2 + make_visible(line))


def _list_facts(rule: Rule) -> Iterator[tuple[str, str]]:
    yield "signal", f"{rule.signal.value}, {rule.severity.word}"
    yield "credential", rule.credential
    yield "specificity", rule.specificity.word
    yield "place", rule.place
    for name, values in rule.where:
        yield "where", f"{name} is {' or '.join(values)}, if the line has it"
    for name, pattern in rule.fields:
        yield "field", f"{name}: {pattern}"
    if rule.case_sensitive:
        yield "case", "letters of either case differ"
    if rule.threshold.count > 1:
        yield "threshold", f"{rule.threshold.count} within {rule.threshold.within}"
    if rule.grace:
        yield "grace", str(rule.grace)


def _list_patterns(rule: Rule) -> Iterator[tuple[str, Sequence[str]]]:
    yield "any", rule.any
    yield "all", rule.all
    yield "none", rule.none
    yield "unless", rule.unless
    yield "only", rule.only
    yield "keywords", rule.keywords


def _write_title(rule: Rule) -> str:
    return f"{rule.title} (experimental)" if rule.experimental else rule.title
