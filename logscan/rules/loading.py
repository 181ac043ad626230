"""Finds, reads and remembers packs; what was proven once is taken from the cache, and YAML stays unread."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from logscan.caches import Cache, digest_code
from logscan.errors import PackError
from logscan.model import Rule
from logscan.rules.entries import sort_problems, suggest
from logscan.rules.sets import Pack, RuleSet, make_rule_set, read_rule_set, write_rule_set
from logscan.yamlfile import MOST_BYTES, Document, parse_yaml

if TYPE_CHECKING:
    from logscan.rules.packs import PackReading

_PACKAGE = Path(__file__).parents[1]
# The code that decides what a pack means; its text stands for the version, and changes during development too.
_READERS = (
    "rules/*.py",
    "literals.py",
    "parts.py",
    "rarity.py",
    "times/*.py",
    "yamlfile.py",
    "syntax.py",
    "prefilters.py",
    "databases.py",
    "normalize.py",
    "records/*.py",
    "model/*.py",
)


class _Source(NamedTuple):
    name: str  # as problems call it
    content: bytes
    shipped: bool


def load_rules(
    packs: Sequence[str] | None = None,
    files: Sequence[Path] = (),
    cache: Cache | None = None,
    *,
    prove: bool = False,
) -> RuleSet:
    """Load shipped packs by name (None: all of them) and users' files; raise PackError with every problem.

    Users' patterns are tried, and their rules on their examples. Of shipped packs the test suite tried
    both; their patterns are tried again where `prove` asks for it.
    """
    problems: list[str] = []
    words = shared_words_path().read_bytes()
    sources = [*_read_shipped(packs, problems), *_read_files(files, problems)]
    if problems:
        raise PackError(tuple(problems))
    key = _write_key(sources, words, prove=prove)
    kept = cache.read(key) if cache else None
    known = read_rule_set(kept) if kept is not None else None
    if known is not None:
        return known
    rule_set = _read_sources(sources, words, prove=prove)
    if cache:
        cache.write(key, write_rule_set(rule_set))
    return rule_set


def shipped_folder() -> Path:
    """Where the packs lie: inside the wheel, or at the top of a checkout."""
    inside = _PACKAGE / "patterns"
    return inside if inside.is_dir() else _PACKAGE.parent / "patterns"


def shared_words_path() -> Path:
    """The lists of words that every pack's patterns may name."""
    return shipped_folder() / "shared" / "words.yaml"


def list_shipped() -> tuple[str, ...]:
    """The names of the packs that ship with logscan."""
    return tuple(sorted(path.stem for path in shipped_folder().glob("*.yaml")))


def _read_shipped(packs: Sequence[str] | None, problems: list[str]) -> list[_Source]:
    there = list_shipped()
    names = there if packs is None else tuple(dict.fromkeys(packs))
    unknown = [name for name in names if name not in there]
    problems += [f"pack {name!r}: there is no such pack; {suggest(name, there)}" for name in unknown]
    folder = shipped_folder()
    known = [folder / f"{name}.yaml" for name in names if name in there]
    return [_Source(path.name, path.read_bytes(), shipped=True) for path in known]


def _read_files(files: Iterable[Path], problems: list[str]) -> list[_Source]:
    sources = []
    for path in dict.fromkeys(files):
        try:
            with path.open("rb") as file:
                # One byte more than allowed, so that the parser sees that it is too much.
                sources.append(_Source(str(path), file.read(MOST_BYTES + 1), shipped=False))
        except OSError as error:
            why = error.strerror or type(error).__name__
            problems.append(f"{path}: cannot be read ({why}); give the path of a pattern pack")
    return sources


def _write_key(sources: Sequence[_Source], words: bytes, *, prove: bool) -> str:
    digest = hashlib.sha256(digest_code(_READERS) + (b"proven" if prove else b""))
    digest.update(hashlib.sha256(words).digest())
    for name, content, shipped in sources:
        digest.update(f"{len(name)}:{name}{shipped:d}{len(content)}:".encode())
        digest.update(content)
    return f"rules-{digest.hexdigest()[:40]}"


def _read_sources(sources: Sequence[_Source], words: bytes, *, prove: bool) -> RuleSet:
    # Only here: a start that finds its rules in the cache needs none of this.
    from logscan.rules.packs import read_pack
    from logscan.rules.words import read_shared_words

    shared, broken = read_shared_words(parse_yaml(words, shared_words_path().name))
    problems = [*broken]
    packs: list[Pack] = []
    rules: list[Rule] = []
    seen: dict[str, str] = {}
    for source in sources:
        document = parse_yaml(source.content, source.name)
        proven = source.shipped and not prove
        reading = read_pack(document, shared, shipped=source.shipped, proven=proven)
        found = [*reading.problems, *_find_duplicates(reading, document, seen)]
        if not source.shipped:
            found += _find_failures(reading, document)
        problems += sort_problems(found, document.name)
        rules += reading.rules
        if reading.pack is not None:
            packs.append(reading.pack)
    if problems:
        raise PackError(tuple(problems))
    return make_rule_set(tuple(packs), tuple(rules))


def _find_duplicates(reading: PackReading, document: Document, seen: dict[str, str]) -> Iterator[str]:
    """Of rules with other problems, too; `seen` holds the place of every id so far, and is added to."""
    for rule, *_ in reading.entries:
        if not rule.id:
            continue
        if rule.id in seen:
            place = document.place(("rules", rule.order, "id"))
            first = seen[rule.id]
            yield f"{place}: duplicate id {rule.id!r}, first at {first}; give it another name"
        seen.setdefault(rule.id, rule.place)


def _find_failures(reading: PackReading, document: Document) -> Iterator[str]:
    from logscan.rules.proofs import write_failures

    for entry in reading.entries:
        if entry.can_be_tried:
            yield from write_failures(entry.rule, document, entry.rule.order)
