r"""Pattern → what Hyperscan is given for it: a generated superset, which never decides a match alone.

Lines lie in a file as JSON and other encoders left them, and rules are asked about what they say. The
text written here reads through what can be read through at no cost: backslashes before quotes and
slashes, `\u00e9` and the like, and the `\n` that Docker puts before a closing quote. The few lines with
other escapes are OPAQUE; the scanner normalises those and asks about them again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from logscan.literals import find_literals, weigh_rarest
from logscan.parts import begins_without_quote, can_be_empty, trim
from logscan.rarity import RARE, weigh
from logscan.syntax import (
    NEWLINE,
    WORD,
    Anchor,
    Chars,
    Choice,
    Look,
    Part,
    Pattern,
    Repeat,
    Sequence,
)

BLANK = 0x20
_ESCAPED = frozenset(b"\"'/")  # normalize removes the backslashes before these
_HIGH = frozenset(range(0x80, 0x100))  # may lie there as \u00e9
_BLANKS = frozenset(b"\\nrtbf")  # what a blank may lie there as: \n and the like
_HEXADECIMAL = _BLANKS | frozenset(b"u0123456789abcdefABCDEF")
_ESCAPABLE = re.compile(rb"[\"'/\x80-\xff]+")
_ESCAPED_MARKS = re.compile(rb"[\"'/]")
_PLAIN = re.compile(rb"\w(?:[\w ]*\w)?")
_END_BYTES = 8  # the engine compares so many at once
_MOST_REPEATS = 32  # a longer bounded repeat is given as an unbounded one: fewer states, still a superset

# A blank that something other than a quote follows, an escaped ASCII character, or an escaped other one
# that touches a word: there `\b` or a literal would not mean the same.
ROUGHLY_OPAQUE = rb"\x5c[nrtbfux0][^\x22\n]"  # fits at least as much, and is found twice as quickly
OPAQUE = rb"\x5c(?:[nrtbf][^\x22\n]|u00[0-7]|u[0-9a-fA-F]{4}\w|x|0)"


def write_prefilter(
    pattern: Pattern, *, case_sensitive: bool = False, through_escapes: bool = True
) -> bytes | None:
    """Give Hyperscan's text for a pattern; None when it would fit any line, so that keywords are needed."""
    literals = find_literals(pattern.part) if through_escapes else ()
    if literals and min(map(weigh, literals)) >= RARE:
        return write_literals(literals)
    chosen = _choose_look(pattern.part) if through_escapes else pattern.part
    part = trim(trim(chosen, last=True), last=False)
    if can_be_empty(part):
        return None
    write = _write_through if through_escapes else _write_plainly
    return (b"" if case_sensitive else b"(?i)") + write(part)


def choose_rarest(patterns: Iterable[Pattern]) -> Pattern:
    """Of patterns that must all fit, the one whose text is found most seldom."""
    return max(patterns, key=lambda pattern: weigh_rarest(pattern.part))


def _choose_look(part: Part) -> Part:
    """What a lookaround wants must stand on the line, too: look for that where it is the longer literal."""
    match part:
        case Choice(branches):
            return Choice(tuple(map(_choose_look, branches)))
        case Sequence(parts):
            looks = [inner.part for inner in parts if isinstance(inner, Look) and not inner.negative]
            return max([part, *map(_choose_look, looks)], key=weigh_rarest)
        case Look(inner, False):
            return _choose_look(inner)
    return part


def write_keyword(word: str) -> bytes:
    """Give Hyperscan's text for a literal keyword."""
    return _write_any((word.encode(),))


def write_literals(literals: Iterable[bytes]) -> bytes:
    """Give Hyperscan's text for any of some literals, or for as much of each as is rare enough."""
    return _write_any(dict.fromkeys(map(_shorten, literals)))


def write_text(literal: bytes) -> bytes:
    """Give Hyperscan's text for a literal where no escapes are left."""
    return b"(?i)" + b"".join(map(_write_byte, literal))


def write_plainly(literal: bytes) -> tuple[bytes, ...]:
    """Give Hyperscan's texts for a literal, one of which is found wherever the literal is, as it is or escaped.

    Plain texts only, of which thousands are compiled in no time, and found three times as quickly as others. Of a
    literal beyond ASCII they are its end, and the escape of its last such letter.
    """
    if literal.isascii():
        return (write_literals([literal]),)
    try:
        letters = [letter for letter in literal.decode() if not letter.isascii()]
    except UnicodeDecodeError:
        return (write_literals([literal]),)
    unit = letters[-1].encode("utf-16-be")[-2:]
    pieces = (piece.strip(b" ") for piece in _ESCAPED_MARKS.split(literal))
    *_, piece = (piece for piece in pieces if not piece.isascii())
    return write_text(piece[-_END_BYTES:]), b"(?i)u" + unit.hex().encode()


def _shorten(literal: bytes) -> bytes:
    """Without what may be escaped: Hyperscan is quickest with plain bytes."""
    plain = max(_ESCAPABLE.split(literal), key=weigh).strip(b" ")
    return plain if plain and weigh(plain) >= min(weigh(literal), RARE) else literal


def _write_any(texts: Iterable[bytes]) -> bytes:
    texts = tuple(texts)
    if len(texts) == 1 and _PLAIN.fullmatch(texts[0]):
        return b"(?i)" + texts[0].replace(b" ", b"\\x20")  # what the rest would give, ten times as quickly
    rows = tuple(Sequence(tuple(Chars(frozenset({byte})) for byte in text)) for text in texts)
    return b"(?i)" + _write_through(rows[0] if len(rows) == 1 else Choice(rows))


