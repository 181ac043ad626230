"""Expressions found on a line → the rules to ask about it; it asks none of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from logscan.rarity import Row
from logscan.scanner.expressions import Expressions, Question

_MOST_REMEMBERED = 1 << 13  # lines of one form hold the same expressions


class _Raised(NamedTuple):
    """A pattern to ask about a line that holds a text of each row; None stands for all of the rule."""

    rule: int
    pattern: int | None
    rows: list[Row]


class Questions:
    """Which rules some expressions raise, less those that cannot fit; one serves many threads."""

    def __init__(self, expressions: Expressions) -> None:
        self._expressions = expressions
        self._raised: dict[frozenset[int], list[_Raised]] = {}

    def list_open(self, lowered: bytes, found: Iterable[int]) -> dict[int, list[int]]:
        """The rules to ask, and which of their patterns, less what cannot fit for want of a literal."""
        asked: dict[int, list[int]] = {}
        for rule, pattern, rows in self._list_raised(frozenset(found)):
            for row in rows:
                for text in row:
                    if text in lowered:
                        break
                else:
                    break
            else:
                patterns = asked.setdefault(rule, [])
                if pattern is not None and pattern not in patterns:
                    patterns.append(pattern)
        return asked

    def _list_raised(self, found: frozenset[int]) -> list[_Raised]:
        """In the order of rules and patterns."""
        raised = self._raised.get(found)
        if raised is None:
            origins, questions = self._expressions.origins, self._expressions.questions
            real = [expression for expression in found if expression < len(origins)]  # the others are decoys
            numbers = sorted({number for expression in real for number in origins[expression]})
            raised = [one for number in numbers for one in self._raise(questions[number], found)]
            if len(self._raised) < _MOST_REMEMBERED:
                self._raised[found] = raised
        return raised

    def _raise(self, question: Question, found: frozenset[int]) -> Iterable[_Raised]:
        """Nothing where a need is not met by what was found."""
        needs = [self._expressions.needs[number] for number in question.needs]
        if any(need.found and found.isdisjoint(need.found) for need in needs):
            return ()
        return (_Raised(question.rule, question.pattern, [need.texts for need in needs if need.texts]),)
