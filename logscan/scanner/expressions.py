"""Rules → what Hyperscan looks for on their behalf, remembered from run to run; it scans nothing.

There are two lists. The close one says whose pattern may fit; the first one is so short that half a gigabyte a
second is searched, and holds something of every line that a close expression stands on: nearly every pattern has a
word that tells of trouble or repair, and the others a name or another word that is seldom seen. What else a pattern
needs on a line stands beside it, to be asked before `regex` is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from logscan.caches import Cache
from logscan.errors import ConfigError
from logscan.literals import choose_row, drop_longer, list_rows
from logscan.model import Rule
from logscan.prefilters import choose_rarest, write_both, write_literals, write_prefilter
from logscan.rarity import TELLING, Row, choose_words, is_seldom, is_telling, weigh
from logscan.syntax import Pattern, read_pattern

# The code that decides what is written; its text stands for the version.
_WRITERS = ("literals.py", "parts.py", "prefilters.py", "rarity.py", "syntax.py", "scanner/expressions.py")
_PACKAGE = Path(__file__).parents[1]
_MOST_NEEDS = 5
_LEAST_NEED = 2  # the weight of what is worth asking for: shorter texts stand everywhere


# Close expressions, of which one must be found; where that looks for a word only, one of these texts must be there.
Need = dict[int, Row]


class Question(NamedTuple):
    """A pattern that may fit a line once its expression was found there."""

    rule: int
    pattern: int | None  # of the rule's `any`; None where it stands for all of the rule
    needs: tuple[int, ...]  # the needs that must be met on the line, too


class Expressions(NamedTuple):
    """Each once, and for the close ones which questions they raise; rules often look for the same."""

    first: list[bytes]
    close: list[bytes]
    origins: list[list[int]]
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
    first: Row = ()  # what is looked for everywhere; nothing: a telling word
    expression: bytes | None = None  # the same where no text is seldom enough


def _write_all(rules: Sequence[Rule]) -> Expressions:
    wanted = [one for i, rule in enumerate(rules) for one in _list_wanted(i, rule)]
    words = choose_words(row for one in wanted for row in (one.key, one.first, *one.needs))
    texts = {word: write_literals([word]) for word in set(words.values())}
    close = _Numbers()
    needs = _Numbers()
    origins: dict[int, list[int]] = {}
    questions = []
    for number, one in enumerate(wanted):
        sought = [texts[words[text]] for text in one.key]
        for text in dict.fromkeys(sought or filter(None, [one.expression])):
            origins.setdefault(close[text], []).append(number)
        needed = (one.key, *one.needs) if any(words[text] != text for text in one.key) else one.needs
        questions.append(Question(one.rule, one.pattern, tuple(needs[row] for row in needed)))
    seldom = (words[text] for one in wanted for text in one.first)
    first = [write_literals([word]) for word in drop_longer([*TELLING, *seldom])]
    first += [one.expression for one in wanted if one.expression]
    rows = [_sort_texts(row, {text: close[texts[words[text]]] for text in row}, words) for row in needs]
    raised = [origins.get(number, []) for number in range(len(close))]
    return Expressions(list(dict.fromkeys(first)), list(close), raised, questions, rows)


def _sort_texts(row: Row, numbers: Mapping[bytes, int], words: Mapping[bytes, bytes]) -> Need:
    need: dict[int, list[bytes]] = {}
    for text in row:
        need.setdefault(numbers[text], []).append(text)
    whole = {numbers[text] for text in row if words[text] == text}
    return {number: () if number in whole else tuple(texts) for number, texts in need.items()}


class _Numbers(dict[Any, int]):
    """Numbers things in the order in which they are first asked for."""

    def __missing__(self, thing: object) -> int:
        number = self[thing] = len(self)
        return number


def _list_wanted(number: int, rule: Rule) -> list[_Wanted]:
    if rule.keywords:
        row = tuple(word.encode().lower() for word in rule.keywords)
        return [_Wanted(number, None, row, (), first=() if is_telling(row) else row)]
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
    wanted = _Wanted(number, i, key, _list_needs(rows))
    if any(map(is_telling, rows)):
        return wanted
    seldom = [row for row in rows if is_seldom(row)]
    if seldom:
        return wanted._replace(first=choose_row(seldom))
    other = next((row for row in wanted.needs if not _share_text(key, row)), ())
    if other:
        return wanted._replace(expression=write_both(key, other))
    expression = write_prefilter(pattern, case_sensitive=rule.case_sensitive)
    if expression is None:
        raise ConfigError(f"{rule.place}: {rule.id}: {pattern.text!r} fits any line; give `keywords`")
    return wanted._replace(key=(), needs=(), expression=expression)


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
    needs = [
        [[number, [text.decode("latin-1") for text in texts]] for number, texts in need.items()]
        for need in written.needs
    ]
    return json.dumps(
        [first, close, written.origins, written.questions, needs], separators=(",", ":")
    ).encode()


def _read_kept(kept: bytes) -> Expressions | None:
    try:
        first, close, origins, questions, needs = json.loads(kept)
        asked = [Question(rule, pattern, tuple(needed)) for rule, pattern, needed in questions]
        if not _is_whole(len(close), origins, asked, needs):
            return None
        texts = [[text.encode() for text in list_] for list_ in (first, close)]
        return Expressions(texts[0], texts[1], origins, asked, [_read_need(need) for need in needs])
    except (ValueError, TypeError, AttributeError):
        return None


def _read_need(kept: list[tuple[int, list[str]]]) -> Need:
    return {number: tuple([text.encode("latin-1") for text in texts]) for number, texts in kept}


def _is_whole(
    close: int,
    origins: list[list[int]],
    questions: list[Question],
    needs: list[list[tuple[int, list[str]]]],
) -> bool:
    """True when every number is one of something."""
    raised = (number for numbers in origins for number in numbers)
    needed = (number for one in questions for number in one.needs)
    sought = (number for need in needs for number, _ in need)
    in_reach = ((raised, len(questions)), (needed, len(needs)), (sought, close))
    return len(origins) == close and all(
        0 <= number < length for numbers, length in in_reach for number in numbers
    )
