"""Which characters of foreign text may reach a terminal or a format meant for eyes, and what stands for the others."""

from __future__ import annotations

import re

UNSAFE = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
"""A pattern of what steers a terminal, turns the reading direction or cannot be encoded; not of tab and line end."""

_LAST_CONTROL = 0x1F
_PICTURES = 0x2400


def visible(string: str) -> str:
    """Return `string` with each unsafe character shown as a picture of itself (ESC as ``␛``), or as U+FFFD."""
    if string.isprintable():  # which none of them is
        return string
    return re.sub(UNSAFE, _picture, string.replace("\r\n", "\n"))


def in_xml(string: str) -> str:
    """Return `string` with a picture of each character that XML 1.0 has no place for; no terminal reads it."""
    return re.sub("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", _picture, string.replace("\r\n", "\n"))


def one_line(string: str) -> str:
    """Return `string` visible and on one line: every run of white space is one space."""
    return visible(" ".join(string.split()))


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(_PICTURES + code) if code <= _LAST_CONTROL else "\N{REPLACEMENT CHARACTER}"
