"""Labelled lines are read, or every problem is named at its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logscan.errors import ConfigError, InputError, LogscanError
from logscan.model import Signal
from logscan.trials import Want, read_corpus


def write(folder: Path, *rows: object) -> Path:
    path = folder / "corpus.jsonl"
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def test_labels_are_read(tmp_path: Path):
    row = {
        "line": "gone",
        "want": "alert",
        "signal": "revoked",
        "provider": "aws",
        "ambiguous": True,
        "why": "x",
    }

    (line,) = read_corpus(write(tmp_path, row))

    assert line.place == f"{tmp_path}/corpus.jsonl:1"
    assert (line.text, line.want, line.signal) == ("gone", Want.ALERT, Signal.REVOKED)
    assert (line.provider, line.ambiguous) == ("aws", True)


def test_what_may_be_missing_may_be_null_as_well(tmp_path: Path):
    row = {"line": "", "want": "none", "signal": None, "provider": "none"}

    first, second = read_corpus(write(tmp_path, row, "", {"line": "x", "want": "recover"}))

    assert (first.signal, first.provider, first.ambiguous) == (None, None, False)
    assert second.place.endswith(":3")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("[]", 'no JSON object; write {"line": "…", "want": "alert"}'),
        ("{", 'no JSON object; write {"line": "…", "want": "alert"}'),
        ({"want": "alert"}, "no line; add it"),
        ({"line": "x"}, "no want; add it"),
        ({"line": 5, "want": "alert"}, "line is 5; write text"),
        ({"line": "x", "want": "alarm"}, "want is 'alarm'; there are alert, recover, none"),
        ({"line": "x", "want": "alert", "ambiguous": "no"}, "ambiguous is 'no'; write true or false"),
    ],
)
def test_a_problem_is_told_at_its_place(tmp_path: Path, row: object, problem: str):
    path = write(tmp_path, {"line": "x", "want": "none"}, row)

    with pytest.raises(ConfigError) as caught:
        read_corpus(path)

    assert str(caught.value) == f"{path}:2: {problem}"


def test_every_problem_is_told_until_they_are_too_many(tmp_path: Path):
    path = write(tmp_path, *["[]"] * 25)

    with pytest.raises(ConfigError) as caught:
        read_corpus(path)

    assert len(str(caught.value).splitlines()) == 21
    assert str(caught.value).endswith(f"{path}: 5 more problems")


def test_an_empty_or_unreadable_file_is_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match="no line in it"):
        read_corpus(write(tmp_path))
    with pytest.raises(InputError, match="cannot be read"):
        read_corpus(tmp_path / "none.jsonl")
    (tmp_path / "odd.jsonl").write_bytes(b'{"line": "\xff"}')
    with pytest.raises(InputError, match="byte 10 is no UTF-8"):
        read_corpus(tmp_path / "odd.jsonl")


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
_ROWS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("line", "want", "signal", "provider", "ambiguous"), _JSON)
)


@given(st.lists(_ROWS | _JSON, max_size=4))
def test_any_file_is_read_or_refused_in_words(tmp_path_factory: pytest.TempPathFactory, rows: list[object]):
    path = write(tmp_path_factory.mktemp("rows"), *rows)

    refusal = None
    try:
        lines = read_corpus(path)
    except LogscanError as error:
        refusal = str(error)

    if refusal is None:
        assert 0 < len(lines) <= len(rows)
    else:
        assert refusal.startswith(f"{path}:")
