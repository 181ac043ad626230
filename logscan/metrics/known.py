"""The configuration → every series that exists from the start, so that the first event is an increase; it counts nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from logscan.metrics import families
from logscan.metrics.families import OUTCOMES, Family
from logscan.metrics.labels import Labels
from logscan.model import ChangeKind, Rule

# What a source can lose or refuse, in the words of the rooms that say so.
LOST_CAUSES = ("too long", "gap", "truncated", "damaged", "lag", "backlog", "fault")
REFUSED_CAUSES = ("permission", "link", "not-a-file", "missing", "fault")
PROBE_OUTCOMES = ("valid", "lacking", "expiring", "expired", "revoked", "malformed", "unknown")
REFRESH_OUTCOMES = ("renewed", "failed")


class RuleLabels(NamedTuple):
    """What of a rule stands in labels."""

    rule: str
    credential: str
    signal: str
    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a configuration names."""

    version: str
    rules_hash: str
    sources: tuple[str, ...] = ()
    rules: tuple[RuleLabels, ...] = ()
    channels: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()

    @property
    def credentials(self) -> tuple[str, ...]:
        """Whose lives are described, each once; a source and a channel may be in trouble too."""
        ours = [f"source:{name}" for name in self.sources] + [f"channel:{name}" for name in self.channels]
        return tuple(dict.fromkeys([*(rule.credential for rule in self.rules), *ours]))


def list_rule_labels(rules: Iterable[Rule]) -> tuple[RuleLabels, ...]:
    """What of each rule stands in labels."""
    return tuple(
        RuleLabels(rule.id, cut_template(rule.credential), rule.signal.value, rule.severity.word)
        for rule in rules
    )


def cut_template(credential: str) -> str:
    """The part before a captured field: what fills it comes from log text."""
    return credential.partition("{")[0].rstrip("/")


def name_family(credential: str) -> str:
    """What of an incident's credential stands in labels; `source:` and `channel:` have a name behind them."""
    if credential.startswith(("source:", "channel:")):
        return credential
    return credential.partition("/")[0]


def list_known(family: Family, known: Known) -> Iterator[Labels]:
    """Every series of a metric that the configuration names."""
    if family.labels == ("source",):
        return ((source,) for source in known.sources)
    rows = _ROWS.get(family)
    return iter(()) if rows is None else iter(rows(known))


def _list_matches(known: Known) -> Iterator[Labels]:
    for source, rule in product(known.sources, known.rules):
        yield source, rule.credential, rule.rule, rule.signal, rule.severity


_CHANGES = tuple(change.value for change in ChangeKind)
_CAPPED = (families.MATCHES, families.INCIDENT_ACTIVE, families.INCIDENTS, families.EXPIRY)
_ROWS: dict[Family, Callable[[Known], Iterable[Labels]]] = {
    families.MATCHES: _list_matches,
    families.LOST_BYTES: lambda known: product(known.sources, LOST_CAUSES),
    families.REFUSED_FILES: lambda known: product(known.sources, REFUSED_CAUSES),
    families.INCIDENTS: lambda known: product(known.credentials, _CHANGES),
    families.RULE_TIMEOUTS: lambda known: ((rule.rule,) for rule in known.rules),
    families.NOTIFICATIONS: lambda known: product(known.channels, OUTCOMES),
    families.PROBES: lambda known: product(known.tokens, PROBE_OUTCOMES),
    families.REFRESHES: lambda known: product(known.tokens, REFRESH_OUTCOMES),
    families.OVERFLOW: lambda _known: ((capped.name,) for capped in _CAPPED),
}
