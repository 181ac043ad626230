"""The values that loading gives, and their form in the cache; it reads no pack.

The form is plain JSON: what is kept in a folder can never be more than text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from functools import lru_cache
from typing import Any

import orjson

from logscan.model import Exclusion, Rule, Severity, Signal, Specificity, Threshold, WordList

_SAYS_NOTHING_OF_MATCHING = frozenset({"title", "runbook", "match", "ignore", "place", "words"})

_LISTS = (
    "any",
    "all",
    "none",
    "unless",
    "only",
    "where",
    "keywords",
    "fields",
    "match",
    "ignore",
    "words",
    "exclusions",
)
_SIGNALS = {signal.value: signal for signal in Signal}
_SEVERITIES = {severity.value: severity for severity in Severity}
_SPECIFICITIES = {specificity.value: specificity for specificity in Specificity}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One pattern file: whose rules belong together."""

    name: str
    title: str
    credential: str
    specificity: Specificity
    runbook: str
    unless: tuple[str, ...]
    path: str
    shipped: bool
    rules: int


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Every rule in use; `digest` changes whenever what they match or mean does."""

    rules: tuple[Rule, ...]
    packs: tuple[Pack, ...]
    digest: str


def make_rule_set(packs: tuple[Pack, ...], rules: tuple[Rule, ...]) -> RuleSet:
    """Put rules together under the digest of what decides matching."""
    digest = hashlib.sha256()
    for rule in rules:
        known = {k: v for k, v in _write_rule(rule).items() if k not in _SAYS_NOTHING_OF_MATCHING}
        known["exclusions"] = [exclusion.pattern for exclusion in rule.exclusions]
        digest.update(json.dumps(known, sort_keys=True).encode())
    return RuleSet(rules, packs, digest.hexdigest()[:40])


def write_rule_set(rule_set: RuleSet) -> bytes:
    """Write a set down for the cache."""
    content = {
        "packs": [asdict(pack) for pack in rule_set.packs],
        "rules": [_write_rule(rule) for rule in rule_set.rules],
        "digest": rule_set.digest,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def read_rule_set(content: bytes) -> RuleSet | None:
    """Read back what was written; None when it is not of this form."""
    try:
        found = orjson.loads(content)
        packs = tuple(_read_pack(pack) for pack in found["packs"])
        return RuleSet(tuple(_read_rule(rule) for rule in found["rules"]), packs, str(found["digest"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _write_rule(rule: Rule) -> dict[str, object]:
    written: dict[str, object] = {field.name: getattr(rule, field.name) for field in fields(Rule)}
    written["threshold"] = [rule.threshold.count, rule.threshold.within.total_seconds()]
    written["grace"] = rule.grace.total_seconds()
    return written


def _read_pack(found: Mapping[str, Any]) -> Pack:
    read = {"specificity": Specificity(found["specificity"]), "unless": tuple(found["unless"])}
    return Pack(**{**found, **read})


def _read_rule(found: dict[str, Any]) -> Rule:
    """Every start reads a thousand: what is empty stays as it is, and equal values are one."""
    for name in _LISTS:
        found[name] = tuple(found[name])
    found["signal"] = _SIGNALS[found["signal"]]
    found["severity"] = _SEVERITIES[found["severity"]]
    found["specificity"] = _SPECIFICITIES[found["specificity"]]
    found["threshold"] = _read_threshold(*found["threshold"])
    found["grace"] = _read_seconds(found["grace"])
    if found["where"]:
        found["where"] = tuple((name, tuple(values)) for name, values in found["where"])
    if found["fields"]:
        found["fields"] = tuple((name, pattern) for name, pattern in found["fields"])
    if found["words"]:
        found["words"] = tuple(WordList(name, text) for name, text in found["words"])
    if found["exclusions"]:
        found["exclusions"] = tuple(Exclusion(pattern, place) for pattern, place in found["exclusions"])
    return Rule(**found)


@lru_cache
def _read_threshold(count: int, seconds: float) -> Threshold:
    return Threshold(count=count, within=timedelta(seconds=seconds))


@lru_cache
def _read_seconds(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)
