"""Which panels the dashboard has, row by row, and what each asks Prometheus; how one is drawn stands in `panels`."""

from __future__ import annotations

from collections.abc import Sequence

from logscan.exports.panels import Panel

_DAY = 86_400.0
_BOTH = 'credential=~"$credential", service=~"$service"'
_LINES = 'source=~"$source", credential=~"$credential"'
_LEFT = f"min by (credential, service) (logscan_credential_expiry_timestamp_seconds{{{_BOTH}}}) - time()"


def _write_share(good: str, bad: str) -> str:
    """The part of some lines that speak of success; nothing where there are none."""
    asked, well = f'{_LINES}, signal=~"{good}|{bad}"', f'{_LINES}, signal="{good}"'
    return (
        f"sum(increase(logscan_matches_total{{{well}}}[$__rate_interval]))"
        f" / (sum(increase(logscan_matches_total{{{asked}}}[$__rate_interval])) > 0)"
    )


def _write_quantile(part: str, histogram: str) -> str:
    return f"histogram_quantile({part}, sum by (le) (rate({histogram}_bucket[$__rate_interval])))"


_NOW = (
    Panel(
        kind="stat",
        title="Incidents now",
        about="Credentials that are in trouble at this moment.",
        queries=[(f"sum(logscan_incident_active{{{_BOTH}}}) or vector(0)", "incidents")],
        steps=[(None, "green"), (1, "red")],
        width=6,
        height=5,
    ),
    Panel(
        kind="stat",
        title="Next expiry",
        about="How long until the first credential ends whose end is known.",
        queries=[(f"min({_LEFT})", "left")],
        unit="s",
        steps=[(None, "red"), (7 * _DAY, "orange"), (14 * _DAY, "green")],
        width=6,
        height=5,
    ),
    Panel(
        kind="stat",
        title="Sources that cannot be seen",
        about="What happens there is unknown.",
        queries=[('count(logscan_source_up{source=~"$source"} == 0) or vector(0)', "sources")],
        steps=[(None, "green"), (1, "red")],
        width=6,
        height=5,
    ),
    Panel(
        kind="stat",
        title="Notices waiting",
        about="Told to nobody yet.",
        queries=[("sum(logscan_notification_queue) or vector(0)", "notices")],
        steps=[(None, "green"), (1, "orange"), (20, "red")],
        width=6,
        height=5,
    ),
    Panel(
        kind="state-timeline",
        title="Incidents",
        about="When which credential was in trouble.",
        queries=[
            (
                f"max by (credential, service, signal) (logscan_incident_active{{{_BOTH}}})",
                "{{credential}} {{service}} {{signal}}",
            )
        ],
        mappings={"0": ("fine", "green"), "1": ("in trouble", "red")},
        steps=[(None, "green"), (1, "red")],
        width=24,
    ),
)
_LIVES = (
    Panel(
        kind="bargauge",
        title="Time left",
        about="Until each credential ends, where that is known. Below zero it has ended.",
        queries=[(f"sort({_LEFT})", "{{credential}} {{service}}")],
        unit="s",
        steps=[(None, "red"), (_DAY, "orange"), (14 * _DAY, "green")],
        is_instant=True,
    ),
    Panel(
        kind="timeseries",
        title="Time left, over time",
        about="It jumps up when a credential is renewed.",
        queries=[(_LEFT, "{{credential}} {{service}}")],
        unit="s",
    ),
    Panel(
        kind="timeseries",
        title="Matches by signal",
        about="Lines that say something about a credential.",
        queries=[
            (
                f"sum by (signal) (increase(logscan_matches_total{{{_LINES}}}[$__rate_interval]))",
                "{{signal}}",
            )
        ],
    ),
    Panel(
        kind="timeseries",
        title="Renewals and calls that worked",
        about="Of what lines say about renewing a credential, and about calls with it: the part that went well.",
        queries=[
            (_write_share("refreshed", "refresh_failed"), "renewals"),
            (_write_share("accepted", "expired|revoked|rejected|forbidden"), "calls"),
        ],
        unit="percentunit",
    ),
)
_SOURCES = (
    Panel(
        kind="timeseries",
        title="Since the last line",
        about="A source that falls silent is a source that nobody watches.",
        queries=[
            (
                'time() - max by (source) (logscan_source_last_line_timestamp_seconds{source=~"$source"})',
                "{{source}}",
            )
        ],
        unit="s",
    ),
    Panel(
        kind="timeseries",
        title="Lines read",
        about="Per second.",
        queries=[
            ('sum by (source) (rate(logscan_lines_total{source=~"$source"}[$__rate_interval]))', "{{source}}")
        ],
        unit="short",
    ),
    Panel(
        kind="timeseries",
        title="Behind",
        about="Bytes that are there and were not read yet.",
        queries=[('max by (source) (logscan_source_lag_bytes{source=~"$source"})', "{{source}}")],
        unit="bytes",
    ),
    Panel(
        kind="timeseries",
        title="Lost, cut, refused",
        about="Input that nobody will read, and why.",
        queries=[
            (
                'sum by (source, cause) (increase(logscan_lost_bytes_total{source=~"$source"}[$__rate_interval]))',
                "{{source}} lost bytes: {{cause}}",
            ),
            (
                'sum by (source) (increase(logscan_truncated_lines_total{source=~"$source"}[$__rate_interval]))',
                "{{source}} long lines",
            ),
            (
                'sum by (source, cause) (increase(logscan_refused_files_total{source=~"$source"}[$__rate_interval]))',
                "{{source}} files: {{cause}}",
            ),
        ],
    ),
    Panel(
        kind="timeseries",
        title="Restarts and rotations",
        about="Programs and connections that were started again; files that were rotated.",
        queries=[
            (
                'sum by (source) (increase(logscan_source_restarts_total{source=~"$source"}[$__rate_interval]))',
                "{{source}} restarts",
            ),
            (
                'sum by (source) (increase(logscan_source_rotations_total{source=~"$source"}[$__rate_interval]))',
                "{{source}} rotations",
            ),
        ],
    ),
    Panel(
        kind="timeseries",
        title="From a line to its detection",
        about="By the line's own time: half of them, and all but one in a hundred.",
        queries=[
            (_write_quantile("0.5", "logscan_detection_delay_seconds"), "half"),
            (_write_quantile("0.99", "logscan_detection_delay_seconds"), "99 in 100"),
        ],
        unit="s",
    ),
)
_TELLING = (
    Panel(
        kind="timeseries",
        title="What became of notices",
        about="Sent, tried again, given up, or merged into another.",
        queries=[
            (
                "sum by (channel, outcome) (increase(logscan_notifications_total[$__rate_interval]))",
                "{{channel}} {{outcome}}",
            )
        ],
    ),
    Panel(
        kind="timeseries",
        title="Changes of incidents",
        about="What people could have been told.",
        queries=[
            (
                'sum by (change) (increase(logscan_incidents_total{credential=~"$credential"}[$__rate_interval]))',
                "{{change}}",
            )
        ],
    ),
)
_ITSELF = (
    Panel(
        kind="timeseries",
        title="How long a piece of input takes",
        about="Half of them, and all but one in a hundred.",
        queries=[
            (_write_quantile("0.5", "logscan_scan_duration_seconds"), "half"),
            (_write_quantile("0.99", "logscan_scan_duration_seconds"), "99 in 100"),
        ],
        unit="s",
        width=8,
    ),
    Panel(
        kind="timeseries",
        title="Rules that took too long",
        about="After a few times a rule is set aside.",
        queries=[
            (
                "sum by (rule) (increase(logscan_rule_timeouts_total[$__rate_interval])) > 0 or vector(0)",
                "{{rule}}",
            )
        ],
        width=8,
    ),
    Panel(
        kind="table",
        title="Which logscan",
        about="Its version, a fingerprint of its rules, and whether its configuration was taken.",
        queries=[
            ("logscan_build_info", ""),
            ("logscan_config_reload_success", ""),
            ("logscan_dangerous_settings", ""),
        ],
        is_instant=True,
        width=8,
    ),
)
ROWS: Sequence[tuple[str, Sequence[Panel]]] = (
    ("Now", _NOW),
    ("Credentials", _LIVES),
    ("Sources", _SOURCES),
    ("Who is told", _TELLING),
    ("logscan itself", _ITSELF),
)
