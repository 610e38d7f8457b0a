"""The keys in force: the usual ones or a preset's, with the reader's own over them."""

from __future__ import annotations

from collections.abc import Mapping

from storage import config
from storage.config import Config
from storage.errors import UsageError
from tui.keys import Keymap

Keys = Mapping[str, tuple[str, ...]]

PLAIN: Keys = {
    "move.left": ("left",),
    "move.right": ("right",),
    "move.down": ("down",),
    "move.up": ("up",),
    "move.word_next": ("ctrl+right", "alt+right"),
    "move.word_prev": ("ctrl+left", "alt+left"),
    "move.word_end": (),
    "move.row_start": ("home",),
    "move.row_end": ("end",),
    "move.half_down": (),
    "move.half_up": (),
    "move.document_start": ("ctrl+home",),
    "move.document_end": ("ctrl+end",),
    "find.find": ("ctrl+f", "/"),
    "find.next": ("f3", "n"),
    "find.prev": ("shift+f3", "N"),
    "mark.undo": ("ctrl+z", "u"),
    "mark.redo": ("ctrl+y", "U"),
    "app.suspend": (),
    "app.quit": ("ctrl+q", "q"),
    "jump.back": ("alt+up", "H"),
    "jump.forward": ("alt+down", "L"),
    "pane.open": ("ctrl+o", "o"),
    "list.down": ("down",),
    "list.up": ("up",),
    "list.page_down": ("pagedown",),
    "list.page_up": ("pageup", "backspace"),
    "list.first": ("home",),
    "list.last": ("end",),
}
"""For readers who never used vim: nothing needs h j k l, w b e, 0 $ or G, and ctrl+z takes back."""

PRESETS: Mapping[str, Keys] = {"": {}, "plain": PLAIN}


def keymap_of(settings: Config) -> Keymap:
    """Return the keys in force. Raises UsageError that names the file, and the line where it can, for a bad one."""
    preset = PRESETS[settings.preset]
    try:
        return Keymap({**preset, **settings.keymap})
    except UsageError as problem:
        raise UsageError(f"{config.place_in_file(str(problem), settings.keymap)}: {problem}") from problem
