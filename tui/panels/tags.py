"""The tag picker: letters filter, a digit takes the tag with that key, tab marks several, enter applies."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from textual.strip import Strip

from storage.model import Tag
from tui.panels.base import Panel, PanelStyles
from tui.panels.picker import folded, narrow
from tui.widgets.lines import Piece, line

Apply = Callable[[Sequence[str], Sequence[str]], None]


class TagPanel(Panel):
    """Picks tags for one target. `has` holds the paths it already has: choosing one of them takes it off.

    `apply(add, remove)` is called with paths. With `then_note` (annotate), enter on an empty field applies what is
    marked and goes on to the note.
    """

    label = "tag:"

    def __init__(
        self,
        tags: Sequence[Tag],
        counts: Mapping[str, int],
        has: Collection[str],
        apply: Apply,
        *,
        then_note: bool = False,
    ) -> None:
        super().__init__()
        self.tags = tags
        self.counts = counts
        self.has = set(has)
        self.marked: list[str] = []
        self.apply = apply
        self.then_note = then_note
        self.hints = (("enter", "to the note" if then_note else "apply"), ("tab", "mark"), ("esc", "close"))
        self._folded = {tag.uuid: folded(tag.path) for tag in tags}
        self._shown: list[Tag] = list(tags)

    @property
    def typed(self) -> str:
        """The path being typed, tidied: no spaces around its segments."""
        return "/".join(part.strip() for part in self.edit.value.split("/") if part.strip())

    def changed(self) -> None:
        """Narrow the list to what was typed."""
        self._shown = narrow(self.edit.value, self.tags, lambda tag: self._folded[tag.uuid])

    def key(self, name: str, character: str | None) -> None:
        """Take one key; digits and tab are the picker's own."""
        if name == "tab":
            self.mark()
        elif not self.edit.value and character is not None and character in "123456789":
            self.by_key(character)
        elif name == "backspace" and not self.edit.value and self.marked:
            self.marked.pop()
        else:
            super().key(name, character)

    def by_key(self, digit: str) -> None:
        """Take the tag that has `digit` as its key, and apply."""
        for tag in self.tags:
            if tag.key == digit:
                self._finish(tag.path)
                return
        self.problem = f"No tag has the key {digit}. A leading space lets a name begin with a digit."

    def choices(self) -> list[str]:
        """Return the paths on offer: those that fit, and the typed one as new where none is the same."""
        typed = self.typed
        found = [tag.path for tag in self._shown]
        return [*found, typed] if typed and typed not in {tag.path for tag in self.tags} else found

    def current(self) -> str:
        """Return the chosen path, empty where nothing was typed and nothing chosen."""
        choices = self.choices()
        if not choices or (not self.edit.value and self.chosen == 0 and self.then_note):
            return ""
        return choices[min(self.chosen, len(choices) - 1)]

    def mark(self) -> None:
        """Mark the chosen path, or unmark it, and begin the next."""
        path = self.current() or (self.choices() or [""])[0]
        if path in self.marked:
            self.marked.remove(path)
        elif path:
            self.marked.append(path)
        self.edit.delete_to_end()
        self.edit.delete_to_start()
        self.chosen = 0
        self.changed()

    def enter(self) -> None:
        """Apply what is marked and what is chosen."""
        nothing_typed = not self.edit.value and self.chosen == 0
        self._finish("" if nothing_typed and (self.marked or self.then_note) else self.current())

    def _finish(self, path: str) -> None:
        paths = [*self.marked, path] if path and path not in self.marked else self.marked
        self.apply([one for one in paths if one not in self.has], [one for one in paths if one in self.has])
        self.closed = True

    def list_rows(self, width: int, look: PanelStyles) -> list[Strip]:
        """Return a row a path: key, path, count, and a check where the target has it."""
        known = {tag.path: tag for tag in self.tags}
        rows = []
        choices = self.choices()
        chosen = max(0, min(self.chosen, len(choices) - 1))
        for i, path in enumerate(choices):
            base = look.chosen if i == chosen else look.base
            tag = known.get(path)
            if tag is None:
                near = next((other.path for other in self._shown if folded(other.path) == folded(path)), "")
                also = f"   almost the same as {near}" if near else ""
                rows.append(line([("   + ", base), (f"new tag “{path}”{also}", base)], width, base))
                continue
            check = " ✓" if path in self.has else ""
            mark = " •" if path in self.marked else ""
            count = str(self.counts.get(tag.uuid, 0))
            gap = max(2, 34 - len(path))
            pieces: list[Piece] = [
                (f" {tag.key or ' '} ", base),
                (path, base),
                (" " * gap, base),
                (count.rjust(5), base),
            ]
            rows.append(line([*pieces, (check + mark, base)], width, base))
        return rows

    @property
    def chips(self) -> Sequence[str]:
        """The paths marked so far."""
        return self.marked
