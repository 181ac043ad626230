"""What a part of a pattern can take: nothing, a quote, what may be missing at an end; it writes no expression."""

from __future__ import annotations

from logscan.syntax import EMPTY, Anchor, Chars, Choice, Look, Part, Repeat, Sequence

QUOTE = 0x22
_NEARLY_ALL = 128  # bytes
_LEAST_BYTES = 6


def can_be_empty(part: Part) -> bool:
    """True when the part can match without taking a byte."""
    match part:
        case Chars():
            return False
        case Sequence(parts):
            return all(can_be_empty(p) for p in parts)
        case Choice(branches):
            return any(can_be_empty(b) for b in branches)
        case Repeat(inner, least, _):
            return least == 0 or can_be_empty(inner)
    return True


def cut_to_end(part: Part) -> Part:
    """What follows the last gap, which may be of nearly anything; all of it where that says little."""
    if isinstance(part, Choice):
        return Choice(tuple(map(cut_to_end, part.branches)))
    pieces = cut_at_gaps(part)
    if len(pieces) == 1 and isinstance(pieces[0], Sequence) and len(pieces[0].parts) == 1:
        return cut_to_end(pieces[0].parts[0])
    return pieces[-1] if len(pieces) > 1 and _count_least(pieces[-1]) >= _LEAST_BYTES else part


def cut_at_gaps(part: Part) -> list[Part]:
    """What stands between gaps, which may be of nearly anything; each must stand in the line."""
    parts = part.parts if isinstance(part, Sequence) else (part,)
    if len(parts) == 1 and isinstance(parts[0], Sequence):
        return cut_at_gaps(parts[0])
    pieces: list[list[Part]] = [[]]
    for one in parts:
        match one:
            case Repeat(Chars(allowed)) if len(allowed) >= _NEARLY_ALL:
                pieces.append([])
            case _:
                pieces[-1].append(one)
    return [Sequence(tuple(piece)) for piece in pieces if piece]


def _count_least(part: Part) -> int:
    """The bytes that the part takes at least."""
    match part:
        case Chars():
            return 1
        case Sequence(parts):
            return sum(map(_count_least, parts))
        case Choice(branches):
            return min(map(_count_least, branches))
        case Repeat(inner, least, _):
            return least * _count_least(inner)
    return 0


def looks_around(part: Part) -> bool:
    """True when something beside what the part takes must stand in the line, too."""
    match part:
        case Sequence(parts):
            return any(map(looks_around, parts))
        case Choice(branches):
            return any(map(looks_around, branches))
        case Repeat(inner):
            return looks_around(inner)
        case Look(_, negative):
            return not negative
    return False


def trim(part: Part, *, last: bool) -> Part:
    """Drop what may be missing at one end: where the whole matches, the rest does too."""
    match part:
        case Sequence(parts):
            kept = list(parts)
            while kept:
                end = trim(kept.pop() if last else kept.pop(0), last=last)
                if end != EMPTY:
                    return Sequence((*kept, end) if last else (end, *kept))
            return EMPTY
        case Choice(branches):
            trimmed = tuple(trim(b, last=last) for b in branches)
            return EMPTY if EMPTY in trimmed else Choice(trimmed)
        case Repeat(inner, least, _):
            return Repeat(inner, least, least) if least else EMPTY
        case Anchor("$" | r"\b" | r"\B") | Look():
            return EMPTY
    return part


def begins_without_quote(parts: tuple[Part, ...]) -> bool:
    """True when the parts take at least one byte, and the first one taken is no double quote."""
    for part in parts:
        if not _is_never_quote(part):
            return False
        if not can_be_empty(part):
            return True
    return False


def _is_never_quote(part: Part) -> bool:
    """True when the first byte that the part takes, if it takes one, is no double quote."""
    match part:
        case Chars(allowed):
            return QUOTE not in allowed
        case Sequence(parts):
            return all(map(_is_never_quote, parts[: _count_openers(parts)]))
        case Choice(branches):
            return all(map(_is_never_quote, branches))
        case Repeat(inner):
            return _is_never_quote(inner)
    return True  # an anchor or lookaround takes none


def _count_openers(parts: tuple[Part, ...]) -> int:
    """How many parts from the left may take the first byte."""
    for i, part in enumerate(parts):
        if not can_be_empty(part):
            return i + 1
    return len(parts)
