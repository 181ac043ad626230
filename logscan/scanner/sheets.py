"""What patterns want → numbered expressions, and the questions that each raises; it reads no rule and no line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from logscan.literals import drop_longer
from logscan.prefilters import write_literals, write_plainly, write_text
from logscan.rarity import Row, choose_words, guess_share
from logscan.scanner.expressions import Expressions, Need, Question
from logscan.scanner.wants import Want, Whole

_MOST_NEAR = 0.25  # the share of lines with what is worth looking for beside a common word
_MOST_NEAR_NEEDS = 2


class Sheet:
    """Numbers what is looked for."""

    def __init__(self, wants: Sequence[Want]) -> None:
        self._words = choose_words(want.key for want in wants)
        self._first, self._close, self._needs, self._questions = (_Numbers() for _ in range(4))
        self._first_raise: dict[int, list[int]] = {}
        self._close_raise: dict[int, list[int]] = {}
        common = (self._words[text] for want in wants if not want.is_rare for text in want.key)
        self._common = [self._first[text] for word in drop_longer(common) for text in write_plainly(word)]

    def ask(self, want: Want) -> None:
        """Note what raises a question, and what it needs beside that."""
        if want.expression:
            self._raise_first(want.expression, want, want.needs)
        elif want.is_rare:
            by_word: dict[bytes, list[bytes]] = {}
            for text in want.key:
                by_word.setdefault(self._words[text], []).append(text)
            for word, texts in by_word.items():
                # Where only a part of them is looked for, they are a need themselves.
                whole = () if word in texts and word.isascii() else (tuple(texts),)
                for expression in write_plainly(word):
                    self._raise_first(expression, want, (*whole, *want.needs))
        else:
            near = [row for row in want.needs if guess_share(row) <= _MOST_NEAR][:_MOST_NEAR_NEEDS]
            needs = [self._need_near(row) if row in near else self._need_text(row) for row in want.needs]
            self._raise_close(_write_each(want.key), want, needs)

    def spell(self, want: Want) -> None:
        """Note a question that its texts raise, as a whole and free of escapes."""
        for text in want.key:
            self._raise_first(write_text(text), want, want.needs)

    def sift(self, want: Want, whole: Whole | None) -> None:
        """Note a question that its patterns themselves raise."""
        needs = (want.key, *want.needs) if want.key else want.needs
        if whole is None:
            self._raise_first(want.expression or write_literals(want.key), want, needs)
            return
        shapes, *others = whole.patterns
        found = [self._needs[other, ()] for other in others]
        texts = () if whole.says_all else map(self._need_text, needs)
        self._raise_close(shapes, want, (*found, *texts))

    def _raise_first(self, expression: bytes, want: Want, rows: Iterable[Row]) -> None:
        number = self._number(want, map(self._need_text, rows))
        self._first_raise.setdefault(self._first[expression], []).append(number)

    def _raise_close(self, expressions: Iterable[bytes], want: Want, needs: Iterable[int]) -> None:
        number = self._number(want, needs)
        for expression in expressions:
            self._close_raise.setdefault(self._close[expression], []).append(number)

    def _number(self, want: Want, needs: Iterable[int]) -> int:
        return self._questions[Question(want.rule, want.pattern, tuple(needs))]

    def _need_text(self, row: Row) -> int:
        return self._needs[(), row]

    def _need_near(self, row: Row) -> int:
        return self._needs[_write_each(row), ()]

    def write(self) -> Expressions:
        """Everything, but for the stems of it."""
        behind = len(self._first)
        needs = [
            Need([behind + self._close[expression] for expression in found], texts)
            for found, texts in self._needs
        ]
        origins = [self._first_raise.get(number, []) for number in range(len(self._first))]
        origins += [self._close_raise.get(number, []) for number in range(len(self._close))]
        first, close = list(self._first), list(self._close)
        return Expressions(first, close, [], self._common, origins, list(self._questions), needs)


def _write_each(row: Row) -> tuple[bytes, ...]:
    return tuple(expression for text in row for expression in write_plainly(text))


class _Numbers(dict[Any, int]):
    """Numbers things in the order in which they are first asked for."""

    def __missing__(self, thing: object) -> int:
        number = self[thing] = len(self)
        return number
