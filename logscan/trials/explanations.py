"""Why a line matches or does not: every rule's verdict on it; what it hands out is redacted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from logscan.events import EventReader, rank, show_evidence
from logscan.model import Finding, Hit, Match, Record, Rule, Signal
from logscan.normalize import make_visible, normalize
from logscan.records import read_record
from logscan.redact import Redactor
from logscan.rules import Judgement, Reason, RuleMatcher, fold_words, judge
from logscan.times import write_time

_TIMEOUT_SECONDS = 0.5  # one line and a person who waits: more than a scan grants
_TELLING_CHARS = 4  # a shorter piece of a secret stands everywhere
_HIDDEN = "[hidden]"
_LEAST_PIECE = 4
_VETOES = {
    Reason.VETOED: "none",
    Reason.ASIDE: "unless",
    Reason.NOT_SO_TOLD: "only",
    Reason.IGNORED: "ignore",
}


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
    by: str  # `none`, `unless`, `only`, `ignore` of the configuration, `where`, `keywords` or `time-out`
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


class Explainer:
    """Puts lines before every rule; each pattern is compiled once, when a line first asks for it."""

    def __init__(self, rules: Sequence[Rule], redactor: Redactor) -> None:
        self._trials = tuple(_Trial(rule) for rule in rules)
        self._redactor = redactor
        self._reader = EventReader(redactor)

    def explain(self, line: Suspect, *, now: datetime) -> Explanation:
        """Say everything about one line."""
        text = normalize(line.raw)
        record = read_record(line.raw, line.before, line.after, now=now)
        curtain = _Curtain(self._redactor, line.raw, text)
        shown_record = _show_record(record, curtain)
        hits: list[Hit] = []
        vetoed: list[Veto] = []
        near: list[NearMiss] = []
        for trial in self._trials:
            verdict = trial.judge(text, record)
            if isinstance(verdict, Judgement):
                vetoed.append(_show_veto(verdict, curtain, shown_record))
            elif isinstance(verdict, Hit):
                hits.append(verdict)
            elif isinstance(verdict, Veto):
                vetoed.append(verdict)
            elif verdict is not None:
                near.append(verdict)
        ranked = rank(hits)
        match = Match("-", 1, 0, line.raw, text, line.before, line.after, tuple(ranked))
        return Explanation(
            text=show_evidence(self._redactor.mask, text.decode(errors="replace"), 0, "")[0],
            changed=text != line.raw,
            record=shown_record,
            matched=tuple(self._show_hit(hit, match, now) for hit in ranked),
            vetoed=tuple(vetoed),
            near=tuple(near),
            why=_give_reason(ranked),
            finding=self._reader.read(match, now=now) if ranked else None,
        )

    def _show_hit(self, hit: Hit, match: Match, now: datetime) -> Fit:
        start, end = hit.span
        at = len(match.text[:start].decode(errors="replace"))
        words = match.text[start:end].decode(errors="replace")
        _, marks = show_evidence(self._redactor.mask, match.text.decode(errors="replace"), at, words)
        alone = self._reader.read(match._replace(hits=(hit,)), now=now)
        return Fit(hit.rule, marks[0] if marks else None, alone.event.fields if alone else {})


def explain_line(line: Suspect, rules: Sequence[Rule], redactor: Redactor, *, now: datetime) -> Explanation:
    """Put one line before every rule; for many lines an Explainer is quicker."""
    return Explainer(rules, redactor).explain(line, now=now)


class _Trial:
    """One rule, and what of it has to be asked alone when it does not fit."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._matcher = RuleMatcher(rule)

    def judge(self, text: bytes, record: Record) -> Hit | Judgement | Veto | NearMiss | None:
        """A Judgement is a veto that quotes the line, and has yet to be redacted."""
        rule = self._rule
        try:
            judgement = judge(self._matcher, text, record, _TIMEOUT_SECONDS)
            match judgement.reason:
                case Reason.FITS:
                    return judgement.hit
                case Reason.WHERE | Reason.VETOED | Reason.ASIDE | Reason.NOT_SO_TOLD | Reason.IGNORED:
                    return judgement
                case Reason.NO_KEYWORD if self._without_keywords.fits(text, _TIMEOUT_SECONDS):
                    detail = f"none of them is in the line: {judgement.detail}"
                    return Veto(rule, "keywords", make_visible(detail))
                case Reason.PATTERN_MISSING:
                    return self._find_near_miss(text)
        except TimeoutError:
            return Veto(
                rule, "time-out", "a pattern takes too long on this line; `logscan rules lint` says which"
            )
        return None

    @cached_property
    def _without_keywords(self) -> RuleMatcher:
        return RuleMatcher(replace(self._rule, keywords=()))

    @cached_property
    def _parts(self) -> tuple[tuple[str, RuleMatcher], ...]:
        alone = replace(self._rule, none=(), exclusions=(), fields=(), keywords=())
        return tuple((pattern, RuleMatcher(replace(alone, all=(pattern,)))) for pattern in self._rule.all)

    def _find_near_miss(self, text: bytes) -> NearMiss | None:
        """Only a rule with `all` can be half right."""
        fitting = tuple(pattern for pattern, matcher in self._parts if matcher.fits(text, _TIMEOUT_SECONDS))
        missing = tuple(pattern for pattern in self._rule.all if pattern not in fitting)
        folded = [tuple(fold_words(text, self._rule.words) for text in texts) for texts in (fitting, missing)]
        return NearMiss(self._rule, *folded) if fitting else None


