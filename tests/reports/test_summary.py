"""summary: counts by signal, rule and credential, the largest first."""

from __future__ import annotations

from logscan.reports import Look
from tests.reports.making import make_finding, make_summary, write_report


def test_it_counts_by_signal_rule_and_credential():
    findings = [make_finding(), make_finding(), make_finding(credential="other-token")]

    text = write_report("summary", *findings)

    assert text.splitlines() == [
        "signal    findings",
        "expired          2",
        "rejected         1",
        "",
        "rule                  findings",
        "meta.session-expired         2",
        "http.unauthorized            1",
        "",
        "credential         findings",
        "meta-access-token         2",
        "other-token               1",
        "",
        "3 findings in 2,000 lines, 3.4 MB in 0.5 s, 6.8 MB/s",
    ]


def test_nothing_found_is_one_line():
    summary = make_summary(findings=0, by_signal={}, by_rule={})

    text = write_report("summary", summary=summary, look=Look(color=False))

    assert text.splitlines() == ["0 findings in 2,000 lines, 3.4 MB in 0.5 s, 6.8 MB/s"]


def test_credentials_out_of_log_text_cannot_fill_the_memory():
    findings = (make_finding(credential=f"token/{i}") for i in range(1_500))

    text = write_report("summary", *findings)

    assert ["other", "500"] in [line.split() for line in text.splitlines()]
    assert len(text.splitlines()) < 1_020


def test_a_rule_that_was_set_aside_is_named_at_the_end():
    text = write_report("summary", make_finding(), summary=make_summary(set_aside=("x.slow",)))

    assert text.splitlines()[-2].startswith("x.slow: set aside")
