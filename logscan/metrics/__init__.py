"""What Prometheus is told: an observer with a registry of its own; it never steers, and nothing else imports prometheus_client.

families    every metric: name, type, help, labels
labels      how many values a label may have, and what becomes of the rest
known       the configuration → every series that exists from the start
pictures    a snapshot → gauges and counters that are read when somebody asks
exporter    all of it as text, or as a file
tallies     what one reading found
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from logscan.doors import open_door

if TYPE_CHECKING:
    from logscan.metrics.exporter import Metrics
    from logscan.metrics.families import FAMILIES, Family, Kind
    from logscan.metrics.known import Known, RuleLabels, list_rule_labels, name_family
    from logscan.metrics.tallies import SOURCE, Tally

__all__ = [
    "FAMILIES",
    "SOURCE",
    "Family",
    "Kind",
    "Known",
    "Metrics",
    "RuleLabels",
    "Tally",
    "list_rule_labels",
    "name_family",
]

__getattr__ = open_door(
    __name__,
    {
        "exporter": "Metrics",
        "families": "FAMILIES Family Kind",
        "known": "Known RuleLabels list_rule_labels name_family",
        "tallies": "SOURCE Tally",
    },
)
