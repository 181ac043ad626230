"""Which configuration file is used, and whose it is; it judges nothing that stands in one."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from logscan.config.versions import VERSION, VERSION_KEY, is_version
from logscan.errors import ConfigError
from logscan.yamlfile import MOST_BYTES, Document, parse_yaml, read_yaml

VARIABLE = "LOGSCAN_CONFIG"
OWN_NAME = "logscan.yaml"
SHARED_NAME = "config.yaml"  # of many programs: ours only with our key in it

_WAYS_OUT = f"choose a file with `-c FILE`, or none with `-c {os.devnull}`"
_KEY_LINE = re.compile(
    rb"^(?:\xef\xbb\xbf)?%s:[ \t]+%d[ \t]*(?:#.*)?\r?$" % (VERSION_KEY.encode(), VERSION), re.MULTILINE
)


class Discovery(NamedTuple):
    """A configuration file, read but not judged."""

    document: Document
    folder: Path
    is_found: bool = False  # in the current directory, where nobody pointed at it
    stranger: int | None = None  # the user id of somebody else whose file was merely found here
    is_open: bool = False  # found here, and anybody may write what they like into it


def find_config(chosen: Path | None, environment: Mapping[str, str], user: int) -> Discovery | None:
    """Give the file that was chosen, else the environment's, else one in the current directory, if any."""
    named = environment.get(VARIABLE)
    if chosen is not None:
        return Discovery(read_yaml(chosen), chosen.parent)
    if named:
        if not os.path.exists(named):
            raise ConfigError(f"{named}: there is no such file; mend or unset ${VARIABLE}")
        return Discovery(read_yaml(Path(named)), Path(named).parent)
    return _find_own(user) or _find_shared(user)


class _Content(NamedTuple):
    text: bytes
    owners: frozenset[int]
    is_open: bool


def _find_own(user: int) -> Discovery | None:
    try:
        content = _read_regular(OWN_NAME)
    except FileNotFoundError:
        return None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise ConfigError(f"{OWN_NAME}: cannot be read ({why}); {_WAYS_OUT}") from None
    if content is None:
        raise ConfigError(f"{OWN_NAME}: not a regular file; {_WAYS_OUT}")
    return _discover(OWN_NAME, content, user)


def _find_shared(user: int) -> Discovery | None:
    try:
        content = _read_regular(SHARED_NAME)
    except OSError:  # another program's affair
        return None
    if content is None or VERSION_KEY.encode() not in content.text:
        return None
    discovery = _discover(SHARED_NAME, content, user)
    return discovery if _is_ours(discovery.document, content.text) else None


def _is_ours(document: Document, text: bytes) -> bool:
    """Also when it is no YAML any more: a slip of the hand must not switch a configuration off."""
    if isinstance(document.value, dict):
        return is_version(document.value.get(VERSION_KEY))
    return document.value is None and _KEY_LINE.search(text) is not None


def _discover(name: str, content: _Content, user: int) -> Discovery:
    # What root puts somewhere is trusted as root's programs are.
    strangers = content.owners - {user, 0}
    return Discovery(
        parse_yaml(content.text, name),
        Path(),
        is_found=True,
        stranger=min(strangers, default=None),
        is_open=content.is_open,
    )


def _read_regular(name: str) -> _Content | None:
    """The content and whose it is, of the file and of the link that leads to it; None for what is no file."""
    link = os.lstat(name)
    descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as file:
        # One byte more than allowed, so that the parser sees that it is too much.
        owners = frozenset({status.st_uid, link.st_uid})
        return _Content(file.read(MOST_BYTES + 1), owners, bool(status.st_mode & stat.S_IWOTH))
