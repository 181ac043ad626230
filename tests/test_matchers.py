"""Matchers: what they mean, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from logscan.errors import ConfigError
from logscan.matchers import fits_all, read_matcher
from logscan.model import Incident, Severity, Signal, State

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
INCIDENT = Incident(
    id="1",
    credential="meta-access-token",
    service="bot",
    state=State.FIRING,
    signal=Signal.EXPIRED,
    severity=Severity.ERROR,
    first_seen=NOON,
    last_seen=NOON,
    count=1,
    sources=("app.log", "other.log"),
    rules=("meta.session-expired", "http.unauthorized"),
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("credential=meta-access-token", True),
        ("credential = 'meta-access-token'", True),
        ("credential=meta", False),
        ("credential=~meta.*", True),
        ("credential!=meta", True),
        ("credential!~meta.*", False),
        ("service=bot", True),
        ("rule=http.unauthorized", True),
        ("rule!=http.unauthorized", False),
        ("source=~.*[.]log", True),
        ("source=~app", False),
        ("severity>=error", True),
        ("severity>error", False),
        ("severity=error", True),
        ("severity!=error", False),
        ("severity<=warning", False),
        ("severity<critical", True),
    ],
)
def test_a_matcher_means_what_it_says(text: str, wanted: bool):
    assert read_matcher(text).fits(INCIDENT) is wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense", "is no matcher"),
        ("credentials=a", "no field 'credentials'"),
        ("severity>=loud", "severity>=error"),
        ("severity=~err.*", "severity>=error"),
        ("service>=bot", "no order"),
        ("service=~(", "cannot be read"),
    ],
)
def test_what_is_no_matcher_is_refused(text: str, said: str):
    with pytest.raises(ConfigError, match=said):
        read_matcher(text)


def test_all_must_fit():
    both = [read_matcher("service=bot"), read_matcher("severity>=critical")]

    assert fits_all(both[:1], INCIDENT)
    assert not fits_all(both, INCIDENT)


def test_a_pattern_that_would_take_for_ever_fits_nothing():
    slow = read_matcher("source=~(.*.*)*x$")

    assert not slow.fits(INCIDENT)
