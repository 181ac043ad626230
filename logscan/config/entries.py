"""Values that sections of a configuration share: secrets, sizes, addresses, lists; what is wrong is noted at its place."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from logscan.errors import ConfigError
from logscan.references import Reference, read_reference
from logscan.rules.entries import Entry, describe_value
from logscan.yamlfile import Step

_SIZE = re.compile(r"([0-9]{1,9})(B|KiB|MiB)")
_SIZES = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20}


def place_of(entry: Entry, *at: Step, of_key: bool = False) -> str:
    """`file:line:column`, for what is told later."""
    return entry.document.place((*entry.path, *at), key=of_key)


def list_mappings(entry: Entry, key: str, right: str) -> Iterator[Entry]:
    """The mappings of a list, which may be empty; `right` shows what one looks like."""
    listed = entry.values.get(key)
    if listed is None:
        return
    if not isinstance(listed, list):
        entry.complain(f"{key} is not a list", f"write `- {right}` under it", key)
        return
    for i, values in enumerate(listed):
        if isinstance(values, dict):
            yield Entry(entry.document, (*entry.path, key, i), values, entry.problems)
        else:
            entry.complain(f"{key}[{i}] is not a mapping", f"write {right}", key, i)


def list_names(entry: Entry, key: str) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """The texts of a list, which may be empty, with the place of each; one text stands for a list of it."""
    value = entry.values.get(key)
    if value is None or value == []:
        return
    names = entry.read_texts(key)
    if isinstance(value, list):
        # What is no text was complained of, and is not among the names.
        spots = [i for i, item in enumerate(value) if isinstance(item, str) and item]
        yield from ((name, (key, i)) for name, i in zip(names, spots, strict=True))
    else:
        yield from ((name, (key,)) for name in names)


def read_secret(entry: Entry, key: str, *, required: bool = False) -> Reference | None:
    """Where a secret stands; one that is written out is refused, and never quoted."""
    if key not in entry.values:
        if required:
            entry.complain(f"no {key}", f"add `{key}: {{env: NAME}}`")
        return None
    try:
        return read_reference(entry.values[key], place_of(entry, key))
    except ConfigError as error:
        entry.problems.append(str(error))
        return None


def read_size(entry: Entry, key: str, default: int, most: int, least: int = 1) -> int:
    """Bytes, written as `64KiB` or `1MiB`."""
    if key not in entry.values:
        return default
    value = entry.values[key]
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    size = int(found[1]) * _SIZES[found[2]] if found else 0
    if found is None:
        entry.complain(
            f"{key} is {describe_value(value)}", "write a number and a unit, such as 64KiB or 1MiB", key
        )
    elif not least <= size <= most:
        right = f"write a size from {write_size(least)} to {write_size(most)}"
        entry.complain(f"{key} is {describe_value(value)}", right, key)
    else:
        return size
    return default


def read_some_time(entry: Entry, key: str, default: timedelta) -> timedelta:
    """A duration that is not nothing."""
    before = len(entry.problems)
    duration = entry.read_duration(key, default)
    if not duration and len(entry.problems) == before:
        entry.complain(f"{key} is nothing", "write a time such as 5m", key)
        return default
    return duration


def read_url(entry: Entry, key: str, default: str) -> str:
    """An address of a service to which a secret is sent: https, or loopback."""
    from logscan.http import check_url  # only here: few configurations hold an address

    url = entry.read_text(key) if key in entry.values else default
    if url is None:
        return default
    try:
        check_url(url, place_of(entry, key))
    except ConfigError as error:
        entry.problems.append(str(error))
        return default
    return url


def locate(name: str, folder: Path) -> str:
    """The path that a configuration in this folder means: from its own folder on, `~` is the user's home."""
    return os.path.abspath(os.path.join(folder, os.path.expanduser(name)))


def choose_one(entry: Entry, kinds: Sequence[str], right: str) -> str | None:
    """The one key of several that says what an entry is."""
    there = [kind for kind in kinds if kind in entry.values]
    if len(there) == 1:
        return there[0]
    if there:
        entry.complain(
            " and ".join(there) + " contradict each other", "keep one of them", there[1], of_key=True
        )
    else:
        entry.complain(f"none of {', '.join(kinds)}", right)
    return None


def write_size(size: int) -> str:
    """`1MiB`: the largest unit of which it is a whole number."""
    for unit in ("MiB", "KiB"):
        if size and size % _SIZES[unit] == 0:
            return f"{size // _SIZES[unit]}{unit}"
    return f"{size}B"
