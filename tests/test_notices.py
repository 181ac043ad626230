"""A notice keeps everything on its way through JSON, under the keys of the contract."""

from __future__ import annotations

from datetime import timedelta

import orjson

from logscan.model import Reason, State
from logscan.notices import list_notice_keys, pack_incident, pack_notice, unpack_incident, unpack_notice
from tests.making import NOW
from tests.store.making import make_digest, make_incident, make_notice

KEYS = ["type", "id", "key", "change", "reason", "at", "incident"]
INCIDENT_KEYS = (
    "id credential service state signal severity first_seen last_seen count sources rules expires_at"
    " evidence title runbook"
).split()


def test_a_notice_has_the_keys_of_the_contract_in_its_order():
    keys = list_notice_keys(make_notice())

    assert list(keys) == KEYS
    assert list(keys["incident"])[: len(INCIDENT_KEYS)] == INCIDENT_KEYS
    assert (keys["type"], keys["key"], keys["at"]) == ("notice", "bot-token@bot", "2026-11-21T12:00:00Z")
    assert (keys["incident"]["severity"], keys["incident"]["state"]) == ("critical", "firing")
    assert keys["incident"]["expires_at"] is None


def test_what_was_packed_is_what_is_unpacked():
    incident = make_incident(
        service=None,
        state=State.RESOLVED,
        resolved_at=NOW + timedelta(microseconds=1),
        resolved_by=Reason.MANUAL,
        expires_at=NOW,
        acknowledged_by="ada",
    )

    assert unpack_incident(pack_incident(incident)) == incident
    for notice in (make_notice(incident=incident), make_digest()):
        assert unpack_notice(pack_notice(notice)) == notice


def test_a_digest_names_everything_that_was_merged():
    keys = orjson.loads(pack_notice(make_digest()))

    assert (keys["type"], keys["key"], keys["incident"]) == ("digest", "", None)
    assert keys["merged"][0] == {"key": "bot-token@bot", "change": "opened", "severity": "error", "count": 3}
