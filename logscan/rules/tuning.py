"""What a user's configuration changes in rules without forking their pack; it reads no file.

Rules come out of packs as they are written, and out of the cache: tuning is put on top of both.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from typing import NamedTuple

from logscan.model import Exclusion, Rule, Severity, Threshold
from logscan.rules.sets import RuleSet, make_rule_set


class Mention(NamedTuple):
    """A rule that a configuration names, and where."""

    rule: str
    place: str  # file:line:column


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """New values for one rule; None leaves the rule's own."""

    rule: Mention
    count: int | None = None
    within: timedelta | None = None
    severity: Severity | None = None
    grace: timedelta | None = None
    experimental: bool | None = None


class Ignore(NamedTuple):
    """Lines that some rules are kept off, or all of them where none is named."""

    exclusion: Exclusion
    rules: tuple[Mention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Everything that a configuration changes in rules."""

    disable: tuple[Mention, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    ignores: tuple[Ignore, ...] = ()

    def list_mentions(self) -> Iterator[Mention]:
        """Every rule that is named, as often as it is."""
        adjusted = (adjustment.rule for adjustment in self.adjustments)
        return chain(self.disable, adjusted, *(ignore.rules for ignore in self.ignores))


def tune_rules(rule_set: RuleSet, tuning: Tuning) -> RuleSet:
    """Leave out what is disabled and change the rest; rules that are not in the set are passed over."""
    if tuning == Tuning():
        return rule_set
    disabled = {mention.rule for mention in tuning.disable}
    adjustments = {adjustment.rule.rule: adjustment for adjustment in tuning.adjustments}
    rules = tuple(
        _exclude(_adjust(rule, adjustments.get(rule.id)), tuning.ignores)
        for rule in rule_set.rules
        if rule.id not in disabled
    )
    return make_rule_set(rule_set.packs, rules)


def find_strangers(tuning: Tuning, known: Collection[str]) -> tuple[str, ...]:
    """A problem for every mention of a rule that is not known."""
    return tuple(
        f"{mention.place}: no rule {mention.rule!r}; {_suggest(mention.rule, known)}"
        for mention in tuning.list_mentions()
        if mention.rule not in known
    )


def _suggest(word: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]!r}?" if near else "`logscan rules list` names all"


def _adjust(rule: Rule, adjustment: Adjustment | None) -> Rule:
    if adjustment is None:
        return rule
    own = rule.threshold
    return replace(
        rule,
        threshold=Threshold(
            count=own.count if adjustment.count is None else adjustment.count,
            within=own.within if adjustment.within is None else adjustment.within,
        ),
        severity=rule.severity if adjustment.severity is None else adjustment.severity,
        grace=rule.grace if adjustment.grace is None else adjustment.grace,
        experimental=rule.experimental if adjustment.experimental is None else adjustment.experimental,
    )


def _exclude(rule: Rule, ignores: Collection[Ignore]) -> Rule:
    exclusions = tuple(
        ignore.exclusion
        for ignore in ignores
        if not ignore.rules or rule.id in {mention.rule for mention in ignore.rules}
    )
    return replace(rule, exclusions=exclusions) if exclusions else rule
