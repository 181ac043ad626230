"""HTTP: who is answered what."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from logscan.model import Severity, SourceView, State
from logscan.references import Secret
from logscan.web import Access
from logscan.web.addresses import read_address
from logscan.web.strips import draw_strips
from tests.metrics.making import NOON, make_incident, make_snapshot
from tests.web.conftest import Serve

PATHS = (
    "/",
    "/style.css",
    "/metrics",
    "/healthz",
    "/readyz",
    "/api/v1/incidents",
    "/api/v1/sources",
    "/api/v1/tokens",
)


@pytest.mark.parametrize("path", PATHS)
def test_every_path_answers_get_and_head_and_nothing_else(path: str, serve: Serve):
    client = serve()

    got, head, posted = client.get(path), client.head(path), client.post(path, content=b"x")

    assert (got.status_code, head.status_code, posted.status_code) == (200, 200, 405)
    assert head.content == b""
    assert posted.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_keeps_browsers_from_harm(path: str, serve: Serve):
    headers = serve().get(path).headers

    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers


def test_an_unknown_path_is_not_found(serve: Serve):
    assert serve().get("/nowhere").status_code == 404


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:9466", 200),
        ("[::1]:9466", 200),
        ("localhost", 200),
        ("LOCALHOST:9466", 200),
        ("watch.example", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("", 421),
    ],
)
def test_only_hosts_that_are_ours_are_answered(host: str, status: int, serve: Serve):
    client = serve(access=Access(hosts=("watch.example",)))

    assert client.get("/api/v1/incidents", headers={"host": host}).status_code == status


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_told_under_any_name_and_without_credentials(path: str, serve: Serve):
    client = serve(access=Access(bearer=Secret("s3cret", "T")))

    assert client.get(path, headers={"host": "healthcheck.railway.app"}).status_code == 200


def test_a_bearer_token_is_wanted_where_one_is_configured(serve: Serve):
    client = serve(access=Access(bearer=Secret("s3cret", "T")))

    without = client.get("/metrics")
    wrong = client.get("/metrics", headers={"authorization": "Bearer s3cre"})
    right = client.get("/metrics", headers={"authorization": "Bearer s3cret"})

    assert (without.status_code, wrong.status_code, right.status_code) == (401, 401, 200)
    assert without.headers["www-authenticate"] == "Bearer"


def test_a_user_and_a_password_are_wanted_where_they_are_configured(serve: Serve):
    client = serve(access=Access(user="ops", password=Secret("pässword", "T")))

    assert client.get("/").status_code == 401
    assert client.get("/", headers={"authorization": "Basic bm90IGJhc2U2NA=!"}).status_code == 401
    assert client.get("/", auth=httpx.BasicAuth("ops", "pässword")).status_code == 200


def test_metrics_come_in_the_format_that_is_asked_for(serve: Serve):
    client = serve()

    plain = client.get("/metrics", headers={"accept": "text/plain;version=0.0.4"})
    opened = client.get("/metrics", headers={"accept": "application/openmetrics-text;version=1.0.0"})

    assert plain.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert opened.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert opened.content.endswith(b"# EOF\n")


def test_answers_are_packed_where_that_is_accepted(serve: Serve):
    client = serve()

    with client.stream("GET", "/metrics", headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    plain = client.get("/metrics", headers={"accept-encoding": "identity"})

    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content


def test_health_is_about_logscan_and_readiness_about_its_sources(serve: Serve):
    blind = replace(make_snapshot(), sources=(SourceView(name="bot", kind="files", up=False),))
    stuck = replace(make_snapshot(), stuck=("the keeper has not moved for 31 s",))

    unread, ill = serve(blind), serve(stuck)

    assert (unread.get("/healthz").status_code, unread.get("/readyz").status_code) == (200, 503)
    assert (ill.get("/healthz").status_code, ill.get("/readyz").status_code) == (503, 200)
    assert ill.get("/healthz").json()["problems"] == ["the keeper has not moved for 31 s"]
    assert unread.get("/readyz").json()["problems"] == ["source bot is not being read"]


def test_a_state_that_cannot_be_written_is_ill(serve: Serve):
    client = serve(replace(make_snapshot(), failure="database or disk is full"))

    assert client.get("/healthz").status_code == 503


def test_incidents_are_filtered_and_come_in_pages(serve: Serve):
    incidents = [make_incident(number, service=f"s{number}") for number in range(5)]
    incidents[1] = replace(incidents[1], state=State.RESOLVED)
    incidents[2] = replace(incidents[2], severity=Severity.WARNING)
    client = serve(make_snapshot(*incidents))

    def list_ids(query: str) -> list[str]:
        return [one["id"] for one in client.get(f"/api/v1/incidents?{query}").json()["incidents"]]

    assert list_ids("") == ["i0", "i1", "i2", "i3", "i4"]
    assert list_ids("state=firing") == ["i0", "i2", "i3", "i4"]
    assert list_ids("service=s3") == ["i3"]
    assert list_ids("match=severity>=error&match=service!=s0") == ["i1", "i3", "i4"]
    assert list_ids("limit=2&offset=1") == ["i1", "i2"]
    assert client.get("/api/v1/incidents?limit=2").json()["total"] == 5


@pytest.mark.parametrize(
    "query", ["state=broken", "limit=x", "limit=100000", "offset=-1", "sort=a", "match=x"]
)
def test_a_filter_that_is_none_is_said(query: str, serve: Serve):
    answer = serve().get(f"/api/v1/incidents?{query}")

    assert answer.status_code == 400
    assert answer.json()["error"]


def test_sources_and_tokens_have_the_keys_of_the_contract(serve: Serve):
    client = serve()

    [source] = client.get("/api/v1/sources").json()["sources"]
    [token] = client.get("/api/v1/tokens").json()["tokens"]

    assert list(source)[:6] == ["name", "kind", "up", "last_line_at", "lag_bytes", "restarts"]
    assert set(token) == set(
        "name kind service verdict reason expires_at days_left scopes missing_scopes type app checked_at advice"
        " fingerprint".split()
    )


def test_the_page_tells_what_is_broken_since_when_and_what_to_do(serve: Serve):
    incident = replace(
        make_incident(),
        first_seen=NOON - timedelta(hours=3, minutes=5),
        expires_at=NOON - timedelta(hours=3),
        evidence=("session has expired",),
        title="The access token's session has expired",
        runbook="1. Open the app",
    )

    page = serve(make_snapshot(incident)).get("/").text

    for words in (
        "1 credential is in trouble",
        "meta-access-token@bot",
        "has expired",
        "3 h 5 min ago",
        "expired 3 h ago",
        "session has expired",
        "1. Open the app",
        "in trouble for 3.1 h of the last 24 h",
        "expires in 3 d",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("lasts", "words"),
    [
        (timedelta(seconds=2), "less than a minute"),
        (timedelta(minutes=2), "2 min"),
        (timedelta(days=2), "24.0 h"),
        (timedelta(hours=-1), "less than a minute"),  # the clock was set back
    ],
)
def test_the_page_makes_no_trouble_longer_than_it_is(lasts: timedelta, words: str):
    [strip] = draw_strips([replace(make_incident(), first_seen=NOON - lasts)], NOON)

    assert strip.words == f"in trouble for {words} of the last 24 h"


def test_a_page_of_many_incidents_stays_small(serve: Serve):
    incidents = [
        replace(
            make_incident(number, service=f"service-{number}"),
            evidence=("a line of a log " * 30,) * 5,
            runbook="1. do this\n" * 200,
        )
        for number in range(1_000)
    ]

    page = serve(make_snapshot(*incidents)).get("/", headers={"accept-encoding": "identity"})

    assert len(page.content) <= 50_000
    assert "930 more stand in" in page.text


def test_log_text_is_data(serve: Serve):
    hostile = "<script>alert(1)</script>\" onload=x ' & \u202e\x1b]0;x\x07"
    incident = replace(make_incident(service=hostile), evidence=(hostile,), title=hostile, runbook=hostile)

    page = serve(make_snapshot(incident)).get("/").text

    assert "<script" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_the_api_gives_what_json_can_hold(serve: Serve):
    incident = replace(
        make_incident(service="\u2028</script>"), evidence=("\x00\udcff".encode("utf-8", "replace").decode(),)
    )

    answer = serve(make_snapshot(incident)).get("/api/v1/incidents")

    assert json.loads(answer.content)["incidents"][0]["service"] == "\u2028</script>"


@pytest.mark.parametrize(
    ("text", "reachable"),
    [
        ("10.0.0.5:9466", True),
        ("[2001:db8::1]:80", True),
        ("127.0.0.1:9466", False),
        ("0.0.0.0:9466", False),
        ("[::]:9466", False),
        ("localhost:9466", False),
    ],
)
def test_an_address_of_one_machine_can_be_linked_to(text: str, reachable: bool):
    address = read_address(text)

    assert address is not None
    assert address.is_reachable is reachable
