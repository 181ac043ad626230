"""Secrets → masks with a keyed fingerprint; it keeps no secret and never prints one.

`Authorization: Bearer EAAG…` becomes `Authorization: Bearer [meta-token#1a2b3c]`. One secret has the
same fingerprint in every encoding, so that people see whether two lines hold the same token.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from logscan.caches import Cache
from logscan.redact.encodings import may_hold_escapes, unescape
from logscan.redact.gates import Gate
from logscan.redact.searches import AskGate, Found, find_secrets, merge

__all__ = ["Redactor", "Span"]

_MASK = re.compile(r"\[[a-z][a-z0-9-]{1,30}#[0-9a-f]{6}\]")
_MOST_ROUNDS = 6
_ASKED_TOGETHER = 64  # one secret has all of them looked at one by one


class Span(NamedTuple):
    """Where a secret stands in a text, and of which kind it is."""

    start: int
    end: int
    kind: str


class Redactor:
    """Finds and masks secrets; may be shared by threads. `key` decides the fingerprints."""

    def __init__(self, key: bytes, cache: Cache | None = None, gate: AskGate | None = None) -> None:
        self._key = key
        self._gate = gate or Gate(cache)

    def find(self, text: str) -> tuple[Span, ...]:
        """Give the secrets of a text, in order, none overlapping another."""
        return tuple(Span(whole.start, whole.end, whole.kind) for whole, _ in self._find(text))

    def spare(self, texts: Sequence[str]) -> Iterator[str]:
        """Those of many lines, each without its end, that hold no secret for sure; asked together, for each look costs."""
        for first in range(0, len(texts), _ASKED_TOGETHER):
            together = texts[first : first + _ASKED_TOGETHER]
            if not self._gate("\n".join(together)).ids:
                yield from (text for text in together if not may_hold_escapes(text))

    def mask(self, text: str) -> str:
        """Replace every secret by `[kind#1a2b3c]`; a masked text stays as it is."""
        for _ in range(_MOST_ROUNDS):
            found = self._find(text)
            if not found:
                return text
            text = self._replace(text, found)
        # Still not at rest, which no real line was ever seen to do: show nothing of it.
        return f"[line#{self._fingerprint(text)}]" if self._find(text) else text

    def mask_words(self, words: Sequence[str]) -> tuple[str, ...]:
        """The same for the words of a command: a secret may stand in the word after the one that names it."""
        found, masked, start = self.find(" ".join(words)), [], 0
        for word in words:
            inside = [one for one in found if one.start < start + len(word) and one.end > start]
            masked.append(self._mask_parts(word, start, inside))
            start += len(word) + 1
        return tuple(masked)

    def _mask_parts(self, word: str, start: int, inside: Sequence[Span]) -> str:
        for one in reversed(inside):
            begin, end = max(one.start - start, 0), min(one.end - start, len(word))
            mask = f"[{one.kind}#{self._fingerprint(word[begin:end])}]"
            word = word[:begin] + mask + word[end:]
        return word

    def _find(self, text: str) -> list[tuple[Found, Found]]:
        found = find_secrets(text, self._gate)
        if not found:
            return []
        return merge(_spare_masks(text, found) if "#" in text else found)

    def _replace(self, text: str, found: list[tuple[Found, Found]]) -> str:
        pieces: list[str] = []
        last = 0
        for whole, best in found:
            secret = unescape(text[best.start : best.end]) if best.secret is None else unescape(best.secret)
            pieces += (text[last : whole.start], "[", whole.kind, "#", self._fingerprint(secret), "]")
            last = whole.end
        pieces.append(text[last:])
        return "".join(pieces)

    def _fingerprint(self, secret: str) -> str:
        return hmac.digest(self._key, secret.encode(errors="surrogatepass"), "sha256")[:3].hex()


def _spare_masks(text: str, found: list[Found]) -> list[Found]:
    """Cut out of what was found the masks that stand there already."""
    masks = [mask.span() for mask in _MASK.finditer(text)]
    if not masks:
        return found
    return [part for one in found for part in _cut(text, one, masks)]


def _cut(text: str, one: Found, masks: list[tuple[int, int]]) -> list[Found]:
    parts, start = [], one.start
    for begin, end in masks:
        if end <= start or begin >= one.end:
            continue
        if begin > start:
            parts.append((start, begin))
        start = end
    if start == one.start:
        return [one]
    parts.append((start, one.end))
    return [Found(a, b, one.kind) for a, b in parts if sum(map(str.isalnum, text[a:b])) >= 4]
