"""A library in memory with just what an export asks of one, and a text written by hand."""

from __future__ import annotations

from pathlib import Path

from storage.errors import DocumentError
from storage.model import Annotation, Creator, Document, Range, Tag
from storage.text import Block, Meta, Section, Text


class AnyQuery:
    """A query that lets through what its `words` stand in, everything when it is empty."""

    def __init__(self, words: str = "") -> None:
        self.words = words
        self.empty = not words

    def matches(self, annotation, document, tag_paths, creator="") -> bool:
        return self.words in " ".join([annotation.exact, annotation.note, *tag_paths])


class FakeLibrary:
    """Documents, their texts and annotations, as `storage.library.Library` gives them."""

    def __init__(self, path: Path, texts: dict[str, Text | None], annotations: list[Annotation], tags=()) -> None:
        self.path = path
        self._texts = texts
        self._annotations = annotations
        self._tags = [Tag(f"tag-{path}", path) for path in tags]

    def documents(self):
        return [
            Document(
                name, text.meta.title if text else name, ("A. Writer",), "2019", paths=(f"{name}.txt",), length=100
            )
            for name, text in self._texts.items()
        ]

    def annotations(self, document=None):
        return [one for one in self._annotations if document in {None, one.document}]

    def creators(self):
        return [Creator("me", "Reader", "reader@host")]

    def tags(self):
        return self._tags

    def tag_paths(self, annotation):
        return sorted(tag.removeprefix("tag-") for tag in annotation.tags)

    def memos(self):
        return []

    def bookmarks(self, document):
        return []

    def find_file(self, document):
        return None

    def text(self, document):
        text = self._texts[document.uuid]
        if text is None:
            raise DocumentError(f"{document.title} cannot be read.")
        return text


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
    return Text(string[:-1], made, sections=sections, meta=Meta(title=title), fill=fill)


def mark(text: Text, document: str, quote: str, **more) -> Annotation:
    """Return a highlight of the first `quote` in `text`; ``tags`` are paths."""
    start = text.string.index(quote)
    tags = tuple(f"tag-{path}" for path in more.pop("tags", ()))
    return Annotation(
        more.pop("uuid", f"{document}-{start}"),
        document,
        "me",
        (Range(start, start + len(quote)),),
        exact=quote,
        tags=tags,
        **more,
    )
