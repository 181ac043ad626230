r"""Pattern text → its parts, by an allow-list; it never matches anything.

Only constructs that mean the same to `regex` and to Hyperscan are read. Whatever else there is gets
refused, because Hyperscan reads much differently (`\\A`, `\\Z`, `.{,40}`, `[^\\v]`, `\\m`, fuzzy, set operations).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from logscan.errors import PatternError

NEWLINE = 0x0A

EVERY = frozenset(range(256))
DIGIT = frozenset(b"0123456789")
WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
SPACE = frozenset(b" \t\n\r\f\v")
_CLASSES = {"d": DIGIT, "w": WORD, "s": SPACE, "D": EVERY - DIGIT, "W": EVERY - WORD, "S": EVERY - SPACE}
_CONTROLS = {"t": 0x09, "n": 0x0A, "r": 0x0D}
_SET_OPERATORS = ("--", "&&", "||", "~~")
# What stands for itself, but for a last character that may be one to repeat.
_PLAIN = re.compile(r"[A-Za-z0-9 _:,;=/'\"@%&<>#!~`-]+(?![*+?{])")
_BOUNDS: dict[str, tuple[int, int | None] | None] = {"*": (0, None), "+": (1, None), "?": (0, 1), "{": None}


class Chars(NamedTuple):
    """One byte out of a set."""

    allowed: frozenset[int]


class Sequence(NamedTuple):
    """One part after the other."""

    parts: tuple[Part, ...]


class Choice(NamedTuple):
    """One of several parts."""

    branches: tuple[Part, ...]


class Repeat(NamedTuple):
    """A part, several times; `most` is None where it is unbounded."""

    part: Part
    least: int
    most: int | None


class Anchor(NamedTuple):
    r"""`^`, `$`, `\\b` or `\\B`."""

    text: str


class Look(NamedTuple):
    """A lookahead or lookbehind; takes no room."""

    part: Part
    negative: bool


Part = Chars | Sequence | Choice | Repeat | Anchor | Look

EMPTY = Sequence(())
_BYTES = tuple(Chars(frozenset({byte})) for byte in range(256))


class Pattern(NamedTuple):
    """A pattern that was read whole."""

    text: str
    part: Part
    groups: tuple[str, ...]  # the names of its named groups
    captures: int  # how many groups capture


@lru_cache(maxsize=256)  # the patterns of one rule are read several times in a row
def read_pattern(text: str) -> Pattern:
    """Parse a pattern; raise PatternError at the first construct that is not on the allow-list."""
    reader = _Reader(text)
    part = reader.read_choice()
    if reader.position < len(text):
        raise PatternError("`)` without `(`; write \\) for a bracket of the text", reader.position)
    return Pattern(text, part, tuple(reader.groups), reader.captures)


class _Reader:
    """A recursive descent over the pattern's text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.groups: list[str] = []
        self.captures = 0

    def read_choice(self) -> Part:
        branches = [self._read_sequence()]
        while self._take("|"):
            branches.append(self._read_sequence())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _read_sequence(self) -> Part:
        parts: list[Part] = []
        while self.position < len(self.text) and self.text[self.position] not in "|)":
            start = self.position
            if plain := _PLAIN.match(self.text, start):
                parts.extend(map(_BYTES.__getitem__, plain[0].encode()))
                self.position = plain.end()
                continue
            part = self._read_atom()
            bounds = self._read_bounds()
            if bounds is None:
                parts.append(part)
                continue
            if isinstance(part, Anchor | Look):
                raise PatternError("a repeat of what takes no room; put the repeat on a character", start)
            if ord(self.text[start]) > 127:
                raise PatternError("a repeated non-ASCII character; write (?:…) around it", start)
            parts.append(Repeat(part, *bounds))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _read_atom(self) -> Part:
        start = self.position
        char = self._next()
        if char == "(":
            return self._read_group(start)
        if char == "[":
            return self._read_set(start)
        if char == ".":
            return Chars(EVERY - {NEWLINE})
        if char == "\\":
            return self._read_escape()
        if char in "^$":
            return Anchor(char)
        if char in "*+?{":
            raise PatternError(f"`{char}` with nothing to repeat; write \\{char} for the character", start)
        return _spell(char)

    def _read_escape(self) -> Part:
        start = self.position - 1
        char = self._next("the pattern ends in a backslash; write \\\\ for one")
        if char in "bB":
            return Anchor("\\" + char)
        if char in _CLASSES:
            return Chars(_CLASSES[char])
        byte = self._read_escaped_byte(char, start)
        if byte == NEWLINE:
            raise PatternError("\\n never matches, for a rule sees one line; write one rule per line", start)
        return Chars(frozenset({byte}))

    def _read_escaped_byte(self, char: str, start: int) -> int:
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char == "x":
            digits = self.text[self.position : self.position + 2]
            try:
                byte = int(digits, 16)
            except ValueError:
                byte = -1
            if len(digits) < 2 or byte < 0 or not digits.isalnum():
                raise PatternError("\\x wants two hexadecimal digits", start)
            self.position += 2
            return byte
        if char.isalnum() or ord(char) > 127:
            reason = f"\\{char} is not read; use \\d \\w \\s \\b \\t \\xHH, or keep it and give `keywords`"
            raise PatternError(reason, start)
        return ord(char)

    def _read_set(self, start: int) -> Part:
        negated = self._take("^")
        members: set[int] = set()
        first = True
        while True:
            char = self._next("`[` without `]`; write \\[ for the character", at=start)
            if char == "]" and not first:
                break
            first = False
            self._refuse_set_operator(char)
            low = self._read_member(char)
            if isinstance(low, frozenset):
                self._refuse_range_from_class()
                members |= low
                continue
            members |= self._read_range(low)
        allowed = (EVERY - members if negated else frozenset(members)) - {NEWLINE}
        if not allowed:
            raise PatternError("a set that no character fits; write what is allowed", start)
        return Chars(allowed)

    def _refuse_set_operator(self, char: str) -> None:
        at = self.position - 1
        if char == "[" or self.text[at : at + 2] in _SET_OPERATORS:
            raise PatternError(f"`{char}` inside a set is read differently by engines; write \\{char}", at)

    def _read_member(self, char: str) -> int | frozenset[int]:
        at = self.position - 1
        if char == "\\":
            escaped = self._next("the pattern ends in a backslash; write \\\\ for one")
            if escaped in _CLASSES:
                return _CLASSES[escaped]
            return self._read_escaped_byte(escaped, at)
        if ord(char) > 127:
            raise PatternError("a non-ASCII character in a set; write (?:a|b) with the characters", at)
        return ord(char)

    def _refuse_range_from_class(self) -> None:
        rest = self.text[self.position : self.position + 2]
        if rest.startswith("-") and rest != "-]":
            raise PatternError("a range from a class; write \\- for the character", self.position)

    def _read_range(self, low: int) -> frozenset[int]:
        rest = self.text[self.position : self.position + 2]
        if len(rest) < 2 or rest[0] != "-" or rest[1] == "]":
            return frozenset({low})
        at = self.position
        self.position += 1
        high = self._read_member(self._next())
        if isinstance(high, frozenset) or high < low:
            raise PatternError("a range that runs backwards or to a class; write low-high", at)
        return frozenset(range(low, high + 1))

    def _read_group(self, start: int) -> Part:
        look = ""
        if self._take("?"):
            look = self._read_group_kind(start)
        else:
            self.captures += 1
        part = self.read_choice()
        if not self._take(")"):
            raise PatternError("`(` without `)`; write \\( for the character", start)
        return Look(part, negative=look.endswith("!")) if look else part

    def _read_group_kind(self, start: int) -> str:
        """Read what follows `(?`; give the sign of a lookaround."""
        for text in ("=", "!", "<=", "<!"):
            if self._take(text):
                return text
        if self._take(":"):
            return ""
        if self._take("P<") or self._take("<"):
            end = self.text.find(">", self.position)
            name = self.text[self.position : max(end, 0)]
            if not name.isidentifier() or not name.isascii():
                raise PatternError("a group name wants letters, digits and `_`, then `>`", start)
            self.groups.append(name)
            self.captures += 1
            self.position = end + 1
            return ""
        raise PatternError("this kind of group is not read; use (?:…), (?P<name>…) or a lookaround", start)

    def _read_bounds(self) -> tuple[int, int | None] | None:
        start = self.position
        sign = self.text[start : start + 1]
        if sign not in _BOUNDS:
            return None
        self.position += 1
        bounds = _BOUNDS[sign] or self._read_counts(start)
        if not self._take("?"):
            self._take("+")  # possessive: matches less, so the plain repeat stays a superset
        if self.position < len(self.text) and self.text[self.position] in "*+?{":
            raise PatternError("a repeat of a repeat; write (?:…) around the inner one", self.position)
        return bounds

    def _read_counts(self, start: int) -> tuple[int, int | None]:
        end = self.text.find("}", start)
        least, comma, most = self.text[start + 1 : max(end, 0)].partition(",")
        numbers = least + most
        if end < 0 or not least or not (numbers.isascii() and numbers.isdigit()) or len(numbers) > 8:
            raise PatternError(
                "`{` is read as a repeat: write {2}, {2,} or {2,5}, or \\{ for the character", start
            )
        self.position = end + 1
        low = int(least)
        high = (int(most) if most else None) if comma else low
        if high is not None and (high < low or high == 0):
            raise PatternError("a repeat that runs backwards or is always nothing; write {low,high}", start)
        return low, high

    def _take(self, text: str) -> bool:
        if self.text.startswith(text, self.position):
            self.position += len(text)
            return True
        return False

    def _next(self, complaint: str = "the pattern ends too early", at: int | None = None) -> str:
        if self.position >= len(self.text):
            raise PatternError(complaint, self.position if at is None else at)
        self.position += 1
        return self.text[self.position - 1]


def _spell(char: str) -> Part:
    spelled = tuple(map(_BYTES.__getitem__, char.encode()))
    return spelled[0] if len(spelled) == 1 else Sequence(spelled)
