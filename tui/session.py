"""What is open: the library, one document with its text and highlights, and what an action would take. No Textual.

The screen asks it questions and tells it to act; every action answers with the sentence to show.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from itertools import compress, count
from operator import is_not
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from storage import readers
from storage.errors import ManiculaError, UsageError
from storage.library import Library, Outcome
from storage.model import Annotation, Document, Range, ReadingPosition
from storage.places import Place, Places
from storage.sentences import sentence_at
from storage.text import Blocks, Text
from tui.people import People
from tui.reading.highlights import Highlights
from tui.reading.selection import Selection

if TYPE_CHECKING:
    from storage.query import Subject


class Target(NamedTuple):
    """What the next action takes: a highlight (with its annotation), or a bare range to be highlighted first."""

    name: str
    ranges: tuple[Range, ...]
    annotation: Annotation | None = None


_FEW = 50
"""Annotations changed at once up to which highlights are mended; beyond, they are made anew."""


def _differing(
    before: Sequence[Annotation], after: Sequence[Annotation]
) -> tuple[Sequence[Annotation], Sequence[Annotation]]:
    """Return what lies between the first and the last difference of two lists; unchanged ones are the same object."""
    size = min(len(before), len(after))
    first = next(compress(count(), map(is_not, before, after)), size)
    last = next(compress(count(), map(is_not, reversed(before), reversed(after))), size)
    last = min(last, size - first)
    return before[first : len(before) - last], after[first : len(after) - last]


class Session:
    """The library and the open document. `document` is None while nothing is open or the library cannot take it."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.people = People(library)
        self.document: Document | None = None
        self.path: Path | None = None
        self.text = Text("", Blocks())
        self.annotations: Sequence[Annotation] = []
        self.highlights = Highlights()
        self._people_state: object = None
        self._subjects: list[Subject] = []
        self._kept_for: object = None
        self.places = Places(self.text)
        self._rest: Callable[[], Text] | None = None
        self.waiting: list[Path] = []
        self.news = ""
        self.start_at: Annotation | None = None
        self.first_time = not library.partial and not any(library.count(each.uuid) for each in library.documents())

    def open_path(self, path: Path) -> None:
        """Open a file; the library hears of it with `register`. Raises DocumentError.

        Of a large file that is opened where its beginning shows, the beginning comes first and `complete` reads on.
        """
        data = readers.read_bytes(path)
        known = self.library.lookup(path)
        if known is not None and hashlib.sha256(data).hexdigest() not in known.files[-1:]:
            known = None
        position = self.library.position(known.uuid) if known is not None else None
        text = readers.beginning(data, str(path))
        if text is None or (position is not None and max(position.top, position.caret) * 2 > len(text)):
            self._show(known, readers.parse(data, str(path)), path)
            return
        self._show(known, text, path)
        self._rest = lambda: readers.parse(data, str(path))

    def complete(self) -> bool:
        """Read what `open_path` left; True when there is more text now. Raises DocumentError."""
        if self._rest is None:
            return False
        rest, self._rest = self._rest, None
        self._show(self.document, rest(), self.path)
        return True

    def open_document(self, document: Document) -> None:
        """Open a document of the library: its file, or its last snapshot where the file is gone."""
        path = self.library.find_file(document)
        if path is not None:
            try:
                self.open_path(path)
            except ManiculaError:
                if not document.texts:
                    raise
            else:
                return
        self._show(document, self.library.text(document), None)

    def _show(self, document: Document | None, text: Text, path: Path | None) -> None:
        self.document, self.text, self.path, self._rest = document, text, path, None
        self.places = Places(text)
        self.reload()

    def register(self) -> str:
        """Tell the library of the open file, if it does not know it yet; return a sentence if there is news."""
        self.complete()
        if self.document is None and self.path is not None:
            before = {document.uuid for document in self.library.documents()}
            self.document = self.library.receive(self.path, self.text)
            self.reload()
            if self.document.uuid in before and self.annotations:
                lost = sum(annotation.state == "orphan" for annotation in self.annotations)
                return f"This file has changed or moved: {len(self.annotations) - lost} kept, {lost} lost their place."
        return ""

    def reload(self) -> None:
        """Read the open document's annotations anew, after any change."""
        if self.document is not None:
            self.document = self.library.document(self.document.uuid)
        found = self.library.annotations(self.document.uuid) if self.document else []
        shown = self.people.visible(found)
        self.highlights = self._highlights(shown)
        self.annotations = shown

    def _highlights(self, shown: Sequence[Annotation]) -> Highlights:
        """Return the highlights of `shown`: those of before, mended where only a few annotations have changed."""
        before, state = self.annotations, self.people.state
        if shown is before and state == self._people_state:
            return self.highlights
        middle = _differing(before, shown) if state == self._people_state else None
        self._people_state = state
        if middle is None or max(map(len, middle)) > _FEW:
            return Highlights(shown, self.people.color, self.people.letter)
        gone, come = middle
        return self.highlights.changed(gone, come)

    def subjects(self) -> Sequence[Subject]:
        """Return the open document's annotations as queries look at them; kept for those that have not changed."""
        state = self.people.state, self.library.links_state
        if self.document is None:
            return []
        known = (
            {one.annotation.uuid: one for one in self._subjects if one.annotation} if state == self._kept_for else {}
        )
        self._kept_for = state
        made = []
        for one in self.annotations:
            kept = known.get(one.uuid)
            made.append(kept if kept is not None and kept.annotation is one else self.subject(one, self.document))
        self._subjects = made
        return made

    def subject(self, annotation: Annotation, document: Document) -> Subject:
        """Return an annotation as queries look at it."""
        from storage.query import Subject  # noqa: PLC0415  # imported when first used

        library = self.library
        tags, incoming = self.people.paths(annotation), library.incoming(annotation)
        return Subject(annotation, document, tags, self.people.name(annotation), incoming)

    @property
    def title(self) -> str:
        """The open document's title, empty where nothing is open."""
        return self.document.title if self.document else self.text.meta.title

    def position(self) -> ReadingPosition | None:
        """Where the open document was left."""
        return self.library.position(self.document.uuid) if self.document else None

    def save_position(self, top: int, caret: int, furthest: int) -> None:
        """Remember where the open document is left."""
        if self.document is None or self.library.readonly:
            return
        old = self.position()
        furthest = max(furthest, old.furthest if old else 0)
        if old and (old.top, old.caret, old.furthest) == (top, caret, furthest):
            return
        self.library.save_position(ReadingPosition(self.document.uuid, "", top, caret, furthest))

    def highlight_at(self, offset: int, active: str = "") -> Annotation | None:
        """Return the highlight under the caret: the one that was walked to, else the innermost."""
        marks = self.highlights.at(offset)
        for mark in marks:
            if mark.annotation.uuid == active:
                return mark.annotation
        return marks[0].annotation if marks else None

    def sentence(self, offset: int) -> Range | None:
        """Return the sentence at `offset`."""
        found = sentence_at(self.text, offset)
        return Range(*found) if found else None

    def passage(self, selection: Selection) -> Target | None:
        """Return what enter and ``.`` take: the selection, else the sentence."""
        if not selection.empty:
            start, end = self._trim(selection.start, selection.end)
            words = len(self.text.string[start:end].split())
            plural = "word" if words == 1 else "words"
            return Target(f"selection, {words} {plural}", (Range(start, end),)) if start < end else None
        sentence = self.sentence(selection.head)
        return Target("sentence", (sentence,)) if sentence else None

    def target(self, selection: Selection, active: str = "") -> Target | None:
        """Return what t, a, c and y take: the selection, else the highlight at the caret, else the sentence."""
        if selection.empty:
            found = self.highlight_at(selection.head, active)
            if found is not None:
                return self.as_target(found)
        return self.passage(selection)

    def as_target(self, annotation: Annotation) -> Target:
        """Return an annotation as what an action takes."""
        paths = self.library.tag_paths(annotation)
        name = ", ".join(paths) or annotation.color or "no tags"
        kind = "highlight" if annotation.ranges else "page note"
        return Target(f"{kind}: {name}", annotation.ranges, annotation)

    def _trim(self, start: int, end: int) -> tuple[int, int]:
        string = self.text.string
        while start < end and string[end - 1].isspace():
            end -= 1
        while start < end and string[start].isspace():
            start += 1
        return start, end

    def _writable(self) -> Document:
        if self.document is None or self._rest is not None:
            self.register()
        if self.document is None:
            raise UsageError("Nothing is open. o opens a document.")
        return self.document

    def register_now(self) -> Document:
        """Return the open document, which the library knows from now on. Raises UsageError where nothing is open."""
        return self._writable()

    def _take(
        self, target: Target, *, tags: Sequence[str] = (), note: str = "", color: str = ""
    ) -> tuple[Annotation, bool]:
        """Return the annotation of a target, made where there is none; True when it was made now."""
        document = self._writable()
        found = target.annotation
        if found is None and len(target.ranges) == 1:
            found = self.highlights.exactly(*target.ranges[0])
        if found is not None:
            return found, False
        made = self.library.annotate(document.uuid, target.ranges, tags=tags, note=note, color=color, text=self.text)
        return made, True

    def highlight(self, target: Target) -> tuple[Annotation, bool]:
        """Return the annotation of a target, made where there is none; True when it was made now."""
        annotation, made = self._take(target)
        self.reload()
        return annotation, made

    def apply_tags(self, target: Target, add: Sequence[str], remove: Sequence[str]) -> Annotation:
        """Put tags on a target and take others off, as one step; a bare range is highlighted with it."""
        self._writable()
        label = f"tag {', '.join(add)}" if add else f"untag {', '.join(remove)}" if remove else "highlight"
        with self.library.step(label):
            annotation, made = self._take(target, tags=add)
            if not made and (add or remove):
                annotation = self.library.edit(annotation.uuid, add_tags=add, remove_tags=remove)
        self.reload()
        return annotation

    def tag_all(self, annotations: Sequence[Annotation], add: Sequence[str], remove: Sequence[str]) -> None:
        """Put tags on annotations of any documents and take others off, as one step."""
        what = f"tag {', '.join(add)}" if add else f"untag {', '.join(remove)}"
        with self.library.step(f"{what} ({len(annotations)})"):
            for one in annotations:
                self.library.edit(one.uuid, add_tags=add, remove_tags=remove)
        self.reload()

    def color_all(self, annotations: Sequence[Annotation], color: str) -> str:
        """Colour annotations as one step; where all have it already, take it off. Returns the colour they have now."""
        now = "" if all(one.color == color for one in annotations) else color
        with self.library.step(f"colour {color}" + (f" ({len(annotations)})" if len(annotations) > 1 else "")):
            for one in annotations:
                self.library.edit(one.uuid, color=now)
        self.reload()
        return now

    def set_color(self, target: Target, color: str) -> tuple[Annotation, str]:
        """Give a target a colour; the colour it already has is taken off. Returns the colour it has now."""
        with self.library.step(f"colour {color}"):
            annotation, made = self._take(target, color=color)
            if not made:
                now = "" if annotation.color == color else color
                annotation = self.library.edit(annotation.uuid, color=now)
        self.reload()
        return annotation, annotation.color

    def reshape(self, annotation: Annotation, selection: Selection) -> Annotation:
        """Give an annotation the selection's range; id, tags and note stay."""
        start, end = self._trim(selection.start, selection.end)
        if start >= end:
            raise UsageError("A highlight needs at least one character; esc leaves it as it was.")
        changed = self.library.edit(annotation.uuid, ranges=[(start, end)], text=self.text)
        self.reload()
        return changed

    def set_note(self, annotation: Annotation, note: str) -> None:
        """Write a note."""
        self.library.edit(annotation.uuid, note=note)
        self.reload()

    def delete(self, annotations: Sequence[Annotation]) -> None:
        """Delete annotations as one step."""
        self.library.delete(*(annotation.uuid for annotation in annotations))
        self.reload()

    def undo(self) -> Outcome | None:
        """Take the last step back."""
        outcome = self.library.undo()
        self.reload()
        return outcome

    def redo(self) -> Outcome | None:
        """Do the last undone step again."""
        outcome = self.library.redo()
        self.reload()
        return outcome

    def place(self, offset: int) -> Place:
        """Return where `offset` stands, in the words that exports use too."""
        return self.places.at(offset)
