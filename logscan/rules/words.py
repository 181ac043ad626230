"""Lists of words that patterns share, and how a pattern says `(?&name)` for one; it compiles and matches nothing.

`(?&name)` is how `regex` calls a group that stands elsewhere, so that it can mean nothing else in a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from logscan.model import WordList
from logscan.rules.entries import Entry, suggest
from logscan.yamlfile import Document, Step

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CALL = re.compile(rf"\(\?&({_NAME.pattern})\)")
_MOST_CHARS = 20_000  # of one list written out: a pattern of many lists has to be compiled, too


class Check(Protocol):
    """Notes what is wrong with a pattern, at its place."""

    def __call__(self, entry: Entry, text: str, *at: Step) -> object: ...


class Words:
    """The lists that patterns may name; it remembers which of them were."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = dict(texts)
        self.used: set[str] = set()

    def write_out(self, entry: Entry, text: str, *at: Step) -> str:
        """The pattern with every list in its place; a name that stands for none is noted."""

        def replace(call: re.Match[str]) -> str:
            name = call[1]
            self.used.add(name)
            if name in self.texts or _defines(text, name):
                return self.texts.get(name, call[0])
            right = suggest(name, self.texts) if self.texts else "write them under `words:`"
            entry.complain(f"there are no words called {name!r}", right, *at, offset=call.start())
            return "x" * len(call[0])  # which nothing else is said of

        return _CALL.sub(replace, text) if "(?&" in text else text

    def find_place(self, text: str, position: int) -> int:
        """Where in the pattern as it is written stands what is at `position` in the one written out."""
        shift = 0  # by how much what was written out so far is longer
        for call in _CALL.finditer(text):
            start, length = call.start() + shift, len(self.texts.get(call[1], call[0]))
            if position < start:
                break
            if position < start + length:
                return call.start()
            shift += length - len(call[0])
        return max(0, position - shift)

    def list_named(self, texts: Iterable[str]) -> tuple[WordList, ...]:
        """The lists that patterns name."""
        names = dict.fromkeys(name for text in texts for name in _CALL.findall(text))
        return tuple(WordList(name, self.texts[name]) for name in names if name in self.texts)


def read_words(entry: Entry | None, shared: Mapping[str, str], check: Check | None = None) -> Words:
    """Read the lists of a section; one may name those above it."""
    words = Words(shared)
    if entry is None:
        return words
    for name in entry.values:
        if not _NAME.fullmatch(name):
            entry.complain(f"words called {name!r}", "write small letters, digits and `_`", name, of_key=True)
            continue
        listed = isinstance(entry.values[name], list)
        texts = []
        for i, written in enumerate(entry.read_texts(name)):
            at = (name, i) if listed else (name,)
            texts.append(words.write_out(entry, written, *at))
            if check is not None:
                check(entry, texts[-1], *at)
        words.texts[name] = f"(?:{'|'.join(texts)})"
        if len(words.texts[name]) > _MOST_CHARS:
            what = f"the words {name!r} have {len(words.texts[name]):,} characters"
            entry.complain(what, f"write at most {_MOST_CHARS:,}", name, of_key=True)
    return words


def refuse_unused(entry: Entry | None, words: Words) -> None:
    """Note the lists of a section which no pattern names; to be asked when all patterns were read."""
    if entry is None:
        return
    for name in entry.values:
        if _NAME.fullmatch(name) and name not in words.used:
            right = f"write (?&{name}) in a pattern, or take them out"
            entry.complain(f"no pattern names the words {name!r}", right, name, of_key=True)


def read_shared_words(document: Document) -> tuple[dict[str, str], tuple[str, ...]]:
    """The lists of a file that holds nothing else, and what is wrong with it."""
    problems = list(document.problems)
    values = document.value if isinstance(document.value, dict) else {}
    entry = Entry(document, (), values, problems)
    entry.refuse_unknown(("words",))
    return read_words(entry.enter("words"), {}).texts, tuple(problems)


def fold_words(text: str, words: Iterable[WordList]) -> str:
    """A pattern with the names again, for people: the longest lists first, since one may hold another."""
    for name, written_out in sorted(words, key=lambda words: -len(words.text)):
        text = text.replace(written_out, f"(?&{name})")
    return text


def _defines(text: str, name: str) -> bool:
    """A pattern may call a group of its own."""
    return f"(?P<{name}>" in text or f"(?<{name}>" in text
