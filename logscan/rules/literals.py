"""Pattern → texts of which one stands in every line that it fits; a quick no before the slow question."""

from __future__ import annotations

from logscan.errors import PatternError
from logscan.syntax import Chars, Choice, Part, Repeat, Sequence, read_pattern

_MOST_LITERALS = 24


def find_literals(pattern: str) -> tuple[bytes, ...]:
    """Lower-cased literals, one of which is in any match; none where that cannot be said."""
    try:
        return _find(read_pattern(pattern).part)
    except PatternError:  # matched by `regex` alone; that is fine, only slower
        return ()


def _find(part: Part) -> tuple[bytes, ...]:
    match part:
        case Chars(allowed) if len(allowed) == 1:
            return (bytes(allowed).lower(),)
        case Sequence(parts):
            return max(_list_of_sequence(parts), key=_weigh, default=())
        case Choice(branches):
            found = [_find(branch) for branch in branches]
            literals = tuple(dict.fromkeys(literal for literals in found for literal in literals))
            return literals if all(found) and len(literals) <= _MOST_LITERALS else ()
        case Repeat(inner, least, _) if least:
            return _find(inner)
    return ()


def _list_of_sequence(parts: tuple[Part, ...]) -> list[tuple[bytes, ...]]:
    """What each part wants, bytes in a row joined to one text."""
    wanted: list[tuple[bytes, ...]] = []
    run = b""
    for part in parts:
        if isinstance(part, Chars) and len(part.allowed) == 1:
            run += bytes(part.allowed).lower()
            continue
        wanted += [(run,)] if run else []
        run = b""
        wanted.append(_find(part))
    return [*wanted, (run,)] if run else wanted


def _weigh(literals: tuple[bytes, ...]) -> tuple[int, int]:
    """Long ones are rare; of equally long ones few are quicker."""
    return min(map(len, literals), default=0), -len(literals)
