"""`{env: NAME}`, `{file: PATH}`, `{dotenv: PATH, key: NAME}` → Secret; no message ever quotes a value."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from typing import NamedTuple, NoReturn

from logscan.errors import ConfigError

_MOST_BYTES = 64 << 10
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RIGHT = "write `{env: NAME}`, `{file: PATH}` or `{dotenv: PATH, key: NAME}`"
_SHAPES = (frozenset({"env"}), frozenset({"file"}), frozenset({"dotenv", "key"}))
_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=\s*(.*)")
_QUOTED = re.compile(r"""'([^']*)'\s*(?:#.*)?|"((?:[^"\\]|\\.)*)"\s*(?:#.*)?""")
_COMMENT = re.compile(r"\s#.*")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


class Secret:
    """A value that prints as its fingerprint only; `reveal` is called where it is sent, and nowhere else."""

    __slots__ = ("_value", "origin")

    def __init__(self, value: str, origin: str) -> None:
        self._value = value
        self.origin = origin  # as people know it: `RAILWAY_TOKEN`, a file's path

    def reveal(self) -> str:
        return self._value

    @property
    def fingerprint(self) -> str:
        """Tells two secrets apart, and is too short to find one by."""
        return hashlib.sha256(self._value.encode(errors="surrogateescape")).hexdigest()[:6]

    def __repr__(self) -> str:
        return f"[secret#{self.fingerprint}]"

    __str__ = __repr__

    def __format__(self, _: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        mine, theirs = (one.reveal().encode(errors="surrogateescape") for one in (self, other))
        return hmac.compare_digest(mine, theirs)

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret cannot be written down")


class Reference(NamedTuple):
    """Where a secret stands; it holds none."""

    kind: str  # `env`, `file` or `dotenv`
    name: str  # the variable, or the file's path
    key: str | None  # in a dotenv file
    place: str  # where this was written, for messages

    @property
    def origin(self) -> str:
        return self.name if self.key is None else f"{self.key} in {self.name}"


def read_reference(value: object, place: str) -> Reference:
    """Read what a configuration says in a secret's place; raise ConfigError for all but a reference."""
    if not isinstance(value, dict):
        what = "no secret is named" if value is None else "a secret is written out"
        raise ConfigError(f"{place}: {what}; {_RIGHT}")
    if frozenset(value) not in _SHAPES:
        # Keys are not quoted: somebody may have written the secret there.
        raise ConfigError(f"{place}: no reference to a secret; {_RIGHT}")
    for key, part in value.items():
        if not isinstance(part, str) or not part or "\0" in part:
            raise ConfigError(f"{place}: {key} names nothing; {_RIGHT}")
    if "env" in value:
        return _read_variable(value["env"], place)
    if "file" in value:
        return Reference("file", value["file"], None, place)
    return Reference("dotenv", value["dotenv"], value["key"], place)


def resolve_reference(reference: Reference, environ: Mapping[str, str], folder: str) -> Secret:
    """Fetch the secret; `folder` is what relative paths start from. Raise ConfigError where there is none."""
    if reference.kind == "env":
        value, right = environ.get(reference.name), f"set the variable {reference.name}"
    elif reference.kind == "file":
        value, right = _read_text(reference, folder).rstrip("\r\n"), "write the secret into it"
    else:
        found = read_dotenv(_read_text(reference, folder))
        value, right = found.get(reference.key or ""), f"write `{reference.key}=…` into it"
    if value is None:
        missing = "is not set" if reference.kind == "env" else "is not there"
        raise ConfigError(f"{reference.place}: {reference.origin} {missing}; {right}")
    if not value.strip():
        raise ConfigError(f"{reference.place}: {reference.origin} is empty; {right}")
    return Secret(value, reference.origin)


def read_dotenv(text: str) -> dict[str, str]:
    """The assignments of a dotenv file; the last one of a name counts. Nothing in a value is filled in."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        assignment = _ASSIGNMENT.fullmatch(line)
        if assignment:
            found[assignment[1]] = _read_value(assignment[2].strip())
    return found


def _read_variable(name: str, place: str) -> Reference:
    if not _NAME.fullmatch(name):
        # Most likely the secret itself; so it is not quoted.
        raise ConfigError(f"{place}: env holds no variable's name; {_RIGHT}")
    return Reference("env", name, None, place)


def _read_value(raw: str) -> str:
    quoted = _QUOTED.fullmatch(raw)
    if not quoted:
        return "" if raw.startswith("#") else _COMMENT.sub("", raw, count=1).rstrip()
    if quoted[1] is not None:
        return quoted[1]
    return re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[1]), quoted[2])


def _read_text(reference: Reference, folder: str) -> str:
    path = os.path.join(folder, os.path.expanduser(reference.name))
    try:
        with open(path, "rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        right = "name a file that can be read"
        raise ConfigError(f"{reference.place}: {reference.name}: {why}; {right}") from None
    if len(content) > _MOST_BYTES:
        raise ConfigError(
            f"{reference.place}: {reference.name} is no secret's file: it is above 64 KiB; {_RIGHT}"
        )
    try:
        return content.decode()
    except UnicodeDecodeError:
        right = "write it as UTF-8"
        # Without the cause, which quotes bytes.
        raise ConfigError(f"{reference.place}: {reference.name} is no text; {right}") from None
