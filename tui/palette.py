"""The command palette: every command by its name, with its keys."""

from __future__ import annotations

from tui.commands import COMMANDS, key_label
from tui.keys import Keymap
from tui.panels.choice import Choice

OWN = "app.palette"
"""The command that opens the palette, which does not offer it."""
_WHERE = {
    "extend": " (while selecting)",
    "documents": " (document)",
    "sidebar": " (annotation)",
    "codebook": " (codebook)",
    "memos": " (memo)",
    "versions": " (all)",
    "list": " (list)",
}


def choices(keymap: Keymap) -> list[Choice]:
    """Return every command: where it works unless that is the text, its keys, and what it does."""
    made = []
    for command in COMMANDS:
        if command.id != OWN:
            keys = " ".join(map(key_label, keymap.keys[command.id]))
            about = f"{keys}  {command.help}" if keys else command.help
            made.append(Choice(command.id, command.title + _WHERE.get(command.scope, ""), about))
    return made
