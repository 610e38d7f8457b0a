"""What may be typed next after the start of a sequence, or for a command that waits for one more key. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tui.commands import BY_ID, key_label
from tui.keys import Machine
from tui.themes import LETTERS

Pair = tuple[str, str]
"""Keys and what they do."""

ARGUMENTS: dict[str, Sequence[Pair]] = {
    "color": [(letter.lower(), color) for color, letter in LETTERS.items()],
    "object": [("s", "sentence"), ("p", "paragraph"), ("w", "word"), ("q", "quotation"), ("h", "highlight")],
    "digit": [("1-9", "the key"), ("0", "no key")],
    "letter": [("a-z", "the first letter of a word")],
    "bookmark": [("a-z", "a bookmark here"), ("A-Z", "one in any document")],
}
"""What the keys of a command's argument mean, by what the command `needs`."""


def continuations(machine: Machine, scope: str, bookmarks: Sequence[Pair] = ()) -> list[Pair]:
    """Return what can follow what was typed; `bookmarks` are listed for a command that goes to one."""
    waiting = machine.waiting
    if waiting is not None:
        return [*ARGUMENTS.get(waiting.needs, ()), *(bookmarks if waiting.needs == "bookmark" else ())]
    typed = machine.typed
    if not typed:
        return []
    found = machine.keymap.continuations(scope, typed)
    return [(key_label(" ".join(rest)), BY_ID[name].title) for rest, name in found]
