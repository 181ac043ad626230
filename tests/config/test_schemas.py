"""The schema refuses what reading refuses, but for what only a look at packs, files and patterns can tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from logscan.config import STARTER, write_schema
from tests.config.making import read
from tests.config.schemas_read import accepts
from tests.config.test_readings import EVERYTHING

FOLDER, FILE = Path(__file__).parent, Path(__file__).name
SCHEMA = write_schema()


def is_read(value: object) -> bool:
    return not read(json.dumps(value), FOLDER).problems


@pytest.mark.parametrize("text", ["", "logscan: 1", STARTER, EVERYTHING])
def test_a_good_configuration_is_valid(text: str):
    assert accepts(SCHEMA, yaml.safe_load(text))


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"logscan": 2},
        {"logscan": True},
        {"other": []},
        {"rules": {"packs": ["all"]}},
        {"rules": {"tune": {"a.b": {}}}},
        {"rules": {"tune": {"a.b": {"threshold": {"within": "00s"}}}}},
        {"rules": {"tune": {"a.b": {"grace": "5 minutes"}}}},
        {"rules": {"ignore": [{"rules": ["a.b"]}]}},
        {"rules": {"ignore": [{"pattern": " "}]}},
    ],
)
def test_a_broken_one_is_not(value: object):
    assert not accepts(SCHEMA, value)
    assert not is_read(value)


def mapping(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the keys with values that are mostly right, and now and then a key too many."""
    known = st.fixed_dictionaries({}, optional={key: value | _ODD for key, value in keys.items()})
    return known | st.builds(lambda some: {**some, "other": 1}, known)


_ODD: st.SearchStrategy[Any] = st.sampled_from([None, True, False, -1, 0, 1, "", " ", "all", "5m", [], {}])
_NAMES = st.lists(st.sampled_from(["http.forbidden", "x", ""]) | _ODD, max_size=2) | st.just("http.forbidden")
_TIMES = st.sampled_from(["15m", "0s", "00h", "1s ", "1000000000s", "999999999d", "5 m", "1w"])
_ADJUSTMENT = mapping(
    threshold=mapping(count=st.sampled_from([1, 1_000_000, 1_000_001]), within=_TIMES),
    severity=st.sampled_from(["info", "critical", "fatal"]),
    grace=_TIMES,
    status=st.sampled_from(["stable", "experimental", "beta"]),
)
_NO_TEXT: st.SearchStrategy[Any] = st.sampled_from([None, 0, True, "", [], {}])
_RULES = mapping(
    packs=st.lists(st.sampled_from(["http", "meta", "mta"]) | _ODD, max_size=2) | st.just("http"),
    disable=_NAMES,
    tune=st.dictionaries(st.sampled_from(["a.b", "c.d"]), _ADJUSTMENT | _ODD, max_size=2),
    ignore=st.lists(mapping(pattern=st.just("GET"), rules=_NAMES) | _ODD, max_size=2),
)


@given(
    mapping(logscan=st.just(1), rules=_RULES) | _ODD,
    st.lists(st.just(FILE) | _NO_TEXT, max_size=2) | _NO_TEXT,
)
def test_the_schema_and_the_reader_agree(value: Any, files: object):
    if isinstance(value, dict) and isinstance(value.get("rules"), dict):
        value = {**value, "rules": {**value["rules"], "files": files}}

    assert accepts(SCHEMA, value) == is_read(value)
