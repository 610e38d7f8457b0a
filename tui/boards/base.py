"""What every list over the whole window is: rows of one height, one of them chosen, some marked, a filter, orders."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual.strip import Strip

from tui.reading.paint import Styles
from tui.session import Session


class BoardStyles:
    """The styles of a board."""

    def __init__(self, styles: Styles) -> None:
        palette = styles.palette
        self.bar, self.pen, self.dot, self.chosen = styles.bar, styles.pen, styles.dot, styles.chosen
        self.base = Style(color=palette.text, bgcolor=palette.panel)
        self.dim = Style(color=palette.dim, bgcolor=palette.panel)
        self.strong = Style(color=palette.heading, bgcolor=palette.panel, bold=True)
        self.accent = Style(color=palette.accent, bgcolor=palette.panel, bold=True)
        self.colors = {
            color: Style(color=tint.bar, bgcolor=palette.panel, bold=True) for color, tint in palette.tints.items()
        }


class Board:
    """One such list. `scope` is where its keys work, `orders` names the orders that `,` walks through.

    `reload` is called when the library has changed, `step` while `more` is true, so that a long list fills in slices.
    """

    scope = "list"
    rows_each = 1
    """Screen rows that one row of the list takes."""
    orders: Sequence[str] = ()
    more = False
    back: Board | None = None
    """The list that this one was opened from, to which leaving it goes back."""
    cursor = 0
    """Where in the chosen row the terminal's own cursor stands, in cells."""
    shows = False
    """Whether the chosen row is always shown in its text, not in the list."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.chosen = 0
        self.first = 0
        self.query = ""
        self.order = 0
        self.marked: set[str] = set()

    def __len__(self) -> int:
        return 0

    def uuid(self, index: int) -> str:
        """Return what a row is about."""
        raise NotImplementedError

    def draw(self, index: int, width: int, look: BoardStyles, *, chosen: bool) -> list[Strip]:
        """Return the `rows_each` screen rows of a row."""
        raise NotImplementedError

    def header(self) -> str:
        """Return the line above the rows."""
        raise NotImplementedError

    def heads(self, width: int, look: BoardStyles) -> Strip:
        """Return the row between the header and the rows."""
        return Strip.blank(width, look.base)

    def empty(self) -> str:
        """Return what to say where there are no rows."""
        return "Nothing matches. esc clears the filter." if self.query else "Nothing here yet."

    def filter(self, source: str) -> str:
        """Show only what a query matches; return what to say of it. Raises UsageError."""
        self.query = source
        self.chosen = self.first = 0
        self.reload()
        return ""

    def reload(self) -> None:
        """Read the rows anew."""

    def step(self, seconds: float) -> None:
        """Go on filling the list for about so long."""
        del seconds

    def next_order(self) -> str:
        """Take the next order and return its name."""
        if not self.orders:
            return "path, the only order here"
        self.order = (self.order + 1) % len(self.orders)
        self.reload()
        return self.orders[self.order]

    def said(self) -> str:
        """Return what the status row says of the chosen row; nothing where the list says it itself."""
        return ""

    def keep_chosen(self, uuid: str) -> None:
        """Choose the row about `uuid`, if it is shown."""
        for index in range(len(self)):
            if self.uuid(index) == uuid:
                self.chosen = index
                return
