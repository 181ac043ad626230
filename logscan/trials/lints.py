"""Which patterns are slow or too broad, and what to write instead; it judges rules and never a log.

The form of a pattern is read from its parsed parts; whether a rule is slow in earnest is measured
on lines made to hurt it (`stress`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from logscan.errors import PatternError
from logscan.model import Rule
from logscan.parts import can_be_empty
from logscan.syntax import (
    DIGIT,
    EMPTY,
    WORD,
    Chars,
    Choice,
    Look,
    Part,
    Pattern,
    Repeat,
    Sequence,
    read_pattern,
)
from logscan.trials.stress import BUDGET_SECONDS, find_slow_line

_LEAST_LITERAL = 3
_LEAST_KEYWORD = 4
_SHOWN_BYTES = 60
_NEARLY_ALL_OF_WORD = 50  # of 63: `[^x]` is a gap, too
_LEAST_SIGNS = 3  # so many brackets and the like around a number make it somebody's own form, `(#190)`
_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyz")
_COMMON_WORDS = frozenset(
    "access api auth authentication authorization bearer client code connection credential credentials denied "
    "error errors exception expire expired expires failed failure fatal forbidden http https info invalid "
    "login message oauth refresh rejected request response session status token unauthorized user warn warning".split()
)


class Problem(NamedTuple):
    """What is wrong with a rule and what would be right; `place` is `file:line:column`."""

    place: str
    rule: str
    text: str


def lint_rules(rules: Iterable[Rule]) -> Iterator[Problem]:
    """Give every problem of every rule, in order."""
    for rule in rules:
        for text in (*_lint_breadth(rule), *_lint_forms(rule), *_lint_speed(rule)):
            yield Problem(rule.place, rule.id, text)


def _lint_breadth(rule: Rule) -> Iterator[str]:
    """A rule is as broad as the broadest of `any`, and as narrow as the narrowest of `all`."""
    if rule.keywords:
        yield from (text for word in rule.keywords for text in _judge_keyword(word))
        return
    complaints = {text: list(_judge_breadth(text)) for text in (*rule.any, *rule.all)}
    if any(not complaints[text] for text in rule.all):
        return
    for text in rule.any or rule.all[:1]:
        yield from complaints[text]


def _judge_keyword(word: str) -> Iterator[str]:
    if len(word) < _LEAST_KEYWORD:
        yield f"keyword '{word}' is short, so that nearly every line is looked at; write at least 4 characters"
    elif word.lower() in _COMMON_WORDS:
        yield f"keyword '{word}' is too common; add the words that stand beside it"


def _judge_breadth(text: str) -> Iterator[str]:
    pattern = _read(text)
    if pattern is None:
        return
    part = _resolve_looks(pattern.part)
    branches = part.branches if isinstance(part, Choice) else (part,)
    complaints = (_judge_branch(text, list(_list_literals(branch))) for branch in branches)
    yield from dict.fromkeys(complaint for complaint in complaints if complaint)


def _resolve_looks(part: Part) -> Part:
    """What is looked for around a match counts as part of it; what must not be there does not."""
    match part:
        case Look(inner, negative):
            return EMPTY if negative else _resolve_looks(inner)
        case Sequence(parts):
            return Sequence(tuple(map(_resolve_looks, parts)))
        case Choice(branches):
            return Choice(tuple(map(_resolve_looks, branches)))
        case Repeat(inner, least, most):
            return Repeat(_resolve_looks(inner), least, most)
    return part


def _judge_branch(text: str, literals: list[bytes]) -> str | None:
    joined = b"".join(literals)
    if _is_bare_number(joined):
        return f"'{text}' is a bare number, which may be a port, a size or an id; write the words beside it"
    if max(map(len, literals), default=0) < _LEAST_LITERAL:
        return f"'{text}' has no literal of 3 or more characters; write a word that always stands there"
    if len(literals) == 1 and joined.strip().decode(errors="replace") in _COMMON_WORDS:
        return f"'{text}' is one common word; add the words that stand beside it"
    return None


def _is_bare_number(joined: bytes) -> bool:
    if any(byte in _LETTERS for byte in joined) or not any(byte in DIGIT for byte in joined):
        return False
    return sum(byte not in DIGIT and byte != 0x20 for byte in joined) < _LEAST_SIGNS


def _list_literals(part: Part) -> Iterator[bytes]:
    """The runs of fixed characters that every match holds, in lower case; of a choice, its weakest branch."""
    match part:
        case Sequence(parts):
            run = b""
            for inner in _flatten(parts):
                byte = _fixed_byte(inner)
                if byte is not None:
                    run += byte
                    continue
                if run:
                    yield run
                run = b""
                yield from _list_literals(inner)
            if run:
                yield run
        case Choice(branches):
            runs = [list(_list_literals(branch)) for branch in branches]
            yield from min(runs, key=lambda run: max(map(len, run), default=0))
        case Repeat(inner, least, _) if least:
            yield from _list_literals(inner)
        case Chars() if (byte := _fixed_byte(part)) is not None:
            yield byte


def _flatten(parts: Iterable[Part]) -> Iterator[Part]:
    """A character of several bytes is a sequence of its own; a literal goes on through it."""
    for part in parts:
        if isinstance(part, Sequence):
            yield from _flatten(part.parts)
        else:
            yield part


def _fixed_byte(part: Part) -> bytes | None:
    if not isinstance(part, Chars):
        return None
    folded = {ord(chr(byte).lower()) if byte < 128 else byte for byte in part.allowed}
    return bytes(folded) if len(folded) == 1 else None


def _lint_forms(rule: Rule) -> Iterator[str]:
    patterns = [*rule.any, *rule.all, *rule.none, *(text for _, text in rule.fields)]
    for text in dict.fromkeys(patterns):
        pattern = _read(text)
        if pattern is not None:
            yield from _judge_form(pattern)


def _judge_form(pattern: Pattern) -> Iterator[str]:
    text, part = pattern.text, pattern.part
    parts = part.parts if isinstance(part, Sequence) else (part,)
    if parts and _is_gap(parts[0]):
        yield f"'{text}' begins with `{text[:2]}`, which only costs time; drop it, for a pattern fits anywhere"
        parts = parts[1:]
    if any(_holds(inner, _is_gap) for inner in parts):
        yield f"'{text}' has an unbounded gap, which joins what does not belong together; write `.{{0,80}}` or the like"
    if any(_holds(inner, _is_nested) for inner in parts):
        yield f"'{text}' repeats a repeat, which may take for ever; bound the outer one or write one set"


def _is_gap(part: Part) -> bool:
    """True for `.*` and what is nearly that wide: it takes letters and spaces alike."""
    if not isinstance(part, Repeat) or part.most is not None or not isinstance(part.part, Chars):
        return False
    allowed = part.part.allowed
    return 0x20 in allowed and len(allowed & WORD) >= _NEARLY_ALL_OF_WORD


def _is_nested(part: Part) -> bool:
    """True for `(a+)+` and `(a+b?)+`: nothing in the inner part tells where a round ends."""
    if not isinstance(part, Repeat) or part.most is not None:
        return False
    inner = part.part.parts if isinstance(part.part, Sequence) else (part.part,)
    return any(
        isinstance(one, Repeat)
        and one.most is None
        and all(can_be_empty(other) or _overlaps(other, one) for other in inner if other is not one)
        for one in inner
    )


def _overlaps(one: Part, other: Part) -> bool:
    return bool(_first_bytes(one) & _first_bytes(other))


def _first_bytes(part: Part) -> frozenset[int]:
    match part:
        case Chars(allowed):
            return allowed
        case Sequence(parts):
            return _first_bytes(parts[0]) if parts else frozenset()
        case Choice(branches):
            return frozenset().union(*(_first_bytes(branch) for branch in branches))
        case Repeat(inner, _, _):
            return _first_bytes(inner)
    return frozenset()


def _holds(part: Part, claim: Callable[[Part], bool]) -> bool:
    if claim(part):
        return True
    match part:
        case Sequence(parts) | Choice(parts):
            return any(_holds(inner, claim) for inner in parts)
        case Repeat(inner, _, _) | Look(inner):
            return _holds(inner, claim)
    return False


def _lint_speed(rule: Rule) -> Iterator[str]:
    line = find_slow_line(rule)
    if line is not None:
        shown = line if len(line) <= _SHOWN_BYTES else line[:_SHOWN_BYTES] + b"..."
        yield (
            f"takes more than {BUDGET_SECONDS * 1000:.0f} ms for a line of {len(line):,} bytes such as "
            f"{shown.decode('ascii', 'backslashreplace')!r}; bound its repeats more tightly"
        )


def _read(text: str) -> Pattern | None:
    """None for what only `regex` can read; such a rule has `keywords`, and its speed is measured."""
    try:
        return read_pattern(text)
    except PatternError:
        return None
