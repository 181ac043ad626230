"""Looks for whole patterns on the lines that hold a stem, so that hardly one is asked about in vain; it knows no rule."""

from __future__ import annotations

import re
from collections.abc import Sequence

from logscan.caches import Cache
from logscan.normalize import undo_escapes
from logscan.scanner.expressions import Expressions
from logscan.scanner.places import End, Line, copy_lines, group_found, list_found, list_lines
from logscan.scanner.searches import Seeker

_PART = 60  # so many patterns are compiled at once, in half a second
_BYTES_A_STEM = 250  # with more stems than that, nearly every line holds one
_BYTES_A_BACKSLASH = 1_000
_SAMPLE = 16  # the part of a text that stands for all of it
_BACKSLASH = re.compile(rb"\\")


class Sieve:
    """Finds what a search finds, and of lines with everyday words only those that some pattern fits, or nearly so."""

    def __init__(self, stems: Seeker, expressions: Expressions, cache: Cache | None) -> None:
        self.stems = stems
        first, wholes = expressions.first, expressions.close
        self._raising = frozenset(number for number, raised in enumerate(expressions.origins) if raised)
        self._parts = [(0, Seeker(first, cache))]
        self._parts += [
            (len(first) + i, Seeker(wholes[i : i + _PART], cache)) for i in range(0, len(wholes), _PART)
        ]

    @property
    def parts(self) -> list[Seeker]:
        """What must be ready before it can be used."""
        return [part for _, part in self._parts]

    def find_lines(self, text: bytearray, start: int, end: int) -> dict[Line, set[int]]:
        """The lines on which something was found that raises a question, with the expressions."""
        isdisjoint = self._raising.isdisjoint
        found = self._find_lines(text, start, end)
        return {line: expressions for line, expressions in found.items() if not isdisjoint(expressions)}

    def _find_lines(self, text: bytearray, start: int, end: int) -> dict[Line, set[int]]:
        sample_end = start + (end - start) // _SAMPLE
        sample = self.stems.find_places(text, start, sample_end)
        if len(sample) * _BYTES_A_STEM > sample_end - start:
            return self._find_everywhere(text, start, end)
        return self._find_on(list_found(self.stems.find_places(text, start, end), text, start, end), text)

    def _find_everywhere(self, text: bytearray, start: int, end: int) -> dict[Line, set[int]]:
        """Where stems spare nothing: in the text as it lies, and in lines with escapes once more."""
        escapes = text.count(b"\\", start, end)
        if escapes * _BYTES_A_BACKSLASH > end - start:
            return self._find_on(list_lines(text, start, end), text)
        found = group_found(self._find(text, start, end), text, start, end)
        if escapes:
            places = (place.end() for place in _BACKSLASH.finditer(text, start, end))
            for line, expressions in self._find_on(list_found(places, text, start, end), text).items():
                found.setdefault(line, set()).update(expressions)
        return found

    def _find_on(self, lines: Sequence[Line], text: bytearray) -> dict[Line, set[int]]:
        """On some lines, with their escapes undone."""
        if not lines:
            return {}
        copy, origins = copy_lines(text, lines, undo_escapes)
        found = group_found(self._find(copy, 0, len(copy)), copy, 0, len(copy))
        return {origins[line.start]: expressions for line, expressions in found.items()}

    def _find(self, text: bytearray, start: int, end: int) -> list[End]:
        ends = [
            (at, behind + number)
            for behind, part in self._parts
            for at, number in part.find(text, start, end)
        ]
        ends.sort()
        return ends
