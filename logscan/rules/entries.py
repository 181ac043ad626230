"""One mapping of a YAML document, read key by key; it notes every problem at its place and never stops."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import TypeVar

from logscan.times import read_setting
from logscan.yamlfile import Document, Plain, Step

_MARK = re.compile(r":([0-9]+):([0-9]+): ")
_T = TypeVar("_T")
_MOST_NAMED = 24


class Entry:
    """A mapping with the place where it stands; all entries of a document share one list of problems."""

    def __init__(
        self, document: Document, path: tuple[Step, ...], values: Mapping[str, Plain], problems: list[str]
    ) -> None:
        self.document = document
        self.path = path
        self.values = values
        self.problems = problems

    def complain(self, what: str, right: str, *at: Step, of_key: bool = False, offset: int = 0) -> None:
        """Note a problem with this mapping, or with what stands at `at` inside it."""
        place = self.document.place((*self.path, *at), key=of_key, offset=offset)
        self.problems.append(f"{place}: {what}; {right}")

    def refuse_unknown(self, known: Collection[str]) -> None:
        for key in self.values:
            if key not in known:
                self.complain(f"unknown key {key!r}", suggest(key, known), key, of_key=True)

    def enter(self, key: str) -> Entry | None:
        """The mapping under a key."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.complain(f"{key} is not a mapping", "write `key: value` pairs", key)
            return None
        return Entry(self.document, (*self.path, key), value, self.problems)

    def read_text(self, key: str) -> str | None:
        """A text that is not empty."""
        value = self.values.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if key in self.values:
            self.complain(f"{key} is {describe_value(value)}", "write text, in quotes", key)
        return None

    def read_required(self, key: str) -> str | None:
        if key not in self.values:
            self.complain(f"no {key}", f"add `{key}: …`")
        return self.read_text(key)

    def read_texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text stands for a list of it."""
        value = self.values.get(key)
        if isinstance(value, str) and value:
            return (value,)
        if not isinstance(value, list):
            if key in self.values:
                self.complain(f"{key} is {describe_value(value)}", "write a list of texts: ['…', '…']", key)
            return ()
        if not value:
            self.complain(f"{key} is an empty list", "leave it out, or write what belongs in it", key)
        texts = []
        for i, item in enumerate(value):
            if isinstance(item, str) and item:
                texts.append(item)
            else:
                self.complain(f"{key}[{i}] is {describe_value(item)}", "write text, in quotes", key, i)
        return tuple(texts)

    def read_word(self, key: str, words: Mapping[str, _T], default: _T) -> _T:
        """One of a few words."""
        value = self.values.get(key)
        if isinstance(value, str) and value in words:
            return words[value]
        if key in self.values:
            what = repr(value) if isinstance(value, str) else describe_value(value)
            self.complain(f"{key} is {what}", suggest(str(value), words), key)
        return default

    def read_flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.complain(f"{key} is {describe_value(value)}", "write true or false", key)
        return value is True

    def read_count(self, key: str, default: int) -> int:
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1_000_000:
            self.complain(f"{key} is {describe_value(value)}", "write a whole number from 1 to 1000000", key)
            return default
        return value

    def read_duration(self, key: str, default: timedelta) -> timedelta:
        if key not in self.values:
            return default
        value = self.values[key]
        duration = read_setting(value) if isinstance(value, str) else None
        if duration is not None:
            return duration
        self.complain(
            f"{key} is {describe_value(value)}", "write a number and a unit, such as 30s, 15m or 2h", key
        )
        return default


def sort_problems(problems: Iterable[str], name: str) -> list[str]:
    """Problems of one file in the order of their places."""

    def find_mark(problem: str) -> tuple[int, int]:
        found = _MARK.match(problem, len(name))
        return (int(found[1]), int(found[2])) if found else (0, 0)

    return sorted(problems, key=find_mark)


def suggest(word: str, known: Collection[str]) -> str:
    """What would be right: the word that was probably meant, or all there are."""
    near = difflib.get_close_matches(word, known, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    named = list(known)[:_MOST_NAMED]
    more = f" and {len(known) - len(named)} more" if len(known) > len(named) else ""
    return "there are " + ", ".join(named) + more


def describe_value(value: Plain) -> str:
    """A value as messages name it."""
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return repr(value) if not isinstance(value, bool) else str(value).lower()
