"""From Textual's updates to what a terminal is sent, without writing codes that would have to be read again.

Rich turns each piece of a row into codes, text and codes; `tui.thrift` would take them apart to see which cells differ.
Here the pieces go to it as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from tui.cells import Cells, Pen
from tui.thrift import PLAIN, Thinned, Thrifty, after

_Placed = tuple[int, int, Iterable[Strip]]
"""Column and row, from 0, and the strips that stand there one after the other."""
_CODES = re.compile(r"\x1b\[([0-9;]*)m")


class Painted(CompositorUpdate):
    """An update that sends only what differs from what the terminal shows, by way of a driver that keeps that up."""

    def __init__(self, update: CompositorUpdate, driver: Thrifty) -> None:
        self._update = update
        self._driver = driver

    def render_segments(self, console: Console) -> str:
        """Return what is to be sent; the driver, which is given it next, lets it pass."""
        if not isinstance(self._update, LayoutUpdate | ChopsUpdate):
            return self._update.render_segments(console)
        self._driver.thinned = sent(self._update, console, self._driver.shown)
        return self._driver.thinned


def sent(update: LayoutUpdate | ChopsUpdate, console: Console, cells: Cells) -> str:
    """Return what is sent for an update to a terminal that shows `cells`, which are kept up."""
    made = Thinned(cells)
    system = console._color_system or ColorSystem.TRUECOLOR  # noqa: SLF001  # as Textual's strips do it
    for x, y, strips in _whole(update) if isinstance(update, LayoutUpdate) else _parts(update):
        made.go(y, x)
        for strip in strips:
            _write(made, strip, system)
    made.wanted = PLAIN
    return made.end()


def _write(made: Thinned, strip: Strip, system: ColorSystem) -> None:
    for text, style, _ in strip:
        if style is not None and style.link:
            made.wanted = PLAIN
            made.feed(style.render(text, color_system=system))
        elif text:
            made.wanted = PLAIN if style is None else _pen(style, system)
            made.text(text)


@lru_cache(maxsize=4096)
def _pen(style: Style, system: ColorSystem) -> Pen:
    found = _CODES.match(style.render("x", color_system=system))
    return after(PLAIN, found[1]) if found else PLAIN


def _whole(update: LayoutUpdate) -> Iterator[_Placed]:
    for y, line in enumerate(update.strips, update.region.y):
        yield update.region.x, y, line


def _parts(update: ChopsUpdate) -> Iterator[_Placed]:
    """Yield what is to be painted of a screen that is cut into columns, as the update itself would render it."""
    for y, x1, x2 in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= x2 and end > x1:
                whole = x1 <= x < x2 and end <= x2
                yield x, y, [strip if whole else strip.crop(0, min(end, x2) - x)]
