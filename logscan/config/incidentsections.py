"""The section `incidents:` of a configuration, in all its forms; what the times mean is the machine's affair."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from logscan.config.entries import read_some_time
from logscan.config.schemaparts import DURATION, SOME_TIME, Schema, describe, write_mapping
from logscan.config.spellings import write_duration
from logscan.incidents import IncidentManner
from logscan.rules.entries import Entry, describe_value
from logscan.yamlfile import Plain

_NAME = "incidents"
_KEYS = ("settle", "quiet", "remind", "evidence_lines", "stale_after")
_MOST_EVIDENCE = 5
_NO_TIME = timedelta(0)

INCIDENT_SAMPLE = """#incidents:
# How long the first bad line waits for more of the same error, so that they are told as one.
#  settle: 2s

# How long nothing bad must be seen until what only refuses is taken to be over.
#  quiet: 30m

# After how long people are reminded of what lasts; the last interval repeats. [] never reminds.
#  remind: [1h, 4h, 24h]

# How many of the lines a notice shows, at most 5.
#  evidence_lines: 3

# Lines that are older than this by their own time are counted, and told to nobody.
#  stale_after: 1h
"""


def read_incident_manner(root: Entry, _folder: Path) -> IncidentManner:
    """Read the section."""
    entry, default = root.enter(_NAME), IncidentManner()
    if entry is None:
        return default
    entry.refuse_unknown(_KEYS)
    assert default.quiet is not None
    assert default.stale_after is not None
    return IncidentManner(
        settle=entry.read_duration("settle", default.settle),
        quiet=read_some_time(entry, "quiet", default.quiet),
        remind=_read_reminders(entry, default.remind),
        evidence_lines=_read_lines(entry, default.evidence_lines),
        stale_after=read_some_time(entry, "stale_after", default.stale_after),
    )


def show_incident_manner(manner: IncidentManner) -> dict[str, Plain]:
    """Every key, defaults too."""
    assert manner.quiet is not None
    assert manner.stale_after is not None
    return {
        "settle": write_duration(manner.settle),
        "quiet": write_duration(manner.quiet),
        "remind": [write_duration(one) for one in manner.remind],
        "evidence_lines": manner.evidence_lines,
        "stale_after": write_duration(manner.stale_after),
    }


def write_incident_schema() -> Schema:
    """What may stand under `incidents:`."""
    return write_mapping(
        "When people are told, and when an incident is over.",
        {
            "settle": describe("How long the first bad line waits for more of the same error.", DURATION),
            "quiet": describe("After how long without a bad line a refusal is over.", SOME_TIME),
            "remind": {
                "description": "After how long people are reminded; the last interval repeats.",
                "type": "array",
                "items": SOME_TIME,
            },
            "evidence_lines": {
                "description": "How many lines a notice shows.",
                "type": "integer",
                "minimum": 0,
                "maximum": _MOST_EVIDENCE,
            },
            "stale_after": describe("Older lines are counted and not told.", SOME_TIME),
        },
    )


def _read_reminders(entry: Entry, default: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if "remind" not in entry.values:
        return default
    listed = entry.values["remind"]
    if isinstance(listed, list):
        return tuple(_read_times(entry, listed))
    entry.complain(
        f"remind is {describe_value(listed)}", "write a list of times: [1h, 4h], or [] for none", "remind"
    )
    return default


def _read_times(entry: Entry, listed: list[Plain]) -> Iterator[timedelta]:
    for i, value in enumerate(listed):
        # As the keys of a mapping are read, so that the same is right everywhere.
        inner = Entry(entry.document, entry.path, {"remind": value}, [])
        time = inner.read_duration("remind", _NO_TIME)
        if inner.problems or not time:
            entry.complain(f"remind[{i}] is {describe_value(value)}", "write a time such as 4h", "remind", i)
        else:
            yield time


def _read_lines(entry: Entry, default: int) -> int:
    value = entry.values.get("evidence_lines", default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_EVIDENCE:
        right = f"write a whole number from 0 to {_MOST_EVIDENCE}"
        entry.complain(f"evidence_lines is {describe_value(value)}", right, "evidence_lines")
        return default
    return value
