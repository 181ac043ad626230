"""YAML text → plain values and the place of each; it never builds an object, follows an alias or guesses a type.

Only `true` and `false` are booleans. Tags, anchors, aliases, duplicate keys, deep nesting, bad UTF-8 and
files above 1 MiB are problems, each told as `file:line:column: what is wrong; what would be right`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import yaml

MOST_BYTES = 1 << 20
MOST_DEPTH = 64
MOST_PROBLEMS = 50
_TOO_DEEP = (f"nested deeper than {MOST_DEPTH} levels", "write it flatter")

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]
Step = str | int

_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FRACTION = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}(?:[eE][-+]?[0-9]{1,2})?")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


class Mark(NamedTuple):
    """A place in a file, counted from 1."""

    line: int
    column: int


class _Node(NamedTuple):
    """A value with its place; children and key marks stand by key or index."""

    value: Plain
    mark: Mark
    children: dict[Step, _Node]
    keys: dict[Step, Mark]


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, where it says it, and everything wrong with it as YAML."""

    name: str
    value: Plain
    problems: tuple[str, ...]
    _root: _Node | None = field(repr=False)
    _text: str = field(repr=False)

    def find_mark(self, path: tuple[Step, ...], *, key: bool = False) -> Mark:
        """Give the place of a value, or of its key; of the nearest thing around it when it is missing."""
        node, mark = self._root, Mark(1, 1)
        if node is not None:
            mark = node.mark
        for i, step in enumerate(path):
            child = node.children.get(step) if node else None
            if node is None or child is None:
                break
            last = i + 1 == len(path)
            mark = node.keys.get(step, child.mark) if last and key else child.mark
            node = child
        return mark

    def place(self, path: tuple[Step, ...], *, key: bool = False, offset: int = 0) -> str:
        """Write `file:line:column` of a path; `offset` points at a character inside a text."""
        mark = self.find_mark(path, key=key)
        if offset:
            mark = self._move_into(path, mark, offset)
        return f"{self.name}:{mark.line}:{mark.column}"

    def _move_into(self, path: tuple[Step, ...], mark: Mark, offset: int) -> Mark:
        """Only a text on one line that is spelled as it reads has a sure column inside."""
        value = self._root
        for step in path:
            value = value.children.get(step) if value else None
        if value is None or not isinstance(value.value, str):
            return mark
        written = self._text.splitlines()[mark.line - 1][mark.column - 1 :]
        text = value.value
        for shift, spelled, before in (
            (0, text, text[:offset]),
            (1, "'" + text.replace("'", "''") + "'", text[:offset].replace("'", "''")),
            (1, f'"{text}"', text[:offset]),
        ):
            if written.startswith(spelled):
                return Mark(mark.line, mark.column + shift + len(before))
        return mark


def read_yaml(path: Path, name: str | None = None) -> Document:
    """Read a file; whatever is wrong stands in `problems` of the answer."""
    name = name or str(path)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        why = error.strerror or type(error).__name__
        problem = f"{name}: cannot be read ({why}); give the path of a YAML file"
        return Document(name, None, (problem,), None, "")
    return parse_yaml(content, name)


def parse_yaml(content: bytes, name: str) -> Document:
    """Parse a file's content; `name` stands in the problems."""
    if len(content) > MOST_BYTES:
        problem = f"{name}:1:1: the file is larger than {MOST_BYTES >> 20} MiB; split it"
        return Document(name, None, (problem,), None, "")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        mark = _find_mark(error.object[: error.start].decode("utf-8", errors="replace"))
        problem = f"{name}:{mark.line}:{mark.column}: not UTF-8; save the file as UTF-8"
        return Document(name, None, (problem,), None, "")
    unprintable = _UNPRINTABLE.search(text)
    if unprintable:
        mark = _find_mark(text[: unprintable.start()])
        what = f"the character U+{ord(unprintable[0]):04X} is not allowed in YAML"
        problem = f"{name}:{mark.line}:{mark.column}: {what}; write it as an escape in double quotes"
        return Document(name, None, (problem,), None, text)
    builder = _Builder(name)
    root = builder.build(text)
    problems = tuple(builder.problems)
    return Document(name, root.value if root else None, problems, root, text)


def _find_mark(before: str) -> Mark:
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Mark(len(lines), len(lines[-1]) + 1)


