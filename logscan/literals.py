"""A pattern's parts → texts of which one stands in every line that it fits; a quick no before the slow question."""

from __future__ import annotations

from logscan.syntax import Chars, Choice, Part, Repeat, Sequence

_MOST_LITERALS = 24


def find_literals(part: Part) -> tuple[bytes, ...]:
    """Lower-cased literals, one of which is in any match; none where that cannot be said."""
    match part:
        case Chars(allowed) if len(allowed) == 1:
            return (bytes(allowed).lower(),)
        case Sequence(parts):
            return max(_list_of_sequence(parts), key=_weigh, default=())
        case Choice(branches):
            found = [find_literals(branch) for branch in branches]
            literals = tuple(dict.fromkeys(literal for literals in found for literal in literals))
            return literals if all(found) and len(literals) <= _MOST_LITERALS else ()
        case Repeat(inner, least, _) if least:
            return find_literals(inner)
    return ()


def longest_literal(part: Part) -> int:
    """How many fixed bytes in a row every match holds at least; the engine's speed hangs on it."""
    match part:
        case Chars(allowed):
            return int(len(allowed) == 1)
        case Sequence(parts):
            longest = run = 0
            for inner in parts:
                fixed = isinstance(inner, Chars) and len(inner.allowed) == 1
                run = run + 1 if fixed else 0
                longest = max(longest, run, longest_literal(inner))
            return longest
        case Choice(branches):
            return min(longest_literal(branch) for branch in branches)
        case Repeat(inner, least, _):
            return longest_literal(inner) if least else 0
    return 0


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
        wanted.append(find_literals(part))
    return [*wanted, (run,)] if run else wanted


def _weigh(literals: tuple[bytes, ...]) -> tuple[int, int]:
    """Long ones are rare; of equally long ones few are quicker."""
    return min(map(len, literals), default=0), -len(literals)
