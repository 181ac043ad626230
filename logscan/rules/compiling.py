"""The one way in which all of logscan reads a pattern for `regex`; it matches nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

    Compiled = regex.Pattern[bytes]
    Found = regex.Match[bytes]


def compile_pattern(text: str, *, case_sensitive: bool) -> Compiled:
    """Compile a pattern; raise `regex.error` where it cannot be read."""
    import regex  # only here: an input without candidate lines never needs it

    flags = regex.V0 | regex.ASCII | (0 if case_sensitive else regex.IGNORECASE)
    return regex.compile(text.encode(), flags, cache_pattern=False)
