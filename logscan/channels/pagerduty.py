"""PagerDuty's Events API v2: one alert for each incident, triggered, acknowledged and resolved under one key."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import datetime

from logscan.channels.posts import Body, Poster, place_url, write_body
from logscan.channels.settings import PagerdutySettings
from logscan.channels.tools import Tools
from logscan.errors import DeliveryError
from logscan.http import Answer
from logscan.messages import Message, Voice, cut_text, write_message
from logscan.model import ChangeKind, Incident, Manner, Notice, NoticeType, Receipt
from logscan.times import write_time

_API = "https://events.pagerduty.com"
_PATH = "/v2/enqueue"
_LONGEST_SUMMARY = 1_024
_LONGEST_KEY = 255
_CLIENT = "logscan"


class PagerdutyChannel:
    """Nothing is remembered: the key of an alert is that of its incident."""

    manner = Manner("pagerduty", takes_acknowledgements=True)

    def __init__(self, name: str, settings: PagerdutySettings, tools: Tools) -> None:
        self.name, self._voice, self._now = name, tools.voice, tools.now
        self._key = settings.key
        self._url = place_url(_API + _PATH, settings.base_url, f"channel {name}")
        self._poster = Poster(tools.make_client(), [settings.key], tools.now, read_meaning)
        self._poster.prepare(self._url)

    def send(self, notice: Notice, memory: str | None) -> Receipt:
        action = choose_action(notice)
        head = {"routing_key": self._key.reveal(), "event_action": action, "dedup_key": write_key(notice)}
        bodies = [self._write(head, notice)]
        if action == "trigger":
            bodies = _list_alerts(head, notice, self._voice, self._now())
        answer = self._poster.send(self._url, bodies)
        if notice.type is not NoticeType.NOTICE:
            # Nothing would ever end the alert of a test: its end is sent along.
            with suppress(DeliveryError):
                self._poster.send(self._url, [self._write({**head, "event_action": "resolve"}, notice)])
        return Receipt(memory, self._poster.describe(answer))

    def close(self) -> None:
        self._poster.close()

    def _write(self, document: dict[str, str], notice: Notice) -> Body:
        return write_body(document, {"Idempotency-Key": notice.id})


def choose_action(notice: Notice) -> str:
    """An alert that somebody has taken on is not raised again, unless it got worse."""
    if notice.type is NoticeType.NOTICE and notice.change is ChangeKind.RESOLVED:
        return "resolve"
    taken = notice.incident is not None and notice.incident.acknowledged_by is not None
    is_milder = notice.change in (ChangeKind.LOWERED, ChangeKind.REMINDED)
    return "acknowledge" if taken and is_milder else "trigger"


def write_key(notice: Notice) -> str:
    """The same for every notice of an incident, also when logscan lost its state in between."""
    name = notice.key if notice.type is NoticeType.NOTICE else notice.id
    key = f"logscan:{name}"
    if len(key) <= _LONGEST_KEY:
        return key
    return f"logscan:{hashlib.sha256(name.encode(errors='replace')).hexdigest()}"


def read_meaning(answer: Answer) -> Answer:
    """An answer with the status that it should have: a wrong key will not become right."""
    if answer.status == 400 and b"routing_key" in answer.body:
        return answer._replace(status=401)
    return answer


def _list_alerts(head: dict[str, str], notice: Notice, voice: Voice, now: datetime) -> list[Body]:
    """The whole alert, and the least that PagerDuty takes."""
    message = write_message(notice, voice, now)
    incident = notice.incident if notice.type is NoticeType.NOTICE else None
    payload: dict[str, object] = {
        "summary": cut_text(message.headline, _LONGEST_SUMMARY),
        "source": _name_source(incident),
        "severity": "info" if incident is None else incident.severity.word,
    }
    whole = {**payload, "timestamp": write_time(notice.at), "custom_details": _list_details(message)}
    if incident is not None:
        whole |= {"group": incident.credential, "class": incident.signal.value}
        whole |= {"component": incident.service} if incident.service else {}
    alert: dict[str, object] = {**head, "payload": whole, "client": _CLIENT}
    if voice.status_url:
        alert |= {"client_url": voice.status_url, "links": [{"href": voice.status_url, "text": "status"}]}
    headers = {"Idempotency-Key": notice.id}
    return [write_body(alert, headers), write_body({**head, "payload": payload}, headers)]


def _name_source(incident: Incident | None) -> str:
    return incident.sources[0] if incident is not None and incident.sources else _CLIENT


def _list_details(message: Message) -> dict[str, object]:
    details: dict[str, object] = {fact.label.lower(): fact.value for fact in message.facts}
    details["what"] = message.title
    lists = {"log": message.evidence, "to do": message.steps, "silence": message.silence}
    return details | {name: value for name, value in lists.items() if value}
