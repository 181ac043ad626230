"""The values that loading gives, and their form in the cache; it reads no pack.

The form is plain JSON: what is kept in a folder can never be more than text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Any

import orjson

from logscan.model import Exclusion, Rule, Severity, Signal, Specificity, Threshold

_SAYS_NOTHING_OF_MATCHING = frozenset({"title", "runbook", "match", "ignore", "place"})


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


def _read_rule(found: Mapping[str, Any]) -> Rule:
    read: dict[str, Any] = {k: tuple(v) if type(v) is list else v for k, v in found.items()}
    count, seconds = found["threshold"]
    read["signal"] = Signal(found["signal"])
    read["severity"] = Severity(found["severity"])
    read["specificity"] = Specificity(found["specificity"])
    read["threshold"] = Threshold(count=count, within=timedelta(seconds=seconds))
    read["grace"] = timedelta(seconds=found["grace"])
    read["where"] = tuple((name, tuple(values)) for name, values in found["where"])
    read["fields"] = tuple((name, pattern) for name, pattern in found["fields"])
    read["exclusions"] = tuple(Exclusion(pattern, place) for pattern, place in found["exclusions"])
    return Rule(**read)