_LITERAL_BLANK = Chars(frozenset({BLANK}))


def _write_plainly(part: Part) -> bytes:
    """For text that holds no escapes."""
    match part:
        case Chars(allowed):
            return _write_set(allowed)
        case Sequence(parts):
            return b"".join(map(_write_plainly, parts))
        case Choice(branches):
            return b"(?:" + b"|".join(map(_write_plainly, branches)) + b")"
        case Repeat(inner, least, most):
            return b"(?:" + _write_plainly(inner) + b")" + _write_bounds(least, most)
    return b""  # word borders too, see there


def _write_through(
    part: Part, rest: tuple[Part, ...] = (), *, left: bool = True, right: bool = True
) -> bytes:
    """For text as it lies on disk.

    `rest` is what follows the part; `left` and `right` tell which ends of the whole it stands at.
    """
    match part:
        case Chars():
            if part == _LITERAL_BLANK and begins_without_quote(rest):
                return _write_set(part.allowed)  # so that "has expired" stays one literal
            return _write_repeat(part.allowed, 1, 1, edge=left or right)
        case Repeat(Chars(allowed), least, most):
            return _write_repeat(allowed, least, most, edge=left or right)
        case Sequence(parts):
            return _write_row(parts, rest, left=left, right=right)
        case Choice(branches):
            texts = [_write_through(branch, rest, left=left, right=right) for branch in branches]
            return b"(?:" + b"|".join(texts) + b")"
        case Repeat(inner, least, most):
            follows = rest if most == 1 else ()
            text = _write_through(inner, follows, left=False, right=False)
            return b"(?:" + text + b")" + _write_bounds(least, most)
        case Anchor("^") if left:
            return b"^"
    # `^` within, which Hyperscan has not; `\\b`, for it loses matches of some longer patterns that begin with
    # one, even in exact mode; and `\\B`, since where an escape was a word may seem to begin.
    return b""


def _write_row(parts: tuple[Part, ...], rest: tuple[Part, ...], *, left: bool, right: bool) -> bytes:
    texts, i, last = [], 0, len(parts) - 1
    while i <= last:
        letter = _read_letter(parts, i)
        if letter:
            texts.append(_write_letter(letter))
            i += len(letter.encode())
            continue
        ends = {"left": left and i == 0, "right": right and i == last}
        texts.append(_write_through(parts[i], parts[i + 1 :] + rest, **ends))
        i += 1
    return b"".join(texts)


def _read_letter(parts: tuple[Part, ...], at: int) -> str:
    """The non-ASCII character that the parts from there spell byte by byte, or nothing."""
    spelled = b""
    for part in parts[at : at + 4]:
        if not isinstance(part, Chars) or len(part.allowed) > 1 or not part.allowed <= _HIGH:
            return ""
        spelled += bytes(part.allowed)
        try:
            return spelled.decode()
        except UnicodeDecodeError:
            continue
    return ""


def _write_letter(letter: str) -> bytes:
    r"""As it is, or as JSON escapes it: one `\uXXXX`, or two for what lies beyond U+FFFF."""
    units = letter.encode("utf-16-be").hex()
    escaped = b"".join(rb"\x5c{1,}u" + _any_case(units[i : i + 4]) for i in range(0, len(units), 4))
    return b"(?:" + b"".join(map(_write_byte, letter.encode())) + b"|" + escaped + b")"


def _any_case(digits: str) -> bytes:
    return b"".join(f"[{d}{d.upper()}]".encode() if d.isalpha() else d.encode() for d in digits)


def _write_repeat(allowed: frozenset[int], least: int, most: int | None, *, edge: bool) -> bytes:
    """A byte of a set, once or several times, in any way in which it may be escaped.

    An escape is longer than what it stands for, so there may be more bytes than `most`. At the edge of
    the whole pattern, as many as `least` are enough.
    """
    seen_as = _HEXADECIMAL if allowed & _HIGH else _BLANKS if BLANK in allowed else frozenset[int]()
    if seen_as:
        return _write_set(allowed | seen_as) + _write_bounds(least, least if edge else None)
    if edge and least > _MOST_REPEATS:
        least = most = _MOST_REPEATS  # so many are enough, and are found once, not at every further byte
    if not allowed & _ESCAPED:
        return _write_set(allowed) + _write_bounds(least, most)
    text = rb"\x5c*" + _write_set(allowed)
    return text if least == most == 1 else b"(?:" + text + b")" + _write_bounds(least, most)


def _write_set(allowed: frozenset[int]) -> bytes:
    """Spell a set out, so that no class of Hyperscan's own is trusted; a line end is never in it."""
    members = sorted(allowed - {NEWLINE})
    if len(members) == 1:
        return _write_byte(members[0])
    text, start = b"", 0
    for i, byte in enumerate(members):
        if i + 1 == len(members) or members[i + 1] != byte + 1:
            first = members[start]
            text += _write_byte(first) + (b"-" + _write_byte(byte) if byte > first else b"")
            start = i + 1
    return b"[" + text + b"]"


def _write_byte(byte: int) -> bytes:
    return bytes((byte,)) if byte in WORD else b"\\x%02x" % byte


def _write_bounds(least: int, most: int | None) -> bytes:
    if least == most == 1:
        return b""
    if most is not None and most > _MOST_REPEATS and most != least:
        most = None
    if least > _MOST_REPEATS:
        return b"{%d,}" % _MOST_REPEATS
    if most is None:
        return b"{%d,}" % least
    return b"{%d,%d}" % (least, most)
