import re
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logscan.databases import Database, open_database
from logscan.literals import find_literals
from logscan.model import Record, Rule, Severity, Signal, Specificity
from logscan.rules import Reason, RuleMatcher, judge, where_holds
from logscan.rules.asides import ASIDES, AsideFinder, write_gate
from logscan.rules.compiling import compile_pattern
from logscan.rules.repairs import RELAPSES
from logscan.syntax import read_pattern
from logscan.trials.stress import find_slow_line

PLAIN = Record(format="text", message=None)


def make_rule(**changes: object) -> Rule:
    rule = Rule(
        id="t.r",
        pack="t",
        order=0,
        title="",
        credential="c",
        signal=Signal.EXPIRED,
        severity=Severity.ERROR,
        specificity=Specificity.GENERIC,
        any=("token (?P<name>\\w+) expired",),
    )
    return replace(rule, **changes)  # type: ignore[arg-type]


def test_a_hit_carries_groups_and_fields_as_spans():
    text = b"Token alpha EXPIRED, code=463"
    rule = make_rule(fields=(("code", r"code=(\d+)"), ("other", r"other=(\d+)"), ("name", "(x)")))

    hit = RuleMatcher(rule).fits(text, 1)

    assert hit
    assert text[slice(*hit.span)] == b"Token alpha EXPIRED"
    assert {name: text[slice(*span)] for name, span in hit.groups.items()} == {
        "name": b"alpha",
        "code": b"463",
    }


def test_all_patterns_of_all_must_fit():
    matcher = RuleMatcher(make_rule(any=(), all=("token (?P<name>\\w+)", "expired")))

    assert matcher.fits(b"expired: token x", 1)
    assert matcher.judge(b"token x", 1)[1:3] == (Reason.PATTERN_MISSING, "expired")


def test_one_keyword_is_enough_in_any_case():
    matcher = RuleMatcher(make_rule(keywords=("alpha", "beta")))

    assert matcher.fits(b"token BETA expired", 1)
    assert matcher.judge(b"token gamma expired", 1).reason is Reason.NO_KEYWORD


def test_a_veto_names_its_pattern_and_place():
    matcher = RuleMatcher(make_rule(none=("unit test",)))

    judgement = matcher.judge(b"unit test: token x expired", 1)

    assert (judgement.reason, judgement.detail, judgement.veto) == (Reason.VETOED, "unit test", (0, 9))
    assert judgement.hit
    assert judgement.hit.span == (11, 26)


@pytest.mark.parametrize(
    ("record", "holds"),
    [
        (PLAIN, True),
        (PLAIN._replace(level="error"), True),
        (PLAIN._replace(level="warn"), True),
        (PLAIN._replace(level="info"), False),
        (PLAIN._replace(attributes={"Route": "/x"}), True),
        (PLAIN._replace(attributes={"route": "/LOGIN"}), True),
        (PLAIN._replace(attributes={"route": "/x"}), False),
    ],
)
def test_where_asks_only_fields_that_the_line_has(record, holds):
    rule = make_rule(where=(("level", ("Warning", "error")), ("route", ("/login",))))

    held = where_holds(rule, record)

    assert held is holds


def test_a_judgement_names_the_field_that_objects():
    matcher = RuleMatcher(make_rule(where=(("level", ("error", "fatal")),)))

    judgement = judge(matcher, b"token x expired", PLAIN._replace(level="info"), 1)

    assert (judgement.reason, judgement.detail) == (Reason.WHERE, "level is 'info', not error or fatal")


def test_a_pattern_that_runs_away_is_stopped():
    matcher = RuleMatcher(make_rule(any=("(?:a|aa)+$",), keywords=("aaa",)))

    with pytest.raises(TimeoutError):
        matcher.fits(b"a" * 60 + b"b", 0.05)


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("token EXPIRED", (b"token expired",)),
        ("(?:graph|meta)\\d+x", (b"meta", b"graph")),
        ("ab(?:c|d)+efgh?", (b"efg",)),
        ("a?b*", ()),
        ("(?<=context)code", (b"context",)),
        ("(?<!context)code", (b"code",)),
        ("(?!context)\\w+", ()),
        ("(?:failed|unable) to refresh", (b"failed to refresh", b"unable to refresh")),
        ("api[ -]?key", (b"apikey", b"api key", b"api-key")),
        ("did n[o']t fit", (b"did n't fit", b"did not fit")),
        ("invalid (?:new )?token", (b"invalid token", b"invalid new token")),
        ("(?:the )?access token|token", (b"token",)),
        ("token[^\\n]{0,9}(?:zebra|gnu) crossing", (b"gnu crossing", b"zebra crossing")),
        ("\\d\\d\\d\\d: invalid token", (b": invalid token",)),
    ],
)
def test_a_pattern_says_which_text_it_cannot_do_without(pattern, literals):
    found = find_literals(read_pattern(pattern).part)

    assert found == literals


_WORDS = st.lists(st.sampled_from(["token", "Expired", "401", " ", "code", "=", '"', "é"]), max_size=8).map(
    "".join
)


