"""Findings as SARIF 2.1.0 for code scanning and editors; written as it goes, so that memory stays small."""

from __future__ import annotations

import hashlib
import os
from typing import BinaryIO
from urllib.parse import quote

from logscan.model import Event, Finding, Rule, ScanSummary, Severity
from logscan.reports import Tool
from logscan.reports.jsonl import write_json
from logscan.reports.paint import spell_path, write_count

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}
# Code scanning sorts by this number, on a scale of its own from 0 to 10.
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.ERROR: "8.0",
    Severity.WARNING: "5.0",
    Severity.INFO: "1.0",
}


class SarifReport:
    """The tool and its rules come first, since they are known; then a result for each finding."""

    def __init__(self, stream: BinaryIO, tool: Tool) -> None:
        self._stream = stream
        self._titles = {rule.id: rule.title for rule in tool.rules}
        self._places = {rule.id: place for place, rule in enumerate(tool.rules)}
        self._separator = b"\n"
        driver = {
            "name": "logscan",
            "semanticVersion": tool.version,
            "rules": [_describe_rule(rule) for rule in tool.rules],
        }
        head = b'{"$schema":%s,"version":"2.1.0","runs":[{"tool":{"driver":%s},"results":['
        stream.write(head % (write_json(SCHEMA), write_json(driver)))

    def write(self, finding: Finding) -> None:
        event = finding.event
        result: dict[str, object] = {"ruleId": event.rule}
        if event.rule in self._places:
            result["ruleIndex"] = self._places[event.rule]
        result |= {
            "level": _LEVELS[event.severity],
            "message": {"text": f"{self._titles.get(event.rule, event.rule)}: {event.evidence}"},
            "locations": [{"physicalLocation": _locate(finding)}],
            "partialFingerprints": {"logscanFinding/v1": _digest(event)},
            "properties": {"offset": finding.offset, **_describe_event(event)},
        }
        self._stream.write(self._separator + write_json(result))
        self._separator = b",\n"

    def close(self, summary: ScanSummary) -> None:
        invocation = {
            "executionSuccessful": not (summary.unreadable or summary.set_aside),
            "toolExecutionNotifications": _notify(summary),
        }
        self._stream.write(b'\n],"invocations":[%s]}]}\n' % write_json(invocation))


def _describe_rule(rule: Rule) -> dict[str, object]:
    described: dict[str, object] = {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": list(dict.fromkeys(("security", rule.signal.value, rule.pack))),
            "security-severity": _SCORES[rule.severity],
        },
    }
    if rule.runbook:
        described["help"] = {"text": rule.runbook}
    return described


def _locate(finding: Finding) -> dict[str, object]:
    region = {
        "startLine": finding.line,
        "snippet": {"text": finding.event.evidence},
    }
    return {"artifactLocation": {"uri": _write_uri(finding.event.source)}, "region": region}


def _write_uri(source: str) -> str:
    if source == "-":
        return "stdin"
    path = quote(os.fsencode(source).removeprefix(b"./"))
    return f"file://{path}" if path.startswith("/") else path


def _digest(event: Event) -> str:
    """The same line keeps its digest when the file was rotated or grew: neither path nor place counts."""
    digest = hashlib.sha256()
    for part in (event.rule, event.credential, event.service, event.seen_at, event.evidence):
        digest.update(f"{part}\0".encode("utf-8", "backslashreplace"))
    return digest.hexdigest()[:32]


def _describe_event(event: Event) -> dict[str, object]:
    return {
        "signal": event.signal.value,
        "severity": event.severity.word,
        "credential": event.credential,
        "service": event.service,
        "time": event.seen_at,
        "expires_at": event.expires_at,
        "rules": event.rules,
        "fields": event.fields,
    }


def _notify(summary: ScanSummary) -> list[dict[str, object]]:
    notes = [("error", f"{spell_path(path)}: {why}") for path, why in summary.unreadable]
    notes += [("warning", f"{rule}: took too long and was set aside") for rule in summary.set_aside]
    if summary.truncated_lines:
        text = f"{write_count(summary.truncated_lines, 'line')} longer than the limit: the rest was not read"
        notes.append(("warning", text))
    return [{"level": level, "message": {"text": text}} for level, text in notes]
