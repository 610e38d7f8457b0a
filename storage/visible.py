"""Which characters of foreign text may reach a terminal or a format meant for eyes, and what stands for the others."""

from __future__ import annotations

import re

UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that steer a terminal, turn the reading direction or cannot be encoded; tab and line end are not here."""

_LAST_CONTROL = 0x1F
_PICTURES = 0x2400


def visible(string: str) -> str:
    """Return `string` with each unsafe character shown as a picture of itself (ESC as ``␛``), or as U+FFFD."""
    if string.isascii() and string.isprintable():
        return string
    return UNSAFE.sub(_picture, string.replace("\r\n", "\n"))


def one_line(string: str) -> str:
    """Return `string` visible and on one line: every run of white space is one space."""
    return visible(" ".join(string.split()))


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(_PICTURES + code) if code <= _LAST_CONTROL else "\N{REPLACEMENT CHARACTER}"