@given(
    st.sampled_from(["token.{0,3}expired", "(?:code|40[13])[= ]", "é?token", "(?i:x)|code", "(?=to)token"]),
    _WORDS,
)
def test_literals_never_lose_a_match(pattern, line):
    text = line.encode()
    matcher = RuleMatcher(make_rule(any=(pattern,)))

    hit = matcher.fits(text, 1)

    assert bool(hit) == bool(compile_pattern(pattern, case_sensitive=False).search(text))


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("it('says token expired', () => {", "quoted"),
        ("--- FAIL: TestLogin token expired", "quoted"),
        ("except TokenError as error:  # token expired", "quoted"),
        ("fix(auth): token expired is retried", "quoted"),
        ('search query="token expired" 3 hits', "quoted"),
        ("ticket #12: 'token expired' since monday", "quoted"),
        ("loaded rule token expired", "quoted"),
        ("0 expired, so token expired=false", "negated"),
        ("token expired, re-authenticated, retried", "healed"),
        ("token expired from 203.0.113.9", "stranger"),
    ],
)
def test_a_line_that_only_speaks_of_it_is_left_alone(line: str, kind: str):
    rule = make_rule(any=("token expired",), unless=tuple(ASIDES))

    judgement = RuleMatcher(rule).judge(line.encode(), 1.0)

    assert (judgement.reason, judgement.detail) == (Reason.ASIDE, kind)
    assert RuleMatcher(make_rule(any=("token expired",))).fits(line.encode(), 1.0)


@pytest.mark.parametrize(
    "line",
    [
        "Connected to the broker after ACCESS_REFUSED (login successful)",
        "ITEM_LOGIN_REQUIRED cleared for item 7",
        "access token had expired; obtained a new one",
        "signed in as svc-mail after a previous SASL failure",
        'Alert "feed key rejected" resolved at noon',
        "bridge up, rc=0 (was: not authorised)",
        "credentials reloaded, prevError=ExpiredToken",
        "rotated 12 keys, 0 rejected",
        "the ledger no longer refuses our login",
        "401s stopped at 10:12",
        "monitor feed is UP again. It was down for 9 minutes (reason: unauthorized)",
        "probe auth: UNAUTHORIZED -> OK",
        '{"from":"auth_failed","to":"connected"}',
        "login worked on the fourth try, three were refused",
        "switched from the revoked key to the spare one",
    ],
)
def test_what_is_over_is_healed(line: str):
    assert _find_healed(line)


@pytest.mark.parametrize(
    "line",
    [
        "refreshed the token, still 401",
        "reconnected, then ACCESS_REFUSED",
        "access token expired; obtained a new one, rejected as well",
        "login successful after the rotation, 401 again on the next call",
        "token refreshed after 401, but it was refused again",
        "probe auth: OK -> UNAUTHORIZED",
        "401 after re-login, giving up",
        "token expired, could not obtain a new one",
        "token expired, retrying after 30 s",
        "token expired, must be renewed by hand",
        "token expired, last refreshed 9 days ago",
        "sync stopped: access denied",
        "the key no longer works: 401 unauthorized",
        "key refused: not resolved until support answers",
        'state=failed last_error="token expired"',
        'call failed, retry 1: {"ok":false,"error":"invalid_auth"}',
        "retry=2 ok=false error=token_expired",
        "retry, 200 messages queued: session has expired",
        "bind failed: invalid credentials, access denied to Active Directory",
        "TLS alert: certificate has expired, connection closed",
        "alert: Invalid API Key provided, stream closed",
        "given up after 3 failed attempts: 401 Unauthorized",
        "job gives up after 401 Unauthorized",
        "rolled back after auth error: invalid_grant",
        "worker is back in queue after error 401",
        "request not authorized after token expired",
        "no message accepted after token expired",
        "not logged in after session expired",
        "host resolved: 401 Unauthorized",
        "ERROR worker reconnected after 401 Unauthorized",
        '{"level":"error","msg":"reconnected after 401"}',
    ],
)
def test_what_failed_again_is_not_healed(line: str):
    assert not _find_healed(line)


def _find_healed(line: str) -> object:
    return AsideFinder().find(("healed",), line.encode(), (0, 0))


def test_a_rule_that_wants_a_kind_of_line_leaves_the_others_alone():
    matcher = RuleMatcher(make_rule(any=("token expired",), only=("healed",)))

    judgement = matcher.judge(b"token expired", 1.0)

    assert (judgement.reason, judgement.detail) == (Reason.NOT_SO_TOLD, "healed")
    assert matcher.fits(b"token expired; got a new token", 1.0)


def test_only_what_stands_near_the_words_counts():
    line = b"search for 'x' " + b"." * 5_000 + b" token expired"

    assert RuleMatcher(make_rule(any=("token expired",), unless=("quoted",))).fits(line, 1.0)


_ASIDE_WORDS = sorted(
    {
        word
        for texts in (*ASIDES.values(), RELAPSES)
        for text in texts
        for word in re.findall(r"[a-z_]{3,}", text)
    }
)


@given(
    st.lists(st.sampled_from([*_ASIDE_WORDS, "('", '="', "fix: ", "from 203.0.113.9", "0", "a"]), max_size=8)
)
def test_the_gate_loses_no_aside(words: list[str]):
    text = " ".join(words).encode()
    plain, gated = AsideFinder(), AsideFinder(_open_gate)

    assert gated.find(ASIDES, text, (0, 0)) == plain.find(ASIDES, text, (0, 0))


@cache
def _open_gate() -> Database:
    return open_database(write_gate())


@pytest.mark.parametrize("text", [text for texts in (*ASIDES.values(), RELAPSES) for text in texts])
def test_an_aside_is_quick_on_lines_made_against_it(text: str):
    assert find_slow_line(make_rule(any=(text,))) is None
