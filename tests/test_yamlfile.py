import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logscan.yamlfile import MOST_BYTES, MOST_DEPTH, Mark, parse_yaml, read_yaml


def test_a_file_gives_plain_values():
    content = b"name: meta\ncount: 3\nshare: 0.5\nempty:\nlist: [a, {b: c}]\n"

    document = parse_yaml(content, "pack.yaml")

    assert document.problems == ()
    assert document.value == {
        "name": "meta",
        "count": 3,
        "share": 0.5,
        "empty": None,
        "list": ["a", {"b": "c"}],
    }


@pytest.mark.parametrize(
    "word", ["off", "no", "on", "yes", "True", "NO", "y", "0123", "1_000", "2026-03-01", "0x1f", "1e3"]
)
def test_what_only_looks_like_another_type_is_a_word(word):
    content = f"key: {word}".encode()

    document = parse_yaml(content, "f")

    assert document.value == {"key": word}


def test_only_true_and_false_are_booleans():
    content = b"a: true\nb: false\nc: 'true'"

    document = parse_yaml(content, "f")

    assert document.value == {"a": True, "b": False, "c": "true"}


def test_a_key_is_its_text():
    content = b"200: ok\ntrue: x\nno: y"

    document = parse_yaml(content, "f")

    assert document.value == {"200": "ok", "true": "x", "no": "y"}


def test_a_duplicate_key_is_refused_where_it_stands():
    content = b"a: 1\nb:\n  c: 2\n  d: 3\n  c: 4\n"

    document = parse_yaml(content, "f.yaml")

    assert document.problems == ("f.yaml:5:3: duplicate key 'c', first on line 3; keep one of them",)


def test_all_problems_of_a_file_are_told_at_once():
    content = b"a: !!python/name:os.system x\na: 1\nb: &bomb [1, 2]\nc: *bomb\n"

    document = parse_yaml(content, "f")

    assert [problem.split(":")[1] for problem in document.problems] == ["1", "2", "3", "4"]
    assert "a tag (tag:yaml.org,2002:python/name:os.system)" in document.problems[0]
    assert "duplicate key 'a'" in document.problems[1]
    assert "an anchor (&bomb)" in document.problems[2]
    assert "an alias (*bomb)" in document.problems[3]


def test_a_bomb_of_aliases_is_refused_and_not_unfolded():
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 40)]

    document = parse_yaml("\n".join(lines).encode(), "f")

    assert document.problems
    assert len(str(document.value)) < 10_000


@pytest.mark.parametrize("opener", ["[", "{a: ", "- ", "? ", "[{"])
def test_deep_nesting_is_refused(opener):
    content = (opener * 10_000).encode()

    document = parse_yaml(content, "f")

    assert any(f"nested deeper than {MOST_DEPTH}" in p or "no plain text" in p for p in document.problems)


def test_a_file_above_the_limit_is_refused():
    content = b"#" * (MOST_BYTES + 1)

    document = parse_yaml(content, "big.yaml")

    assert document.problems == ("big.yaml:1:1: the file is larger than 1 MiB; split it",)


def test_bad_utf8_is_told_with_its_place():
    content = "key: ü\nname: é".encode() + b"\xff\n"

    document = parse_yaml(content, "f")

    assert document.problems == ("f:2:8: not UTF-8; save the file as UTF-8",)


def test_a_control_character_is_told_with_its_place():
    document = parse_yaml(b"a: 1\nb: x\x07\n", "f")

    assert document.problems[0].startswith("f:2:5: the character U+0007 is not allowed")


def test_a_syntax_error_has_a_place_and_a_remedy():
    document = parse_yaml(b"a: 1\nb: [1, 2\nc: 3\n", "f")

    (problem,) = document.problems
    assert problem.startswith("f:3:2: ")
    assert "; " in problem


def test_a_second_document_is_refused():
    document = parse_yaml(b"a: 1\n---\nb: 2\n", "f")

    assert document.problems == ("f:2:1: a second document; write one document per file",)


def test_a_byte_order_mark_and_dos_line_ends_do_no_harm():
    content = b"\xef\xbb\xbfa: 1\r\nb: x\r\n"

    document = parse_yaml(content, "f")

    assert document.value == {"a": 1, "b": "x"}


def test_the_mark_of_a_path_is_found():
    content = b"rules:\n  - id: x\n    any:\n      - 'first'\n      - 'second'\n"

    document = parse_yaml(content, "f")

    assert document.find_mark(("rules", 0, "any", 1)) == Mark(5, 9)
    assert document.find_mark(("rules", 0, "any"), key=True) == Mark(3, 5)
    assert document.find_mark(("rules", 0, "none", 7)) == Mark(2, 5)


@pytest.mark.parametrize(
    ("written", "column"),
    [("ab(cd", 8), ("'ab(cd'", 9), ('"ab(cd"', 9), (r'"\x61b(cd"', 6), ("'a''b('", 11), ("|-\n  ab(cd", 6)],
)
def test_a_character_inside_a_text_is_found_where_that_is_sure(written, column):
    document = parse_yaml(f"key: {written}\n".encode(), "f")
    value = document.value
    assert isinstance(value, dict)
    assert isinstance(value["key"], str)

    place = document.place(("key",), offset=value["key"].index("("))

    assert place == f"f:1:{column}"


def test_a_file_that_is_missing_is_a_problem_too(tmp_path):
    document = read_yaml(tmp_path / "none.yaml", "none.yaml")

    assert document.problems == (
        "none.yaml: cannot be read (No such file or directory); give the path of a YAML file",
    )


def test_the_room_alone_does_not_load_the_yaml_library():
    code = "import logscan.yamlfile, sys; sys.exit('yaml' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": os.getcwd()}, check=False
    )

    assert done.returncode == 0


@given(st.binary(max_size=300))
def test_no_content_raises(content):
    document = parse_yaml(content, "f")

    assert all(problem.startswith("f:") and "; " in problem for problem in document.problems)


_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Cn")), max_size=20
)
_PLAIN = st.recursive(
    st.booleans() | st.none() | st.integers(-(10**17), 10**17) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(_PLAIN)
def test_json_is_read_as_what_it_says(value):
    content = json.dumps(value, ensure_ascii=False).encode()

    document = parse_yaml(content, "f")

    assert document.problems == ()
    assert document.value == value