class _Curtain:
    """Hides the secrets of one line where a piece of it stands alone, without the key that gives them away."""

    def __init__(self, redactor: Redactor, raw: bytes, text: bytes) -> None:
        self._redactor = redactor
        self._bytes = text
        self._text = text.decode(errors="replace")
        secrets = {self._text[start:end]: kind for start, end, kind in redactor.find(self._text)}
        if raw != text:
            written = raw.decode(errors="replace")
            secrets |= {written[start:end]: kind for start, end, kind in redactor.find(written)}
        self._secrets = sorted(secrets.items(), key=lambda item: -len(item[0]))

    def show_value(self, name: str, value: str) -> str:
        """A field's value, masked as it would be beside its name."""
        masked = self._redactor.mask(json.dumps({name: value}, ensure_ascii=False))
        try:
            [shown] = json.loads(masked).values()
        except (ValueError, AttributeError):  # a mask took more than the value: nothing of it is sure
            return _HIDDEN
        return self._hide(shown) if isinstance(shown, str) else _HIDDEN

    def show_place(self, start: int, end: int) -> str:
        """Where a part of the normalised line stands in the line as it is shown; its words stay there."""
        words = self._bytes[start:end].decode(errors="replace")
        at = len(self._bytes[:start].decode(errors="replace"))
        _, marks = show_evidence(self._redactor.mask, self._text, at, words)
        return f"columns {marks[0][0] + 1}-{marks[0][1]}" if marks else "inside a masked secret"

    def _hide(self, text: str) -> str:
        for secret, kind in self._secrets:
            if text == secret or (len(text) >= _TELLING_CHARS and text in secret):
                return f"[{kind}]"
            if len(secret) >= _TELLING_CHARS:
                text = text.replace(secret, f"[{kind}]")
        return show_evidence(self._redactor.mask, text, 0, "")[0]


def _show_record(record: Record, curtain: _Curtain) -> dict[str, str]:
    own = {
        "format": record.format,
        "message": record.message,
        "level": record.level,
        "time": write_time(record.time) if record.time else None,
        "service": record.service,
    }
    shown = {name: curtain.show_value(name, value) for name, value in own.items() if value}
    for name, value in record.attributes.items():
        if value and name not in shown:  # what `where` reads under such a name is the record's own
            shown[curtain.show_value("name", name)] = curtain.show_value(name, value)
    return shown


def _show_veto(judgement: Judgement, curtain: _Curtain, record: Mapping[str, str]) -> Veto:
    rule = judgement.rule
    if judgement.veto is not None:
        detail = f"{make_visible(fold_words(judgement.detail, rule.words))}  fits  {curtain.show_place(*judgement.veto)}"
        return Veto(rule, _VETOES[judgement.reason], detail)
    for name, wanted in rule.where:
        if judgement.detail.startswith(f"{name} is ") and name in record:
            # Said anew, since the judgement quotes the value as it stands in the line.
            return Veto(rule, "where", make_visible(f"{name} is '{record[name]}', not {' or '.join(wanted)}"))
    return Veto(rule, "where", "a field has another value")


def _give_reason(ranked: Sequence[Hit]) -> str:
    if not ranked:
        return ""
    if len(ranked) == 1:
        return "the only rule that fits"
    first, second = ranked[0], ranked[1]
    winner, other = first.rule, second.rule
    if Signal.EXPOSED in (winner.signal, other.signal) and winner.signal is not other.signal:
        return f"an exposed secret names only a line of which nothing else is told ({other.id})"
    if winner.experimental != other.experimental:
        return f"{other.id} is experimental"
    if winner.specificity != other.specificity:
        return f"a {winner.specificity.word} rule names a line before a {other.specificity.word} one ({other.id})"
    if winner.pack == other.pack:
        return f"it stands before {other.id} in the pack {winner.pack}"
    if winner.severity != other.severity:
        return f"it is graver than {other.id}: {winner.severity.word} before {other.severity.word}"
    return f"its match is longer than that of {other.id}, or it comes first by name"
