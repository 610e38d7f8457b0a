"""The note's text area. Keys are fed to it in order by the screen, so that none typed ahead is lost."""

from __future__ import annotations

from contextlib import suppress

from textual.actions import SkipAction
from textual.binding import Binding
from textual.message import Message
from textual.widgets import TextArea

from tui.lineedit import is_text


def _edit_keys() -> dict[str, str]:
    keys: dict[str, str] = {}
    for binding in TextArea.BINDINGS:
        if isinstance(binding, Binding):
            for key in binding.key.split(","):
                keys[key.strip()] = binding.action
    return keys


_KEYS = _edit_keys()


class NoteArea(TextArea):
    """A plain text area, wrapped at its width, without line numbers or highlighting."""

    class Placed(Message):
        """The area was laid out: from now on it is known where its cursor stands."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__("", soft_wrap=True, show_line_numbers=False, id=id, compact=True, highlight_cursor_line=False)
        self.cursor_blink = False
        self.about = ""

    def on_resize(self) -> None:
        """Tell that it was laid out."""
        self.post_message(self.Placed())

    def feed(self, key: str, character: str | None) -> None:
        """Take one key at once: printable ones are typed, editing keys do what TextArea binds them to."""
        if key == "enter":
            self.insert("\n")
        elif character is not None and is_text(character):
            self.insert(character)
        elif key in _KEYS:
            name, _, argument = _KEYS[key].partition("(")
            action = getattr(self, f"action_{name}")
            with suppress(SkipAction):  # nothing is selected, so nothing is copied or cut
                action(argument.startswith("True")) if argument else action()
