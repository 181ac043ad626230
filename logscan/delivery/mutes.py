"""Hours in which people are not told, in a zone of their own; it keeps no time itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from logscan.errors import ConfigError

_FORM = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*")  # noqa: RUF001 - people type either
_LAST_HOUR = 24
_RIGHT = "write such as '22:00-07:00'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """From one time of day to another, over midnight where the second is the earlier."""

    hours: str  # as written
    starts: time
    ends: time
    zone: str

    def find_end(self, now: datetime) -> datetime | None:
        """When it ends, if it holds now."""
        zone = ZoneInfo(self.zone)
        local = now.astimezone(zone)
        is_over_midnight = self.ends <= self.starts
        clock = local.time().replace(tzinfo=None)
        if is_over_midnight:
            holds = clock >= self.starts or clock < self.ends
        else:
            holds = self.starts <= clock < self.ends
        if not holds:
            return None
        day = local.date() + timedelta(days=int(is_over_midnight and clock >= self.starts))
        # The zone says what the clocks show that day; where they leap over it, that is an instant all the same.
        end = datetime.combine(day, self.ends, tzinfo=zone).astimezone(UTC)
        return end if end > now else None


def read_mute(hours: str, zone: str) -> Mute:
    """Read one as it is written; raise ConfigError, without a place, where it is none."""
    form = _FORM.fullmatch(hours)
    if form is None:
        raise ConfigError(f"hours is {hours!r}; {_RIGHT}")
    starts, ends = _read_time(form[1], form[2], hours), _read_time(form[3], form[4], hours)
    if starts == ends:
        raise ConfigError(f"hours is {hours!r}, which is no time or all of it; {_RIGHT}")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(f"no zone {zone!r}; write such as Europe/Berlin or UTC") from None
    return Mute(hours=hours, starts=starts, ends=ends, zone=zone)


def _read_time(hour: str, minute: str, hours: str) -> time:
    if int(hour) == _LAST_HOUR and int(minute) == 0:
        return time(0)
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise ConfigError(f"hours is {hours!r}, where {hour}:{minute} is no time of day; {_RIGHT}") from None
