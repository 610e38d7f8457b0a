"""What an action would take, and what it does to the open document. No Textual.

The screen asks it questions and tells it to act; every action answers with the sentence to show.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from storage.errors import UsageError
from storage.library import Library, Outcome
from storage.model import Alternative, Annotation, Document, Range, ReadingPosition
from storage.places import Place
from storage.sentences import sentence_at
from tui.opened import Opened
from tui.reading.selection import Selection

if TYPE_CHECKING:
    from storage.choosing import Unsettled
    from storage.speakers import Turn
    from tui.repeating import Repeating
    from tui.searching import Searching

MOST_SENTENCES = 200
"""Sentences offered at most."""


class Target(NamedTuple):
    """What the next action takes: a highlight (with its annotation), or a bare range to be highlighted first."""

    name: str
    ranges: tuple[Range, ...]
    annotation: Annotation | None = None


class Session(Opened):
    """What is open, what an action would take there, and what it does.

    `waiting` are files to be added when the screen is up, `news` is to be said then, at `start_at` it begins.
    """

    def __init__(self, library: Library) -> None:
        super().__init__(library)
        self.waiting: list[Path] = []
        self.news = ""
        self.start_at: Annotation | None = None
        self.searching: Searching | None = None
        self.repeating: Repeating | None = None
        self.first_time = not library.partial and not any(library.count(each.uuid) for each in library.documents())

    def search(self) -> Searching:
        """Return the library search, begun anew where it had to be given up."""
        from tui.searching import Searching  # noqa: PLC0415  # imported when first used

        if self.searching is not None and self.searching.problem:
            self.searching.close()
            self.searching = None
        if self.searching is None:
            self.searching = Searching(self.library)
        return self.searching

    def repeats(self, *, anew: bool = False) -> Repeating:
        """Return the looking for repeated passages, begun where it was not, or `anew`."""
        from tui.repeating import Repeating  # noqa: PLC0415  # imported when first used

        if self.repeating is not None and (anew or self.repeating.problem):
            self.repeating.close()
            self.repeating = None
        if self.repeating is None:
            self.repeating = Repeating(self.library)
        return self.repeating

    def register_now(self) -> Document:
        """Return the open document, which the library knows from now on. Raises UsageError where nothing is open."""
        return self._writable()

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
        self.complete()
        if self.document is None:
            self.register()
        elif self.stale:
            self.library.refresh()
            self.library.document(self.document.uuid)  # one that was forgotten elsewhere leaves no text here
            self.library.keep(self.text)
        if self.document is None:
            raise UsageError("Nothing is open. o opens a document.")
        return self.document

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

    def highlight_all(self, target: Target) -> tuple[Annotation, int]:
        """Highlight a target and every other place where its passage stands, alike, as one step.

        Returns the target's annotation and the number of other places.
        """
        document = self._writable()
        with self.library.step("highlight all"):
            annotation, _ = self._take(target)
            tags, made = self.library.tag_paths(annotation), 0
            self.find_repeats()
            for place in self.elsewhere(*target.ranges[0]):
                if self.highlights.exactly(*place) is None:
                    self.library.annotate(document.uuid, [place], tags=tags, color=annotation.color, text=self.text)
                    made += 1
        self.reload()
        return annotation, made

    def tag_turns(self, turns: Sequence[Turn], add: Sequence[str], remove: Sequence[str]) -> int:
        """Put tags on what is said in each of `turns` and take others off, as one step; returns how many were marked.

        A turn that is not highlighted just so yet is, where a tag is put on it.
        """
        document, made = self._writable(), 0
        label = f"tag {', '.join(add)}" if add else f"untag {', '.join(remove)}"
        with self.library.step(f"{label} ({len(turns)})"):
            for turn in turns:
                found = self.highlights.exactly(turn.words, turn.end)
                if found is not None:
                    self.library.edit(found.uuid, add_tags=add, remove_tags=remove)
                elif add:
                    self.library.annotate(document.uuid, [(turn.words, turn.end)], tags=add, text=self.text)
                made += found is not None or bool(add)
        self.reload()
        return made

    def told(self) -> str:
        """Return what was found and mended in the library since this was asked last, in few words; mostly nothing."""
        return " ".join(self.library.news()).replace(f"{self.library.folder}{os.sep}", "")

    def choose(self, waiting: Unsettled, choice: Alternative | None) -> None:
        """Have one of several values stand, which were written at the same time; None: the shown one."""
        self.library.choose(waiting.table, waiting.uuid, waiting.field, choice)
        self.reload()

    def confirm(self, annotation: Annotation) -> None:
        """Make an annotation certain where it stands."""
        self.library.confirm(annotation.uuid)
        self.reload()

    def relink(self, annotation: Annotation, ranges: Sequence[Range]) -> Annotation:
        """Put an annotation on other ranges of the text shown; id, tags and note stay."""
        self._writable()
        changed = self.library.relink(annotation.uuid, ranges, self.text)
        self.reload()
        return changed

    def candidates(self, annotation: Annotation, most: int) -> list[tuple[Range, float]]:
        """Return places where an annotation's passage may stand now, the best first, each with its score to 1."""
        from storage.fuzzy import candidates  # noqa: PLC0415  # imported when first used

        found = candidates(self.text.string, annotation.anchor, most)
        return [(Range(start, end), score) for start, end, score in found]

    def sentences_with(self, words: str) -> list[tuple[Range, float]]:
        """Return the sentences in which `words` stand; their score is 0: nothing but the reader speaks for them."""
        from storage.search import Finder  # noqa: PLC0415  # imported when first used

        found = (self.sentence(start) for start, _ in Finder(self.text).find_all(words, limit=MOST_SENTENCES))
        return [(sentence, 0.0) for sentence in dict.fromkeys(found) if sentence]
