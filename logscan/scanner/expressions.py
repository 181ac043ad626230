"""Rules → what Hyperscan looks for on their behalf, remembered from run to run; it scans nothing.

Stems are looked for everywhere; on a line that holds one, the first expressions are: a short plain text for each that
nearly every pattern has and few lines hold. A pattern of everyday words only has none; after one of those, the close
expressions are looked for on that line, and tell which of such patterns have something of all that they need. What else
a pattern needs stands beside it, to be asked before `regex` is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from logscan.caches import Cache, digest_code
from logscan.errors import ConfigError
from logscan.literals import drop_longer, list_rows
from logscan.model import Rule
from logscan.prefilters import choose_rarest, write_literals, write_prefilter
from logscan.rarity import Row, choose_seldom, choose_words, guess_share
from logscan.scanner.stems import choose_stems, have_stems
from logscan.syntax import Pattern, read_pattern

# The code that decides what is written; its text stands for the version.
_WRITERS = (
    "literals.py",
    "parts.py",
    "prefilters.py",
    "rarity.py",
    "syntax.py",
    "scanner/expressions.py",
    "scanner/stems.py",
)
_MOST_NEEDS = 5
_MOST_NEED = 0.6  # the share of lines with what is worth asking for
_MOST_NEAR = 0.25  # the share of lines with what is worth looking for beside a common word
_MOST_NEAR_NEEDS = 2
_RARE = 0.004  # the share of lines up to which a pattern may be asked about by itself
_MANY = 600  # so many first expressions are found more slowly than the stems of them
_COMMON = 0.11  # the share from which on the pattern itself is looked for


class Question(NamedTuple):
    """A pattern that may fit a line once its expression was found there."""

    rule: int
    pattern: int | None  # of the rule's `any`; None where it stands for all of the rule
    needs: tuple[int, ...]  # the needs that must be met on the line, too


class Need(NamedTuple):
    """One of these expressions must be found, where there are any; or else one of the texts must be there."""

    found: list[int]
    texts: Row


class Expressions(NamedTuple):
    """Each once. They have one row of numbers, in which the close ones follow the first."""

    first: list[bytes]
    close: list[bytes]
    stems: list[bytes]  # none where the first ones are so few that these are looked for everywhere
    common: list[int]  # the first ones beside which the close ones are looked for
    origins: list[list[int]]  # the questions which each raises; rules often look for the same
    questions: list[Question]
    needs: list[Need]


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
    rows: tuple[Row, ...] = ()  # all that are known
    expression: bytes | None = None  # what is looked for in place of a key that says too little

    @property
    def is_rare(self) -> bool:
        return guess_share(self.key) <= _RARE


def _write_all(rules: Sequence[Rule]) -> Expressions:
    wanted = [one for i, rule in enumerate(rules) for one in _list_wanted(i, rule)]
    sheet = _Sheet(wanted)
    for one in wanted:
        sheet.ask(one)
    written = sheet.write()
    return written if len(written.first) < _MANY else written._replace(stems=_write_stems(wanted))


def _write_stems(wanted: Sequence[_Wanted]) -> list[bytes]:
    """What is to be found everywhere: stems, and as a whole what has none."""
    whole = {one.expression: None for one in wanted if one.expression and not have_stems(one.rows)}
    stems = choose_stems([one.rows or (one.key,) for one in wanted if one.expression not in whole])
    return [*(write_literals([stem]) for stem in stems), *whole]


class _Sheet:
    """Numbers what is looked for."""

    def __init__(self, wanted: Sequence[_Wanted]) -> None:
        self._words = choose_words(one.key for one in wanted)
        self._first, self._close, self._needs = _Numbers(), _Numbers(), _Numbers()
        self._first_raise: dict[int, list[int]] = {}
        self._close_raise: dict[int, list[int]] = {}
        self._questions = _Numbers()
        common = (self._words[text] for one in wanted if not one.is_rare for text in one.key)
        self._common = [self._first[write_literals([word])] for word in drop_longer(common)]

    def ask(self, one: _Wanted) -> None:
        """Note what raises a question, and what it needs beside that."""
        if one.expression:
            self._raise_first(one.expression, one, one.needs)
        elif one.is_rare:
            by_word: dict[bytes, list[bytes]] = {}
            for text in one.key:
                by_word.setdefault(self._words[text], []).append(text)
            for word, texts in by_word.items():
                whole = () if word in texts else (tuple(texts),)  # only a part of them was looked for
                self._raise_first(write_literals([word]), one, (*whole, *one.needs))
        else:
            near = [row for row in one.needs if guess_share(row) <= _MOST_NEAR][:_MOST_NEAR_NEEDS]
            needs = tuple(self._needs[row in near, row] for row in one.needs)
            number = self._questions[Question(one.rule, one.pattern, needs)]
            for text in one.key:
                self._close_raise.setdefault(self._close[text], []).append(number)

    def _raise_first(self, expression: bytes, one: _Wanted, rows: Iterable[Row]) -> None:
        needs = tuple(self._needs[False, row] for row in rows)
        number = self._questions[Question(one.rule, one.pattern, needs)]
        self._first_raise.setdefault(self._first[expression], []).append(number)

    def write(self) -> Expressions:
        needs = [self._write_need(row, is_close=is_close) for is_close, row in self._needs]
        origins = [self._first_raise.get(number, []) for number in range(len(self._first))]
        origins += [self._close_raise.get(number, []) for number in range(len(self._close))]
        close = [write_literals([text]) for text in self._close]
        return Expressions(list(self._first), close, [], self._common, origins, list(self._questions), needs)

    def _write_need(self, row: Row, *, is_close: bool) -> Need:
        if not is_close:
            return Need([], row)
        return Need([len(self._first) + self._close[text] for text in row], ())


class _Numbers(dict[Any, int]):
    """Numbers things in the order in which they are first asked for."""

    def __missing__(self, thing: object) -> int:
        number = self[thing] = len(self)
        return number


def _list_wanted(number: int, rule: Rule) -> list[_Wanted]:
    if rule.keywords:
        return [_Wanted(number, None, tuple(word.encode().lower() for word in rule.keywords), ())]
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
    key = choose_seldom(rows)
    wanted = _Wanted(number, i, key, _list_needs(key, rows), rows)
    if key and guess_share(key) <= _COMMON:
        return wanted
    expression = write_prefilter(pattern, case_sensitive=rule.case_sensitive)
    if expression is None:
        raise ConfigError(f"{rule.place}: {rule.id}: {pattern.text!r} fits any line; give `keywords`")
    return wanted._replace(key=(), expression=expression)


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


def _write_key(rules: Sequence[Rule]) -> str:
    digest = hashlib.sha256(digest_code(_WRITERS))
    wanted = [(rule.any, rule.all, rule.keywords, rule.case_sensitive) for rule in rules]
    digest.update(json.dumps(wanted).encode())
    return f"expressions-{digest.hexdigest()[:40]}"


def _keep(written: Expressions) -> bytes:
    first, close, stems = ([text.decode("ascii") for text in texts] for texts in written[:3])
    needs = [[need.found, [text.decode("latin-1") for text in need.texts]] for need in written.needs]
    kept = [first, close, stems, written.common, written.origins, written.questions, needs]
    return json.dumps(kept, separators=(",", ":")).encode()


def _read_kept(kept: bytes) -> Expressions | None:
    try:
        first, close, stems, common, origins, questions, needs = json.loads(kept)
        read = Expressions(
            [text.encode() for text in first],
            [text.encode() for text in close],
            [text.encode() for text in stems],
            common,
            origins,
            [Question(rule, pattern, tuple(needed)) for rule, pattern, needed in questions],
            [Need(found, tuple([text.encode("latin-1") for text in texts])) for found, texts in needs],
        )
        return read if _is_whole(read) else None
    except (ValueError, TypeError, AttributeError):
        return None


def _is_whole(read: Expressions) -> bool:
    """True when every number is one of something."""
    in_reach = (
        (read.common, len(read.first)),
        ((number for numbers in read.origins for number in numbers), len(read.questions)),
        ((number for one in read.questions for number in one.needs), len(read.needs)),
        ((number for need in read.needs for number in need.found), len(read.origins)),
    )
    return len(read.origins) == len(read.first) + len(read.close) and all(
        0 <= number < length for numbers, length in in_reach for number in numbers
    )
