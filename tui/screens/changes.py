"""What changed around an annotation: both versions as one text, walked from one annotation to the next."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from rich.style import Style
from textual.strip import Strip

from storage.changes import ADDED, REMOVED, SAME, Piece
from storage.model import Annotation
from tui.reading import cells
from tui.reading.paint import Styles
from tui.screens.pager import Pager
from tui.widgets.lines import line

_MEASURE = 72
_WORD = re.compile(r"(\s*)(\S+)")
_SIGNS = {SAME: ("", ""), REMOVED: ("[-", "-]"), ADDED: ("{+", "+}")}


class Comparison(NamedTuple):
    """One page: the annotation (None: a place without one), a sentence about it, and what changed around it."""

    annotation: Annotation | None
    about: str
    pieces: Sequence[Piece]


class _Word(NamedTuple):
    string: str
    kind: str
    marked: bool
    breaks: bool


def _words(pieces: Iterable[Piece], *, signs: bool) -> Iterator[_Word]:
    """Yield words with the space before them; `breaks` where a paragraph ends before one."""
    space = ""
    for piece in pieces:
        before, after = _SIGNS[piece.kind] if signs else ("", "")
        found = list(_WORD.finditer(piece.string))
        for number, match in enumerate(found):
            space += match[1]
            word = (before if number == 0 else "") + match[2] + (after if number == len(found) - 1 else "")
            yield _Word((" " if space else "") + word, piece.kind, piece.marked, "\n" in space)
            space = ""
        space += piece.string[found[-1].end() :] if found else piece.string


def wrapped(pieces: Iterable[Piece], width: int, *, signs: bool = False) -> list[list[_Word]]:
    """Return pieces as rows of at most `width` cells, broken at spaces, an empty row between paragraphs."""
    rows: list[list[_Word]] = [[]]
    used = 0
    for word in _words(pieces, signs=signs):
        size = cells.width(word.string)
        if word.breaks and rows[-1]:
            rows += [[], []]
            used = 0
        elif used + size > width and word.string[:1].isspace():
            rows.append([])
            used = 0
        shown = word if used else word._replace(string=word.string.lstrip())
        rows[-1].append(shown)
        used += cells.width(shown.string)
    return rows


class ChangesScreen(Pager):
    """Shows a comparison of `compare(step)`: 0 the one asked for, 1 the next that differs, -1 the one before.

    It is None where there is no other. `confirm(annotation)` makes one certain and returns what to say.
    """

    fixed = 3

    def __init__(
        self,
        styles: Styles,
        versions: str,
        compare: Callable[[int], Comparison | None],
        confirm: Callable[[Annotation], str],
    ) -> None:
        super().__init__(styles)
        self.versions = versions
        self.compare = compare
        self.confirm = confirm
        self.shown = compare(0) or Comparison(None, "", ())
        self.message = ""

    def _style(self, word: _Word) -> Style:
        palette = self.look.palette
        ground = palette.sentence if word.marked else palette.ground
        if word.kind == REMOVED:
            return Style(color=palette.tints["red"].bar, bgcolor=ground, strike=True, dim=False)
        if word.kind == ADDED:
            return Style(color=palette.tints["green"].bar, bgcolor=ground, underline=True, bold=word.marked)
        return Style(color=palette.heading if word.marked else palette.text, bgcolor=ground, bold=word.marked)

    def page_rows(self) -> list[Strip]:
        """Return the rows of the page between its first and its last row."""
        width, base, dim = self.size.width, self.look.base, self.look.dim
        measure = min(_MEASURE, width - 4)
        left = " " * max(2, (width - measure) // 2)
        about = line([(left, base), (self.shown.about, self.look.accent)], width, base)
        rows = [about, Strip.blank(width, base)]
        changed = any(piece.kind != SAME for piece in self.shown.pieces)
        if not changed:
            rows += [line([(left, base), ("Nothing changed here.", dim)], width, base), Strip.blank(width, base)]
        for row in wrapped(self.shown.pieces, measure, signs=self.look.mono):
            styled = [(word.string, self._style(word)) for word in row]
            runs = [("".join(text for text, _ in run), style) for style, run in groupby(styled, lambda item: item[1])]
            rows.append(line([(left, base), *runs], width, base))
        return rows

    def framed(self, rows: list[Strip], room: int) -> list[Strip]:
        """Return rows between the versions above them and the keys below."""
        width, base = self.size.width, self.look.base
        head = line([("  What changed", self.look.accent), (f"  {self.versions}", self.look.dim)], width, base)
        keys = self.message or "J K next, previous change · j k scroll · C stands right · esc back"
        foot = line([("  ", base), (keys, self.look.dim)], width, base)
        blank = [Strip.blank(width, base)]
        return [head, *blank, *rows, *blank * (room - len(rows)), foot]

    def own_key(self, name: str) -> None:
        """Walk, or confirm."""
        self.message = ""
        if name in {"J", "n", "K", "N"}:
            self._walk(1 if name in {"J", "n"} else -1)
        elif name == "C" and self.shown.annotation is not None:
            self.message = self.confirm(self.shown.annotation)

    def _walk(self, step: int) -> None:
        found = self.compare(step)
        if found is None:
            self.message = f"No other change {'after' if step > 0 else 'before'} this."
        else:
            self.shown, self.top = found, 0
