"""Lines made to hurt a rule, from its own patterns; it measures and judges nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from logscan.errors import PatternError
from logscan.model import Rule
from logscan.rules import RuleMatcher
from logscan.syntax import Chars, Choice, Part, Repeat, Sequence, read_pattern

BUDGET_SECONDS = 0.05  # what a scan grants a rule for a line
_LINE_BYTES = 8 << 10  # longer than nearly every line of a log
_TRIES = 3  # a busy machine is slow, too: only what is slow each time is the rule's fault
_LEAST_PUMPED = 8  # a shorter repeat cannot cost much
_FAVOURITES = b'a0 "=._-/'
_SPOILER = b"\x01"  # hardly a pattern takes it, so that a match fails at the last moment


class _Hole(NamedTuple):
    """A repeat inside a pattern: what must stand before it, what fills it, what must follow."""

    before: bytes
    filling: bytes
    after: bytes


def find_slow_line(rule: Rule) -> bytes | None:
    """The first made-up line on which the rule takes longer than its budget; None when there is none."""
    matcher = RuleMatcher(rule)
    return next((line for line in make_lines(rule) if _is_slow(matcher, line)), None)


def make_lines(rule: Rule) -> Iterator[bytes]:
    """Pump every repeat of every pattern; `none` and `fields` are asked of lines that fit, so one leads."""
    for text in (*rule.any, *rule.all):
        yield from _pump(text)
    example = rule.match[0].encode() if rule.match else b""
    for text in (*rule.none, *(text for _, text in rule.fields)):
        for line in _pump(text):
            yield example + b" " + line
    if example:
        yield _fill(example + b" ")


def _pump(text: str) -> Iterator[bytes]:
    try:
        part = read_pattern(text).part
    except PatternError:
        return
    for before, filling, after in dict.fromkeys(_find_holes(part, b"", b"")):
        # What must follow leads the line: an engine that looks for it first does not give up at once.
        yield after + b" " + before + _fill(filling) + _SPOILER
        yield after + b" " + _fill(before + filling * 4) + _SPOILER


def _fill(unit: bytes) -> bytes:
    return unit * (_LINE_BYTES // max(len(unit), 1))


def _find_holes(part: Part, before: bytes, after: bytes) -> Iterator[_Hole]:
    match part:
        case Sequence(parts):
            for i, inner in enumerate(parts):
                head = before + _sample_all(parts[:i])
                yield from _find_holes(inner, head, _sample_all(parts[i + 1 :]) + after)
        case Choice(branches):
            for branch in branches:
                yield from _find_holes(branch, before, after)
        case Repeat(inner, _, most):
            yield from _find_holes(inner, before, after)
            if most is None or most >= _LEAST_PUMPED:
                yield from (_Hole(before, filling, after) for filling in _list_fillings(inner))


def _list_fillings(part: Part) -> Iterable[bytes]:
    if not isinstance(part, Chars):
        sample = _sample(part)
        return (sample,) if sample else ()
    favourites = [bytes((byte,)) for byte in _FAVOURITES if byte in part.allowed]
    return favourites[:3] or (bytes((min(part.allowed),)),)


def _sample_all(parts: tuple[Part, ...]) -> bytes:
    return b"".join(_sample(part) for part in parts)


def _sample(part: Part) -> bytes:
    """A short text that the part takes; what looks around is left out."""
    match part:
        case Chars(allowed):
            liked = next((byte for byte in _FAVOURITES if byte in allowed), min(allowed))
            return bytes((liked,))
        case Sequence(parts):
            return _sample_all(parts)
        case Choice(branches):
            return _sample(branches[0])
        case Repeat(inner, least, _):
            return _sample(inner) * min(least, 1_000)
    return b""


def _is_slow(matcher: RuleMatcher, line: bytes) -> bool:
    return all(_times_out(matcher, line) for _ in range(_TRIES))


def _times_out(matcher: RuleMatcher, line: bytes) -> bool:
    try:
        matcher.fits(line, BUDGET_SECONDS)
    except TimeoutError:
        return True
    return False
