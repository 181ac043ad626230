"""Small packs, written out for the tests that load them."""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import indent

import pytest

from logscan.errors import PackError
from logscan.rules import load_rules

HEAD = "pack: shop\ntitle: The shop\ncredential: shop-key\n"
RULE = {
    "id": "shop.key-expired",
    "title": "The key has expired",
    "signal": "expired",
    "any": "['key has expired']",
    "examples": "{match: [the key has expired], ignore: [the key is fine]}",
}


def write_pack(folder: Path, *rules: dict[str, str], head: str = HEAD) -> Path:
    """Write a pack; its first rule begins on line 5."""
    path = folder / "shop.yaml"
    text = head + "rules:\n"
    for rule in rules:
        body = "\n".join(f"{key}: {value}" for key, value in rule.items())
        text += indent(body, "    ").replace("    ", "  - ", 1) + "\n"
    path.write_text(text)
    return path


def change(**changes: str | None) -> dict[str, str]:
    """The good rule with some keys changed, added, or (None) left out."""
    return {key: value for key, value in {**RULE, **changes}.items() if value is not None}


def refuse(path: Path) -> list[str]:
    """The problems for which a file is refused, without its folder."""
    with pytest.raises(PackError) as caught:
        load_rules([], [path])
    return [problem.replace(f"{path.parent}{os.sep}", "") for problem in caught.value.problems]
