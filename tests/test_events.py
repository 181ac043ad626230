"""What an event takes out of a line, and that no secret comes along."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from logscan.events import Naming, Spread, rank
from logscan.model import Block, Finding, Rule, Severity, Signal, Specificity
from logscan.normalize import make_visible
from tests.making import NOW, make_reader, make_rule, make_scanner

SECRET = "EAA" + "G9xKq2Lw" * 8


def read_line(line: str, *rules: Rule, service: str | None = None) -> Finding | None:
    text = line.encode()
    block = Block("app.log", bytearray(text), 0, len(text), len(text), 0, 1, 16 << 10)
    (match,) = make_scanner(rules or (make_rule(),)).scan(block)
    naming = Naming(service, None, "app.log") if service else None
    return make_reader().read(match, now=NOW, naming=naming)


def found(line: str, *rules: Rule, service: str | None = None) -> Finding:
    finding = read_line(line, *rules, service=service)
    assert finding is not None
    return finding


def test_the_message_is_shown_without_its_envelope() -> None:
    finding = found(
        '{"time":"2026-08-21T20:56:23.5Z","level":"error","service":"bot","msg":"\\u001b[31mtoken expired!"}'
    )

    assert finding.event.evidence == "token expired!"
    assert finding.marks == ((0, 13),)
    assert finding.event.service == "bot"
    assert finding.event.seen_at == datetime(2026, 8, 21, 20, 56, 23, 500_000, tzinfo=UTC)


def test_a_message_of_several_lines_is_one_line() -> None:
    finding = found(r'{"service":"bot","msg":"refused\r\n\ttoken\nexpired\nsecond \u001b[31mline"}')

    assert finding.event.evidence == "refused   token expired second line"
    assert finding.event.evidence[slice(*finding.marks[0])] == "token expired"


def test_the_whole_line_is_shown_when_the_words_stand_outside_the_message() -> None:
    finding = found('{"msg":"request failed","err":{"message":"token expired"}}')

    assert finding.event.evidence == '{"msg":"request failed","err":{"message":"token expired"}}'
    assert finding.event.evidence[slice(*finding.marks[0])] == "token expired"


def test_a_configured_service_wins_over_that_of_the_line() -> None:
    assert found('{"service":"bot","msg":"token expired"}', service="web").event.service == "web"


def read_spread(text: str, line: int) -> tuple[str, ...]:
    """The neighbours of one line of a text."""
    whole = text.encode()
    block = Block("app.log", bytearray(whole), 0, len(whole), len(whole), 0, 1, 16 << 10)
    matches = make_scanner((make_rule(),)).scan(block, keep_context=True)
    match = next(match for match in matches if match.line == line)
    finding = make_reader().read(match, now=NOW, spread=Spread())
    assert finding is not None
    return finding.event.neighbours


def test_neighbours_are_redacted_and_cannot_steer_a_terminal() -> None:
    shown = read_spread(f"token expired\n  token={SECRET}\n  \x1b]0;x\x07{'y ' * 400}\n", 1)

    assert len(shown) == 2
    assert SECRET not in shown[0]
    assert "\x1b" not in shown[1]
    assert len(shown[1]) == 500


def test_a_key_that_spreads_over_lines_is_masked_wherever_it_begins() -> None:
    key = [f"  {'MIIEvQIBADANBgkq' * 4}" for _ in range(6)]
    inside = "\n".join(
        ["failed", "  -----BEGIN PRIVATE KEY-----", *key, "  -----END PRIVATE KEY-----", "  token expired"]
    )
    cut = "\n".join(["failed", *key, "  token expired", *key])

    assert "MIIE" not in "".join(read_spread(inside, inside.count("\n") + 1))
    assert "MIIE" not in "".join(read_spread(cut, 8))


def test_without_a_spread_no_neighbour_is_shown() -> None:
    assert found("token expired").event.neighbours == ()


def test_secrets_are_masked_in_evidence_and_fields() -> None:
    rule = make_rule("test.expired", r"token expired: (?P<value>\S+) id (?P<number>\d+)")

    event = found(f"token expired: {SECRET} id 7", rule).event

    assert SECRET[:12] not in repr(event)
    assert event.fields == {"value": "[value]", "number": "7"}
    assert "[meta-token#" in event.evidence


def test_a_field_that_is_part_of_a_secret_is_masked_whole() -> None:
    rule = make_rule("test.expired", r"token expired: EAA(?P<tail>\w{12})")

    event = found(f"token expired: {SECRET}", rule).event

    assert event.fields == {"tail": "[tail]"}


@pytest.mark.parametrize(
    ("line", "pattern", "expires_at"),
    [
        (
            "Session has expired on Wednesday, 18-Jun-25 06:00:00 PDT. The current",
            r"expired on (?P<expired_at>[^.]{8,60})\.",
            datetime(2025, 6, 18, 13, tzinfo=UTC),
        ),
        ("expired on a day we forgot.", r"expired on (?P<expired_at>[^.]{8,60})\.", None),
        (
            "2026-08-21T10:00:00Z WARN token expires in 3 days",
            r"expires in (?P<expires_in>\d+ \w+)",
            datetime(2026, 8, 24, 10, tzinfo=UTC),
        ),
        ("token expires in 3 days", r"expires in (?P<expires_in>\d+ \w+)", None),
        ("token expires in 999999999999 days", r"expires in (?P<expires_in>\d+ \w+)", None),
    ],
)
def test_expiry_is_read_or_unknown_but_never_guessed(
    line: str, pattern: str, expires_at: datetime | None
) -> None:
    assert found(line, make_rule("test.expired", pattern)).event.expires_at == expires_at


@pytest.mark.parametrize(
    ("line", "credential"),
    [("token expired for 123", "wa/123"), ("token expired", "wa"), ("token expired for ", "wa")],
)
def test_a_credential_is_named_by_what_was_captured(line: str, credential: str) -> None:
    rule = make_rule("test.expired", r"token expired(?: for (?P<phone_id>\d*))?", credential="wa/{phone_id}")

    assert found(line, rule).event.credential == credential


def test_where_refuses_a_record_that_says_otherwise() -> None:
    rule = make_rule("test.expired", where=(("level", ("warn", "error")),))

    assert read_line('{"level":"info","msg":"token expired"}', rule) is None
    assert found('{"level":"warning","msg":"token expired"}', rule).event.rule == "test.expired"
    assert found("token expired", rule).event.rule == "test.expired"


def test_a_long_line_is_cut_around_the_words_and_never_within_a_secret() -> None:
    line = "word " * 2_000 + "x" * 3_000 + f" token={SECRET} token expired " + "y" * 5_000 + " word" * 2_000

    finding = found(line)

    assert len(finding.event.evidence) <= 2_002
    assert finding.event.evidence[slice(*finding.marks[0])] == "token expired"
    assert SECRET[:12] not in finding.event.evidence
    assert "xxx" not in finding.event.evidence or "x" * 3_000 in finding.event.evidence


def test_control_characters_of_a_line_are_visible() -> None:
    finding = found("\x07token expired\u202e\x9b[2J\x00")

    assert finding.event.evidence == "\\x07token expired\\u202e\\x9b[2J\\x00"
    assert make_visible(finding.event.evidence) == finding.event.evidence


def hit_of(rule_id: str, order: int = 0, **changes: object) -> Rule:
    return make_rule(rule_id, order=order, **changes)


def test_the_most_specific_rule_names_the_line() -> None:
    general = hit_of("http.refused", specificity=Specificity.GENERIC, severity=Severity.CRITICAL)
    library = hit_of("jwt.expired", specificity=Specificity.LIBRARY)
    second = hit_of("meta.code", 1, specificity=Specificity.PROVIDER, severity=Severity.CRITICAL)
    first = hit_of("meta.session", 0, specificity=Specificity.PROVIDER, severity=Severity.WARNING)
    trial = hit_of("meta.trial", 0, specificity=Specificity.PROVIDER, experimental=True, pack="trial")
    mild = hit_of("app.noted", specificity=Specificity.PROVIDER, severity=Severity.INFO, signal=Signal.NOTED)

    event = found("token expired", general, library, second, first, trial, mild).event

    assert event.rule == "meta.session"
    assert event.rules == (
        "meta.session",
        "app.noted",
        "meta.code",
        "jwt.expired",
        "http.refused",
        "meta.trial",
    )


def test_ranking_does_not_hang_on_the_order_of_hits() -> None:
    rules = [hit_of(f"pack{i % 3}.rule{i}", i, severity=Severity(i % 4)) for i in range(9)]
    text = b"token expired"
    block = Block("app.log", bytearray(text), 0, len(text), len(text), 0, 1, 16 << 10)
    (match,) = make_scanner(tuple(rules)).scan(block)

    assert rank(match.hits) == rank(match.hits[::-1])


@pytest.mark.parametrize(
    ("signal", "winner"),
    [(Signal.REJECTED, "other"), (Signal.REFRESHED, "other"), (Signal.NOTED, "exposed")],
)
def test_an_exposed_secret_names_only_a_line_of_which_nothing_else_is_told(signal: Signal, winner: str):
    exposed = make_rule("exposed.key", "key", signal=Signal.EXPOSED, specificity=Specificity.PROVIDER)
    other = make_rule("other.rule", "line", signal=signal, specificity=Specificity.GENERIC)

    event = found("a line with a key", exposed, other).event

    assert event.rule.partition(".")[0] == winner
    assert set(event.rules) == {"exposed.key", "other.rule"}
