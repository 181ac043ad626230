"""Rules → what Hyperscan looks for on their behalf, remembered from run to run; it scans nothing.

There are two lists. The close one says whose pattern may fit; the first one is so short that a gigabyte a second
is searched, and holds something of every line that a close expression stands on: nearly every pattern has a word
that tells of trouble or repair, and the others share the names of providers. What else a pattern needs on a line
stands beside it, to be asked before `regex` is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from logscan.caches import Cache
from logscan.errors import ConfigError
from logscan.literals import choose_row, drop_longer, list_rows
from logscan.model import Rule
from logscan.prefilters import choose_rarest, write_both, write_literals, write_prefilter
from logscan.rarity import TELLING, Row, choose_words, is_telling, weigh
from logscan.syntax import Pattern, read_pattern

# The code that decides what is written; its text stands for the version.
_WRITERS = ("literals.py", "parts.py", "prefilters.py", "rarity.py", "syntax.py", "scanner/expressions.py")
_PACKAGE = Path(__file__).parents[1]
_MOST_NEEDS = 3
_LEAST_NEED = 2  # the weight of what is worth asking for: shorter texts stand everywhere
_ROUGHLY_RARE = 4  # the weight of a literal that may be looked for everywhere


class Question(NamedTuple):
    """A pattern that may fit a line once its expression was found there."""

    rule: int
    pattern: int | None  # of the rule's `any`; None where it stands for all of the rule
    needs: tuple[int, ...]  # the needs that must be met on the line, too
    exactly: Row  # where words were looked for: the texts of which one must be in the line


class Expressions(NamedTuple):
    """Each once, and for the close ones which questions they raise; rules often look for the same."""

    first: list[bytes]
    close: list[bytes]
    origins: list[list[int]]
    questions: list[Question]
    needs: list[frozenset[int]]  # close expressions, of which one must be found


def list_expressions(rules: Sequence[Rule], cache: Cache | None) -> Expressions:
    """Write every expression, or take them from the cache: to write those of 500 rules takes a second."""
    if cache is None:
        return _write_all(rules)
    key = _write_key(rules)
    kept = cache.read(key)
    known = _read_kept(kept) if kept is not None else None
    if known is not None:
        return known
    written = _write_all(rules)
    cache.write(key, _keep(written))
    return written


class _Wanted(NamedTuple):
    """A question, and the literals that raise it: one stands in every line about which it must be asked."""

    rule: int
    pattern: int | None
    key: Row
    needs: tuple[Row, ...]
    first: tuple[bytes, ...] | None  # what is looked for everywhere; None: a telling word, nothing: the key


def _write_all(rules: Sequence[Rule]) -> Expressions:
    wanted = [one for i, rule in enumerate(rules) for one in _list_wanted(i, rule)]
    words = choose_words(row for one in wanted for row in (one.key, *one.needs))
    texts = {word: write_literals([word]) for word in set(words.values())}
    close = _Numbers()
    needs = _Numbers()
    origins: dict[int, list[int]] = {}
    questions = []
    for number, one in enumerate(wanted):
        sought = [texts[words[text]] for text in one.key] or one.first or ()
        for text in dict.fromkeys(sought):
            origins.setdefault(close[text], []).append(number)
        rows = [frozenset(close[texts[words[text]]] for text in row) for row in one.needs]
        exactly = one.key if any(words[text] != text for text in one.key) else ()
        questions.append(Question(one.rule, one.pattern, tuple(needs[row] for row in rows), exactly))
    rare = (words[text] for one in wanted if one.first == () for text in one.key)
    first = [write_literals([word]) for word in drop_longer([*TELLING, *rare])]
    first += [text for one in wanted for text in one.first or ()]
    raised = [origins.get(number, []) for number in range(len(close))]
    return Expressions(list(dict.fromkeys(first)), list(close), raised, questions, list(needs))


class _Numbers(dict[Any, int]):
    """Numbers things in the order in which they are first asked for."""

    def __missing__(self, thing: object) -> int:
        number = self[thing] = len(self)
        return number


def _list_wanted(number: int, rule: Rule) -> list[_Wanted]:
    if rule.keywords:
        row = tuple(word.encode().lower() for word in rule.keywords)
        return [_Wanted(number, None, row, (), first=None if is_telling(row) else ())]
    if rule.all:
        patterns = [read_pattern(text) for text in rule.all]
        rows = [row for pattern in patterns for row in list_rows(pattern.part)]
        return [_want(number, None, rule, choose_rarest(patterns), rows)]
    return [
        _want(number, i, rule, pattern, list_rows(pattern.part))
        for i, pattern in enumerate(map(read_pattern, rule.any))
    ]


def _want(number: int, i: int | None, rule: Rule, pattern: Pattern, rows: Iterable[Row]) -> _Wanted:
    rows = tuple(rows)
    key = choose_row(rows)
    wanted = _Wanted(number, i, key, _list_needs(rows), first=None)
    if any(map(is_telling, rows)):
        return wanted
    if key and min(map(weigh, key)) >= _ROUGHLY_RARE:
        return wanted._replace(first=())
    other = next((row for row in wanted.needs if not _share_text(key, row)), ())
    if other:
        return wanted._replace(first=(write_both(key, other),))
    expression = write_prefilter(pattern, case_sensitive=rule.case_sensitive)
    if expression is None:
        raise ConfigError(f"{rule.place}: {rule.id}: {pattern.text!r} fits any line; give `keywords`")
    return wanted._replace(key=(), needs=(), first=(expression,))


def _list_needs(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """What says more than the row that is looked for."""
    kept = [choose_row(rows)]
    for row in sorted(rows, key=lambda row: (min(map(weigh, row)), -len(row)), reverse=True):
        if min(map(weigh, row)) < _LEAST_NEED:
            break
        if len(kept) <= _MOST_NEEDS and not any(_implies(other, row) for other in kept):
            kept.append(row)
    return tuple(kept[1:])


def _implies(row: Row, other: Row) -> bool:
    """True when a line that holds one of the first holds one of the second, too."""
    return all(any(part in text for part in other) for text in row)


def _share_text(row: Row, other: Row) -> bool:
    """True when one text may be of both, so that to look for both says no more."""
    return any(one in two or two in one for one in row for two in other)


def _write_key(rules: Sequence[Rule]) -> str:
    digest = hashlib.sha256()
    for name in _WRITERS:
        digest.update((_PACKAGE / name).read_bytes())
    wanted = [(rule.any, rule.all, rule.keywords, rule.case_sensitive) for rule in rules]
    digest.update(json.dumps(wanted).encode())
    return f"expressions-{digest.hexdigest()[:40]}"


def _keep(written: Expressions) -> bytes:
    first, close = ([text.decode("ascii") for text in texts] for texts in written[:2])
    questions = [(*one[:3], [text.decode("latin-1") for text in one.exactly]) for one in written.questions]
    needs = [sorted(need) for need in written.needs]
    return json.dumps([first, close, written.origins, questions, needs], separators=(",", ":")).encode()


def _read_kept(kept: bytes) -> Expressions | None:
    try:
        first, close, origins, questions, needs = json.loads(kept)
        asked = [
            Question(rule, pattern, tuple(needed), tuple(text.encode("latin-1") for text in exactly))
            for rule, pattern, needed, exactly in questions
        ]
        if not _is_whole(len(close), origins, asked, needs):
            return None
        texts = [[text.encode() for text in list_] for list_ in (first, close)]
        return Expressions(texts[0], texts[1], origins, asked, [frozenset(need) for need in needs])
    except (ValueError, TypeError, AttributeError):
        return None


def _is_whole(
    close: int, origins: list[list[int]], questions: list[Question], needs: list[list[int]]
) -> bool:
    """True when every number is one of something."""
    raised = (number for numbers in origins for number in numbers)
    needed = (number for one in questions for number in one.needs)
    sought = (number for need in needs for number in need)
    in_reach = ((raised, len(questions)), (needed, len(needs)), (sought, close))
    return len(origins) == close and all(
        0 <= number < length for numbers, length in in_reach for number in numbers
    )
