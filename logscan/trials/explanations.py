"""Why a line matches or does not: every rule's verdict on it; what it hands out is redacted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from logscan.events import EventReader, rank, show_evidence
from logscan.model import Finding, Hit, Match, Record, Rule
from logscan.normalize import make_visible, normalize
from logscan.records import read_record
from logscan.redact import Redactor
from logscan.rules import Reason, RuleMatcher, judge
from logscan.times import write_time

_TIMEOUT_SECONDS = 0.5  # one line and a person who waits: more than a scan grants


class Suspect(NamedTuple):
    """A line on trial, without its line end, and its neighbours. Holds raw text."""

    raw: bytes
    before: bytes = b""
    after: bytes = b""


class Fit(NamedTuple):
    """A rule that fits, and where in the line as it is shown."""

    rule: Rule
    span: tuple[int, int] | None  # in Explanation.text; None where the words are part of a masked secret
    fields: Mapping[str, str]


class Veto(NamedTuple):
    """A rule that would fit but for one thing."""

    rule: Rule
    by: str  # `none`, `where`, `keywords` or `time-out`
    detail: str


class NearMiss(NamedTuple):
    """A rule of which some patterns fit and others do not."""

    rule: Rule
    found: tuple[str, ...]
    missing: tuple[str, ...]


class Explanation(NamedTuple):
    """Everything there is to say about one line."""

    text: str  # normalised, redacted, control characters visible
    changed: bool  # normalisation changed the line
    record: Mapping[str, str]
    matched: tuple[Fit, ...]  # the one that names the line first
    vetoed: tuple[Veto, ...]
    near: tuple[NearMiss, ...]
    why: str  # why the first of `matched` names the line
    finding: Finding | None


def explain_line(line: Suspect, rules: Sequence[Rule], redactor: Redactor, *, now: datetime) -> Explanation:
    """Put one line before every rule."""
    text = normalize(line.raw)
    record = read_record(line.raw, line.before, line.after, now=now)
    hits: list[Hit] = []
    vetoed: list[Veto] = []
    near: list[NearMiss] = []
    for rule in rules:
        verdict = _try_rule(rule, text, record)
        if isinstance(verdict, Hit):
            hits.append(verdict)
        elif isinstance(verdict, Veto):
            vetoed.append(verdict)
        elif verdict is not None:
            near.append(verdict)
    ranked = rank(hits)
    match = Match("-", 1, 0, line.raw, text, line.before, line.after, tuple(ranked))
    shown = text.decode(errors="replace")
    return Explanation(
        text=show_evidence(redactor, shown, 0, "")[0],
        changed=text != line.raw,
        record=_show_record(record, redactor),
        matched=tuple(_show_hit(hit, shown, match, redactor, now) for hit in ranked),
        vetoed=tuple(veto._replace(detail=make_visible(redactor.mask(veto.detail))) for veto in vetoed),
        near=tuple(near),
        why=_give_reason(ranked),
        finding=EventReader(redactor).read(match, now=now) if ranked else None,
    )


def _try_rule(rule: Rule, text: bytes, record: Record) -> Hit | Veto | NearMiss | None:
    try:
        judgement = judge(RuleMatcher(rule), text, record, _TIMEOUT_SECONDS)
        match judgement.reason:
            case Reason.FITS:
                return judgement.hit
            case Reason.WHERE:
                return Veto(rule, "where", judgement.detail)
            case Reason.VETOED:
                start, end = judgement.veto or (0, 0)
                words = text[start:end].decode(errors="replace")
                return Veto(rule, "none", f"{judgement.detail}  fits  {words}")
            case Reason.NO_KEYWORD if _fits_without_keywords(rule, text):
                return Veto(rule, "keywords", f"none of them is in the line: {judgement.detail}")
            case Reason.PATTERN_MISSING:
                return _find_near_miss(rule, text)
    except TimeoutError:
        return Veto(
            rule, "time-out", "a pattern takes too long on this line; `logscan rules lint` says which"
        )
    return None


def _fits_without_keywords(rule: Rule, text: bytes) -> bool:
    return RuleMatcher(replace(rule, keywords=())).fits(text, _TIMEOUT_SECONDS) is not None


def _find_near_miss(rule: Rule, text: bytes) -> NearMiss | None:
    """Only a rule with `all` can be half right."""
    fitting = tuple(pattern for pattern in rule.all if _fits_alone(rule, pattern, text))
    missing = tuple(pattern for pattern in rule.all if pattern not in fitting)
    return NearMiss(rule, fitting, missing) if fitting else None


def _fits_alone(rule: Rule, pattern: str, text: bytes) -> bool:
    alone = replace(rule, all=(pattern,), none=(), fields=(), keywords=())
    return RuleMatcher(alone).fits(text, _TIMEOUT_SECONDS) is not None


def _show_record(record: Record, redactor: Redactor) -> dict[str, str]:
    values = {
        "format": record.format,
        "message": record.message,
        "level": record.level,
        "time": write_time(record.time) if record.time else None,
        "service": record.service,
        **record.attributes,
    }
    return {
        make_visible(name): show_evidence(redactor, value, 0, "")[0]
        for name, value in values.items()
        if value
    }


def _show_hit(hit: Hit, shown: str, match: Match, redactor: Redactor, now: datetime) -> Fit:
    start, end = hit.span
    at = len(match.text[:start].decode(errors="replace"))
    words = match.text[start:end].decode(errors="replace")
    _, marks = show_evidence(redactor, shown, at, words)
    alone = EventReader(redactor).read(match._replace(hits=(hit,)), now=now)
    return Fit(hit.rule, marks[0] if marks else None, alone.event.fields if alone else {})


def _give_reason(ranked: Sequence[Hit]) -> str:
    if not ranked:
        return ""
    if len(ranked) == 1:
        return "the only rule that fits"
    first, second = ranked[0], ranked[1]
    winner, other = first.rule, second.rule
    if winner.experimental != other.experimental:
        return f"{other.id} is experimental"
    if winner.specificity != other.specificity:
        return f"a {winner.specificity.word} rule names a line before a {other.specificity.word} one ({other.id})"
    if winner.pack == other.pack:
        return f"it stands before {other.id} in the pack {winner.pack}"
    if winner.severity != other.severity:
        return f"it is graver than {other.id}: {winner.severity.word} before {other.severity.word}"
    return f"its match is longer than that of {other.id}, or it comes first by name"
