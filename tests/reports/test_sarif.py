"""sarif: one document with every rule, a result for each finding, and what was not read."""

from __future__ import annotations

import json
from typing import Any

from logscan.model import Severity, Unreadable
from tests.reports.making import make_finding, make_summary, write_report


def read_run(*args: Any, **options: Any) -> dict[str, Any]:
    document = json.loads(write_report("sarif", *args, **options))
    assert document["version"] == "2.1.0"
    [run] = document["runs"]
    assert isinstance(run, dict)
    return run


def test_the_tool_names_every_rule_with_its_runbook_as_help():
    run = read_run()

    driver = run["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("logscan", "1.2.3")
    assert [rule["id"] for rule in driver["rules"]] == ["meta.session-expired", "http.unauthorized"]
    assert driver["rules"][0]["help"] == {"text": "1. Make a new token."}
    assert "help" not in driver["rules"][1]
    assert driver["rules"][0]["defaultConfiguration"] == {"level": "error"}


def test_a_result_says_which_rule_and_where():
    run = read_run(make_finding())

    [result] = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert result["level"] == "error"
    assert result["message"]["text"] == "The session has expired: Error session has expired on Wednesday"
    assert place["artifactLocation"] == {"uri": "app.log"}
    assert place["region"].keys() == {"startLine", "snippet"}
    assert (place["region"]["startLine"], result["properties"]["offset"]) == (123, 45678)


def test_levels_follow_severities():
    findings = [make_finding(severity=severity) for severity in Severity]

    run = read_run(*findings)

    assert [result["level"] for result in run["results"]] == ["note", "warning", "error", "error"]


def test_a_path_becomes_a_uri():
    sources = ["./logs/a b.log", "/var/log/100%.log", "-", "caf\udce9.log"]

    run = read_run(*(make_finding(source=source) for source in sources))

    uris = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]
    ]
    assert uris == ["logs/a%20b.log", "file:///var/log/100%25.log", "stdin", "caf%E9.log"]


def test_the_fingerprint_outlives_a_rotation_and_tells_lines_apart():
    finding = make_finding()
    rotated = make_finding(source="app.log.1")._replace(line=7, offset=99)
    other = make_finding(evidence="Error session has expired on Thursday")

    run = read_run(finding, rotated, other)

    prints = [result["partialFingerprints"]["logscanFinding/v1"] for result in run["results"]]
    assert prints[0] == prints[1] != prints[2]


def test_what_was_not_read_is_a_notification():
    summary = make_summary(unreadable=(Unreadable("gone.log", "no such file"),), set_aside=("x.slow",))

    run = read_run(summary=summary)

    [invocation] = run["invocations"]
    notes = [note["message"]["text"] for note in invocation["toolExecutionNotifications"]]
    assert invocation["executionSuccessful"] is False
    assert notes == ["gone.log: no such file", "x.slow: took too long and was set aside"]


def test_an_empty_scan_is_a_whole_document():
    run = read_run(rules=(), summary=make_summary(findings=0))

    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is True


def test_a_rule_that_was_set_aside_is_no_success():
    run = read_run(summary=make_summary(set_aside=("x.slow",)))

    assert run["invocations"][0]["executionSuccessful"] is False
