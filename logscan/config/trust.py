"""Whether a configuration may start programs: not one that was merely found in the current directory."""

from __future__ import annotations

from collections.abc import Sequence

from logscan.config.settings import Settings
from logscan.errors import SettingsError


def check_programs(settings: Settings, places: Sequence[str]) -> None:
    """Raise SettingsError where programs would be started, at these places, that nobody asked for."""
    if settings.is_found and places:
        right = f"if you trust it, say `-c {settings.path}`"
        what = f"starts a program, and {settings.path} was merely found here"
        raise SettingsError(tuple(f"{place}: {what}; {right}" for place in places))
