"""Findings as one JSON object per line, then the summary; it never changes a value it was given."""

from __future__ import annotations

import re
from typing import BinaryIO

import orjson

from logscan.model import Finding, ScanSummary
from logscan.reports.paint import spell_path

# JSON lets these stand as they are and a terminal would obey them; \uXXXX means the same and is harmless.
_OBEYED = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_OPTIONS = orjson.OPT_UTC_Z


class JsonlReport:
    """The keys and their order stand in the contract: nothing is added to a finding, nothing left out."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, finding: Finding) -> None:
        row = list_keys(finding)
        try:
            self._stream.write(write_json(row) + b"\n")
        except TypeError:  # a path that is no text: its odd bytes are lone surrogates, which JSON has not
            self._stream.write(write_json({**row, "source": spell_path(finding.event.source)}) + b"\n")

    def close(self, summary: ScanSummary) -> None:
        self._stream.write(write_json(list_summary_keys(summary)) + b"\n")


def list_summary_keys(summary: ScanSummary) -> dict[str, object]:
    """The last object of every report for programs."""
    return {
        "type": "summary",
        "lines": summary.lines,
        "bytes": summary.bytes,
        "findings": summary.findings,
        "by_signal": {str(key): count for key, count in summary.by_signal.items()},
        "by_rule": dict(summary.by_rule),
        "seconds": round(summary.seconds, 3),
        "unreadable": [{"path": spell_path(u.path), "why": u.why} for u in summary.unreadable],
        "truncated_lines": summary.truncated_lines,
        "timeouts": dict(summary.timeouts),
        "set_aside": summary.set_aside,
    }


def list_keys(finding: Finding) -> dict[str, object]:
    """The keys of a finding, as the contract names and orders them."""
    event = finding.event
    return {
        "type": "finding",
        "source": event.source,
        "line": finding.line,
        "offset": finding.offset,
        "time": event.seen_at,
        "rule": event.rule,
        "rules": event.rules,
        "signal": event.signal.value,
        "severity": event.severity.name.lower(),
        "credential": event.credential,
        "service": event.service,
        "message": event.evidence,
        "fields": event.fields,
        "expires_at": event.expires_at,
    }


def write_json(value: object) -> bytes:
    """One line of JSON that a terminal may show, too."""
    text = orjson.dumps(value, option=_OPTIONS)
    if text.isascii() and b"\x7f" not in text:
        return text
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text.decode()).encode()
