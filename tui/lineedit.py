"""One line of text being typed: a pure buffer with a cursor, for the fields of the panels."""

from __future__ import annotations

from collections.abc import Callable

from tui.reading import cells

_JOINERS = "\u200c\u200d"
"""What joins or parts letters and emoji: not printable by Python's rule, and part of what people write."""


def is_text(character: str) -> bool:
    """Tell whether a typed character is text rather than a control."""
    return character.isprintable() or character in _JOINERS


class LineEdit:
    """`value` and `cursor` (an index into it, at cluster borders)."""

    def __init__(self, value: str = "") -> None:
        self.value = value
        self.cursor = len(value)

    def insert(self, string: str) -> None:
        """Put printable text in at the cursor; line ends become spaces."""
        clean = "".join(char if is_text(char) else " " for char in string)
        self.value = self.value[: self.cursor] + clean + self.value[self.cursor :]
        self.cursor += len(clean)

    def _cut(self, start: int, end: int) -> None:
        self.value = self.value[:start] + self.value[end:]
        self.cursor = start

    def _word_start(self) -> int:
        kept = self.value[: self.cursor].rstrip()
        return max(kept.rfind(" "), kept.rfind("/")) + 1

    def key(self, name: str) -> bool:
        """Edit as the key `name` says; return False where it is no editing key."""
        action = _ACTIONS.get(name)
        if action is None:
            return False
        action(self)
        return True

    def left(self) -> None:
        """One cluster to the left."""
        self.cursor = cells.prev_grapheme(self.value, self.cursor) if self.cursor else 0

    def right(self) -> None:
        """One cluster to the right."""
        if self.cursor < len(self.value):
            self.cursor = cells.next_grapheme(self.value, self.cursor)

    def backspace(self) -> None:
        """Delete the cluster before the cursor."""
        if self.cursor:
            self._cut(cells.prev_grapheme(self.value, self.cursor), self.cursor)

    def delete(self) -> None:
        """Delete the cluster at the cursor."""
        if self.cursor < len(self.value):
            self._cut(self.cursor, cells.next_grapheme(self.value, self.cursor))

    def home(self) -> None:
        """To the start."""
        self.cursor = 0

    def end(self) -> None:
        """To the end."""
        self.cursor = len(self.value)

    def delete_word(self) -> None:
        """Delete the word before the cursor."""
        self._cut(self._word_start(), self.cursor)

    def delete_to_start(self) -> None:
        """Delete everything before the cursor."""
        self._cut(0, self.cursor)

    def delete_to_end(self) -> None:
        """Delete everything from the cursor on."""
        self._cut(self.cursor, len(self.value))


_ACTIONS: dict[str, Callable[[LineEdit], None]] = {
    "left": LineEdit.left,
    "right": LineEdit.right,
    "backspace": LineEdit.backspace,
    "ctrl+h": LineEdit.backspace,
    "delete": LineEdit.delete,
    "home": LineEdit.home,
    "ctrl+a": LineEdit.home,
    "end": LineEdit.end,
    "ctrl+e": LineEdit.end,
    "ctrl+w": LineEdit.delete_word,
    "ctrl+u": LineEdit.delete_to_start,
    "ctrl+k": LineEdit.delete_to_end,
}
