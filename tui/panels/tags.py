"""The tag picker: letters filter, a digit takes the tag with that key, tab marks several, enter applies."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from textual.strip import Strip

from storage.model import Tag
from tui.panels.base import Panel, PanelStyles
from tui.panels.picker import folded, narrow
from tui.reading import cells
from tui.widgets.lines import Piece, clip, line

_PATH = 34
_LONG_ENOUGH = 4
"""Characters from which one more or less is likely a slip."""

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
        self._known = {tag.path: tag for tag in tags}
        self._shown: list[Tag] = list(tags)
        self._offered: tuple[str, list[str]] | None = None

    @property
    def typed(self) -> str:
        """The path being typed, tidied: no spaces around its segments."""
        return "/".join(part.strip() for part in self.edit.value.split("/") if part.strip())

    def changed(self) -> None:
        """Narrow the list to what was typed."""
        self._shown = narrow(self.edit.value, self.tags, lambda tag: self._folded[tag.uuid])
        self._offered = None

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
        if self._offered is None or self._offered[0] != typed:
            found = [tag.path for tag in self._shown]
            self._offered = (typed, [*found, typed] if typed and typed not in self._known else found)
        return self._offered[1]

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

    def __len__(self) -> int:
        """Return how many paths are offered."""
        return len(self.choices())

    def row(self, index: int, width: int, look: PanelStyles, *, chosen: bool) -> Strip:
        """Return a path's row: key, path, count, and a check where the target has it."""
        path, base = self.choices()[index], look.chosen if chosen else look.base
        tag = self._known.get(path)
        if tag is None:
            near = self._near(path)
            also = f"   almost the same as {near}" if near else ""
            return line([("   + ", base), (f"new tag “{path}”{also}", base)], width, base)
        check = " ✓" if path in self.has else ""
        mark = " •" if path in self.marked else ""
        shown = clip(path, _PATH - 2)
        pieces: list[Piece] = [
            (f" {tag.key or ' '} ", base),
            (shown + " " * (_PATH - cells.width(shown)), base),
            (str(self.counts.get(tag.uuid, 0)).rjust(5) + check + mark, base),
        ]
        return line(pieces, width, base)

    def _near(self, path: str) -> str:
        """Return a tag that differs from `path` by one letter at most, or only by case and accents."""
        from rapidfuzz.distance import Levenshtein  # noqa: PLC0415  # imported when first used
        from rapidfuzz.process import extractOne  # noqa: PLC0415  # the same

        wanted, names = folded(path), list(self._folded.values())
        cutoff = 1 if len(wanted) >= _LONG_ENOUGH else 0
        found = extractOne(wanted, names, scorer=Levenshtein.distance, score_cutoff=cutoff)
        return self.tags[found[2]].path if found else ""

    @property
    def chips(self) -> Sequence[str]:
        """The paths marked so far."""
        return self.marked
