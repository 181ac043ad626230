"""The README's table of what is detected, made from the packs: `python -m tests.tables` writes it anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from logscan.model import Rule, Signal
from logscan.rules import RuleSet, load_rules

README = Path(__file__).parents[1] / "README.md"
BEGIN = "<!-- what is detected: made from patterns/ by `python -m tests.tables` -->\n"
END = "<!-- end of what is detected -->\n"
_FIELD = re.compile(r"/?\{.*")


def write_table(rules: RuleSet) -> str:
    """One row for each pack."""
    head = "| pack | | credentials | says |\n|---|---|---|---|\n"
    rows = "".join(f"| {' | '.join(row)} |\n" for row in _list_rows(rules))
    return f"{len(rules.rules)} rules in {len(rules.packs)} packs.\n\n{head}{rows}"


def put_table(readme: str, table: str) -> str:
    """The README with its table replaced."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin, f"README.md has no line {BEGIN!r}"
    assert end, f"README.md has no line {END!r}"
    return before + begin + table + end + after


def _list_rows(rules: RuleSet) -> Iterator[tuple[str, ...]]:
    for pack in sorted(rules.packs, key=lambda pack: pack.name):
        own = [rule for rule in rules.rules if rule.pack == pack.name]
        credentials = dict.fromkeys(_FIELD.sub("", rule.credential) for rule in own)
        yield (
            f"`{pack.name}`",
            pack.title,
            ", ".join(f"`{name}`" for name in credentials),
            _write_signals(own),
        )


def _write_signals(rules: list[Rule]) -> str:
    told = {rule.signal for rule in rules}
    return " ".join(signal.value for signal in Signal if signal in told)


if __name__ == "__main__":
    README.write_text(
        put_table(README.read_text(encoding="utf-8"), write_table(load_rules())), encoding="utf-8"
    )
