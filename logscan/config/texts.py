"""Settings written down as YAML that reads back as the same; it holds no secret, since settings hold none."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from logscan.config.readings import VERSION, VERSION_KEY
from logscan.config.rulesections import ALL_PACKS, STATUSES
from logscan.config.settings import RuleSettings, Settings
from logscan.rules.tuning import Adjustment, Ignore
from logscan.yamlfile import Plain

if TYPE_CHECKING:
    import yaml

_PLAIN_WORD = re.compile(r"(?!(?:true|false|null)$)[A-Za-z][A-Za-z0-9_.-]*")
_UNITS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000}
_MILLISECOND = timedelta(milliseconds=1)


def write_settings(settings: Settings) -> str:
    """Every section with every key, defaults too."""
    import yaml  # only here: few commands write any

    class Dumper(yaml.SafeDumper):
        """In quotes stands whatever could be taken for something else than text."""

    def write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        quotes = "'" if text.isprintable() else '"'
        style = None if _PLAIN_WORD.fullmatch(text) else quotes
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)

    Dumper.add_representer(str, write_text)
    return yaml.dump(_describe(settings), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=10_000)


def write_duration(duration: timedelta) -> str:
    """`90s` or `2h`: the largest unit of which it is a whole number."""
    milliseconds = duration // _MILLISECOND
    for unit, size in _UNITS.items():
        if milliseconds % size == 0:
            return f"{milliseconds // size}{unit}" if milliseconds else "0s"
    return f"{milliseconds}ms"


def _describe(settings: Settings) -> dict[str, Plain]:
    return {VERSION_KEY: VERSION, "rules": _describe_rules(settings.rules)}


def _describe_rules(rules: RuleSettings) -> dict[str, Plain]:
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
    threshold: dict[str, Plain] = _drop_empty(
        {
            "count": adjustment.count,
            "within": None if adjustment.within is None else write_duration(adjustment.within),
        }
    )
    return _drop_empty(
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


def _drop_empty(values: dict[str, Plain]) -> dict[str, Plain]:
    return {key: value for key, value in values.items() if value is not None}
