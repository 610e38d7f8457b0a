"""Opening a document by a part of its name, or a file by its path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from textual.strip import Strip

from storage.model import Document
from tui.panels.base import Panel, PanelStyles
from tui.panels.picker import folded, narrow
from tui.widgets.lines import Piece, line


def _file(typed: str) -> Path | None:
    """Return the file that was typed; None where there is none, or where it can be no name of a file."""
    try:
        path = Path(typed).expanduser()
        return path if typed and path.is_file() else None
    except (OSError, RuntimeError, ValueError):
        return None


class OpenPanel(Panel):
    """Lists the library's documents; what looks like a path is opened as a file. `chosen_one(document or path)`."""

    label = "open:"
    hints = (("enter", "open"), ("esc", "close"))

    def __init__(
        self, documents: Sequence[Document], counts: Mapping[str, int], accept: Callable[[Document | Path], str]
    ) -> None:
        super().__init__()
        self.documents = documents
        self.counts = counts
        self.accept = accept
        self._names = {one.uuid: folded(f"{one.title} {' '.join(one.paths[-1:])}") for one in documents}
        self._shown = list(documents)

    def changed(self) -> None:
        """Narrow the list."""
        self._shown = narrow(self.edit.value, self.documents, lambda one: self._names[one.uuid])

    def enter(self) -> None:
        """Open the chosen document, else the file whose path was typed; stay open and say why where neither works."""
        typed = _file(self.edit.value.strip())
        if typed is not None:
            self.problem = self.accept(typed)
        elif self._shown:
            self.problem = self.accept(self._shown[min(self.chosen, len(self._shown) - 1)])
        else:
            self.problem = "No document has that name and no file that path."
        self.closed = not self.problem

    def __len__(self) -> int:
        """Return how many documents fit."""
        return len(self._shown)

    def row(self, index: int, width: int, look: PanelStyles, *, chosen: bool) -> Strip:
        """Return a document's row: title, count, author and format."""
        one, base = self._shown[index], look.chosen if chosen else look.base
        about = " · ".join(part for part in (", ".join(one.authors), one.date, one.format) if part)
        pieces: list[Piece] = [("   ", base), (one.title, base), (f"   {self.counts.get(one.uuid, 0)}", base)]
        return line([*pieces, ("   " + about, base if chosen else look.dim)], width, base)
