"""Reading keys from the terminal: Esc and keys that arrive together, as they do over a slow line, are all taken.

Textual's parser drops an Esc before a key that is no letter, and makes a ^ of one before several keys.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual._xterm_parser import XTermParser

_ESC = "\x1b"
_one = XTermParser._sequence_to_key_events  # noqa: SLF001  # there is no other place to learn of the Esc


def _all(parser: XTermParser, sequence: str, alt: bool = False) -> Iterable[events.Key]:
    """Return the keys of a sequence; `alt` says that an Esc came before it."""
    if alt or sequence == _ESC:
        yield events.Key("esc", _ESC)
    if sequence != _ESC:
        yield from _one(parser, sequence)


def tell_apart() -> None:
    """Have Textual's parser give them."""
    setattr(XTermParser, _one.__name__, _all)
