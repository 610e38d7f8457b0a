"""The help: every command with its keys, drawn from the command table."""

from __future__ import annotations

from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.strip import Strip

from tui.commands import COMMANDS, GROUPS, LIST_GROUPS, key_label
from tui.keys import Keymap, key_name
from tui.reading.paint import Styles
from tui.screens.page import Page
from tui.widgets.lines import Lines, clip, line

_KEYS_WIDTH = 24
_TITLE_WIDTH = 22
_SCOPES = {"extend": "while selecting"}


def help_rows(keymap: Keymap, width: int, styles: Styles) -> list[Strip]:
    """Return the rows of the help at a width in cells."""
    palette = styles.palette
    strong = Style(color=palette.heading, bgcolor=palette.ground, bold=True)
    rows = [line([("  Every key. j k space backspace move · esc or q closes", styles.dim)], width, styles.base)]
    for group, heading in (*GROUPS.items(), *LIST_GROUPS.items()):
        rows += [Strip.blank(width, styles.base), line([("  ", styles.base), (heading, strong)], width, styles.base)]
        for command in COMMANDS:
            if command.id.partition(".")[0] != group:
                continue
            keys = "  ".join(key_label(sequence) for sequence in keymap.keys[command.id]) or "in the palette"
            where = f" ({_SCOPES[command.scope]})" if command.scope in _SCOPES and group == "select" else ""
            pieces = [("  ", styles.base), (clip(keys, _KEYS_WIDTH - 2).ljust(_KEYS_WIDTH), styles.accent),
                      (command.title.ljust(_TITLE_WIDTH), styles.base), (command.help + where, styles.dim)]  # fmt: skip
            rows.append(line(pieces, width, styles.base))
    return rows


class HelpScreen(Page):
    """A scrolled page of `help_rows`."""

    def __init__(self, styles: Styles, keymap: Keymap) -> None:
        super().__init__()
        self.look = styles
        self.keymap = keymap
        self.top = 0

    def compose(self) -> ComposeResult:
        """One widget that draws the rows."""
        page = Lines(id="help")
        page.base = self.look.base
        yield page

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._draw()

    def _draw(self) -> None:
        rows = help_rows(self.keymap, self.size.width, self.look)
        self.top = max(0, min(self.top, len(rows) - self.size.height))
        self.app.cursor_position = Offset(0, 0)
        for page in self.query(Lines):  # there is none yet while keys typed ahead come in
            page.show_rows(rows[self.top :][: self.size.height])

    async def take_key(self, event: events.Key) -> None:
        """Scroll, or close."""
        key = key_name(event.key, event.character)
        page = max(1, self.size.height - 2)
        steps = {"j": 1, "down": 1, "k": -1, "up": -1, "space": page, "pagedown": page, "backspace": -page,
                 "pageup": -page, "home": -(10**6), "end": 10**6, "g": -(10**6), "G": 10**6}  # fmt: skip
        if key in steps:
            self.top += steps[key]
            self._draw()
        elif key in {"esc", "q", "?", "f1", "enter"}:
            self.dismiss()
