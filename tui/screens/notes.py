"""The part of the reading screen that writes longer texts: the panel, the text area below it, drafts, and $EDITOR.

What is typed is in a draft after every key (`storage.drafts`), so that it is there again when the terminal or the
program dies while writing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual.geometry import Offset
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from storage import drafts
from storage.model import Annotation
from tui.panels.base import Panel, PanelStyles
from tui.session import Session
from tui.widgets.cards import MOST_ROWS, Sidebar
from tui.widgets.lines import Piece, line

if TYPE_CHECKING:
    from tui.widgets.note import NoteArea
    from tui.widgets.panel import PanelView


class Writing(NamedTuple):
    """A text to be written: what it is about (the draft's name), a word for it, chips and a line about it.

    `before` is the text as it is stored; `keep` stores another and returns the sentence to show. It is written in the
    card of the annotation it is about, where that is chosen in the sidebar, or else at the bottom.
    """

    about: str
    word: str
    subject: str
    before: str
    keep: Callable[[str], str]
    chips: Sequence[str] = ()
    in_card: bool = False


class NotePanel(Panel):
    """The row above the text area; its keys go to the area, which the screen mounts when first needed."""

    hints: Sequence[tuple[str, str]] = (("esc", "keep and close"), ("ctrl+g", "discard"), ("ctrl+o", "editor"))

    def __init__(self, screen: Notes, writing: Writing) -> None:
        super().__init__()
        self.screen = screen
        self.writing = writing
        self.label = f"{writing.word}:"
        left = drafts.load(writing.about)
        self.text = writing.before if left is None else left
        self.found_draft = left is not None and left.strip() != writing.before.strip()

    def key(self, name: str, character: str | None) -> None:
        """Keep on esc, discard on ctrl+g, ctrl+o opens the editor, else type."""
        area = self.screen.note_area
        if area is None:
            return
        if name == "esc":
            self.screen.keep_writing(self.writing, area.text)
            self.closed = True
        elif name == "ctrl+g":
            drafts.discard(self.writing.about)
            self.screen.message = f"Discarded what was typed; the {self.writing.word} is as it was."
            self.closed = True
        elif name == "ctrl+o":
            self.screen.edit_outside(self.writing, area)
        else:
            before = area.text
            area.feed(name, character)
            if area.text != before:
                drafts.save(self.writing.about, area.text)

    def paste(self, string: str) -> None:
        """Paste into the area, line ends kept."""
        if self.screen.note_area is not None:
            self.screen.note_area.insert(string)
            drafts.save(self.writing.about, self.screen.note_area.text)

    def rows(self, width: int, height: int, look: PanelStyles) -> list[Strip]:
        """Return the one row above the area: the chips, and the passage or thing that is written on."""
        del height
        pieces: list[Piece] = [(" ", look.base), (f"{self.label} ", look.accent)]
        for chip in self.writing.chips:
            pieces += [(f" {chip} ", look.chip), (" ", look.base)]
        return [line([*pieces, (self.writing.subject, look.dim)], width, look.base)]


class Notes(Screen[None]):
    """Mixed into ReaderScreen, which sets the attributes."""

    session: Session
    panel_view: PanelView
    middle: Widget
    cards: Sidebar
    message = ""
    note_area: NoteArea | None = None

    def open_note(self, annotation: Annotation, *, in_card: bool = False) -> None:
        """Open the note of an annotation; the area is there before the next key is taken."""
        quote = " ".join(annotation.exact.split())
        subject = f"“{quote}" if quote else "page note"
        chips = self.session.library.tag_paths(annotation)

        def keep(note: str) -> str:
            self.session.set_note(annotation, note)
            return "Note saved · u undo"

        self.write(Writing(annotation.uuid, "note", subject, annotation.note, keep, chips, in_card))

    def write(self, writing: Writing) -> None:
        """Open the panel for a text; a draft that was left behind is taken up again."""
        panel = NotePanel(self, writing)
        self.panel_view.panel = panel
        if panel.found_draft:
            self.message = f"This {writing.word} was not finished last time: esc keeps it, ctrl+g discards it."

    async def prepare_note(self) -> None:
        """Mount or hide the text area, as the open panel asks."""
        panel, area = self.panel_view.panel, self.note_area
        if isinstance(panel, NotePanel):
            area = await self._area_in(self.cards if panel.writing.in_card else self.middle)
            if not area.display or area.about != panel.writing.about:
                self._show_note(area, panel)
        elif area is not None and area.display:
            area.display = False
            area.about = self.cards.written = ""
            self.return_focus()

    async def _area_in(self, host: Widget) -> NoteArea:
        """Return the text area, mounted in `host`."""
        from tui.widgets.note import NoteArea  # noqa: PLC0415  # imported when first used

        if self.note_area is not None and self.note_area.parent is not host:
            await self.note_area.remove()
            self.note_area = None
        if self.note_area is None:
            self.note_area = NoteArea(id="note")
            await host.mount(self.note_area)
        return self.note_area

    def _show_note(self, area: NoteArea, panel: NotePanel) -> None:
        area.about = panel.writing.about
        area.load_text(panel.text)
        area.move_cursor(area.document.end)
        area.display = True
        if panel.writing.in_card:
            self.cards.written, self.cards.area = panel.writing.about, area
        else:
            area.styles.height = max(3, min(MOST_ROWS, self.app.size.height // 3 - 1))
            self.panel_view.styles.height = 2
            self.panel_view.display = True
        self.fold_panes()
        self.set_focus(area)

    def on_note_area_placed(self) -> None:
        """Draw around the text area, and put the cursor into it."""
        self.sync()

    def sync(self) -> None:
        """Paint; ReaderScreen does."""
        raise NotImplementedError

    def return_focus(self) -> None:
        """Give the focus back to the current pane; ReaderScreen does."""
        raise NotImplementedError

    def fold_panes(self) -> None:
        """Show the panes that fit; ReaderScreen does."""
        raise NotImplementedError

    def keep_writing(self, writing: Writing, text: str) -> None:
        """Store what was written, where it is new. Raises ManiculaError and keeps the draft where that fails."""
        if text.strip() != writing.before.strip():
            self.message = writing.keep(text.strip())
        else:
            self.message = f"Nothing new in the {writing.word}."
        drafts.discard(writing.about)

    def drop_writing(self) -> None:
        """Drop what is being written: what it is about was forgotten for good."""
        if isinstance(self.panel_view.panel, NotePanel):
            drafts.discard(self.panel_view.panel.writing.about)

    def edit_outside(self, writing: Writing, area: NoteArea) -> None:
        """Have the reader's editor write the text; when it fails the text stays as it is here."""
        from tui.editor import edit  # noqa: PLC0415  # imported when first used

        drafts.save(writing.about, area.text)
        text, problem = edit(self.app, writing.about)
        if text is not None and text.rstrip("\n") != area.text:
            area.load_text(text.rstrip("\n"))
            area.move_cursor(area.document.end)
        if self.panel_view.panel is not None:
            self.message = problem or "Back from the editor; esc keeps the text."

    def note_cursor(self) -> Offset | None:
        """Return the screen cell of the area's cursor, while a note is written."""
        if self.note_area is None or not isinstance(self.panel_view.panel, NotePanel):
            return None
        return self.note_area.cursor_screen_offset
