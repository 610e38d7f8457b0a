"""The reading screen: it joins the panes, takes every key in order, and paints text, cards and status in one go."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Offset, Region
from textual.screen import Screen
from textual.widget import Widget

from storage.config import Config
from storage.errors import LockedError, ManiculaError
from storage.model import Annotation, Document, Range
from tui.actions import action_of
from tui.commands import BY_ID, Command, scopes_of
from tui.kept import Kept
from tui.keys import Keymap, Machine, Run, Unknown, Waiting, key_name
from tui.panels.base import Panel
from tui.panels.password import PasswordPanel
from tui.reading.paint import Styles
from tui.reading.selection import Selection
from tui.reading.view import ReadingView
from tui.screens.bars import status
from tui.screens.mouse import Mouse
from tui.screens.notes import NotePanel, Notes
from tui.screens.painting import Painting
from tui.screens.panes import BOARD, Panes
from tui.screens.renewing import Renewing
from tui.screens.settling import Settling
from tui.screens.signing import Signing
from tui.screens.which import Which
from tui.session import Session, Target
from tui.widgets.board import BoardView
from tui.widgets.cards import Sidebar
from tui.widgets.documents import DocumentList
from tui.widgets.lines import Lines
from tui.widgets.panel import PanelView
from tui.widgets.status import StatusLine
from tui.widgets.which import WhichKey

SWALLOW = 0.25
"""Seconds after a panel closed by enter in which another enter is taken for a double press."""
_POLL = 1.0
_CALM = 0.25
"""Seconds after the first paint in which nothing else is done: the writing thread needs them to get it out."""
_KEEP_POSITION = 60.0
_PANEL_SHARE = 3
"""A panel takes at most this part of the height, and as many rows as it needs when it opens, but not fewer than:"""
_PANEL_ROWS = 6
_OPENING = {"codebook": "board.codebook", "memos": "board.memos", "everything": "board.everything"}
_OPENING |= {"table": "board.tables", "disagreements": "board.tables"}
_OPENING |= {"names": "board.names", "timeline": "board.timeline", "dates": "board.timeline"}
_OPENING |= {"passages": "board.search", "review": "board.review", "versions": "board.unsettled"}
"""The commands that open the lists over the whole window, by the scope of each."""
_NOT_WHILE_RESHAPING = frozenset(
    f"mark.{name}" for name in ("tag", "annotate", "repeat", "color", "delete", "reshape", "relate", "split", "join")
)
_LINE = 1
"""The row of the line above a panel."""


class ReaderScreen(Mouse, Notes, Renewing, Settling, Signing, Painting, Which, Screen[None]):
    """Document list, reading view with its panels, sidebar, status row.

    Keys come in by `take_key`, one after the other, each wholly done before the next: nothing typed ahead is lost.
    """

    def __init__(self, session: Session, styles: Styles, keymap: Keymap, config: Config) -> None:
        super().__init__()
        self.session = session
        self.listing = Kept(session)
        self.machine = Machine(keymap)
        self.view = ReadingView(styles, measure=config.measure, id="text")
        self._ascii_only = config.ascii
        self.view.indented = config.spacing == "indent"
        self.cards = Sidebar(styles, id="cards")
        self.shelf = DocumentList(styles, id="documents")
        self.board_view = BoardView(styles, id="board")
        self.panel_view = PanelView(styles, id="panel")
        self.status = StatusLine(styles, id="status")
        self.middle: Widget = Vertical(self.view, self.panel_view, id="middle")
        self.which = WhichKey(styles, id="which")
        self._lines = (self.cards, self.shelf, self.board_view, self.panel_view, self.status)
        self.panes = Panes(self)
        self.cards.redraw, self.shelf.redraw = self.draw_cards, self.draw_documents
        self.board_view.redraw, self.panel_view.redraw = self.draw_board, self.panel_view.draw
        self.status.redraw = partial(status, self)
        self.which_pause = config.which_key
        self.message = ""
        self.extending = False
        self.grown: list[Selection] = []
        self.repeat: Callable[[Target], Annotation] | None = None
        self._swallow_until = 0.0
        self._behind, self._ahead = [], []
        self._started = False
        self._revision = -1
        self._failed = []
        self.marks = set()
        self.relating: Annotation | None = None

    def compose(self) -> ComposeResult:
        """Lay the panes side by side above the status row."""
        yield Horizontal(self.shelf, self.middle, self.cards, self.board_view, id="panes")
        yield self.status
        yield self.which

    def on_mount(self) -> None:
        """Show the open document where it was left."""
        self.plain(ascii_only=self._ascii_only)
        self.panes.fold()
        self.set_focus(self.view)
        self.expect_signing()
        self.show_document()
        self.message = self.session.news
        start_at = self.session.start_at
        if start_at is not None and self.session.stands(start_at) and start_at.ranges:
            self.go(start_at.start, active=start_at.uuid)
        self.set_interval(_POLL, self.poll)
        self.set_interval(_KEEP_POSITION, self.save_position)

    def pane(self, name: str) -> Widget:
        """Return the widget of a pane by its name."""
        return {"text": self.view, "cards": self.cards, "documents": self.shelf, BOARD: self.board_view}[name]

    def scope(self) -> str:
        """Return the scope whose keys work now."""
        if self.panes.current == "text":
            return "reshape" if self.reshaping is not None else "extend" if self.extending else "reader"
        if self.here is not None:
            return self.here.scope
        return "documents" if self.panes.current == "documents" else "sidebar"

    def show_document(self) -> None:
        """Show the session's document from where it was left."""
        position = self.session.position()
        length = len(self.session.text)
        top, caret = (min(position.top, length), min(position.caret, length)) if position else (0, 0)
        self.view.highlights = self.session.highlights
        self.view.show(self.session.text, top, caret or self.first_caret())
        self.leave_document_state()
        self.touch_documents()
        self.sync()

    def leave_document_state(self) -> None:
        """Forget what belonged to the document shown before."""
        self.extending, self.grown, self.reshaping = False, [], None
        self.pattern = ""
        self.peeked = None

    def open(self, chosen: Document | Path) -> None:
        """Open another document, whose password is asked for where it is locked.

        Raises ManiculaError and keeps the old one where that fails.
        """
        try:
            self._open(chosen)
        except LockedError as locked:
            self.open_panel(PasswordPanel(locked, partial(self._open, chosen)))

    def _open(self, chosen: Document | Path) -> None:
        self.remember_place()
        self.save_position()
        if isinstance(chosen, Path):
            self.session.open_path(chosen.absolute())
        else:
            self.session.open_document(chosen)
        self.message = "".join(self.session.text.warnings[:1])
        self.show_document()
        self.take_all_over()
        self.watch_file()
        self.panes.go("text")

    def show_other(self, document: Document) -> None:
        """Show another document beneath a list, which keeps the focus. Raises ManiculaError."""
        peeked = self.peeked
        self.save_position()
        self.session.open_document(document)
        self.message = "".join(self.session.text.warnings[:1])
        self.show_document()
        self.take_all_over()
        self.watch_file()
        self.peeked = peeked

    def go_to(self, annotation: Annotation) -> None:
        """Go to an annotation's passage, in whatever document, to stay there. Raises ManiculaError."""
        here = self.session.document
        if here is None or here.uuid != annotation.document:
            self.open(self.session.library.document(annotation.document))
        self.panes.go("text")
        if annotation.ranges and self.session.stands(annotation):
            self.jump(annotation.start)
            self.view.active = annotation.uuid

    async def take_key(self, event: events.Key) -> None:
        """Take one key: the panel's if one is open, else a command's; then paint once."""
        self.hide_which()
        self.note_key()
        name = key_name(event.key, event.character)
        try:
            if event.key.startswith("alt+") and len(name) == 1:
                self._take("esc", None)  # esc and a key that arrived together
                await self.prepare_note()
            self._take(name, event.character)
        except ManiculaError as problem:
            self.message = str(problem)
            self.reload()
        await self.prepare_note()
        self.sync()

    def _take(self, name: str, character: str | None) -> None:
        """Give one key to the panel, to the labels, or to the commands."""
        if self.panel_view.panel is not None:
            self._panel_key(name, character)
        elif self.hinting:
            self.message = ""
            self.hint_key(name)
        elif not self._swallowed(name):
            self.message = ""
            self._run(self.machine.feed(self.scope(), name))

    def _swallowed(self, name: str) -> bool:
        again = name == "enter" and time.monotonic() < self._swallow_until
        if not again:
            self._swallow_until = 0.0
        return again

    def _run(self, result: Run | Waiting | Unknown) -> None:
        if isinstance(result, Waiting):
            self.show_which_later()
        elif isinstance(result, Run) and self.reshaping is not None and result.command.id in _NOT_WHILE_RESHAPING:
            self.message = "enter keeps the highlight's new ends · esc leaves them as they were"
        elif isinstance(result, Run):
            if result.times > 1 or self.needs_rest(result.command.id):
                self.complete()
            self.message = action_of(result.command.id)(self, result) or self.message
        elif isinstance(result, Unknown) and result.typed:
            self.message = f"{result.typed} does nothing here. ? shows every key."

    def run_command(self, command: Command) -> None:
        """Run a command chosen in the palette, which has closed; an enter that follows at once is a double press."""
        self.message = ""
        self._swallow_until = time.monotonic() + SWALLOW
        self._enter_scope(command.scope)
        if command.needs:
            self.machine.wait_for(command)
            self._run(Waiting(self.machine.pending))
        else:
            self._run(Run(command))

    def _enter_scope(self, scope: str) -> None:
        """Go where a command works, if that is not here."""
        if scope in scopes_of(self.scope()):
            return
        if scope in _OPENING:
            action_of(_OPENING[scope])(self, Run(BY_ID[_OPENING[scope]]))
        elif scope == "extend":
            self.panes.go("text")
            self.extending = True
        else:
            self.panes.go({"reader": "text", "documents": "documents"}.get(scope, "cards"))

    def _panel_key(self, name: str, character: str | None) -> None:
        panel = self.panel_view.panel
        if panel is None:
            return
        panel.key(name, character)
        if panel.closed and self.panel_view.panel is panel:
            self.close_panel()
            if panel.passes:
                self._take(name, character)
            elif name == "enter":
                self._swallow_until = time.monotonic() + SWALLOW

    def open_panel(self, panel: Panel, *, show: Sequence[Range] = ()) -> None:
        """Open a panel at the bottom; the text scrolls so that `show` stays in view."""
        self.panel_view.panel = panel
        share = max(2, self.app.size.height // _PANEL_SHARE)
        wanted = panel.height or max(_PANEL_ROWS, 2 + len(panel))
        self.panel_view.styles.height = min(share, wanted) + _LINE
        self.panel_view.display = True
        self.panes.fold()
        self.view.keep_visible = show[0].start if show else None
        self.panel_view.draw()

    def close_panel(self) -> None:
        """Close the panel and give its rows back to the text."""
        self.panel_view.panel = None
        self.panel_view.display = False
        self.view.keep_visible = None
        self.panes.fold()

    def paste(self, text: str) -> None:
        """Take pasted text as if it had been typed into the panel."""
        if self.panel_view.panel is not None:
            self.panel_view.panel.paste(text)
        self.sync()

    def marked(self, annotation: Annotation) -> None:
        """Show an annotation as the current one after it was made or changed."""
        self.drop_selection()
        self.view.highlights = self.session.highlights
        here = annotation.ranges and annotation.start <= self.view.selection.head < annotation.end
        self.view.active = annotation.uuid if here or not annotation.ranges else self.view.active
        self.view.refresh_frame()

    def sync(self) -> None:
        """Bring text, cards, list, panel and status to one state, to be painted together, and place the cursor."""
        if not self.is_mounted:
            return
        self.show_rest()
        if self.view.highlights is not self.session.highlights:
            self.view.highlights = self.session.highlights
            self.view.refresh_frame()
        if self._revision != self.session.library.revision:
            self._revision = self.session.library.revision
            self.touch_documents()
            self.look_signed()
        self.view.catch_up()
        self.draw_cards()
        self.draw_documents()
        self.draw_board()
        self.panel_view.draw()
        status(self)
        self.place_cursor()

    def place_cursor(self) -> None:
        """Put the terminal's own cursor where the reader is."""
        cell: Offset | None
        if self.panel_view.panel is not None:
            cell = self.note_cursor() or self.panel_view.cursor_cell()
        elif self.panes.current == "text" or (self.view.display and self.peeked is not None and self.narrow()):
            cell = self.view.caret_place()
        else:
            cell = self.list_cursor()
        if cell is not None and cell != self.app.cursor_position:
            self.app.cursor_position = cell
            self.status.refresh(Region(0, 0, 1, 1))  # Textual moves the cursor with the next thing it writes

    def on_reading_view_resized(self) -> None:
        """Move cards and status along with the rows."""
        self.sync()
        if not self._started:
            self._started = True
            self.app.ready(self)  # type: ignore[attr-defined]  # the app is always ours
            self.set_timer(_CALM, self.settle_in)

    def on_lines_resized(self, event: Lines.Resized) -> None:
        """Draw a list or the panel for its new size."""
        if event.lines.redraw is not None and event.lines.display:
            event.lines.redraw()
            self.place_cursor()

    def on_resize(self) -> None:
        """Fold the panes for the new width."""
        self.panes.fold()
        self.call_after_refresh(self.sync)

    def return_focus(self) -> None:
        """Give the focus back to the current pane."""
        self.set_focus(self.pane(self.panes.current))

    def fold_panes(self) -> None:
        """Show the panes that fit."""
        self.panes.fold()

    def settle(self) -> None:
        """Before leaving: keep a note being written, have the library know of the document and of the place in it."""
        panel = self.panel_view.panel
        try:
            if isinstance(panel, NotePanel) and self.note_area is not None:
                self.keep_writing(panel.writing, self.note_area.text)
            self.session.renewal()
        except ManiculaError as problem:
            self.message = str(problem)
        self.save_position()

    def drawn_widgets(self) -> list[Widget]:
        """Return the widgets that `sync` draws."""
        return [self.view, *self._lines]

    def plain(self, *, ascii_only: bool) -> None:
        """Draw with signs of ASCII alone, or with all."""
        for widget in (*self._lines, self.which):
            widget.ascii_only = ascii_only
        self.set_class(ascii_only, "-ascii")

    def wear(self, styles: Styles) -> None:
        """Take the colours of a theme, everywhere at once."""
        self.view.wear(styles)
        for widget in (*self._lines, self.which):
            widget.wear(styles)
        self.sync()
