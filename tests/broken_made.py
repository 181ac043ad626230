"""Configurations that are broken, each in a way of its own; a pack beside them is called `bot.yaml`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

_HEAD = "logscan: 1\n"
_TEXTS: Mapping[str, str | bytes] = {
    "no mapping": "- rules\n",
    "a word": "rules\n",
    "another version": "logscan: 2\n",
    "an unknown key": f"{_HEAD}rulez: {{}}\n",
    "a key twice": f"{_HEAD}rules: {{}}\nrules: {{}}\n",
    "no UTF-8": b"logscan: 1\n# \xff\n",
    "a control character": f"{_HEAD}# \x01\n",
    "a tab": f"{_HEAD}rules:\n\tpacks: all\n",
    "cut off": f"{_HEAD}rules: {{packs: [",
    "two documents": f"{_HEAD}---\n{_HEAD}",
    "a tag": f"{_HEAD}rules: !!python/object:os.system {{}}\n",
    "an alias": f"{_HEAD}rules: &a {{}}\nstate: *a\n",
    "too large": f"{_HEAD}#" + "x" * (1 << 20),
    "too deep": f"{_HEAD}rules: " + "[" * 100 + "]" * 100 + "\n",
    "rules are a list": f"{_HEAD}rules: []\n",
    "no such pack": f"{_HEAD}rules: {{packs: [no-such-pack]}}\n",
    "no rules": f"{_HEAD}rules: {{packs: []}}\n",
    "no such file": f"{_HEAD}rules: {{files: [gone.yaml]}}\n",
    "a file that is no pack": f"{_HEAD}rules: {{files: [broken.conf]}}\n",
    "no such rule": f"{_HEAD}rules: {{disable: [no.such-rule]}}\n",
    "every rule disabled": f"{_HEAD}rules: {{packs: [], files: [one.yaml], disable: [one.rule]}}\n",
    "a pattern that cannot be read": f"{_HEAD}rules: {{ignore: [{{pattern: '('}}]}}\n",
    "a pattern that fits all": f"{_HEAD}rules: {{ignore: [{{pattern: 'x*'}}]}}\n",
    "no such severity": f"{_HEAD}rules: {{tune: {{bot.expired: {{severity: fatal}}}}}}\n",
    "a duration without a unit": f"{_HEAD}rules: {{tune: {{bot.expired: {{grace: 5}}}}}}\n",
    "a name twice": f"{_HEAD}sources: [{{name: a, files: x}}, {{name: a, files: y}}]\n",
    "two kinds": f"{_HEAD}sources: [{{files: x, stdin: true}}]\n",
    "a secret": f"{_HEAD}sources: [{{railway: {{token: rw_Fe26AAAABBBBCCCC}}}}]\n",
    "a size without a unit": f"{_HEAD}sources: [{{files: x, max_line: 5}}]\n",
    "a state that is no path": f"{_HEAD}state: {{path: 3}}\n",
}
WRITTEN_OUT = "rw_Fe26AAAABBBBCCCC"
ONE_RULE = """\
pack: one
title: One
credential: one-token
rules:
  - {id: one.rule, title: One, signal: expired, any: [one expired], examples: {match: [one expired], ignore: [x]}}
"""


def _write(path: Path, content: str | bytes) -> None:
    """At once, as an editor does."""
    new = path.with_suffix(".new")
    new.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.replace(new, path)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def _put_folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def list_breakages() -> dict[str, Callable[[Path], None]]:
    """How to break a configuration, by what is wrong with it then."""

    def writes(content: str | bytes) -> Callable[[Path], None]:
        return lambda path: _write(path, content)

    return {
        **{name: writes(content) for name, content in _TEXTS.items()},
        "gone": _remove,
        "a folder": _put_folder,
    }


def put_good(path: Path, content: str) -> None:
    """Put a good one in place of whatever is there."""
    if path.is_dir():
        path.rmdir()
    _write(path, content)
