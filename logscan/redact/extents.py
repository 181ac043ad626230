"""Where the value after a delimiter starts and ends; it never judges a value."""

from __future__ import annotations

import re

from logscan.redact.values import Value

_LEAD = re.compile(r"[:=>~]{0,2}[ \t]{0,4}(?:\\?[\[(][ \t]?)?(?:![a-z]{1,8} )?(?:[bru](?=[\"']))?", re.ASCII)
_OPENER = re.compile(r"\\{0,15}[\"'`]")
# A backslash is part of a bare value unless it escapes what would end it.
_STOPS = r"\s\"'`,;&<>(){}\[\]\\"
_BARE = re.compile(rf"[^{_STOPS}]{{1,600}}+(?:\\(?![\"'`/nrtu])[^{_STOPS}]{{0,600}}+){{0,20}}")
# A password may hold punctuation; a comma or a bracket ends it before a blank, a quote, or the next key.
_BARE_PASSWORD = re.compile(
    rf"(?:[^{_STOPS}]{{1,600}}+|\\(?![\"'`nrtu])|[,;&>(){{}}\[\]](?![{_STOPS}]|$|[\w.-]{{1,40}}[:=])){{1,20}}"
)
# `access token: Session has expired`: after a colon and a space a plain word and then another one.
_PROSE = re.compile(
    r" (?:[A-Za-z]?[a-z]{0,20}|[A-Z]{1,20})(?:['\u2019][a-z]{1,2})?[.,!?;:]?[ \t]+[({A-Za-z]"
    r"| (?i:get|head|post|put|patch|delete)(?:[ \t]|\\{0,15}[\"'])",  # `token: Post "https://…": EOF`, Go's error
    re.ASCII,
)
# A mask that fills the value: `token=[meta-token#1a2b3c]&…`.
_MASKED = re.compile(
    r"[ \t]{0,4}(?:[A-Za-z0-9-]{1,30} )?\\{0,15}[\"'`]?\[[a-z][a-z0-9-]{1,30}#[0-9a-f]{6}\](?![^\s\"'`,;&<)}\]\\])"
)
_MOST_BARE = 600  # characters read at first; the rest only of what is masked
_TRAILING = ".:!?,"


def read_value(text: str, position: int, *, password: bool = False) -> Value | None:
    """Read the value that starts at or soon after `position`; None where there is none."""
    lead = _LEAD.match(text, position)
    start = lead.end() if lead else position
    opener = _OPENER.match(text, start)
    if opener:
        return read_quoted(text, opener.start(), opener.end())
    bare = (_BARE_PASSWORD if password else _BARE).match(text, start)
    if bare is None:
        return None
    end = bare.end()
    if end == len(text) or text[end].isspace():
        end = start + len(bare[0].rstrip(_TRAILING))
    return Value(start, end, quoted=False) if end > start else None


def read_quoted(text: str, start: int, inside: int) -> Value | None:
    """Read up to the quote that closes the one at `start`, which may itself be escaped several times."""
    quote = text[inside - 1]
    depth = inside - 1 - start
    period = 2 * (depth + 1)
    end = text.find(quote, inside)
    while end >= 0:
        slashes = end - inside - len(text[inside:end].rstrip("\\")) if text[end - 1] == "\\" else 0
        if slashes % period == depth or slashes < depth:
            break
        end = text.find(quote, end + 1)
    if end < 0:
        return _read_unclosed(text, inside, quote)
    return Value(inside, end - min(slashes, depth), quoted=True)


def is_prose(text: str, position: int) -> bool:
    """True when a sentence goes on after the delimiter rather than a value."""
    return text[position - 1] == ":" and _PROSE.match(text, position) is not None


def is_masked(text: str, position: int) -> bool:
    """True when the value after the delimiter is a mask already."""
    return text.find("#", position, position + 80) >= 0 and _MASKED.match(text, position) is not None


def read_rest(text: str, value: Value) -> Value:
    """Lengthen a value of which only the start was read."""
    end = value.end
    if value.quoted or end - value.start < _MOST_BARE - len(_TRAILING):
        return value
    while (more := _BARE.match(text, end)) is not None:
        end = more.end()
    return Value(value.start, end, quoted=False)


def _read_unclosed(text: str, inside: int, quote: str) -> Value | None:
    """A line that was cut off: all of it, unless the quote was an apostrophe."""
    if quote != '"':
        bare = _BARE.match(text, inside)
        return Value(inside, bare.end(), quoted=True) if bare else None
    end = text.find("\n", inside)
    return Value(inside, end if end >= 0 else len(text), quoted=True)
