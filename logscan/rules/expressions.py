"""A rule's patterns, keywords and fields, checked as both engines will read them; it matches no line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from logscan.errors import PatternError
from logscan.model import WordList
from logscan.prefilters import choose_rarest, write_keyword, write_prefilter
from logscan.rules.compiling import compile_pattern
from logscan.rules.entries import Entry
from logscan.rules.words import Words
from logscan.syntax import Pattern, read_pattern

if TYPE_CHECKING:
    from logscan.rules.compiling import Compiled

_FEWEST_KEYWORD_BYTES = 3
_FIELD = re.compile(r"[a-z_][a-z0-9_]{0,39}")
_GROUP = re.compile(r"\(\?P?<([a-z_]\w*)>", re.IGNORECASE)


class Expressions(NamedTuple):
    """What decides whether a rule fits, and what it captures."""

    any: tuple[str, ...]
    all: tuple[str, ...]
    none: tuple[str, ...]
    keywords: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    case_sensitive: bool
    captures: frozenset[str]
    words: tuple[WordList, ...]


def read_expressions(entry: Entry, words: Words, *, proven: bool = False) -> Expressions:
    """Read and check all of them; a broken one is noted and read past. Proven ones are only read."""
    reader = _Believer(entry, words) if proven else _Reader(entry, words)
    wanted = {key: reader.read_wanted(key) for key in ("any", "all")}
    if ("any" in entry.values) == ("all" in entry.values):
        what = "both any and all" if "any" in entry.values else "neither any nor all"
        entry.complain(what, "write `any:` (one must fit) or `all:` (each must fit)")
    none = reader.read_texts("none")
    for i, text in enumerate(none):
        reader.compile(text, "none", i)
    fields = reader.read_fields()
    return Expressions(
        any=wanted["any"],
        all=wanted["all"],
        none=none,
        keywords=reader.keywords,
        fields=fields,
        case_sensitive=reader.case_sensitive,
        captures=frozenset(reader.captures | {name for name, _ in fields}),
        words=words.list_named(reader.written.values()),
    )


def check_pattern(
    entry: Entry,
    text: str,
    *at: str | int,
    case_sensitive: bool = False,
    find_place: Callable[[int], int] = int,
) -> Compiled | None:
    """Compile a pattern as it will be matched; what is wrong with it is noted at its place."""
    import regex

    try:
        return compile_pattern(text, case_sensitive=case_sensitive)
    except regex.error as error:
        at_byte = getattr(error, "pos", None) or 0
        position = len(text.encode()[:at_byte].decode(errors="ignore"))
        what = f"{getattr(error, 'msg', error)} in the pattern"
        entry.complain(what, "see the syntax of `regex`", *at, offset=find_place(position))
        return None


class _Reader:
    """Checks one rule's expressions in turn."""

    def __init__(self, entry: Entry, words: Words) -> None:
        self._entry = entry
        self._words = words
        self.written: dict[tuple[str | int, ...], str] = {}  # the patterns as they stand in the file
        self.case_sensitive = entry.read_flag("case_sensitive")
        self.keywords = self._read_keywords()
        self.captures: set[str] = set()

    def read_texts(self, key: str) -> tuple[str, ...]:
        """The patterns under a key, with every list of words in its place."""
        return tuple(self._write_out(text, key, i) for i, text in enumerate(self._entry.read_texts(key)))

    def read_wanted(self, key: str) -> tuple[str, ...]:
        """The patterns under `any` or `all`, each of which Hyperscan has to look for, too."""
        texts = self.read_texts(key)
        patterns = [self._check_wanted(text, key, i) for i, text in enumerate(texts)]
        if self.keywords:
            return texts
        known = [(i, pattern) for i, pattern in enumerate(patterns) if pattern is not None]
        if key == "all" and known:  # the scanner looks for one of them only: the one it can find best
            rarest = choose_rarest(pattern for _, pattern in known)
            known = [next(item for item in known if item[1] is rarest)]
        for i, pattern in known:
            expression = write_prefilter(pattern, case_sensitive=self.case_sensitive)
            if expression is None:
                right = "make something in it obligatory, or give `keywords`"
                self._complain("a pattern that fits any line", right, 0, (key, i))
            else:
                self._try_engine(expression, "pattern", key, i)
        return texts

    def read_fields(self) -> tuple[tuple[str, str], ...]:
        fields = self._entry.enter("fields")
        if fields is None:
            return ()
        read = []
        for name in fields.values:
            if not _FIELD.fullmatch(name):
                right = "write small letters, digits and `_`"
                fields.complain(f"a field called {name!r}", right, name, of_key=True)
            text = self._write_out(fields.read_text(name) or "", "fields", name)
            compiled = self.compile(text, "fields", name) if text else None
            if compiled is not None and not compiled.groups:
                fields.complain("a pattern without a group", "put ( ) around what the field shall hold", name)
            read.append((name, text))
        return tuple(read)

    def compile(self, text: str, *at: str | int) -> Compiled | None:
        written = self.written.get(at, text)
        return check_pattern(
            self._entry,
            text,
            *self._place(at),
            case_sensitive=self.case_sensitive,
            find_place=lambda position: self._words.find_place(written, position),
        )

    def _write_out(self, text: str, *at: str | int) -> str:
        self.written[at] = text
        return self._words.write_out(self._entry, text, *self._place(at))

    def _check_wanted(self, text: str, key: str, i: int) -> Pattern | None:
        try:
            pattern = read_pattern(text)
        except PatternError as error:
            if not self.keywords:
                what, _, right = error.reason.partition("; ")
                self._complain(what, right or "write it in another way", error.position, (key, i))
                return None
            pattern = None
        compiled = self.compile(text, key, i)
        if compiled is None:
            return None
        self.captures |= set(compiled.groupindex)
        return pattern

    def _read_keywords(self) -> tuple[str, ...]:
        keywords = self._entry.read_texts("keywords")
        for i, word in enumerate(keywords):
            if len(word.encode()) < _FEWEST_KEYWORD_BYTES:
                right = f"write at least {_FEWEST_KEYWORD_BYTES} characters, or every line is a candidate"
                self._complain(f"the keyword {word!r} is too short", right, 0, ("keywords", i))
            else:
                self._try_engine(write_keyword(word), "keyword", "keywords", i)
        return keywords

    def _try_engine(self, expression: bytes, kind: str, *at: str | int) -> None:
        """Refused together with others it would have no place."""
        # Only here: a start that finds its rules in the cache need not load the engine for them.
        from logscan.databases import find_refusal

        refusal = find_refusal(expression)
        if refusal is not None:
            self._complain(f"the engine refuses the {kind} ({refusal})", "make it shorter", 0, at)

    def _complain(self, what: str, right: str, position: int, at: tuple[str | int, ...]) -> None:
        if at in self.written:
            position = self._words.find_place(self.written[at], position)
        self._entry.complain(what, right, *self._place(at), offset=position)

    def _place(self, at: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """One text may stand where a list of them may."""
        key = str(at[0])
        return (key,) if isinstance(self._entry.values.get(key), str) else at


class _Believer(_Reader):
    """Takes texts as they are written; what a pattern captures can be seen without parsing it."""

    def read_wanted(self, key: str) -> tuple[str, ...]:
        texts = self.read_texts(key)
        self.captures.update(name for text in texts for name in _GROUP.findall(text))
        return texts

    def compile(self, _text: str, *_at: str | int) -> Compiled | None:
        return None

    def _try_engine(self, expression: bytes, kind: str, *at: str | int) -> None:
        pass
