"""Alertmanager's API v2: what fires is told again and again, since it forgets; its end is repeated, since one may be lost.

An alert is known by its labels alone, so nothing that changes is one. When the severity changes, the alert that was
told ends and another one begins: routes by severity would not see it otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

from logscan.channels.posts import Body, Poster, place_url, write_body
from logscan.channels.settings import AlertmanagerSettings
from logscan.channels.tools import Tools
from logscan.errors import ConfigError, DeliveryError, TryAgain
from logscan.messages import Message, write_message, write_plain
from logscan.model import (
    DEFAULT_TITLES,
    ChangeKind,
    Incident,
    Manner,
    Notice,
    NoticeType,
    Reason,
    Receipt,
    Severity,
    State,
)
from logscan.times import write_time

_PATH = "/api/v2/alerts"
_ALERT = "CredentialIncident"
_DIGEST = "CredentialDigest"
_TEST = "LogscanTest"
# An alert that is not told again within this time has ended: five times may be lost.
_LASTS = timedelta(minutes=5)
_TEST_LASTS = timedelta(minutes=1)
_NAME_CHARS = 24

Alert = dict[str, object]  # JSON


class AlertmanagerChannel:
    """Every instance is told; one that took it suffices, since the others are told with the next repetition.

    What is remembered of an incident is the severity that was told.
    """

    manner = Manner("alertmanager")
    repeat_seconds = 60.0
    keep_ended_seconds = 300.0

    def __init__(self, name: str, settings: AlertmanagerSettings, tools: Tools) -> None:
        place = f"channel {name}"
        if not settings.urls:
            raise ConfigError(f"{place}: no Alertmanager is named; write `url: http://127.0.0.1:9093`")
        self.name, self._voice, self._now = name, tools.voice, tools.now
        token = settings.authorization
        secrets = [] if token is None else [token]
        self._headers = {} if token is None else {"Authorization": f"Bearer {token.reveal()}"}
        self._instances = [
            (
                place_url(url.rstrip("/") + _PATH, None, place, carries_secret=bool(secrets)),
                Poster(tools.make_client(), secrets, tools.now),
            )
            for url in settings.urls
        ]
        for url, poster in self._instances:
            poster.prepare(url)

    def send(self, notice: Notice, memory: str | None) -> Receipt:
        if notice.type is NoticeType.TEST:
            return Receipt(memory, self._tell([self._write_test(notice)], notice.id))
        if notice.incident is None:
            return Receipt(memory, self._tell([self._write_digest(notice)], notice.id))
        now = self._now()
        alerts = [self._write(notice.incident, notice, now)]
        told = notice.incident.severity.word
        if memory is not None and memory != told:
            ended = list_labels(notice.incident) | {"severity": memory}
            alerts.insert(0, {**alerts[0], "labels": ended, "endsAt": write_time(now)})
        return Receipt(told, self._tell(alerts, notice.id))

    def repeat(self, incidents: Sequence[Incident]) -> None:
        if incidents:
            now = self._now()
            alerts = [self._write(incident, _make_notice(incident, now), now) for incident in incidents]
            self._tell(alerts, _name_repetition(incidents, now))

    def close(self) -> None:
        for _, poster in self._instances:
            poster.close()

    def _write(self, incident: Incident, notice: Notice, now: datetime) -> Alert:
        starts_at = min(incident.opened_at or incident.first_seen, now)
        ends_at = now + _LASTS
        if incident.state is State.RESOLVED:
            ends_at = max(starts_at, min(incident.resolved_at or now, now))
        alert: Alert = {
            "labels": list_labels(incident),
            "annotations": list_annotations(incident, write_message(notice, self._voice, now)),
            "startsAt": write_time(starts_at),
            "endsAt": write_time(ends_at),
        }
        return alert | ({"generatorURL": self._voice.status_url} if self._voice.status_url else {})

    def _write_test(self, notice: Notice) -> Alert:
        """It ends by itself."""
        now = self._now()
        return {
            "labels": {"alertname": _TEST, "severity": Severity.INFO.word},
            "annotations": {"summary": write_message(notice, self._voice, now).headline},
            "startsAt": write_time(now),
            "endsAt": write_time(now + _TEST_LASTS),
        }

    def _write_digest(self, notice: Notice) -> Alert:
        """An alert of its own, which ends by itself: what was merged is no one incident's."""
        now, message = self._now(), write_message(notice, self._voice)
        lasting = [one.severity for one in notice.merged if one.change is not ChangeKind.RESOLVED]
        severity = max(lasting, default=Severity.INFO)
        return {
            "labels": {"alertname": _DIGEST, "severity": severity.word, "digest": notice.id},
            "annotations": {"summary": message.headline, "description": write_plain(message)},
            "startsAt": write_time(now),
            "endsAt": write_time(now + _LASTS),
        }

    def _tell(self, alerts: Sequence[Alert], name: str) -> str:
        """Tell every instance at once: one that is not there holds up none."""
        headers = {**self._headers, "Idempotency-Key": name}
        bare = [{name: part for name, part in alert.items() if name != "annotations"} for alert in alerts]
        bodies = [write_body(alerts, headers), write_body(bare, headers)]
        with ThreadPoolExecutor(len(self._instances)) as crew:
            results = list(crew.map(partial(_attempt, bodies), self._instances))
        answers = [result for result in results if isinstance(result, str)]
        if answers:
            return "; ".join(answers)
        failures = [result for result in results if isinstance(result, DeliveryError)]
        raise next((one for one in failures if isinstance(one, TryAgain)), failures[0])


def list_labels(incident: Incident) -> dict[str, str]:
    """What an alert is known by; a label without a value would be none."""
    labels = {
        "alertname": _ALERT,
        "credential": incident.credential,
        "service": incident.service or "",
        "severity": incident.severity.word,
    }
    return {name: value for name, value in labels.items() if value}


def list_annotations(incident: Incident, message: Message) -> Mapping[str, str]:
    """What people read; nothing of it tells alerts apart."""
    annotations = {
        "summary": f"{incident.key} {DEFAULT_TITLES[incident.signal]}",
        "title": incident.title,
        "description": write_plain(message),
        "signal": incident.signal.value,
        "runbook": incident.runbook,
        "evidence": "\n".join(message.evidence),
    }
    return {name: value for name, value in annotations.items() if value}


def _name_repetition(incidents: Sequence[Incident], now: datetime) -> str:
    """Each is a request of its own, and no second attempt at the one before."""
    told = "\n".join([write_time(now), *(incident.id for incident in incidents)])
    return hashlib.sha256(told.encode()).hexdigest()[:_NAME_CHARS]


def _make_notice(incident: Incident, now: datetime) -> Notice:
    """What is repeated has no notice of its own, and is worded as a reminder or an end."""
    is_over = incident.state is State.RESOLVED
    return Notice(
        id=incident.id,
        type=NoticeType.NOTICE,
        key=incident.key,
        change=ChangeKind.RESOLVED if is_over else ChangeKind.OPENED,
        reason=(incident.resolved_by or Reason.SIGNAL) if is_over else incident.reason,
        at=now,
        incident=incident,
    )


def _attempt(bodies: Sequence[Body], instance: tuple[str, Poster]) -> str | DeliveryError:
    url, poster = instance
    try:
        return poster.describe(poster.send(url, bodies))
    except DeliveryError as error:
        return error
