"""Rules → what raises the question whether a pattern of theirs fits a line; it numbers nothing and reads no line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from logscan.errors import ConfigError
from logscan.literals import list_rows
from logscan.model import Rule
from logscan.parts import cut_at_gaps, cut_to_end, looks_around, trim
from logscan.prefilters import choose_rarest, write_literals, write_prefilter
from logscan.rarity import Row, choose_seldom, guess_share, is_everyday
from logscan.syntax import Choice, Part, Pattern, Sequence, read_pattern

_MOST_NEEDS = 5
_MOST_NEED = 0.6  # the share of lines with what is worth asking for
_RARE = 0.004  # the share of lines up to which a pattern may be asked about by itself
_COMMON = 0.11  # the share from which on the pattern itself is looked for
_ENDS_FROM = 400  # bytes of a pattern from which on its end is looked for, several times as quickly
_CUT_FROM = 1_000  # bytes of a branch from which on it costs the engine more than it spares `regex`
_MOST_BYTES = 2_500  # what is longer takes half a second and more to compile
_TELLING_SHARE = 0.01  # beside a pattern that is found on so few lines
_VAGUE_SHARE = 0.05  # … those that are found on so many say nothing
_EMPTY_SHARE = 0.5  # and these never do


class Want(NamedTuple):
    """A question, and the literals that raise it: one stands in every line about which it must be asked."""

    rule: int
    pattern: int | None
    key: Row
    needs: tuple[Row, ...]
    rows: tuple[Row, ...] = ()  # all that are known
    expression: bytes | None = None  # what is looked for in place of a key that says too little

    @property
    def is_rare(self) -> bool:
        return guess_share(self.key) <= _RARE

    @property
    def is_quiet(self) -> bool:
        """True when its texts, looked for as a whole, are hardly ever found in vain."""
        return self.expression is None and self.is_rare and not any(map(is_everyday, self.key))


class Whole(NamedTuple):
    """Patterns themselves, for lines whose escapes are undone."""

    patterns: list[tuple[bytes, ...]]  # of each, one expression must be found; the rarest comes first
    says_all: bool  # False where more must stand in the line, around them


def list_wants(rules: Iterable[Rule]) -> list[Want]:
    """What each pattern of each rule wants, in order."""
    return [want for i, rule in enumerate(rules) for want in _list_of_rule(i, rule)]


def write_whole(rule: Rule, want: Want) -> Whole | None:
    """What a question needs as a whole; None where that says too little, or would be too long."""
    if rule.keywords:
        return Whole([(write_literals(want.key),)], True)
    texts = rule.all if want.pattern is None else (rule.any[want.pattern],)
    patterns = sorted(map(read_pattern, texts), key=lambda pattern: _guess(pattern.part))
    rarest = _guess(patterns[0].part)
    worth = _VAGUE_SHARE if rarest <= _TELLING_SHARE else _EMPTY_SHARE
    written = [
        _write_shapes(pattern.part, rule) if _guess(pattern.part) <= max(rarest, worth) else ()
        for pattern in patterns
    ]
    if not any(written):
        return None
    is_more = any(looks_around(pattern.part) for pattern in patterns)
    return Whole([shapes for shapes in written if shapes], all(written) and not is_more)


def _guess(part: Part) -> float:
    """On what share of lines it may be found."""
    return min(map(guess_share, filter(None, list_rows(part))), default=1.0)


def _write_shapes(part: Part, rule: Rule) -> tuple[bytes, ...]:
    """The part, or each of its branches where it is long."""
    part = trim(part, last=False)
    while isinstance(part, Sequence) and len(part.parts) == 1:
        part = part.parts[0]
    whole = _write(part, rule)
    if whole is not None and len(whole) <= _ENDS_FROM:
        return (whole,)
    branches = part.branches if isinstance(part, Choice) else (part,)
    shapes = [_write_fitting(branch, rule) for branch in branches]
    kept = tuple(shape for shape in shapes if shape is not None)
    return kept if len(kept) == len(shapes) else ()


def _write_fitting(part: Part, rule: Rule) -> bytes | None:
    """All of it; of what is too long, what stands between two gaps, or behind the last."""
    written = _write(part, rule)
    if written is None or len(written) <= _CUT_FROM:
        return written
    pieces = cut_at_gaps(part)
    rarest = min(pieces, key=_guess, default=part)
    cut = _write(rarest if _guess(rarest) <= _RARE else cut_to_end(part), rule) or written
    return cut if len(cut) <= _MOST_BYTES else None


def _write(part: Part, rule: Rule) -> bytes | None:
    return write_prefilter(
        Pattern("", part, (), 0), case_sensitive=rule.case_sensitive, through_escapes=False
    )


def _list_of_rule(number: int, rule: Rule) -> list[Want]:
    if rule.keywords:
        return [Want(number, None, tuple(word.encode().lower() for word in rule.keywords), ())]
    if rule.all:
        patterns = [read_pattern(text) for text in rule.all]
        rows = [row for pattern in patterns for row in list_rows(pattern.part)]
        return [_want(number, None, rule, choose_rarest(patterns), rows)]
    return [
        _want(number, i, rule, pattern, list_rows(pattern.part))
        for i, pattern in enumerate(map(read_pattern, rule.any))
    ]


def _want(number: int, i: int | None, rule: Rule, pattern: Pattern, rows: Iterable[Row]) -> Want:
    rows = tuple(rows)
    key = choose_seldom(rows)
    want = Want(number, i, key, _list_needs(key, rows), rows)
    if key and guess_share(key) <= _COMMON:
        return want
    expression = write_prefilter(pattern, case_sensitive=rule.case_sensitive)
    if expression is not None and len(expression) > _ENDS_FROM:
        end = pattern._replace(part=cut_to_end(pattern.part))
        expression = write_prefilter(end, case_sensitive=rule.case_sensitive) or expression
    if expression is None:
        raise ConfigError(f"{rule.place}: {rule.id}: {pattern.text!r} fits any line; give `keywords`")
    return want._replace(key=(), expression=expression)


def _list_needs(key: Row, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """What says more than the row that is looked for, the rarest first."""
    kept = [key]
    for row in sorted(rows, key=lambda row: (guess_share(row), len(row))):
        if len(kept) > _MOST_NEEDS or guess_share(row) > _MOST_NEED:
            break
        if not any(_implies(other, row) for other in kept):
            kept.append(row)
    return tuple(kept[1:])


def _implies(row: Row, other: Row) -> bool:
    """True when a line that holds one of the first holds one of the second, too."""
    return all(any(part in text for part in other) for text in row)
