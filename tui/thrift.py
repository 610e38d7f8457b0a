"""Writing the same to the terminal with fewer bytes, for slow lines: only what changes of a style is sent.

Rich ends each piece of text with a reset and begins the next one with its whole style, and Textual moves the cursor
where it stands already. Codes of ECMA-48 (SGR, CUP) are all that is dealt with; anything else goes out as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from textual.driver import Driver

_TOKEN = re.compile(
    r"\x1b\[(?P<style>[0-9;]*)m"
    r"|(?P<move>\x1b\[\d*;\d*H)"
    r"|(?P<end>\r?\n)(?=\x1b\[\d*;\d*H)"
    r"|(?P<other>\x1b(?:\[[0-?]*[ -/]*[@-~]|[P\]_^X][^\x1b\x07]*(?:\x1b\\|\x07)|.))"
)
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "9": "29"}
"""What ends an attribute; bold and faint end together."""
_EXTENDED = {"2": 5, "5": 3}
"""Numbers that a colour has after 38 or 48: red, green and blue, or one of 256."""


class Pen(NamedTuple):
    """How the terminal writes: the codes of foreground and ground, and the attributes that are on."""

    front: str = "39"
    ground: str = "49"
    on: frozenset[str] = frozenset()


_PLAIN = Pen()


@lru_cache(maxsize=4096)
def _after(pen: Pen, codes: str) -> Pen:
    """Return the pen after an SGR sequence."""
    left = codes.split(";") if codes else ["0"]
    while left:
        code, *left = left
        if code in {"38", "48"} and left:
            size = _EXTENDED.get(left[0], 2) - 1
            color, left = ";".join([code, *left[:size]]), left[size:]
            pen = pen._replace(front=color) if code == "38" else pen._replace(ground=color)
        elif code in {"", "0"}:
            pen = _PLAIN
        elif re.fullmatch("3[0-79]|9[0-7]", code):
            pen = pen._replace(front=code)
        elif re.fullmatch("4[0-79]|10[0-7]", code):
            pen = pen._replace(ground=code)
        elif code in _OFF.values():
            pen = pen._replace(on=frozenset(one for one in pen.on if _OFF.get(one) != code))
        else:
            pen = pen._replace(on=pen.on | {code})
    return pen


@lru_cache(maxsize=4096)
def _turned(old: Pen, new: Pen, blank: bool) -> tuple[str, Pen]:
    """Return what makes the new pen of the old one, and the pen it is then; of blanks the foreground is not seen."""
    if blank and not new.on and not old.on:
        new = new._replace(front=old.front)
    off = {_OFF[one] for one in old.on - new.on if one in _OFF}
    kept = {one for one in old.on & new.on if _OFF.get(one) not in off}
    parts = [*sorted(off), *sorted(new.on - kept)]
    parts += [new.front] if new.front != old.front else []
    parts += [new.ground] if new.ground != old.ground else []
    colors = [one for one, plain in ((new.front, _PLAIN.front), (new.ground, _PLAIN.ground)) if one != plain]
    anew = ["0", *sorted(new.on), *colors]
    if old.on - new.on - _OFF.keys():
        parts = anew
    return (f"\x1b[{min(';'.join(parts), ';'.join(anew), key=len)}m" if parts else ""), new


def thinned(data: str) -> str:
    """Return what shows the same as `data`, which begins and ends with a plain pen."""
    out: list[str] = []
    have = wanted = _PLAIN
    at, move = 0, ""
    for token in _TOKEN.finditer(data):
        if token.start() > at:
            code, have = _turned(have, wanted, data[at : token.start()].isspace())
            out += [move, code, data[at : token.start()]]
            move = ""
        at = token.end()
        if token["style"] is not None:
            wanted = _after(wanted, token["style"])
        elif token["move"]:
            move = token["move"]
        elif token["other"]:
            out += [move, _turned(have, wanted, False)[0], token["other"]]  # noqa: FBT003  # not a blank
            have, move = wanted, ""
    code, _ = _turned(have, wanted, False)  # noqa: FBT003  # not a blank
    return "".join([*out, move, code, data[at:]])


def thrifty(driver: type[Driver]) -> type[Driver]:
    """Return a driver that writes so."""

    class Thrifty(driver):  # type: ignore[misc, valid-type]  # a class is made of whatever the system has
        def write(self, data: str) -> None:
            super().write(thinned(data) if "\x1b" in data else data)

    return Thrifty
