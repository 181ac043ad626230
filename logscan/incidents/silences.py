"""Silences: about which incidents nobody is told, and until when; it never decides what would be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from logscan.matchers import Matcher, fits_all, read_matcher
from logscan.model import Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Incidents that fit every matcher are not told until `until`."""

    id: str
    matchers: tuple[Matcher, ...]
    until: datetime

    def covers(self, incident: Incident) -> bool:
        """Whether it is about that incident; without matchers it is about none."""
        return bool(self.matchers) and fits_all(self.matchers, incident)


def make_silence(silence_id: str, matchers: Sequence[str], until: datetime) -> Silence:
    """Read matchers as they are typed; raise ConfigError, without a place, where one is none."""
    return Silence(id=silence_id, matchers=tuple(map(read_matcher, matchers)), until=until)
