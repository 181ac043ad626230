"""Whether the value after a secret-like key is a secret; it finds nothing by itself.

Words, placeholders, counts and what was masked before are no secrets; when in doubt it is one.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import NamedTuple


class Policy(Enum):
    """What a value must look like to be masked."""

    ANY = "any value of four characters"
    TOKEN = "no word of prose and no small number"  # noqa: S105 — the name of a policy, not a password
    DIGITS = "holds a digit"
    RANDOM = "looks drawn at random"
    HEADER = "an Authorization header: scheme and credentials"
    COOKIE = "a Cookie header: names and values"


class Value(NamedTuple):
    """Where a value stands, and how it was written."""

    start: int
    end: int
    quoted: bool


_LISTED = frozenset(
    """absent access account add again allowed already and any api app apply are array auth authentication
    authorization basic bearer because been before blank bool boolean but cached can cannot changed changeme check
    cleared client code could created credential credentials data decode decoded default deleted denied digest
    disabled does doesn empty enabled encrypted error errors etc exists exp expire expired expires expiring expiry
    failed failure false fetch fetched fetching field filtered for forbidden found from generated get given
    grant granted has have header hidden id ignored in incorrect info insufficient invalid invalidated is issue
    issued issuer it json key kind last length loaded login malformed masked match may message mismatch missing must
    na nan needs new nil no none not null number object obtained of off ok old omitted on or parse password permission
    placeholder please plain present provided public realm received redacted refresh refreshed refreshing rejected
    removed renew renewed renewing replaced request required reset retry revoked rotated rotating rotation scope
    secret see sent session set should signature skipped store stored string success succeeded that the this token
    tokens true type unauthorized undefined unexpected unknown unset update updated updating use used user using
    valid validated validating validation value verified verify void was web will with wrong yes you your""".split()
)

_PLACEHOLDER = re.compile(
    r"""[*xX•●.…_\-#?=:]+ | <[^<>]{0,60}>? | \$[({\[].* | \$[A-Z_][A-Z0-9_]* | \{\{?[^{}]{0,60}\}?\}?
    | %[sdvrq@] | %\([A-Za-z_]+\)s | %[A-Z_]+% | \[[A-Za-z _-]{0,40}\]? | (?:process\.env|os\.environ|os\.getenv|env|ENV
    |secrets|vault|var|vars|local|module|config|settings|self|this|req|request|options|process)[.\[(].*
    | arn:aws:.* | (?:/[A-Za-z._-]{1,40}){2,}/? | [A-Za-z_.]{1,40}\([A-Za-z_., ]{0,40}\) | data:.{0,40}""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_NUMBER = re.compile(
    r"[+-]?[0-9]{1,5}|[+-]?[0-9]*\.[0-9]+|[0-9]{1,9}(?:ms|s|m|h|d|min|days?|hours?|%|[kKMG]i?B?)", re.ASCII
)
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].*)?|[0-9]{1,2}:[0-9]{2}:[0-9]{2}.*", re.ASCII | re.DOTALL
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_WORDS = re.compile(r"[A-Za-z]+", re.ASCII)
_PIECES = re.compile(r"[A-Za-z0-9+=~]+", re.ASCII)
_CASES = bytes(ord("aA0"[(char.isdigit() << 1) | char.isupper()]) for char in map(chr, range(128))) + bytes(
    128
)
_TURNS = (b"aA", b"a0", b"A0", b"0a", b"0A", b"AAa")
_ERROR_CODE = re.compile(r"[A-Z]{1,12}[-_]?[0-9]{2,6}", re.ASCII)
_IDENTIFIER = re.compile(r"[A-Za-z]+(?:[._][A-Za-z]+)*", re.ASCII)
_CAMEL_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", re.ASCII)
_HIDING = ("***", "•••", "...", "…", "xxxxxx", "XXXXXX")
_HIDDEN = re.compile(r"\*{3,}|•{3,}|\.{3}|…|x{6,}|X{6,}")
_JUDGED = 512  # characters of a value that are judged
_LOOKED_AT = 64  # a longer value does not get more random


def is_secret(value: str, policy: Policy, *, quoted: bool = False) -> bool:
    """Judge a value."""
    value = value[:_JUDGED]
    if len(value) < 4 or is_placeholder(value):
        return False
    if policy is Policy.DIGITS:
        return any(char.isdigit() for char in value)
    if policy is Policy.RANDOM:
        return looks_random(value)
    if policy is Policy.TOKEN:
        if _NUMBER.fullmatch(value) or _DATE.fullmatch(value) or _names_error(value):
            return False
        if quoted and " " in value and not looks_random(value, least=12):
            return False
    return True


@lru_cache(maxsize=4096)
def is_listed_word(value: str) -> bool:
    """True for `expired`, `invalid_token`, `null`: what programs write where a secret could stand."""
    words = _WORDS.findall(value)
    return bool(words) and not any(c.isdigit() for c in value) and all(w.lower() in _LISTED for w in words)


def is_placeholder(value: str) -> bool:
    """True for what stands where a secret was or will be."""
    if _PLACEHOLDER.fullmatch(value):
        return True
    if len(value) < 64 and is_listed_word(value):
        return True
    if value[0] == "[" and "#" in value and value.endswith("]"):
        return True
    return _is_partly_hidden(value)


def looks_random(value: str, *, least: int = 16) -> bool:
    """True when a piece of the value was drawn rather than written: letters and digits take turns in it."""
    value = value[:_LOOKED_AT]
    if len(value) < least or _UUID.fullmatch(value) or _DATE.fullmatch(value):
        return False
    pieces = _PIECES.findall(value)
    longest = max(pieces, key=len, default="")
    if len(longest) < 8 or len(set(longest)) < 6:
        return False
    cases = longest.encode().translate(_CASES)
    turns = sum(map(cases.count, _TURNS))
    return turns >= 3 or (turns >= 2 and len(longest) <= 12)


def _names_error(value: str) -> bool:
    """True for `ExpiredSignature`, `jwt.exceptions.DecodeError`, `bad_refresh_token` and `AADSTS50055`."""
    if _ERROR_CODE.fullmatch(value):
        return True
    if len(value) > 80 or not _IDENTIFIER.fullmatch(value):
        return False
    words = _CAMEL_WORDS.findall(value)
    if len(words) < 2 or any(len(word) < 2 for word in words):
        return False
    return any(word.lower() in _LISTED or word in {"Error", "Exception", "Failure"} for word in words)


def _is_partly_hidden(value: str) -> bool:
    """True for `sk-…abcd` and `EAAG****wxyz`: somebody masked it already."""
    return any(sign in value for sign in _HIDING) and all(len(piece) < 12 for piece in _HIDDEN.split(value))
