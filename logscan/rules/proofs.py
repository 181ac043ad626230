"""A rule tried on its own examples, exactly as a scan would read them; it changes no rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from logscan.model import Rule
from logscan.normalize import normalize
from logscan.records import read_record
from logscan.rules.matching import TIMEOUT_SECONDS, Judgement, Reason, RuleMatcher, judge
from logscan.rules.words import fold_words
from logscan.yamlfile import Document

# Completes dates without a year; no example's fit hangs on it.
_SOME_TIME = datetime(2026, 1, 1, tzinfo=UTC)


def prove_rule(rule: Rule) -> Iterator[tuple[str, int, str]]:
    """Give `match` or `ignore`, the example's index and what is wrong, for each example that fails."""
    matcher = RuleMatcher(rule)
    for kind, examples in (("match", rule.match), ("ignore", rule.ignore)):
        for i, example in enumerate(examples):
            complaint = _try_example(matcher, example, should_fit=kind == "match")
            if complaint:
                yield kind, i, complaint


def write_failures(rule: Rule, document: Document, index: int) -> list[str]:
    """What `prove_rule` finds, each with its place; `index` is the rule's place in the document."""
    problems = []
    for kind, i, complaint in prove_rule(rule):
        path = ("rules", index, "examples", kind)
        place = document.place((*path, i))
        problems.append(f"{place}: {rule.id}: {kind} example {i + 1} {complaint}")
    return problems


def _try_example(matcher: RuleMatcher, example: str, *, should_fit: bool) -> str | None:
    if "\n" in example.strip("\n"):
        return "has more than one line; a rule sees one line at a time"
    raw = example.rstrip("\n").encode()
    record = read_record(raw, b"", b"", now=_SOME_TIME)
    try:
        judgement = judge(matcher, normalize(raw), record, TIMEOUT_SECONDS)
    except TimeoutError:
        return "takes too long to match; bound the gaps of the pattern, such as [^,]{0,80} for .*"
    if judgement.fits == should_fit:
        return None
    return _explain(judgement)


def _explain(judgement: Judgement) -> str:
    if judgement.fits and judgement.hit:
        start, end = judgement.hit.span
        return f"is fitted at columns {start + 1} to {end}; add what tells it apart to `none`"
    # Of many patterns none fits: naming them all helps nobody.
    few = judgement.reason is not Reason.NO_PATTERN or len(judgement.rule.any) == 1
    detail = f" ({fold_words(judgement.detail, judgement.rule.words)})" if few else ""
    return f"does not fit: {judgement.reason.value}{detail}; mend the pattern or the example"
