"""Ordinary logs raise next to nothing: whatever is not about a credential of the program itself is left alone."""

from __future__ import annotations

from collections import Counter

import pytest

from logscan.events import EventReader
from logscan.redact import Redactor
from logscan.trials.sheets import lay_out
from tests.making import KEY, NOW
from tests.ordinary.lines import ORDINARY, write_lines
from tests.packs_shipped import shipped_scanner

LINES = 10_000  # of each kind
SEED = 20260321


@pytest.mark.parametrize("kind", ORDINARY)
def test_ordinary_lines_are_left_alone(kind: str):
    reader = EventReader(Redactor(KEY))
    lines = list(write_lines(kind, LINES, SEED))

    findings = [reader.read(match, now=NOW) for match in shipped_scanner().scan(lay_out(lines, kind))]

    named = Counter(f"{f.event.rule}: {lines[f.line - 1]}" for f in findings if f is not None)
    assert not named, f"seed {SEED}: {named.most_common(5)}"
