"""The status page in a real browser: healthy, in trouble, hostile, on a phone; its pictures are kept."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from logscan.model import ChannelView, Severity, Signal, Snapshot, SourceView, State, TokenView
from tests.browser import Browser, open_browser
from tests.metrics.making import NOON, make_incident, make_snapshot
from tests.web.conftest import Serve

pytestmark = pytest.mark.needs("chromium")

HOSTILE = "\"><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">{{ 7*7 }}"
WORST = ("serious", "critical")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Where pictures go; name a folder to keep them."""
    folder = Path(os.environ.get("LOGSCAN_PICTURES") or tmp_path)
    folder.mkdir(exist_ok=True)
    return folder


def make_trouble() -> Snapshot:
    expired = replace(
        make_incident(1),
        first_seen=NOON - timedelta(hours=3, minutes=5),
        expires_at=NOON - timedelta(hours=3),
        count=42,
        title="The access token's session has expired",
        evidence=("ERROR Graph API: Error validating access token: Session has expired [meta-token#a7e296]",),
        runbook="1. Open Meta Business Settings, System users.\n2. Make a new token with the same rights.\n"
        "3. Put it into the service's variables and deploy.",
    )
    forbidden = replace(
        make_incident(2, service="billing"),
        credential="stripe-api-key",
        signal=Signal.FORBIDDEN,
        severity=Severity.WARNING,
        first_seen=NOON - timedelta(minutes=12),
        evidence=("stripe: this key lacks the right to read charges",),
    )
    over = replace(
        make_incident(3, State.RESOLVED, "mail"),
        credential="smtp-login",
        first_seen=NOON - timedelta(hours=20),
        resolved_at=NOON - timedelta(hours=12),
    )
    gone = SourceView(
        name="worker", kind="files", up=False, last_line_at=NOON - timedelta(hours=2), lag_bytes=5 << 20
    )
    token = TokenView(name="whatsapp", kind="meta", verdict="valid", expires_at=NOON + timedelta(days=41))
    failing = ChannelView(
        name="pager", kind="pagerduty", waiting=3, failure="events.pagerduty.com: no connection"
    )
    snapshot = make_snapshot(expired, forbidden, over)
    return replace(
        snapshot, sources=(*snapshot.sources, gone), tokens=(token,), channels=(*snapshot.channels, failing)
    )


def list_faults(browser: Browser) -> list[str]:
    """What axe finds of the serious kind."""
    browser.run(files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8") + "; 0")
    found = json.loads(browser.run("axe.run().then(found => JSON.stringify(found.violations))"))
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in WORST]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 375])
def test_trouble_can_be_read_by_everybody_everywhere(
    scheme: str, width: int, browser: Browser, album: Path, serve: Serve
):
    browser.resize(width, 900)
    browser.prefer(scheme)

    browser.open(str(serve(make_trouble()).base_url))

    browser.picture(album / f"trouble-{scheme}-{width}.png")
    assert browser.run("document.querySelector('h1').textContent") == "2 credentials are in trouble"
    assert browser.run("document.documentElement.scrollWidth") <= width
    assert list_faults(browser) == []


def test_a_calm_page_says_so(browser: Browser, album: Path, serve: Serve):
    browser.resize(1100, 900)
    browser.prefer("light")

    browser.open(str(serve(make_snapshot()).base_url))

    browser.picture(album / "calm.png")
    assert browser.run("document.querySelector('header').className") == "good"
    assert list_faults(browser) == []


def test_hostile_text_does_nothing_and_fetches_nothing(browser: Browser, album: Path, serve: Serve):
    incident = replace(
        make_incident(service=HOSTILE),
        title=HOSTILE,
        evidence=(HOSTILE,),
        runbook=HOSTILE,
        sources=(HOSTILE,),
    )
    snapshot = make_snapshot(incident)
    named = replace(snapshot, sources=(replace(snapshot.sources[0], name=HOSTILE),))
    browser.requests.clear()
    browser.messages.clear()

    base = str(serve(named).base_url)
    browser.open(base)

    browser.picture(album / "hostile.png")
    assert "taken" not in browser.run("document.title")
    assert browser.run("document.querySelectorAll('script, img, iframe, object').length") == 0
    assert HOSTILE in browser.run("document.querySelector('.evidence').textContent")
    assert {url.removeprefix(base).strip("/") for url in browser.requests} <= {"", "style.css", "favicon.ico"}
    assert browser.messages == []


def test_the_page_works_without_a_mouse(browser: Browser, serve: Serve):
    browser.open(str(serve(make_trouble()).base_url))

    stops = []
    for _ in range(8):
        for kind in ("keyDown", "keyUp"):
            browser.ask("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        stops.append(browser.run("document.activeElement.tagName + ' ' + document.activeElement.className"))

    assert stops[:3] == ["A skip", "SUMMARY ", "DIV wide"]