class _UnreadableError(Exception):
    """Nothing after this place can be read."""


class _Builder:
    """Turns the parser's events into nodes, and collects what is wrong on the way."""

    def __init__(self, name: str) -> None:
        self.problems: list[str] = []
        self._name = name

    def build(self, text: str) -> _Node | None:
        import yaml  # only here: a start that finds its rules in the cache never needs it

        root: _Node | None = None
        try:
            events = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
            for event in events:
                if isinstance(event, yaml.DocumentStartEvent):
                    if root is not None:
                        self._complain(_mark(event), "a second document", "write one document per file")
                        break
                    root = self._build_node(next(events), events, 1)
        except yaml.MarkedYAMLError as error:
            self._complain_of_syntax(error)
        except _UnreadableError:
            pass
        return root

    def _build_node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> _Node:
        import yaml

        mark = _mark(event)
        if depth > MOST_DEPTH:
            self._complain(mark, *_TOO_DEEP)
            raise _UnreadableError
        if isinstance(event, yaml.AliasEvent):
            self._complain(mark, f"an alias (*{event.anchor})", "write the value out")
            return _Node(None, mark, {}, {})
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
        if event.anchor is not None:
            self._complain(mark, f"an anchor (&{event.anchor})", "write the value out where it is needed")
        if event.tag is not None:
            self._complain(mark, f"a tag ({event.tag})", "write the plain value, in quotes if it is text")
        if isinstance(event, yaml.MappingStartEvent):
            return self._build_mapping(mark, events, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._build_sequence(mark, events, depth)
        assert isinstance(event, yaml.ScalarEvent)
        plain, _ = event.implicit
        value = _read_scalar(event.value) if plain else event.value
        return _Node(value, mark, {}, {})

    def _build_mapping(self, mark: Mark, events: Iterator[yaml.Event], depth: int) -> _Node:
        import yaml

        value: dict[str, Plain] = {}
        node = _Node(value, mark, {}, {})
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key_mark = _mark(event)
            key = self._read_key(event, events)
            child = self._build_node(next(events), events, depth + 1)
            if key is None:
                continue
            if key in value:
                first = node.keys[key].line
                self._complain(key_mark, f"duplicate key {key!r}, first on line {first}", "keep one of them")
                continue
            value[key] = child.value
            node.children[key] = child
            node.keys[key] = key_mark
        return node

    def _read_key(self, event: yaml.Event, events: Iterator[yaml.Event]) -> str | None:
        """A key is its text, whatever it looks like; what is no text is a problem."""
        import yaml

        if isinstance(event, yaml.ScalarEvent) and event.anchor is None and event.tag is None:
            return str(event.value)
        self._complain(_mark(event), "a key that is no plain text", "write a word, then a colon")
        depth = 0
        while True:
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if not depth:
                return None
            event = next(events)

    def _build_sequence(self, mark: Mark, events: Iterator[yaml.Event], depth: int) -> _Node:
        import yaml

        value: list[Plain] = []
        node = _Node(value, mark, {}, {})
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            child = self._build_node(event, events, depth + 1)
            node.children[len(value)] = child
            value.append(child.value)
        return node

    def _complain(self, mark: Mark, what: str, right: str) -> None:
        if len(self.problems) >= MOST_PROBLEMS:
            raise _UnreadableError
        self.problems.append(f"{self._name}:{mark.line}:{mark.column}: {what}; {right}")

    def _complain_of_syntax(self, error: yaml.MarkedYAMLError) -> None:
        found = error.problem_mark or error.context_mark
        mark = Mark(found.line + 1, found.column + 1) if found else Mark(1, 1)
        what = " ".join(part for part in (error.context, error.problem) if part)
        if "nesting depth" in what:  # newer parsers have a bound of their own, far above ours
            self._complain(mark, *_TOO_DEEP)
            return
        self._complain(
            mark,
            what,
            "indent with spaces, and put text that holds `: `, ` #` or begins with a sign in quotes",
        )


def _mark(event: yaml.Event) -> Mark:
    assert event.start_mark is not None
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _read_scalar(text: str) -> Plain:
    """Read a scalar without quotes: `off`, `no`, dates and numbers with a leading zero are words."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _FRACTION.fullmatch(text):
        return float(text)
    return text
