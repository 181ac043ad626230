"""Logs made up for tests, each with the incidents that a careful engineer wants of it: lines count from 1."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

START = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


class Wanted(NamedTuple):
    """One incident: its provider's pack, its signal, where it begins, and where it ends."""

    provider: str
    signal: str
    first: tuple[int, int]
    resolved: tuple[int, int] | None = None
    is_optional: bool = False


class Made(NamedTuple):
    """A log and what is wanted of it."""

    lines: list[str]
    wanted: list[Wanted]


def stamp(second: float) -> str:
    """An ISO time so many seconds after the start."""
    return (START + timedelta(seconds=second)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plain(first: float, count: int, every: float = 7, words: str = "job %d done in 40 ms") -> Iterator[str]:
    """Lines in which all is well."""
    for number in range(count):
        yield f"{stamp(first + number * every)} INFO worker: {words % (number + 1)}"


def make_python_renewal() -> Made:
    """A traceback of a cloud SDK, three times; then a person puts new keys in place, and the next call works."""
    lines = list(plain(0, 10))
    for at in (100, 160, 220):
        lines += [
            f"{stamp(at)} ERROR backup: upload failed",
            "Traceback (most recent call last):",
            '  File "/srv/backup/main.py", line 88, in push',
            "    client.put_object(Bucket=bucket, Key=key, Body=body)",
            "botocore.exceptions.ClientError: An error occurred (ExpiredToken) when calling the PutObject operation: The provided token has expired.",
            f"{stamp(at + 1)} INFO backup: next try in 60 s",
        ]
    lines += [f"{stamp(300)} INFO backup: AWS credentials refreshed, expires in 3600 s", *plain(310, 10)]
    return Made(lines, [Wanted("aws", "expired", (11, 16), (29, 29))])


def make_refused_storm() -> Made:
    """Two thousand refusals of one key in a minute, and no end of it."""
    lines = list(plain(0, 5))
    lines += [
        f"{stamp(40 + number * 0.03)} ERROR mailer: SendGrid answered 401: The provided authorization grant is invalid, expired, or revoked"
        for number in range(2_000)
    ]
    return Made([*lines, *plain(110, 5)], [Wanted("sendgrid", "*", (6, 6))])


def make_own_healing() -> Made:
    """Every hour a token ends and is renewed within seconds: ordinary life."""
    lines: list[str] = []
    for hour in range(4):
        lines += plain(hour * 3_600, 8)
        at = hour * 3_600 + 60
        lines += [
            f"{stamp(at)} WARN spotify: The access token expired",
            f"{stamp(at + 3)} INFO spotify: access token refreshed",
        ]
    wanted = [
        Wanted("spotify", "expired", (line, line), (line + 1, line + 1), True) for line in (9, 19, 29, 39)
    ]
    return Made(lines, wanted)


def make_strangers() -> Made:
    """People who mistype their passwords, and scanners at the door: nothing of ours."""
    lines = list(plain(0, 5))
    for number in range(60):
        at = 40 + number * 2
        lines += [
            f'203.0.113.{number} - - [{START + timedelta(seconds=at):%d/%b/%Y:%H:%M:%S} +0000] "POST /login HTTP/1.1" 401 312 "-" "Mozilla/5.0"',
            f"{stamp(at)} INFO web: login failed for user guest{number}: wrong password",
        ]
    return Made(lines, [])


def make_certificate() -> Made:
    """A certificate's end is announced, comes, and a new one is put in place."""
    lines = list(plain(0, 5))
    lines += [
        f'{stamp(100 + number * 5)} ERROR sync: Get "https://ledger.example/v1": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-05-04T08:02:00Z is after 2026-05-04T08:00:00Z'
        for number in range(5)
    ]
    lines += plain(200, 5)
    return Made(lines, [Wanted("tls", "expired", (6, 6))])


def make_two_in_turn() -> Made:
    """Two credentials fail in turn; one is renewed, the other is not."""
    lines = list(plain(0, 4))
    for number in range(6):
        at = 60 + number * 20
        lines += [
            f"{stamp(at)} ERROR git: GitHub API: 401 Bad credentials",
            f"{stamp(at + 9)} ERROR chat: Slack API error: token_revoked",
        ]
    lines += [f"{stamp(300)} INFO git: GitHub token refreshed", *plain(310, 6)]
    return Made(
        lines,
        [Wanted("github", "rejected", (5, 5), (17, 17)), Wanted("slack", "revoked", (6, 6))],
    )


def make_services() -> Made:
    """One token kind in two services, named in each line: two incidents, of which one ends."""
    lines = []
    for number in range(4):
        lines += [
            f'{{"time":"{stamp(number * 30)}","level":"error","service":"{service}","msg":"Stripe: Expired API Key provided: sk_live_****"}}'
            for service in ("crm", "shop")
        ]
    lines.append(
        f'{{"time":"{stamp(300)}","level":"info","service":"crm","msg":"Stripe API key rotated, new key active"}}'
    )
    return Made(lines, [Wanted("stripe", "expired", (1, 1), (9, 9)), Wanted("stripe", "expired", (2, 2))])


def make_own_words() -> Made:
    """A provider's refusal, and a recovery in which the application names nobody."""
    lines = list(plain(0, 4))
    lines += [
        f"{stamp(60 + number * 15)} ERROR crm: HubSpot 401: INVALID_AUTHENTICATION" for number in range(4)
    ]
    lines += [f"{stamp(300)} INFO crm: access token updated by operator", *plain(310, 4)]
    return Made(lines, [Wanted("hubspot", "rejected", (5, 5), (9, 9))])


def make_restart() -> Made:
    """The application is started anew with the same dead token: still one incident."""
    lines = list(plain(0, 3))
    for start in (60, 400, 800):
        lines += [
            f"{stamp(start)} INFO main: starting, version 4.2",
            f"{stamp(start + 2)} ERROR bot: Telegram: 401 Unauthorized: bot token is invalid",
            f"{stamp(start + 9)} ERROR main: giving up",
        ]
    return Made(lines, [Wanted("telegram", "*", (4, 6))])


def make_node_without_times() -> Made:
    """A log without any time, whose error spreads over many lines."""
    lines = ["bot up", "sent 3 messages"]
    for number in range(3):
        lines += [
            f"send {number} failed",
            "GraphMethodError {",
            "  response: {",
            "    error: {",
            "      message: 'Error validating access token: The session has been invalidated because the user changed their password.',",
            "      type: 'OAuthException',",
            "      code: 190,",
            "      error_subcode: 460",
            "    }",
            "  }",
            "}",
        ]
    lines += [f"sent {number} messages" for number in range(80)]
    return Made(lines, [Wanted("meta", "*", (3, 13))])


def make_warned_expired_renewed() -> Made:
    """A token is said to expire soon, expires, and is renewed by hand: one story."""
    lines = [
        f"{stamp(0)} WARN whatsapp: WhatsApp token expires in 2 days",
        *plain(10, 5),
        f"{stamp(3_600)} ERROR whatsapp: Error validating access token: Session has expired on Monday, 04-May-26 01:00:00 PDT",
        *plain(3_610, 5),
        f"{stamp(4_000)} INFO whatsapp: WhatsApp access token was replaced",
        *plain(4_010, 5),
    ]
    return Made(lines, [Wanted("meta", "expired", (1, 7), (13, 13))])


def make_java_chain() -> Made:
    """A stack of causes, longer than what is looked back for a time; then the pool is connected again."""
    lines = list(plain(0, 4))
    for at in (60, 120):
        lines += [
            f"{stamp(at)} ERROR pool: cannot get a connection",
            "java.sql.SQLException: no connection",
            *(f"\tat com.example.pool.Pool.take(Pool.java:{number})" for number in range(20)),
            'Caused by: org.postgresql.util.PSQLException: FATAL: password authentication failed for user "reports"',
            *(f"\tat org.postgresql.core.v3.Connect.open(Connect.java:{number})" for number in range(20)),
        ]
    return Made([*lines, *plain(200, 4)], [Wanted("postgres", "rejected", (5, 27))])


ALL = {
    name.removeprefix("make_"): make
    for name, make in list(globals().items())
    if name.startswith("make_") and callable(make)
}
