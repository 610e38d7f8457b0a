"""The part of the reading screen that fills the document list and the sidebar, filters, sorts and walks them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.geometry import Offset
from textual.screen import Screen

from storage.errors import ManiculaError, UsageError
from storage.model import Annotation, Document
from tui import others
from tui.kept import ORDERS as CARD_ORDERS
from tui.kept import Kept, parsed
from tui.panels.base import Panel
from tui.reading.selection import Selection
from tui.reading.view import ReadingView
from tui.session import Session
from tui.standing import IN_TEXT, group_of, remarks
from tui.widgets.cards import EMPTY, TOP, Card, Sidebar, card_rows
from tui.widgets.documents import EMPTY as NO_DOCUMENTS
from tui.widgets.documents import ROWS, DocumentList, Entry

if TYPE_CHECKING:
    from storage.relations import Relation
    from tui.screens.panes import Panes
    from tui.widgets.panel import PanelView


def _folded(string: str) -> str:
    from storage.folding import fold  # noqa: PLC0415  # imported when first used

    return fold(string)[0]


_SORTS: dict[str, Callable[[Entry], Any]] = {
    "order of adding": lambda _: 0,
    "title": lambda entry: _folded(entry.document.title),
    "progress": lambda entry: -entry.progress,
    "annotations": lambda entry: -entry.marked,
}
ORDERS = tuple(_SORTS)

_SLICE = 0.004
_PAUSE = 0.001
_GONE = "Every document is gone from this list."


class Peeked(NamedTuple):
    """What is shown instead of a list, and where the text was before: document (uuid), selection, offset at the top."""

    uuid: str
    document: str
    selection: Selection
    top: int


class Lists(Screen[None]):
    """Mixed into ReaderScreen, which sets the attributes."""

    view: ReadingView
    session: Session
    cards: Sidebar
    shelf: DocumentList
    panes: Panes
    panel_view: PanelView
    message = ""
    document_query = ""
    query_source = ""
    peeked: Peeked | None = None
    marks: set[str]
    """What is marked in the sidebar (uuids of annotations) and in the document list (of documents)."""
    order = 0
    card_order = 0
    _card = 0
    _first_card = 0
    _entries: list[Entry] | None = None
    listing: Kept

    def narrow(self) -> bool:
        """Tell whether only one pane fits."""
        return self.app.size.width < 100  # noqa: PLR2004  # ONE_PANE_BELOW, imported there would be a circle

    def touch_documents(self) -> None:
        """Have the document list made anew at the next drawing."""
        self._entries = None

    def entries(self) -> list[Entry]:
        """Return the filtered and sorted documents."""
        if self._entries is None:
            library = self.session.library
            wanted = parsed(self.document_query) if self.document_query else None
            made, beside = [], library.unsettled("documents")
            for document in library.documents():
                if wanted is None or wanted.matches_document(document):
                    position = library.position(document.uuid)
                    progress = min(1.0, position.furthest / max(1, document.length)) if position else -1.0
                    waiting = others.short_mark(beside.get(document.uuid, ()))
                    made.append(Entry(document, progress, library.count(document.uuid), waiting))
            if self.session.document is None and self.session.title:
                meta = self.session.text.meta
                made.append(Entry(Document("", meta.title, meta.authors, meta.date, format=meta.format), -1.0, 0))
            self._entries = sorted(made, key=_SORTS[ORDERS[self.order]])
        return self._entries

    def draw_documents(self) -> None:
        """Draw the document list, where it is shown."""
        if not self.shelf.display or not self.shelf.size.width:
            return
        opened = self.session.document.uuid if self.session.document else ""
        entries = [self._live(one) if one.document.uuid == opened else one for one in self.entries()]
        total = len(self.session.library.documents()) + (not opened and bool(self.session.title))
        header = f"{len(entries)} of {total} match" if self.document_query else f"Library  {total}"
        nothing = f"0 of {total} match. esc clears" if self.document_query else NO_DOCUMENTS
        self.shelf.marked = self.marks
        self.shelf.show(entries, opened, header, nothing)

    def _live(self, entry: Entry) -> Entry:
        """Return the open document's entry with the progress of this moment."""
        here = self.view.bottom_offset / max(1, len(self.session.text))
        return entry._replace(progress=max(entry.progress, min(1.0, here)))

    def filter_documents(self, source: str) -> str:
        """Show only documents that a query matches; words are looked for in their names. Raises UsageError."""
        parsed(source)
        self.document_query = source
        self.shelf.chosen = 0
        self.touch_documents()
        return f"{len(self.entries())} of {len(self.session.library.documents())}"

    def kept(self) -> Sequence[Annotation]:
        """Return the open document's annotations that the filter lets through, in the chosen order."""
        return self.listing.of(self.query_source, CARD_ORDERS[self.card_order])

    def warm_up(self) -> None:
        """Have the words of all annotations ready to be looked through, in slices, before a filter is typed."""
        if self.listing.warm(_SLICE):
            self.set_timer(_PAUSE, self.warm_up)

    def filter_cards(self, source: str) -> str:
        """Show only annotations that a query matches. Raises UsageError for a bad query."""
        parsed(source)
        self.query_source = source
        self._card = self._first_card = 0
        self.view.refresh_frame()
        return f"{len(self.kept())} of {len(self.session.annotations)}" if source else ""

    def draw_cards(self) -> None:
        """Draw the sidebar: beside the passages, or as a list while it has the focus."""
        if not self.cards.display or not self.cards.size.width:
            return
        listed = self.panes.current == "cards" or self.query_source
        total, kept = len(self.session.annotations), self.kept() if listed else self.session.annotations
        if self.panes.current == "cards":
            self._draw_list(kept, total)
            return
        passing = {one.uuid for one in kept} if self.query_source else None
        shown: dict[str, Card] = {}
        for mark in self.view.frame.layers.marks:
            one = mark.annotation
            if one.uuid not in shown and (passing is None or one.uuid in passing):
                row = self.view.frame.row_of(mark.start) or 0
                shown[one.uuid] = self._as_card(one, row)
        header = self._filter_header(kept, total) if self.query_source else f"{len(shown)} here · {self._in_all()}"
        self.cards.show_beside(header, list(shown.values()), self.view.active, self._no_cards(kept, total))

    def _filter_header(self, kept: Sequence[Annotation], total: int) -> str:
        return f"{len(kept)} of {total} match {self.query_source}"

    def _no_cards(self, kept: Sequence[Annotation], total: int) -> str:
        if self.query_source and not kept:
            return f"0 of {total} match. esc clears"
        return EMPTY if not total else ""

    def _draw_list(self, kept: Sequence[Annotation], total: int) -> None:
        self._card = max(0, min(self._card, len(kept) - 1))
        written = [i for i, one in enumerate(kept) if one.uuid == self.cards.written] if self.cards.written else []
        self._card = written[0] if written else self._card
        active = kept[self._card].uuid if kept else ""
        height = self.cards.size.height - TOP
        chosen = self._as_card(kept[self._card]) if kept else None
        tall = len(card_rows(chosen, self.cards.size.width - 1, self.cards.cards_look, active=True)) if chosen else 0
        above = max(0, (height - tall) // 3)
        self._first_card = max(min(self._first_card, self._card), self._card - above)
        some = kept[self._first_card : self._first_card + height // 2 + 1]  # a card takes two rows at least
        header = self._filter_header(kept, total) if self.query_source else self._in_all()
        self.cards.show_list(header, self._grouped(some), active, self._no_cards(kept, total))

    def _in_all(self) -> str:
        lost = len(self.session.without_place)
        return (f"{lost} lost · " if lost else "") + f"{len(self.session.annotations)} in all"

    def _grouped(self, some: Sequence[Annotation]) -> list[Card]:
        """Return cards with a heading where a group begins; all in the text need none."""
        cards, before = [], IN_TEXT
        for one in some:
            group = group_of(one, self.session)
            heading = group if group != before and CARD_ORDERS[self.card_order] == "place" else ""
            cards.append(self._as_card(one)._replace(heading=heading))
            before = group
        return cards

    def _as_card(self, annotation: Annotation, row: int = -1) -> Card:
        people, library = self.session.people, self.session.library
        related = [self.relation_line(one) for one in library.relations(annotation)] if library.links_ready else []
        return Card(
            annotation,
            people.paths(annotation),
            row,
            [*related, *self._remarks(annotation)],
            color=people.color(annotation),
            by=people.name(annotation) if people.letter(annotation) else "",
            marked=annotation.uuid in self.marks,
            room=self.cards.room if annotation.uuid == self.cards.written else 0,
        )

    def _remarks(self, annotation: Annotation) -> list[str]:
        """Return what else there is to say: another name of who made it, written at the same time; where it stands."""
        waiting = self.session.library.unsettled("creators").get(annotation.creator, ())
        named = [others.mark(waiting, "gC")] if waiting and self.session.people.letter(annotation) else []
        return [*named, *remarks(annotation, self.session, active=self._is_active(annotation))]

    def _is_active(self, annotation: Annotation) -> bool:
        if self.panes.current == "cards":
            chosen = self.chosen_card()
            return chosen is not None and chosen.uuid == annotation.uuid
        return annotation.uuid == self.view.active

    def relation_line(self, relation: Relation) -> str:
        """Return a link in words: ``→ supports: quote`` where it goes out, ``←`` where it comes in."""
        try:
            other = self.session.library.annotation(relation.other)
        except UsageError:
            return f"→ {relation.type}: (deleted)"
        quote = " ".join(other.exact.split()) or " ".join(other.note.split())
        return f"{'→' if relation.out else '←'} {relation.type}: {quote}"

    def chosen_card(self) -> Annotation | None:
        """Return the annotation chosen in the sidebar."""
        kept = self.kept()
        return kept[min(self._card, len(kept) - 1)] if kept else None

    def list_length(self) -> int:
        """Return the number of rows of the focused list."""
        return len(self.kept()) if self.panes.current == "cards" else len(self.entries())

    def list_index(self) -> int:
        """Return the chosen row of the focused list."""
        return self._card if self.panes.current == "cards" else self.shelf.chosen

    def list_page(self) -> int:
        """Return the rows of one page of the focused list."""
        return max(1, (self.shelf.size.height - 1) // ROWS if self.panes.current == "documents" else 8)

    def choose(self, index: int) -> None:
        """Choose a row of the focused list."""
        if self.narrow():
            self.unpeek()
        index = max(0, min(index, self.list_length() - 1))
        if self.panes.current == "cards":
            self._card = index
        else:
            self.shelf.chosen = index

    def next_order(self) -> str:
        """Take the next order of the focused list, and return its name."""
        if self.panes.current == "cards":
            self.card_order = (self.card_order + 1) % len(CARD_ORDERS)
            return CARD_ORDERS[self.card_order]
        self.order = (self.order + 1) % len(ORDERS)
        self.touch_documents()
        return ORDERS[self.order]

    def entered(self, name: str) -> None:
        """Begin at the current passage, or the open document, when a list gets the focus."""
        self.peeked = None
        if name == "cards":
            self.set_timer(_PAUSE, self.warm_up)
            kept = self.kept()
            head, active = self.view.selection.head, self.view.active
            same = [i for i, one in enumerate(kept) if one.uuid == active]
            after = [i for i, one in enumerate(kept) if one.end > head]
            self._card = (same or after or [max(0, len(kept) - 1)])[0]
        elif name == "documents" and self.session.document is not None:
            uuids = [entry.document.uuid for entry in self.entries()]
            if self.session.document.uuid in uuids:
                self.shelf.chosen = uuids.index(self.session.document.uuid)

    def sync(self) -> None:
        """Paint; ReaderScreen does."""
        raise NotImplementedError

    def open_chosen(self) -> str | None:
        """Open the chosen document."""
        entries = self.entries()
        if not entries:
            return _GONE
        try:
            self.open(entries[self.shelf.chosen].document)
        except ManiculaError as problem:
            return str(problem)
        return None

    def open(self, chosen: Document | Path) -> None:
        """Open a document; ReaderScreen does."""
        raise NotImplementedError

    def open_panel(self, panel: Panel) -> None:
        """Open a panel; ReaderScreen does."""
        raise NotImplementedError

    def peek(self, annotation: Annotation) -> str:
        """Show an annotation's passage and keep the focus; the second time go back to where the text was."""
        if self.peeked is not None and self.peeked.uuid == annotation.uuid:
            self.unpeek()
            return "Back where you were."
        here = self.session.document.uuid if self.session.document else ""
        nowhere = annotation.document == here and not self.session.stands(annotation)
        if not annotation.ranges or annotation.state == "orphan" or nowhere:
            return "This one has no place in the text."
        view, before = self.view, self.peeked
        back = before or Peeked("", here, view.selection, view.top_offset)
        self._show_document(annotation.document)
        self.peeked = back._replace(uuid=annotation.uuid)
        view.selection = Selection(annotation.start, annotation.start)
        view.active = annotation.uuid
        view.reveal(annotation.start)
        self.panes.fold()
        return "enter goes back · tab stays there"

    def unpeek(self) -> None:
        """End a peek: the text is where it was, and the list is shown again."""
        if self.peeked is None:
            return
        back, self.peeked = self.peeked, None
        self._show_document(back.document)
        self.view.selection = back.selection
        self.view.show_top(back.top)
        self.panes.fold()

    def _show_document(self, uuid: str) -> None:
        """Show another document under the list, unless it is the open one."""
        if uuid and (self.session.document is None or uuid != self.session.document.uuid):
            self.show_other(self.session.library.document(uuid))

    def show_other(self, document: Document) -> None:
        """Show another document and leave the focus where it is; ReaderScreen does."""
        raise NotImplementedError

    def list_cursor(self) -> Offset | None:
        """Return the screen cell of the focused list's active row."""
        if self.panes.current == "documents":
            return self.shelf.content_region.offset + Offset(1, 1 + (self.shelf.chosen - self.shelf.first) * ROWS)
        annotation = self.chosen_card()
        owners = self.cards.owners
        row = owners.index(annotation.uuid) if annotation and annotation.uuid in owners else 0
        return self.cards.content_region.offset + Offset(1, row)
