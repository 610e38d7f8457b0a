"""The help: every command with its keys, drawn from the command table."""

from __future__ import annotations

from rich.style import Style
from textual.strip import Strip

from tui.commands import COMMANDS, GROUPS, LIST_GROUPS, key_label
from tui.keys import Keymap
from tui.reading.paint import Styles
from tui.screens.pager import Pager
from tui.widgets.lines import clip, line

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


class HelpScreen(Pager):
    """A scrolled page of `help_rows`."""

    closing = Pager.closing | {"?", "f1"}

    def __init__(self, styles: Styles, keymap: Keymap) -> None:
        super().__init__(styles)
        self.keymap = keymap

    def page_rows(self) -> list[Strip]:
        """Return the rows of the help."""
        return help_rows(self.keymap, self.size.width, self.look)
