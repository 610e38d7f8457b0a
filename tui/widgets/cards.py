"""The annotation sidebar: cards beside their passages, or, while it has the focus, a list of all that match."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from storage.model import Annotation, doubtful
from tui import others
from tui.reading.paint import Styles
from tui.themes import LETTERS
from tui.widgets.lines import Lines, Piece, line, wrap

if TYPE_CHECKING:
    from tui.widgets.note import NoteArea

_OPENING = "“„«\"'‘‹「『"
_REMARK = 4
TOP = 2
"""Rows above the first card of the list."""
MOST_ROWS = 8
"""Rows of a note that are shown at once while it is written."""
INSET = 3
"""Cells left of a card's quote and note."""
WHOLE_NOTE = 12
"""Rows of a note that the bright card shows at most."""
EMPTY = "Nothing marked here. enter highlights the sentence · t tags it · a adds a note"


class Card(NamedTuple):
    """What a card shows: the annotation, its tag paths in order, and the screen row of its passage (-1: none).

    `color` is the one it is shown in, `by` who made it where that is another, `marked` whether it is marked.
    `remarks` are shown while it is the active one; `heading` stands above it, where a group of cards begins. `room` are
    the rows left free where its note stands, for writing it there.
    """

    annotation: Annotation
    tags: Sequence[str]
    row: int = -1
    remarks: Sequence[str] = ()
    heading: str = ""
    color: str = "yellow"
    by: str = ""
    marked: bool = False
    room: int = 0


class CardStyles:
    """The styles of cards on the panel's ground."""

    def __init__(self, styles: Styles) -> None:
        palette = styles.palette
        self.pen, self.bar, self.dot = styles.pen, styles.bar, styles.dot
        self.base = Style(color=palette.text, bgcolor=palette.panel)
        self.dim = Style(color=palette.dim, bgcolor=palette.panel)
        self.strong = Style(color=palette.heading, bgcolor=palette.panel, bold=True)
        self.accent = Style(color=palette.accent, bgcolor=palette.panel, bold=True)
        self.colors = {
            color: Style(color=tint.bar, bgcolor=palette.panel, bold=True) for color, tint in palette.tints.items()
        }


def card_rows(card: Card, width: int, look: CardStyles, *, active: bool, focused: bool = False) -> list[Strip]:
    """Return a card's rows: two, or all of it when it is the active one."""
    annotation, bar = card.annotation, look.colors[card.color]
    note = wrap(annotation.note, width - INSET, WHOLE_NOTE if active else 1) if not card.room else [""] * card.room
    rows = card_head(card, width, look, active=active, focused=focused)
    rows += [_row(look, bar, text, look.base, width) for text in note]
    if active and annotation.others:
        rows += [_row(look, bar, f"also: {others.words(other)}", look.dim, width) for other in annotation.others]
        rows.append(_row(look, bar, "v chooses one of them" if focused else "gc chooses one of them", look.dim, width))
    remarks = [text for remark in card.remarks for text in wrap(remark, width - INSET, _REMARK)] if active else []
    return [*rows, *(_row(look, bar, text, look.dim, width) for text in remarks)]


def card_head(card: Card, width: int, look: CardStyles, *, active: bool, focused: bool = False) -> list[Strip]:
    """Return the rows above a card's note: its tags, and the quote, which a card that is not active leaves out."""
    annotation, bar = card.annotation, look.colors[card.color]
    color = f"{card.color} ({LETTERS[card.color]})"
    title = " · ".join(card.tags) or (color if annotation.ranges else "page note")
    if annotation.state == "orphan":
        title = "lost its place · " + title
    elif doubtful(annotation):
        title = f"{annotation.confidence:.0%} sure · {title}"
    head: list[Piece] = [
        (("▸" if focused else look.bar) if active else look.bar, bar),
        (f"{look.dot} ", look.accent) if card.marked else (" ", bar),
        (title, look.strong if active else look.base),
    ]
    if card.by:
        head.append((f" by {card.by}", look.dim))
    if annotation.note:
        head.append((f" {look.pen}", bar))
    quote = wrap(annotation.exact, width - INSET, 3 if active else 1) if active or not annotation.note else []
    marked = [text if i or text[:1] in _OPENING else f"“{text}" for i, text in enumerate(quote)]
    return [line(head, width, look.base), *(_row(look, bar, text, look.dim, width) for text in marked)]


