"""The block that a walk through markup has come to, and the text that becomes of all of them.

A block ends where the next one begins (`Collector.flush`); what it is follows from the lists, quotations and headings
that are open then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from storage.readers import builder, encoding
from storage.readers.builder import Builder, Inline
from storage.readers.landmarks import Landmarks
from storage.text import Meta, Span, Text

_DEEPEST = 12
"""Levels of lists and quotations that are told apart."""


class Collector:
    """Collects the text of one block after another.

    Where it is `clean`, no ASCII text that comes can have a control character in it. `heading` is the text of the first
    heading, `first` that of the first block.
    """

    def __init__(self) -> None:
        self.builder = Builder()
        self.landmarks = Landmarks()
        self.heading = ""
        self.first = ""
        self.clean = False
        self._inline = Inline()
        self._quote = 0
        self._lists: list[int | None] = []
        self._marker = ""
        self._heading = 0
        self._some = self._fresh = self._loose = self._cell = False

    def text(  # noqa: PLR0913  # one value for each part of a text
        self,
        reader: str,
        meta: Meta,
        name: str,
        file_hash: str,
        *,
        warnings: Iterable[str] = (),
        outline: Iterable[tuple[int, int, str]] = (),
    ) -> Text:
        """Return what was read of the file called `name`; a title that `meta` does not have is found in the text."""
        self.landmarks.end(len(self.builder))
        self.builder.resolve(self.landmarks.places)
        title = meta.title or self.heading or builder.title_of(self.first, builder.stem(name))
        meta = meta._replace(title=title, format=reader.partition("/")[0])
        return self.builder.build(
            reader=reader,
            meta=meta,
            file_hash=file_hash,
            warnings=warnings,
            outline=outline,
            pages=self.landmarks.pages,
        )

    def title(self, string: str) -> None:
        """Add a heading of the first level."""
        self._heading = 1
        self._words(string)
        self.flush()
        self._heading = 0

    def flush(self) -> None:
        """End the block that is being collected."""
        if not self._some:
            return
        if self._cell:
            self._inline.add(" ")
            return
        inline = self._inline
        images = inline.pictured and inline.only_images()
        string, spans = inline.finish()
        self._some = False
        if not string:
            self.landmarks.wait()
            return
        kind = "heading" if self._heading else "image" if images else self._paragraph()
        if kind == "heading":
            string = string.replace("\n", " ")
            self.heading = self.heading or string
        self._put(string, spans, kind)

    def _paragraph(self) -> str:
        return "item" if self._lists else "quote" if self._quote else "paragraph"

    def _put(self, string: str, spans: Sequence[Span], kind: str) -> None:
        level = self._heading if kind == "heading" else min(len(self._lists), _DEEPEST)
        tight = self._lists and not self._loose and not self._fresh
        gap = 0 if tight else 2 if kind == "heading" and level <= 2 else 1  # noqa: PLR2004  # big headings
        start = self.builder.put(string, spans, kind, level, min(self._quote, _DEEPEST), self._marker, gap)
        if start >= 0:
            self._added(start, string)

    def _added(self, start: int, string: str) -> None:
        """Know that a block was added at `start`."""
        self.first = self.first or string
        self._marker, self._fresh, self._loose = "", False, False
        self.landmarks.settle(start, string)

    def _words(self, string: str) -> None:
        """Add running text to the block that is being collected."""
        self._inline.add(string)
        self._some = self._some or bool(string.strip(" \n\t"))

    def _verbatim(self, string: str) -> None:
        self._inline.verbatim(string)
        self._some = True

    def _safe(self, string: str) -> str:
        return string if self.clean and string.isascii() else encoding.safe(string)
