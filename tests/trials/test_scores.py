"""What a score counts, and how it is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from logscan.model import Signal
from logscan.redact import Redactor
from logscan.trials import Fault, LabelledLine, Score, Want, score_rules
from tests.cli.running import PACK, run
from tests.making import KEY, NOW, make_rule, make_scanner

RULES = (
    make_rule("aws.expired", "key expired"),
    make_rule("aws.rejected", "key refused", signal=Signal.REJECTED),
    make_rule("aws.refreshed", "key renewed", signal=Signal.REFRESHED),
    make_rule("aws.noted", "caller turned away", signal=Signal.NOTED),
    make_rule("aws.exposed", "AKIA", signal=Signal.EXPOSED),
    make_rule("lab.expired", "on trial", experimental=True),
)


def label(
    text: str, want: Want = Want.ALERT, signal: Signal | None = Signal.EXPIRED, *, ambiguous: bool = False
) -> LabelledLine:
    provider = None if want is Want.NONE else "aws"
    return LabelledLine("c.jsonl:1", text, want, None if want is Want.NONE else signal, provider, ambiguous)


def score(*lines: LabelledLine) -> Score:
    return score_rules(make_scanner(RULES), lines, Redactor(KEY), now=NOW)


def test_a_found_a_missed_and_a_false_line_are_counted():
    reached = score(label("key expired"), label("the key is gone"), label("no key expired", Want.NONE))

    alerts = reached.alerts
    assert (alerts.wanted, alerts.found, alerts.false) == (2, 1, 1)
    assert (alerts.precision, alerts.recall, alerts.f1) == (0.5, 0.5, 0.5)
    assert [mistake.fault for mistake in reached.mistakes] == [Fault.MISSED, Fault.FALSE_ALARM]
    assert [mistake.rule for mistake in reached.mistakes] == [None, "aws.expired"]


def test_a_wrong_signal_is_found_all_the_same_and_named():
    reached = score(label("key refused"))

    assert (reached.alerts.recall, reached.alerts.signal_share) == (1.0, 0.0)
    assert reached.mistakes[0].fault is Fault.WRONG_SIGNAL
    assert reached.by_signal["expired"].recall == 0.0
    assert reached.by_signal["rejected"].precision == 0.0


@pytest.mark.parametrize("text", ["caller turned away", "AKIA printed", "on trial", "nothing"])
def test_what_is_noted_exposed_or_experimental_alarms_nobody(text: str):
    reached = score(label(text, Want.NONE))

    assert reached.alerts.false == reached.recoveries.false == 0
    assert reached.mistakes == ()


def test_exposed_secrets_are_counted_apart():
    assert score(label("AKIA printed", Want.NONE), label("AKIA with key expired")).exposed == 1


def test_recoveries_are_scored_on_their_own():
    good = label("key renewed", Want.RECOVER, Signal.REFRESHED)

    reached = score(good, label("key renewed, really", Want.NONE), label("key expired", Want.RECOVER))

    assert reached.recoveries.wanted == 2
    assert (reached.recoveries.found, reached.recoveries.false) == (1, 1)
    assert reached.alerts.false == 1
    assert reached.recoveries.signal_share == 1.0


def test_ambiguous_lines_are_counted_apart():
    reached = score(label("key expired", ambiguous=True), label("gone", ambiguous=True))

    assert reached.alerts.wanted == 0
    assert (reached.ambiguous_alerts.wanted, reached.ambiguous_alerts.found) == (2, 1)
    assert reached.by_provider == {}
    assert reached.mistakes[0].ambiguous


def test_a_false_alarm_about_nobodys_line_counts_against_the_pack():
    reached = score(label("key expired", Want.NONE), label("key expired"))

    assert (reached.by_provider["aws"].found, reached.by_provider["aws"].false) == (1, 1)


def test_no_secret_is_quoted():
    secret = "EAA" + "Zq7wXy2L" * 8

    reached = score(label(f"no rule knows access_token={secret}"))

    assert secret not in reached.mistakes[0].text


def write_corpus(folder: Path) -> Path:
    path = folder / "corpus.jsonl"
    rows = [
        {"line": "Session has expired", "want": "alert", "signal": "expired", "provider": "bot"},
        {"line": "nothing known", "want": "alert", "signal": "expired", "provider": "bot"},
        {"line": "bot token refreshed", "want": "recover", "signal": "refreshed", "provider": "bot"},
        {"line": "all is well", "want": "none", "signal": None, "provider": "none"},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize(("least", "status"), [("0.5", 0), ("0.51", 1)])
def test_the_command_fails_below_the_recall_that_was_asked_for(tmp_path: Path, least: str, status: int):
    pack = tmp_path / "bot.yaml"
    pack.write_text(PACK)

    done = run("rules", "score", write_corpus(tmp_path), "--min-recall", least, "--no-packs", "--rules", pack)

    assert done.returncode == status
    assert "corpus.jsonl:2: missed: wanted expired of bot; no rule says anything" in done.stdout
    assert ("recall is 0.5000, below 0.51" in done.stderr) == bool(status)


def test_the_command_prints_json(tmp_path: Path):
    pack = tmp_path / "bot.yaml"
    pack.write_text(PACK)

    done = run("rules", "score", "--json", write_corpus(tmp_path), "--no-packs", "--rules", pack)

    reached = json.loads(done.stdout)
    assert reached["alerts"] == {
        "wanted": 2, "found": 1, "false": 0, "precision": 1.0, "recall": 0.5, "f1": 0.6667, "right_signal": 1.0,
    }  # fmt: skip
    assert reached["recoveries"]["recall"] == 1.0
    assert reached["mistakes"][0]["fault"] == "missed"


def test_a_broken_corpus_is_wrong_usage(tmp_path: Path):
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text('{"line": "x"}\n')

    done = run("rules", "score", corpus)

    assert done.returncode == 2
    assert done.stderr == f"{corpus}:1: no want; add it\n"
