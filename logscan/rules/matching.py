"""What it means that a rule fits a line, said once for scanning, for examples and for `explain`.

It sees one normalised line; it finds no lines and never says which of several rules names one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from threading import active_count
from time import thread_time
from typing import TYPE_CHECKING, NamedTuple

from logscan.errors import PatternError
from logscan.literals import find_literals
from logscan.model import Hit, Record, Rule
from logscan.rules.asides import AsideFinder
from logscan.rules.compiling import compile_pattern
from logscan.rules.costs import count_calm_bytes
from logscan.syntax import read_pattern

if TYPE_CHECKING:
    from logscan.rules.compiling import Compiled, Found

TIMEOUT_SECONDS = 0.05  # of CPU time, which a scan grants one rule for one line
_LEAST_SECONDS = 0.001

# How people spell what records call by one name.
_LEVELS = {
    "warning": "warn", "err": "error", "information": "info", "critical": "fatal", "crit": "fatal",
    "alert": "fatal", "emerg": "fatal", "emergency": "fatal", "panic": "fatal",
}  # fmt: skip


class Reason(StrEnum):
    """Why a rule fits a line, or does not."""

    FITS = "fits"
    NO_PATTERN = "no pattern fits"
    PATTERN_MISSING = "a pattern of `all` does not fit"
    NO_KEYWORD = "no keyword is in the line"
    VETOED = "a pattern of `none` fits"
    ASIDE = "the line only speaks of it"
    NOT_SO_TOLD = "the line is of no kind that `only` names"
    IGNORED = "a pattern of the configuration's `ignore` fits"
    WHERE = "`where` does not hold"


class Judgement(NamedTuple):
    """What one rule says of one line."""

    rule: Rule
    reason: Reason
    detail: str = ""  # the pattern or the field that decided
    hit: Hit | None = None  # what fitted, even when the line was vetoed afterwards
    veto: tuple[int, int] | None = None  # the span on which a pattern of `none` or `ignore` fits

    @property
    def fits(self) -> bool:
        return self.reason is Reason.FITS


class _Line:
    """A line and the CPU time that one rule may still take for it."""

    def __init__(self, text: bytes, seconds: float) -> None:
        self.text = text
        self.lowered = text.lower()
        self._seconds = seconds

    def search(self, pattern: Compiled) -> Found | None:
        """Raise TimeoutError when the time is used up.

        `regex` counts the time of the whole process, so that other threads' work would run ours out.
        """
        while True:
            started = thread_time()
            try:
                return pattern.search(self.text, timeout=max(self._seconds, _LEAST_SECONDS) * active_count())
            except TimeoutError:
                if self._seconds <= thread_time() - started:
                    raise
            finally:
                self._seconds -= thread_time() - started


class _Searcher:
    """One pattern: its literals are looked for first, and it is compiled when one of them is there."""

    def __init__(self, source: str, *, case_sensitive: bool) -> None:
        self.source = source
        self._case_sensitive = case_sensitive
        self._literals: tuple[bytes, ...] | None = None
        self._compiled: Compiled | None = None
        self._calm_bytes = 0

    def search(self, line: _Line) -> Found | None:
        if self._literals is None:
            self._literals = _read_literals(self.source)
        if self._literals:
            for literal in self._literals:
                if literal in line.lowered:
                    break
            else:
                return None
        if self._compiled is None:
            self._calm_bytes = count_calm_bytes(self.source)
            self._compiled = compile_pattern(self.source, case_sensitive=self._case_sensitive)
        if len(line.text) <= self._calm_bytes:
            return self._compiled.search(line.text)
        return line.search(self._compiled)


@lru_cache(maxsize=256)
def _share_searcher(source: str) -> _Searcher:
    """One for all rules, of which an `ignore` mostly speaks; case never tells there."""
    return _Searcher(source, case_sensitive=False)


class RuleMatcher:
    """One rule, ready to be asked; one serves many threads."""

    def __init__(self, rule: Rule, asides: AsideFinder | None = None) -> None:
        self.rule = rule
        self._asides = asides or AsideFinder()
        self._keywords = tuple(word.encode().lower() for word in rule.keywords)
        self._wanted = self._prepare(rule.all or rule.any)
        self._unwanted = self._prepare(rule.none)
        self._excluded = tuple((_share_searcher(found.pattern), found.place) for found in rule.exclusions)
        self._fields = tuple(
            zip((name for name, _ in rule.fields), self._prepare([p for _, p in rule.fields]), strict=True)
        )

    def fits(self, text: bytes, timeout: float, only: Iterable[int] | None = None) -> Hit | None:
        """Give the hit when the rule fits a normalised line; `where` is another question.

        `only` names the patterns of `any` that can fit at all, when that is known. Raises TimeoutError
        when all patterns together take more than `timeout` seconds of the thread's CPU time.
        """
        judgement = self.judge(text, timeout, only)
        return judgement.hit if judgement.fits else None

    def judge(self, text: bytes, timeout: float, only: Iterable[int] | None = None) -> Judgement:
        """The same with a reason; `where` is left out."""
        rule, line = self.rule, _Line(text, timeout)
        if self._keywords and not any(word in line.lowered for word in self._keywords):
            return Judgement(rule, Reason.NO_KEYWORD, ", ".join(rule.keywords))
        hit, missing = self._search_all(line) if rule.all else self._search_any(line, only)
        if hit is None:
            return Judgement(rule, Reason.PATTERN_MISSING if rule.all else Reason.NO_PATTERN, missing)
        for pattern in self._unwanted:
            found = pattern.search(line)
            if found:
                return Judgement(rule, Reason.VETOED, pattern.source, hit, found.span())
        aside = self._asides.find(rule.unless, text, hit.span) if rule.unless else None
        if aside is not None:
            return Judgement(rule, Reason.ASIDE, aside.kind, hit, aside.span)
        if rule.only and self._asides.find(rule.only, text, hit.span) is None:
            return Judgement(rule, Reason.NOT_SO_TOLD, ", ".join(rule.only), hit)
        for pattern, place in self._excluded:
            found = pattern.search(line)
            if found:
                return Judgement(rule, Reason.IGNORED, f"{pattern.source} ({place})", hit, found.span())
        return Judgement(rule, Reason.FITS, hit=self._add_fields(hit, line))

    def _prepare(self, sources: Iterable[str]) -> tuple[_Searcher, ...]:
        return tuple(_Searcher(source, case_sensitive=self.rule.case_sensitive) for source in sources)

    def _search_any(self, line: _Line, only: Iterable[int] | None) -> tuple[Hit | None, str]:
        for pattern in self._wanted if only is None else [self._wanted[i] for i in only]:
            found = pattern.search(line)
            if found:
                return Hit(self.rule, found.span(), _list_groups(found)), ""
        return None, " | ".join(self.rule.any)

    def _search_all(self, line: _Line) -> tuple[Hit | None, str]:
        groups: dict[str, tuple[int, int]] = {}
        spans: list[tuple[int, int]] = []
        for pattern in self._wanted:
            found = pattern.search(line)
            if not found:
                return None, pattern.source
            spans.append(found.span())
            groups = {**_list_groups(found), **groups}
        return Hit(self.rule, spans[0], groups), ""

    def _add_fields(self, hit: Hit, line: _Line) -> Hit:
        if not self._fields:
            return hit
        groups = dict(hit.groups)
        for name, pattern in self._fields:
            found = None if name in groups else pattern.search(line)
            if found and found.span(1) != (-1, -1):
                groups[name] = found.span(1)
        return hit._replace(groups=groups)


def _read_literals(pattern: str) -> tuple[bytes, ...]:
    try:
        return find_literals(read_pattern(pattern).part)
    except PatternError:  # matched by `regex` alone; that is fine, only slower
        return ()


def where_holds(rule: Rule, record: Record) -> bool:
    """True unless the record has a field that `where` names, with another value."""
    return _find_objection(rule, record) is None


def judge(matcher: RuleMatcher, text: bytes, record: Record, timeout: float) -> Judgement:
    """Say whether a rule fits a normalised line with its record, and why."""
    judgement = matcher.judge(text, timeout)
    objection = _find_objection(matcher.rule, record) if judgement.fits else None
    if objection is None:
        return judgement
    return judgement._replace(reason=Reason.WHERE, detail=objection)


def _find_objection(rule: Rule, record: Record) -> str | None:
    for name, wanted in rule.where:
        value = _read_field(record, name)
        if value is None:
            continue
        if _fold(name, value) not in {_fold(name, word) for word in wanted}:
            return f"{name} is {value!r}, not {' or '.join(wanted)}"
    return None


def _read_field(record: Record, name: str) -> str | None:
    own: Mapping[str, str | None] = {
        "level": record.level,
        "service": record.service,
        "message": record.message,
        "format": record.format,
    }
    return own[name] if name in own else record.attributes.get(name)


def _fold(name: str, value: str) -> str:
    folded = value.casefold()
    return _LEVELS.get(folded, folded) if name == "level" else folded


def _list_groups(found: Found) -> dict[str, tuple[int, int]]:
    return {name: found.span(name) for name in found.re.groupindex if found.span(name) != (-1, -1)}