def _row(look: CardStyles, bar: Style, text: str, style: Style, width: int) -> Strip:
    return line([(f"{look.bar} ", bar), (text, style)], width, look.base)


def beside(heights: Sequence[int], wanted: Sequence[int], height: int) -> list[int]:
    """Return the row of each card: its passage's row, or lower where the card above is in the way.

    Where the last cards would fall off the bottom, those that touch each other are moved up together.
    """
    tops: list[int] = []
    free = 0
    for want, tall in zip(wanted, heights, strict=True):
        tops.append(max(want, free))
        free = tops[-1] + tall + 1
    bottom = height
    for i in range(len(tops) - 1, -1, -1):
        if tops[i] + heights[i] > bottom:
            tops[i] = max(0, bottom - heights[i])
        bottom = tops[i] - 1
    return tops


class Sidebar(Lines, can_focus=True):
    """Draws cards; which ones, in which mode, is told by the screen.

    `written` is the annotation (its uuid) whose note is being written in its card, in the text `area` mounted here.
    """

    class Clicked(Message):
        """A card was clicked."""

        def __init__(self, uuid: str) -> None:
            self.uuid = uuid
            super().__init__()

    def __init__(self, styles: Styles, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.wear(styles)
        self.owners: list[str] = []
        self.written = ""
        self.area: NoteArea | None = None

    def wear(self, styles: Styles) -> None:
        """Take the colours of a theme."""
        self.cards_look = CardStyles(styles)
        self.base = self.cards_look.base

    def show_beside(self, header: str, cards: Sequence[Card], active: str, empty: str) -> None:
        """Show the cards of the passages on screen, each beside its passage."""
        width, height = self.size.width - 1, self.size.height
        drawn = [card_rows(card, width, self.cards_look, active=card.annotation.uuid == active) for card in cards]
        tops = beside([len(rows) for rows in drawn], [max(1, card.row) for card in cards], height)
        self._put(header, zip(tops, drawn, cards, strict=True), empty if not cards else "")

    def show_list(self, header: str, cards: Sequence[Card], active: str, empty: str) -> None:
        """Show the cards one below the other, from the first of `cards`."""
        width, y = self.size.width - 1, TOP
        placed: list[tuple[int, list[Strip], Card]] = []
        for card in cards:
            here = card.annotation.uuid == active
            if card.heading:
                placed.append((y, [line([(card.heading, self.cards_look.dim)], width, self.base)], card))
                y += 2
            rows = card_rows(card, width, self.cards_look, active=here, focused=True)
            if card.room:
                self._place_area(y + len(card_head(card, width, self.cards_look, active=here, focused=True)), card.room)
            placed.append((y, rows, card))
            y += len(rows) + 1
        self._put(header, placed, empty if not cards else "")

    @property
    def room(self) -> int:
        """The rows that the note being written needs."""
        return min(MOST_ROWS, self.area.wrapped_document.height) if self.area is not None else 1

    def _place_area(self, row: int, rows: int) -> None:
        if self.area is not None:
            self.area.styles.offset = (INSET, row)
            self.area.styles.width, self.area.styles.height = self.size.width - 1 - INSET, rows

    def _put(self, header: str, placed: object, empty: str) -> None:
        width, height = self.size.width, self.size.height
        blank = Strip.blank(width, self.base)
        rows, owners = [blank] * height, [""] * height
        if rows:
            rows[0] = line([(" ", self.base), (header, self.cards_look.dim)], width, self.base)
        for i, text in enumerate(wrap(empty, width - 1, 6)):
            if TOP + i < height:
                rows[TOP + i] = line([(" ", self.base), (text, self.cards_look.dim)], width, self.base)
        for top, strips, card in placed:  # type: ignore[attr-defined]
            for i, strip in enumerate(strips):
                if 0 < top + i < height:
                    rows[top + i] = Strip([*line([(" ", self.base)], 1, self.base), *strip])
                    owners[top + i] = card.annotation.uuid
        self.owners = owners
        self.show_rows(rows)

    def on_click(self, event: events.Click) -> None:
        """Go to the clicked card's passage."""
        if event.y < len(self.owners) and self.owners[event.y]:
            self.post_message(self.Clicked(self.owners[event.y]))
