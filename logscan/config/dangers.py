"""Settings in use that give up some safety: what to say of each; it changes none."""

from __future__ import annotations

from logscan.config.channelsections import UNVERIFIED
from logscan.config.settings import Settings


def list_dangers(settings: Settings) -> tuple[str, ...]:
    """One sentence for each."""
    what = "whoever stands on the way can read what it is told, and answer in its service's place"
    right = "name who vouches for the service with SSL_CERT_FILE instead"
    return tuple(
        f"{one.place}: {one.name}: {UNVERIFIED}: {what}; {right}"
        for one in settings.channels
        if one.values.get(UNVERIFIED)
    )
