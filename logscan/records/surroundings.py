"""Finds the indented JSON object that a line stands in; never looks further than 64 lines each way."""

from __future__ import annotations

from logscan.records.documents import Json, read_document

MAX_LINES = 64
MAX_OBJECTS = 6
_INSIDE = frozenset(b'"{}[]')


def may_be_inside(raw: bytes) -> bool:
    """Whether a line could be a part of an indented object."""
    head = raw[:256].lstrip()
    return bool(head) and (head[0] in _INSIDE or (raw[:1] in b" \t" and head[0] in b"-0123456789tfn"))


def find_objects(raw: bytes, before: bytes, after: bytes) -> tuple[list[Json], bytes]:
    """The objects around a line, innermost first, and the line above the outermost."""
    lines = before.removesuffix(b"\n").split(b"\n")[-MAX_LINES:] if before else []
    here = len(lines)
    lines.append(raw)
    lines += after.split(b"\n")[:MAX_LINES]
    lines = [line.rstrip(b"\r \t") for line in lines]
    found: list[Json] = []
    top = b""
    indent = _measure(lines[here])
    if lines[here].endswith(b"}{"):  # the line belongs to the end of one and the start of the next
        indent += 1
    for number in range(here, -1, -1):
        line = lines[number]
        if not line.endswith(b"{") or not _opens_alone(line) or _measure(line) > indent:
            continue
        if number != here and _measure(line) >= indent:
            continue
        document = _read_from(lines, number, here)
        if document:
            found.append(document)
            top = lines[number - 1] if number else b""
        indent = _measure(line)
        if indent == 0 or len(found) >= MAX_OBJECTS:
            break
    return found, top


def _opens_alone(line: bytes) -> bool:
    """An object that is no field's value: `{`, `}{`, `[{`, `},{`."""
    return len(line) - len(line.lstrip()) + 4 >= len(line) and not line.strip(b" \t{}[],")


def _measure(line: bytes) -> int:
    return len(line) - len(line.lstrip(b" \t"))


def _read_from(lines: list[bytes], first: int, here: int) -> Json | None:
    """The object that opens on line `first`; closed by hand where the neighbours do not reach its end."""
    indent = _measure(lines[first])
    for last in range(first + 1, len(lines)):
        line = lines[last]
        if line and _measure(line) <= indent:
            if last < here or line.lstrip(b" \t")[:1] != b"}":
                return None
            return read_document(b"\n".join((b"{", *lines[first + 1 : last], b"}")))
    return _close(lines[first + 1 :])


def _close(lines: list[bytes]) -> Json | None:
    """Add the brackets that a cut, indented object lacks."""
    while lines and not lines[-1]:
        lines.pop()
    open_brackets = [b"}"]
    for line in lines:
        text = line.strip()
        if text[:1] in {b"}", b"]"} and open_brackets:
            open_brackets.pop()
        if text[-1:] in {b"{", b"["}:
            open_brackets.append(b"}" if text[-1:] == b"{" else b"]")
    text = b"\n".join(lines).rstrip(b", \t\n")
    return read_document(b"{" + text + b"".join(reversed(open_brackets)))
