"""The section `rules:` in its other forms: schema, written down again, in short, and a sample to start from."""

from __future__ import annotations

import os

from logscan.config.rulesections import ALL_PACKS, SEVERITIES, STATUSES, RuleSettings
from logscan.config.schemaparts import DURATION, NAME, SOME_TIME, Schema, write_mapping, write_names
from logscan.config.spellings import drop_empty, write_count, write_duration
from logscan.rules import list_shipped
from logscan.rules.tuning import Adjustment, Ignore
from logscan.yamlfile import Plain

RULE_SAMPLE = r"""#rules:
# Which of the shipped packs are used: all, or a list of names.
#  packs: all

# Your own packs; their paths are told from the folder of this file.
#  files: [my-rules.yaml]

# Rules that are not used at all.
#  disable: [http.forbidden]

# Rules with other values: threshold, severity, grace, status. What is not named stays as the pack has it.
#  tune:
#    http.unauthorized:
#      threshold: {count: 10, within: 5m}
#      severity: warning

# Lines that rules are kept off. Patterns are read as in a pack and ignore case; without `rules`, no rule
# fits such a line. `logscan explain` tells which pattern it was.
#  ignore:
#    - pattern: 'GET /healthz'
#      rules: [http.unauthorized]
"""


def write_rule_schema() -> Schema:
    """What may stand under `rules:`."""
    return write_mapping(
        "Which rules are used, and what is changed in them.",
        {
            "packs": _write_packs(),
            "files": write_names("Your own packs; paths are told from this file's folder."),
            "disable": write_names("Rules that are not used, by id."),
            "tune": {
                "description": "Rules with other values, by id.",
                "type": ["object", "null"],
                "additionalProperties": _write_adjustment(),
            },
            "ignore": {
                "description": "Lines that rules are kept off.",
                "type": ["array", "null"],
                "items": _write_ignore(),
            },
        },
    )


def _write_packs() -> Schema:
    name: Schema = {"enum": list(list_shipped())}
    return {
        "description": "The shipped packs that are used: all, or a list of names.",
        "default": ALL_PACKS,
        "anyOf": [{"const": ALL_PACKS}, {"type": "null"}, name, {"type": "array", "items": name}],
    }


def _write_adjustment() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {
            "threshold": {
                "description": "So many lines within so much time make an incident.",
                "type": "object",
                "additionalProperties": False,
                "minProperties": 1,
                "properties": {
                    "count": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
                    "within": SOME_TIME,
                },
            },
            "severity": {"enum": list(SEVERITIES)},
            "grace": {"description": "Wait this long for a good signal.", **DURATION},
            "status": {
                "description": "experimental: counted, never told.",
                "enum": list(STATUSES),
            },
        },
    }


def _write_ignore() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["pattern"],
        "properties": {
            "pattern": {
                "description": "As in a pack: the syntax of `regex`, ignoring case.",
                "type": "string",
                "pattern": "\\S",
            },
            "rules": {
                "description": "The rules that are kept off, by id; absent: all.",
                "anyOf": [NAME, {"type": "array", "minItems": 1, "items": NAME}],
            },
        },
    }


def show_rules(rules: RuleSettings) -> dict[str, Plain]:
    """Every key, defaults too."""
    tuning = rules.tuning
    return {
        "packs": ALL_PACKS if rules.packs is None else [*rules.packs],
        # From the root, so that what is written down means the same in another folder.
        "files": [os.path.abspath(file) for file in rules.files],
        "disable": [mention.rule for mention in tuning.disable],
        "tune": {adjustment.rule.rule: _describe_adjustment(adjustment) for adjustment in tuning.adjustments},
        "ignore": [_describe_ignore(ignore) for ignore in tuning.ignores],
    }


def _describe_adjustment(adjustment: Adjustment) -> dict[str, Plain]:
    status = next((word for word, value in STATUSES.items() if value is adjustment.experimental), None)
    threshold: dict[str, Plain] = drop_empty(
        {
            "count": adjustment.count,
            "within": None if adjustment.within is None else write_duration(adjustment.within),
        }
    )
    return drop_empty(
        {
            "threshold": threshold or None,
            "severity": None if adjustment.severity is None else adjustment.severity.word,
            "grace": None if adjustment.grace is None else write_duration(adjustment.grace),
            "status": status,
        }
    )


def _describe_ignore(ignore: Ignore) -> dict[str, Plain]:
    described: dict[str, Plain] = {"pattern": ignore.exclusion.pattern}
    if ignore.rules:
        described["rules"] = [mention.rule for mention in ignore.rules]
    return described


def summarize_rules(rules: RuleSettings) -> list[str]:
    """What `config check` says of a good one."""
    tuning = rules.tuning
    packs = "all packs" if rules.packs is None else write_count(len(rules.packs), "pack")
    counts = (
        (len(rules.files), "file", " of rules"),
        (len(tuning.disable), "rule", " disabled"),
        (len(tuning.adjustments), "rule", " tuned"),
        (len(tuning.ignores), "pattern", " ignored"),
    )
    return [packs, *(f"{write_count(count, noun)}{what}" for count, noun, what in counts if count)]
