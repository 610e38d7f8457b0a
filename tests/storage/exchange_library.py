"""Libraries to export from, and texts written by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from storage import records
from storage.library import Library
from storage.model import Annotation
from storage.text import Block, Meta, Section, Text


def text_of(title: str, *blocks: tuple[str, str], fill: int = 0) -> Text:
    """Return a text of (kind, string) blocks; a heading opens a section of level 1 that ends with the next."""
    string, made, starts = "", [], []
    for kind, part in blocks:
        if kind == "heading":
            starts.append((len(string), part))
        made.append(Block(len(string), len(string) + len(part), kind))
        string += part + "\n"
    ends = [start for start, _ in starts[1:]] + [len(string)]
    sections = [Section(start, end, 1, name) for (start, name), end in zip(starts, ends, strict=False)]
    return Text(string[:-1], made, sections=sections, meta=Meta(title, ("A. Writer",), "2019"), fill=fill)


class Desk:
    """A library in a folder, and the ways in which a test fills it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.library = Library.open(folder / "library.json", state=folder / "state")
        self._texts: dict[str, Text] = {}

    def receive(self, name: str, text: Text) -> str:
        """Take `text` in as the file `name`, which need not exist; return the document's uuid."""
        document = self.library.receive(self.folder / name, text)
        self._texts[document.uuid] = text
        return document.uuid

    def mark(self, document: str, quote: str, *, tags=(), note="", color="", **more) -> Annotation:
        """Highlight the first `quote`, or write a page note without one; `more` are values that no command sets."""
        text = self._texts[document]
        start = text.string.index(quote)
        ranges = [(start, start + len(quote))] if quote else []
        made = self.library.annotate(document, ranges, tags=tags, note=note, color=color, text=text)
        if more:
            with self.library.step("more"):
                self.library._change("annotations", records.annotation_record(made._replace(**more)))
        return self.library.annotation(made.uuid)

    def lose_texts(self) -> None:
        """Throw all snapshots away, so that no document can be read."""
        shutil.rmtree(self.folder / "library.texts")


AnyDesk = TypeVar("AnyDesk", bound=Desk)


@contextmanager
def opened(folder: Path, kind: type[AnyDesk]) -> Iterator[AnyDesk]:
    """Open a desk in a folder of its own beneath `folder`, and close its library at the end."""
    home = folder / "library"
    home.mkdir()
    desk = kind(home)
    with desk.library:
        yield desk
