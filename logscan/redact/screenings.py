"""A text whose secrets were looked for once, for many parts of it that are to be shown; it finds none itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from logscan.redact import Redactor, Span


class Screening(NamedTuple):
    """A text and its secrets: in a storm every look costs."""

    text: str
    secrets: tuple[Span, ...]
    redactor: Redactor

    def touches(self, start: int, end: int) -> bool:
        """Whether a part holds some of a secret."""
        return bool(self.secrets) and any(one.start < end and start < one.end for one in self.secrets)

    def mask(self, part: str, at: int) -> str:
        """Mask what stands at `at`: whole words of a text without a secret have none either."""
        after = at + len(part)
        is_whole = (at == 0 or self.text[at - 1].isspace()) and not self.text[after : after + 1].strip()
        return part if is_whole and not self.secrets else self.redactor.mask(part)

    def choose_mask(self, part: str) -> Callable[[str], str]:
        """How to mask a part of which it is not known where it stands, or whether it does."""
        at = -1 if self.secrets else self.text.find(part)
        if at < 0 or self.mask(part, at) is not part:
            return self.redactor.mask
        return lambda shown: shown if shown is part else self.redactor.mask(shown)


def screen(text: str, redactor: Redactor) -> Screening:
    """Look for secrets."""
    return Screening(text, redactor.find(text), redactor)
