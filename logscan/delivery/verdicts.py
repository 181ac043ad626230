"""What a channel's own credential has come to: an event about `channel:NAME`, told through the other channels."""

from __future__ import annotations

from datetime import datetime

from logscan.delivery.routes import CHANNEL_PREFIX
from logscan.model import CHANNEL_REFUSED, DEFAULT_SEVERITIES, Event, Signal


def make_event(channel: str, words: str, now: datetime, *, is_refused: bool) -> Event:
    """Its service turned it away, or takes it again."""
    signal = Signal.REJECTED if is_refused else Signal.ACCEPTED
    name = f"{CHANNEL_PREFIX}{channel}"
    return Event(
        credential=name,
        service=None,
        source=name,
        signal=signal,
        severity=DEFAULT_SEVERITIES[signal],
        rule=CHANNEL_REFUSED,
        rules=(CHANNEL_REFUSED,),
        seen_at=now,
        expires_at=None,
        fields={},
        evidence=words,
    )
