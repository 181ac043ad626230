"""A sieve leaves next to nothing to ask on ordinary logs, and finds what is found without it."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings

from logscan.app import open_cache
from logscan.caches import Cache
from logscan.databases import is_sound
from logscan.model import Match
from logscan.scanner import Scanner
from logscan.scanner.sieves import Sieve
from logscan.trials.sheets import lay_out
from tests.ordinary.lines import ORDINARY, write_lines
from tests.packs_shipped import shipped
from tests.plainly import ask_each_line
from tests.test_scanner import LINES, RULES, list_fits, make_block

ROOT = Path(__file__).parents[1]
QUIET = "request served in 12 ms"


@pytest.fixture(scope="module")
def small() -> Scanner:
    """A sieve for few rules, which would have none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("logscan.scanner.writings._MOST_FIRST", 0)
        scanner = Scanner(RULES)
    scanner._ways.compile()
    return scanner


@pytest.fixture(scope="module")
def sieving() -> tuple[Scanner, Scanner]:
    """A scanner as it begins, and as it is once it has met many lines in vain; they compile each pattern once."""
    if not is_sound():
        pytest.skip("this engine misses long patterns, so that no scanner takes a sieve")
    before, after = (Scanner(shipped().rules, open_cache()) for _ in range(2))
    after._ways.compile()
    after._matchers = before._matchers
    before._ways._next = 0
    return before, after


def has_sieve(scanner: Scanner) -> bool:
    return scanner._ways.best is not None and isinstance(scanner._ways.best.search, Sieve)


def list_hits(matches: Iterable[Match]) -> list[tuple[int, list[str]]]:
    return [(match.line, [f"{hit.rule.id} {hit.span}" for hit in match.hits]) for match in matches]


@settings(max_examples=400, deadline=None)
@given(lines=LINES)
def test_a_sieve_finds_what_asking_each_line_finds(small: Scanner, lines: list[bytes]) -> None:
    text = b"\n".join(lines)
    if not text:
        return

    matches = small.scan(make_block(text))

    assert list_fits(matches) == ask_each_line(RULES, lines)


@pytest.mark.parametrize("others", [0, 9])
def test_examples_are_found_with_a_sieve_as_without(sieving: tuple[Scanner, Scanner], others: int) -> None:
    before, after = sieving
    dice = random.Random(others)
    examples = [line for rule in shipped().rules for line in (*rule.match, *rule.ignore)]
    lines = [
        line if dice.random() < 0.8 else line.replace('"', '\\"') for line in dice.sample(examples, 2_500)
    ]
    lines += [QUIET * 3] * (others * len(lines))
    dice.shuffle(lines)
    block = lay_out(lines, "examples")

    found = after.scan(block)

    assert list_hits(found) == list_hits(before.scan(block))
    assert len(found) > 1_000


@pytest.mark.parametrize("place", range(64))
def test_a_line_is_found_wherever_it_stands(sieving: tuple[Scanner, Scanner], place: int) -> None:
    block = lay_out([f"status=401 {' ' * place}", "got 401 from ledger while it posted batch 7"], "places")

    found = sieving[1].scan(block)

    assert [match.line for match in found][-1:] == [2]


def test_an_engine_that_misses_long_patterns_is_given_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("logscan.scanner.ways.is_sound", lambda: False)
    scanner = Scanner(shipped().rules, open_cache())
    (example, *_) = shipped().rules[0].match

    found = scanner.scan(lay_out([example] * 11_000, "examples"))

    assert len(found) == 11_000
    assert not has_sieve(scanner)


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="there are only releases that miss some")
def test_the_engine_at_hand_finds_long_patterns() -> None:
    assert is_sound()


def test_few_ordinary_lines_are_asked_about(sieving: tuple[Scanner, Scanner]) -> None:
    lines = [line for kind in ORDINARY for line in write_lines(kind, 1_000, 5)]
    block = lay_out(lines, "ordinary")
    way = sieving[1]._ways.best
    assert way is not None

    candidates = way.search.find_lines(block.text, block.start, block.end)
    asked = [
        way.questions.list_open(bytes(block.text[line.start : line.end]).lower(), found)
        for line, found in candidates.items()
    ]

    assert len(candidates) <= 0.4 * len(lines)  # most are of rules whose words are everyday ones
    assert sum(map(len, asked)) <= 0.18 * len(lines)


def test_a_sieve_that_was_kept_is_taken_after_some_lines(tmp_path: Path) -> None:
    rules = shipped().rules[:400]
    cache = Cache(tmp_path / "cache")
    Scanner(rules, cache)._ways.compile()
    scanner = Scanner(rules, cache)
    (example, *_) = rules[0].match
    assert not has_sieve(scanner)

    for _ in range(2):
        found = scanner.scan(lay_out([example] * 1_000, "examples"))

    assert has_sieve(scanner)
    assert len(found) == 1_000


_PROGRAM = """
import sys
from pathlib import Path

from logscan.app import open_cache
from logscan.caches import Cache
from logscan.scanner import Scanner
from logscan.trials.sheets import lay_out
from tests.packs_shipped import shipped

rules = shipped().rules[:300]
scanner = Scanner(rules, Cache(Path(sys.argv[1])))
(example, *_) = rules[0].match
print(len(scanner.scan(lay_out([example] * 10_000, "examples"))))
"""


def test_a_program_ends_while_a_sieve_is_compiled_and_keeps_what_there_is(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _PROGRAM, str(tmp_path / "cache")]

    ended = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=120)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "10000\n", "")
    assert [entry for entry in (tmp_path / "cache").iterdir() if entry.name.startswith("sieve-")]
