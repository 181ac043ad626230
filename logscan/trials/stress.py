"""Lines made to hurt a rule, from its own patterns; it measures and judges nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import thread_time
from typing import TYPE_CHECKING, NamedTuple

from logscan.errors import PatternError
from logscan.model import Rule
from logscan.rules import RuleMatcher
from logscan.rules.compiling import compile_pattern
from logscan.rules.costs import count_calm_bytes
from logscan.syntax import Chars, Choice, Part, Repeat, Sequence, read_pattern

if TYPE_CHECKING:
    from logscan.rules.compiling import Compiled

BUDGET_SECONDS = 0.05  # what a scan grants a rule for a line
_LINE_BYTES = 8 << 10  # longer than nearly every line of a log
_SHORT_SECONDS = BUDGET_SECONDS / 4**3  # four times the length takes at most so much longer, or for ever
_TRIES = 3  # what else a core does only adds to a search's time: the least of some is nearest to it
_USUAL_SECONDS = 0.0025  # for the search that measures the machine, where the budget was set
_LEAST_PUMPED = 8  # a shorter repeat cannot cost much
_FAVOURITES = b'a0 "=._-/'
_SPOILER = b"\x01"  # hardly a pattern takes it, so that a match fails at the last moment


class _Hole(NamedTuple):
    """A repeat inside a pattern: what must stand before it, what fills it, what must follow."""

    before: bytes
    filling: bytes
    after: bytes


class _Trial(NamedTuple):
    """A line, and the one pattern of `any` that it was made to hurt; None where all are asked."""

    line: bytes
    only: int | None


def find_slow_line(rule: Rule) -> bytes | None:
    """The first made-up line on which the rule takes longer than its budget; None when there is none.

    A line is tried on the pattern that it was made from; on all of the rule's together only the slowest
    is, for to ask each about the lines of all others takes minutes for some hundred rules.
    """
    matcher = RuleMatcher(rule)
    calm = [count_calm_bytes(text) for text in rule.any]
    slowest, most_seconds = b"", 0.0
    for line, only in dict.fromkeys(_list_trials(rule)):
        if only is not None and len(line) <= calm[only]:
            continue
        asked = None if only is None else (only,)
        seconds = _time_short(matcher, line, asked)
        if seconds > _SHORT_SECONDS and _is_slow(matcher, line, asked):
            return line
        if seconds > most_seconds:
            slowest, most_seconds = line, seconds
    return slowest if slowest and _is_slow(matcher, slowest, None) else None


def make_lines(rule: Rule) -> Iterator[bytes]:
    """Pump every repeat of every pattern; `none` and `fields` are asked of lines that fit, so one leads."""
    return (trial.line for trial in _list_trials(rule))


def _list_trials(rule: Rule) -> Iterator[_Trial]:
    for i, text in enumerate(rule.any):
        yield from (_Trial(line, i) for line in _pump(text))
    for text in rule.all:
        yield from (_Trial(line, None) for line in _pump(text))
    example = rule.match[0].encode() if rule.match else b""
    for text in (*rule.none, *(text for _, text in rule.fields)):
        yield from (_Trial(example + b" " + line, None) for line in _pump(text))
    if example:
        yield _Trial(_fill(example + b" "), None)


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
                if isinstance(inner, Chars):
                    continue  # what stands around it need not be made up
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


def _time_short(matcher: RuleMatcher, line: bytes, only: tuple[int, ...] | None) -> float:
    """The time for a quarter of the line: nearly all are so quick that the rest need not be tried."""
    started = thread_time()
    _times_out(matcher, line[: _LINE_BYTES // 4] + _SPOILER, only, BUDGET_SECONDS)
    return thread_time() - started


def _is_slow(matcher: RuleMatcher, line: bytes, only: tuple[int, ...] | None) -> bool:
    """Whether a scan would set the rule aside for the line here, and on the machine where the budget was set.

    CPU time alone judges the core as much as the rule: one that is shared or old needs twice as long for the
    same steps, and a rule would be sound at night and slow at noon. So what exceeds the budget is asked again
    with as much more time as a search of known cost takes longer here; on a faster core nothing is taken away,
    for what a scan does not set aside is nobody's fault.
    """
    if not _times_out(matcher, line, only, BUDGET_SECONDS):
        return False
    return all(
        _times_out(matcher, line, only, BUDGET_SECONDS * max(1.0, _measure_machine())) for _ in range(_TRIES)
    )


def _times_out(matcher: RuleMatcher, line: bytes, only: tuple[int, ...] | None, seconds: float) -> bool:
    try:
        matcher.fits(line, seconds, only)
    except TimeoutError:
        return True
    return False


def _measure_machine() -> float:
    """How many times as long as usual a search takes here and now; never told too high by a moment's trouble."""
    pattern, text = compile_pattern(r"a[^\n]{0,160}\bx", case_sensitive=False), b"a" * 1_024
    return min(_time_search(pattern, text) for _ in range(_TRIES)) / _USUAL_SECONDS


def _time_search(pattern: Compiled, text: bytes) -> float:
    started = thread_time()
    pattern.search(text)
    return thread_time() - started
