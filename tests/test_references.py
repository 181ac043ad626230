from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logscan.errors import ConfigError
from logscan.references import Secret, read_dotenv, read_reference, resolve_reference

CANARY = "canary-7f3a9b"
PLACE = "logscan.yaml:4:12"


def fetch(value: object, environ: dict[str, str] | None = None, folder: Path = Path("/")) -> Secret:
    return resolve_reference(read_reference(value, PLACE), environ or {}, str(folder))


def refuse(value: object, environ: dict[str, str] | None = None, folder: Path = Path("/")) -> str:
    with pytest.raises(ConfigError) as caught:
        fetch(value, environ, folder)
    assert CANARY not in f"{caught.value!r}{caught.value.__cause__!r}"
    return str(caught.value)


def test_a_secret_shows_its_fingerprint_and_never_itself():
    secret = Secret(CANARY, "TOKEN")

    shown = [
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret:>40}",
        str({"of": secret}),
        f"{[secret]}",
    ]

    assert not any(CANARY in text for text in shown)
    assert str(secret) == f"[secret#{secret.fingerprint}]"
    assert secret.reveal() == CANARY


def test_a_secret_cannot_be_written_down():
    secret = Secret(CANARY, "TOKEN")

    for write in (pickle.dumps, copy.copy, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError) as caught:
            write(secret)
        assert CANARY not in str(caught.value)
    assert not hasattr(secret, "__dict__")


def test_secrets_are_equal_when_their_values_are():
    assert Secret("a", "X") == Secret("a", "Y")
    assert Secret("a", "X") != Secret("b", "X")
    assert Secret("a", "X") != "a"
    assert len({Secret("a", "X"), Secret("a", "Y")}) == 1


def test_each_kind_of_reference_gives_its_secret(tmp_path: Path):
    (tmp_path / "token").write_text(f"{CANARY}\n")
    (tmp_path / ".env").write_text(f"OTHER=1\nexport TOKEN='{CANARY}'\n")

    secrets = [
        fetch({"env": "TOKEN"}, {"TOKEN": CANARY}),
        fetch({"file": "token"}, folder=tmp_path),
        fetch({"file": str(tmp_path / "token")}),
        fetch({"dotenv": ".env", "key": "TOKEN"}, folder=tmp_path),
    ]

    assert [secret.reveal() for secret in secrets] == [CANARY] * 4
    assert [secret.origin for secret in secrets] == [
        "TOKEN",
        "token",
        str(tmp_path / "token"),
        "TOKEN in .env",
    ]


@pytest.mark.parametrize("value", [CANARY, 7, True, [CANARY], 1.5])
def test_a_secret_that_is_written_out_is_refused_with_a_hint(value: object):
    assert refuse(value).startswith(f"{PLACE}: a secret is written out; write `{{env: NAME}}`")


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"env": CANARY, "file": "x"},
        {CANARY: "x"},
        {"dotenv": "x"},
        {"key": CANARY},
        {"env": ""},
        {"env": 7},
        {"env": None},
        {"file": "\0"},
        {"dotenv": ".env", "key": [CANARY]},
        {"env": f"{CANARY}="},
        {"env": f"${{{CANARY}}}"},
        None,
    ],
)
def test_what_is_no_reference_is_refused_and_not_quoted(value: object):
    message = refuse(value)

    assert message.startswith(f"{PLACE}: ")
    assert "write `{env: NAME}`" in message


def test_a_missing_secret_is_told_with_its_place_and_the_remedy(tmp_path: Path):
    (tmp_path / ".env").write_text(f"OTHER={CANARY}\nEMPTY=\n")
    (tmp_path / "empty").write_text("\n\n")
    wanted = {
        "logscan.yaml:4:12: TOKEN is not set; set the variable TOKEN": {"env": "TOKEN"},
        "logscan.yaml:4:12: BLANK is empty; set the variable BLANK": {"env": "BLANK"},
        "logscan.yaml:4:12: gone: no such file or directory; name a file that can be read": {"file": "gone"},
        "logscan.yaml:4:12: empty is empty; write the secret into it": {"file": "empty"},
        "logscan.yaml:4:12: .env: no such file or directory; name a file that can be read": {
            "dotenv": "sub/../.env",
            "key": "TOKEN",
        },
        "logscan.yaml:4:12: TOKEN in .env is not there; write `TOKEN=…` into it": {
            "dotenv": ".env",
            "key": "TOKEN",
        },
        "logscan.yaml:4:12: EMPTY in .env is empty; write `EMPTY=…` into it": {
            "dotenv": ".env",
            "key": "EMPTY",
        },
    }

    told = {refuse(value, {"BLANK": " ", "OTHER": CANARY}, tmp_path): value for value in wanted.values()}

    assert {text.replace("sub/../", "") for text in told} == set(wanted)


def test_a_file_that_is_no_secret_is_refused(tmp_path: Path):
    (tmp_path / "big").write_bytes(b"x" * 70_000)
    (tmp_path / "binary").write_bytes(b"\xff\xfe" + CANARY.encode())

    assert "above 64 KiB" in refuse({"file": "big"}, folder=tmp_path)
    assert "is no text" in refuse({"file": "binary"}, folder=tmp_path)
    assert "is a directory" in refuse({"file": str(tmp_path)})


def test_a_dotenv_file_reads_as_its_writers_mean_it():
    text = """
# a comment
PLAIN=one
export SHELL_LIKE=two
SPACED = three   # why
HASH=a#b
SINGLE='$HOME \\n # no comment'  # comment
DOUBLE="line\\nnext \\"quoted\\" \\\\"
NOTHING=
COMMENT_ONLY= # nothing
PLAIN=last
EQUALS=a=b==
not an assignment
"""

    assert read_dotenv(text) == {
        "PLAIN": "last",
        "SHELL_LIKE": "two",
        "SPACED": "three",
        "HASH": "a#b",
        "SINGLE": "$HOME \\n # no comment",
        "DOUBLE": 'line\nnext "quoted" \\',
        "NOTHING": "",
        "COMMENT_ONLY": "",
        "EQUALS": "a=b==",
    }


@given(st.text(st.characters(codec="utf-8", exclude_characters="'", exclude_categories=["Cc", "Zl", "Zp"])))
def test_any_quoted_value_is_read_as_it_stands(value: str):
    assert read_dotenv(f"A=1\nKEY='{value}'\n") == {"A": "1", "KEY": value}
