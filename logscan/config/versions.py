"""How a configuration says that it is ours to read; it reads none."""

from __future__ import annotations

VERSION_KEY = "logscan"
VERSION = 1


def is_version(value: object) -> bool:
    """Whether a file with this under `logscan:` is ours to read."""
    return value == VERSION and not isinstance(value, bool | float)
