r"""A line as a person would read it: colours gone, JSON escapes undone, CR stripped; it never judges a line.

Escapes are undone at every depth at once: `\\"` and `\\\\\\"` both become a quote. What has another
meaning, such as a backslash before any other letter, stays.
"""

from __future__ import annotations

import re
import unicodedata

_COLOUR = re.compile(rb"\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
# A run of backslashes is tried once, from its first: from each of them, a long one would take for ever.
_ESCAPE = re.compile(
    rb"(?<!\\)\\++(?:"
    rb"(?:u001[bB]|x1[bB]|033)(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\\]*\\++(?:u0007|x07)|[ -/]+[0-~])"
    rb"|(u[0-9a-fA-F]{4}(?:\\++u[dD][c-fC-F][0-9a-fA-F]{2})?)"
    rb"|x([0-9a-fA-F]{2})"
    rb"|([nrtbf])"
    rb"|([\"'/])"
    rb")"
)
_INVISIBLE = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"}


def normalize(raw: bytes) -> bytes:
    """Undo what logging added to a line; the result holds no line end."""
    return undo_escapes(strip_colours(raw)).rstrip(b"\r")


def strip_colours(text: bytes) -> bytes:
    """Take out what a terminal would obey; lines stay lines, so that a whole block can be given."""
    return _COLOUR.sub(b"", text) if b"\x1b" in text else text


def undo_escapes(text: bytes) -> bytes:
    """Undo what JSON and other encoders escaped, at every depth; blanks for what would end a line."""
    return _ESCAPE.sub(_replace, text) if b"\\" in text else text


def decode_line(text: bytes) -> str:
    """A normalised line as text."""
    return text.decode(errors="replace")


def count_characters(text: bytes, end: int) -> int:
    """How many characters stand before a place in a normalised line."""
    return end if text.isascii() else len(decode_line(text[:end]))


def make_visible(text: str) -> str:
    """Spell out control, direction and other unseen characters, so that a terminal obeys none of them."""
    if text.isprintable():
        return text
    return "".join(_spell(char) for char in text)


def _replace(found: re.Match[bytes]) -> bytes:
    unicode_escape, hexadecimal, space, quote = found.groups()
    if quote is not None:
        return quote
    if space is not None:
        return b" "
    if hexadecimal is not None:
        return _write_byte(int(hexadecimal, 16))
    if unicode_escape is None:
        return b""
    return _read_unicode(unicode_escape)


def _read_unicode(escape: bytes) -> bytes:
    codes = [int(digits, 16) for digits in re.findall(rb"u([0-9a-fA-F]{4})", escape)]
    high = codes[0]
    if len(codes) == 2 and 0xD800 <= high <= 0xDBFF:
        return chr(0x10000 + ((high - 0xD800) << 10) + (codes[1] - 0xDC00)).encode()
    return b"".join(_write_code(code) for code in codes)


def _write_code(code: int) -> bytes:
    return b" " if code < 0x20 else chr(code).encode(errors="surrogatepass")


def _write_byte(byte: int) -> bytes:
    return b" " if byte < 0x20 else bytes((byte,))


def _spell(char: str) -> str:
    if " " <= char <= "~" or unicodedata.category(char) not in _INVISIBLE:
        return char
    code = ord(char)
    if code < 0x100:
        return {"\t": "\\t", "\n": "\\n", "\r": "\\r"}.get(char, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
