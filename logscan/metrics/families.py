"""Every metric that logscan exports, as one table; nothing here counts."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """A metric's type."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Family(NamedTuple):
    """One metric; a counter's name stands with its `_total`."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    help: str
    buckets: tuple[float, ...] = ()


SCAN_BUCKETS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
DELAY_BUCKETS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)

BUILD_INFO = Family(
    "logscan_build_info", Kind.GAUGE, ("version", "rules_hash"), "Which logscan runs, with which rules."
)
LINES = Family("logscan_lines_total", Kind.COUNTER, ("source",), "Lines read.")
BYTES = Family("logscan_bytes_total", Kind.COUNTER, ("source",), "Bytes read.")
MATCHES = Family(
    "logscan_matches_total",
    Kind.COUNTER,
    ("source", "credential", "rule", "signal", "severity"),
    "Lines that say something about a credential.",
)
TRUNCATED = Family("logscan_truncated_lines_total", Kind.COUNTER, ("source",), "Lines longer than allowed.")
SELF_LINES = Family("logscan_self_lines_total", Kind.COUNTER, ("source",), "Lines that logscan wrote itself.")
LOST_BYTES = Family(
    "logscan_lost_bytes_total", Kind.COUNTER, ("source", "cause"), "Bytes that nobody will ever read."
)
REFUSED_FILES = Family(
    "logscan_refused_files_total", Kind.COUNTER, ("source", "cause"), "Files that are not read, and why."
)
RULE_TIMEOUTS = Family(
    "logscan_rule_timeouts_total", Kind.COUNTER, ("rule",), "Lines that a rule took too long for."
)
SCAN_SECONDS = Family(
    "logscan_scan_duration_seconds", Kind.HISTOGRAM, (), "How long one piece of input took.", SCAN_BUCKETS
)
DELAY_SECONDS = Family(
    "logscan_detection_delay_seconds",
    Kind.HISTOGRAM,
    (),
    "From a line's own time to its detection.",
    DELAY_BUCKETS,
)
SOURCE_UP = Family("logscan_source_up", Kind.GAUGE, ("source",), "Whether the source is being read.")
SOURCE_LAG = Family(
    "logscan_source_lag_bytes",
    Kind.GAUGE,
    ("source",),
    "What is there and was not read yet, where that is known.",
)
SOURCE_LAST_LINE = Family(
    "logscan_source_last_line_timestamp_seconds", Kind.GAUGE, ("source",), "When the last line came."
)
SOURCE_RESTARTS = Family(
    "logscan_source_restarts_total", Kind.COUNTER, ("source",), "Starts after the first one."
)
SOURCE_ROTATIONS = Family(
    "logscan_source_rotations_total", Kind.COUNTER, ("source",), "Rotations of its files."
)
INCIDENT_ACTIVE = Family(
    "logscan_incident_active",
    Kind.GAUGE,
    ("credential", "service", "signal", "severity"),
    "1 while the incident fires.",
)
INCIDENTS = Family(
    "logscan_incidents_total", Kind.COUNTER, ("credential", "change"), "What became of incidents."
)
EXPIRY = Family(
    "logscan_credential_expiry_timestamp_seconds",
    Kind.GAUGE,
    ("credential", "service"),
    "When the credential ends; stays after that, and is absent while nobody said so.",
)
CREDENTIAL_VALID = Family(
    "logscan_credential_valid", Kind.GAUGE, ("token",), "Whether the last check found the credential valid."
)
PROBE_SUCCESS = Family(
    "logscan_probe_last_success_timestamp_seconds",
    Kind.GAUGE,
    ("token",),
    "When a check last gave an answer.",
)
PROBES = Family("logscan_probes_total", Kind.COUNTER, ("token", "outcome"), "Checks of a credential.")
REFRESHES = Family(
    "logscan_refreshes_total", Kind.COUNTER, ("token", "outcome"), "Attempts to renew a credential."
)
NOTIFICATIONS = Family(
    "logscan_notifications_total", Kind.COUNTER, ("channel", "outcome"), "What became of notices."
)
QUEUE = Family("logscan_notification_queue", Kind.GAUGE, ("channel",), "Notices that wait to be delivered.")
RELOAD_SUCCESS = Family(
    "logscan_config_reload_success",
    Kind.GAUGE,
    (),
    "Whether the configuration was last read without a problem.",
)
RELOAD_TIME = Family(
    "logscan_config_reload_timestamp_seconds", Kind.GAUGE, (), "When the configuration in use was read."
)
DANGEROUS = Family("logscan_dangerous_settings", Kind.GAUGE, (), "Settings in use that give up some safety.")
OVERFLOW = Family(
    "logscan_series_overflow_total",
    Kind.COUNTER,
    ("metric",),
    "Counts that went to `other`, for there were too many series.",
)

FAMILIES = (
    BUILD_INFO,
    LINES,
    BYTES,
    MATCHES,
    TRUNCATED,
    SELF_LINES,
    LOST_BYTES,
    REFUSED_FILES,
    RULE_TIMEOUTS,
    SCAN_SECONDS,
    DELAY_SECONDS,
    SOURCE_UP,
    SOURCE_LAG,
    SOURCE_LAST_LINE,
    SOURCE_RESTARTS,
    SOURCE_ROTATIONS,
    INCIDENT_ACTIVE,
    INCIDENTS,
    EXPIRY,
    CREDENTIAL_VALID,
    PROBE_SUCCESS,
    PROBES,
    REFRESHES,
    NOTIFICATIONS,
    QUEUE,
    RELOAD_SUCCESS,
    RELOAD_TIME,
    DANGEROUS,
    OVERFLOW,
)
OUTCOMES = ("sent", "retried", "dead", "suppressed")
