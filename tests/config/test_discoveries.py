"""Which configuration file is used, and of whom."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from logscan import app
from logscan.config import Discovery, Settings, find_config
from logscan.errors import ConfigError
from logscan.yamlfile import MOST_BYTES

ME = os.geteuid()
SAYS_SOMETHING = "logscan: 1\nrules: {disable: [http.forbidden]}\n"

needs_root = pytest.mark.skipif(ME != 0, reason="only root can give a file to somebody else")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(name: str, text: str | bytes = "logscan: 1\n", owner: int = ME) -> Path:
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    if owner != ME:
        os.chown(path, owner, owner)
    return path


def find(chosen: Path | None = None, **environment: str) -> Discovery | None:
    return find_config(chosen, environment, ME)


def name_found(chosen: Path | None = None, **environment: str) -> str | None:
    found = find(chosen, **environment)
    return found.document.name if found else None


def test_none_at_all_is_fine():
    assert find() is None


def test_the_order_is_chosen_environment_own_name_shared_name():
    for name in ("chosen.yaml", "variable.yaml", "logscan.yaml", "config.yaml"):
        put(name)

    assert name_found(Path("chosen.yaml"), LOGSCAN_CONFIG="variable.yaml") == "chosen.yaml"
    assert name_found(LOGSCAN_CONFIG="variable.yaml") == "variable.yaml"
    assert name_found(LOGSCAN_CONFIG="") == "logscan.yaml"
    Path("logscan.yaml").unlink()
    assert name_found() == "config.yaml"


def test_files_are_told_from_the_folder_of_the_configuration(here: Path):
    put("etc/logscan.yaml")

    found = find(here / "etc" / "logscan.yaml")

    assert found is not None
    assert found.folder == here / "etc"


def test_a_file_of_the_environment_that_is_missing_is_an_error():
    with pytest.raises(
        ConfigError, match=r"^gone\.yaml: there is no such file; mend or unset \$LOGSCAN_CONFIG$"
    ):
        find(LOGSCAN_CONFIG="gone.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "server: {port: 80}\n",
        "logscan: 2\n",
        "logscan: true\n",
        "logscan: '1'\n",
        "other:\n  logscan: 1\n",
        "- logscan\n",
        "logscan\n",
        "text: |\n  logscan: 1\n",
        "a: [1\nlogscan is mentioned\n",
        "a: [1\n",
        "key: !include secrets.yaml\n",
        b"\xff\xfe",
        b"logscan\xff",
        b"#" * (MOST_BYTES + 1),
    ],
)
def test_a_config_file_of_another_program_is_silently_not_ours(text: str | bytes):
    put("config.yaml", text)

    assert find() is None


@pytest.mark.parametrize(
    "text",
    [
        "logscan: 1\n",
        "\ufefflogscan: 1\r\n",
        "a: b\nlogscan:  1  # ours\n",
        "{logscan: 1}\n",
        "'logscan': 1\n",
        "logscan: 1\nrules: [\n",
        "logscan: 1\nrules: !tag x\n",
    ],
)
def test_one_with_our_key_is_ours_even_when_it_is_broken(text: str):
    put("config.yaml", text)

    assert name_found() == "config.yaml"


def test_what_is_called_like_ours_and_is_no_file_is_told():
    Path("logscan.yaml").mkdir()

    with pytest.raises(
        ConfigError, match=r"^logscan\.yaml: not a regular file; choose a file with `-c FILE`"
    ):
        find()


def make_pipe(name: str) -> None:
    os.mkfifo(name)


def make_socket(name: str) -> None:
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(name)


@pytest.mark.parametrize("make", [os.mkdir, make_pipe, make_socket, lambda name: os.symlink("gone", name)])
def test_no_other_thing_called_config_yaml_is_read_or_waited_for(make):
    make("config.yaml")

    assert find() is None


def test_a_file_of_ones_own_may_say_anything():
    put("logscan.yaml", SAYS_SOMETHING)

    assert app.load_settings(None).rules.tuning.disable


@needs_root
@pytest.mark.parametrize("name", ["logscan.yaml", "config.yaml"])
def test_one_of_another_user_is_refused_with_the_way_out(name: str):
    put(name, SAYS_SOMETHING, owner=1234)

    with pytest.raises(ConfigError) as refused:
        app.load_settings(None)

    assert str(refused.value) == (
        f"{name}: belongs to another user (1234) and was merely found here; "
        f"if you trust it, say `-c {name}`, else `-c /dev/null`"
    )


@needs_root
def test_a_broken_one_of_another_user_is_not_quoted():
    put("logscan.yaml", "logscan: 1\nsecret: hunter2x\n", owner=1234)

    with pytest.raises(ConfigError) as refused:
        app.load_settings(None)

    assert "secret" not in str(refused.value)


@needs_root
def test_one_of_another_user_is_used_when_it_is_chosen():
    path = put("logscan.yaml", SAYS_SOMETHING, owner=1234)

    assert app.load_settings(path).rules.tuning.disable


@needs_root
def test_one_of_another_user_that_changes_nothing_does_no_harm():
    put("config.yaml", "logscan: 1\n", owner=1234)

    assert app.load_settings(None) == Settings(path="config.yaml", is_found=True)


@needs_root
def test_a_link_of_another_user_is_as_foreign_as_a_file():
    put("mine.yaml", SAYS_SOMETHING)
    os.symlink("mine.yaml", "logscan.yaml")
    os.chown("logscan.yaml", 1234, 1234, follow_symlinks=False)

    with pytest.raises(ConfigError, match="belongs to another user"):
        app.load_settings(None)


@needs_root
def test_what_root_put_there_is_trusted():
    put("logscan.yaml", SAYS_SOMETHING)

    found = find_config(None, {}, 1234)

    assert found is not None
    assert found.stranger is None


def test_the_null_device_stands_for_no_configuration():
    put("logscan.yaml", SAYS_SOMETHING)

    assert app.load_settings(Path(os.devnull)).rules == Settings().rules
