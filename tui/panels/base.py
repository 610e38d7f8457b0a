"""What every panel is: a field, rows below it, and keys that are taken one after the other, in order."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual.strip import Strip

from tui.lineedit import LineEdit, is_text
from tui.reading import cells
from tui.reading.paint import Styles
from tui.widgets.lines import Piece, line


class PanelStyles:
    """The styles of panels."""

    def __init__(self, styles: Styles) -> None:
        palette = styles.palette
        self.base = Style(color=palette.text, bgcolor=palette.panel)
        self.dim = Style(color=palette.dim, bgcolor=palette.panel)
        self.accent = Style(color=palette.accent, bgcolor=palette.panel, bold=True)
        self.chosen = Style(color=palette.text, bgcolor=palette.selection, reverse=styles.mono)
        self.chip = Style(color=palette.text, bgcolor=palette.sentence, bold=True, reverse=styles.mono)
        self.cursor = Style(color=palette.cursor_text, bgcolor=palette.cursor, reverse=styles.mono)


class Panel:
    """A panel with one field. `closed` is set when it has done its work; subclasses fill the rows."""

    label = ""
    passes = False
    """Whether the last key was not for the panel, which closed: it goes on to where it would have gone."""
    height = 0
    """Rows it needs at most; 0 for a third of the screen."""
    hints: Sequence[tuple[str, str]] = (("enter", "apply"), ("esc", "close"))

    def __init__(self, value: str = "") -> None:
        self.edit = LineEdit(value)
        self.chosen = 0
        self.closed = False
        self.problem = ""

    def key(self, name: str, character: str | None) -> None:
        """Take one key."""
        if name == "esc":
            self.cancel()
        elif name == "enter":
            self.enter()
        elif name in {"down", "ctrl+n"}:
            self.chosen += 1
        elif name in {"up", "ctrl+p"}:
            self.chosen = max(0, self.chosen - 1)
        elif not self.edit.key(name) and character is not None and is_text(character):
            self.paste(character)
            return
        else:
            self.changed()
            return

    def paste(self, string: str) -> None:
        """Take text as if it had been typed."""
        self.edit.insert(string)
        self.chosen = 0
        self.changed()

    def changed(self) -> None:
        """Hear that the field may have changed."""

    def enter(self) -> None:
        """Do what the panel is for."""

    def cancel(self) -> None:
        """Close without doing it."""
        self.closed = True

    def __len__(self) -> int:
        """Return how many rows the list below the field has."""
        return 0

    def row(self, index: int, width: int, look: PanelStyles, *, chosen: bool) -> Strip:
        """Return one row of the list; only those that are shown are asked for."""
        raise NotImplementedError

    def rows(self, width: int, height: int, look: PanelStyles) -> list[Strip]:
        """Return the panel's rows: the field and as much of the list as fits, the chosen row always."""
        count, room = len(self), max(0, height - 1)
        self.chosen = max(0, min(self.chosen, count - 1))
        first = max(0, min(self.chosen - room // 2, count - room))
        shown = range(first, min(count, first + room))
        listed = [self.row(index, width, look, chosen=index == self.chosen) for index in shown]
        return [self._field(width, look), *listed]

    def __bool__(self) -> bool:
        return True

    @property
    def chips(self) -> Sequence[str]:
        """What is chosen already, shown before what is typed."""
        return ()

    @property
    def shown(self) -> str:
        """What is seen of the field's value, as many characters as it has."""
        return self.edit.value

    @property
    def remark(self) -> str:
        """What stands behind the field."""
        return self.problem

    def _field(self, width: int, look: PanelStyles) -> Strip:
        value, at = self.shown, self.edit.cursor
        after = cells.next_grapheme(value, at) if at < len(value) else at
        pieces: list[Piece] = [(" ", look.base), (self.label + " ", look.accent)]
        for chip in self.chips:
            pieces += [(f" {chip} ", look.chip), (" ", look.base)]
        pieces.append((value[:at], look.base))
        pieces += [(value[at:after] or " ", look.cursor), (value[after:], look.base)]
        if self.remark:
            pieces.append(("  " + self.remark, look.dim))
        return line(pieces, width, look.base)

    def cursor(self) -> tuple[int, int]:
        """Return the cell of the field's cursor, from the panel's corner."""
        chips = sum(cells.width(chip) + 3 for chip in self.chips)
        return 2 + cells.width(self.label) + chips + cells.width(self.shown[: self.edit.cursor]), 0
