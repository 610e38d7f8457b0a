"""Where something stands in a text, in a reader's words: paragraph, percent, sections."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from storage.model import Annotation
    from storage.speakers import Turns
    from storage.text import Text


class Place(NamedTuple):
    """Where an annotation stands, in a reader's words.

    `paragraph` counts the blocks that are not headings, from 1 (0: unknown or in a heading); `percent` is how far into
    the text the passage begins (-1: unknown); `sections` are the titles around it, the outermost first; `page` is what
    the source calls its page or the time at which it is said, empty where it has none; `speaker` is who says it.
    """

    paragraph: int = 0
    percent: int = -1
    sections: tuple[str, ...] = ()
    page: str = ""
    speaker: str = ""

    def __str__(self) -> str:
        """Return ``p. 12, ¶ 7, 43 %``, as much of it as is known; a page that is a time stands alone: ``0:12:07``.

        Who speaks comes first.
        """
        parts = [self.speaker] if self.speaker else []
        parts += [self.page if ":" in self.page else f"p. {self.page}"] if self.page else []
        parts += [f"¶ {self.paragraph}"] if self.paragraph else []
        return ", ".join([*parts, f"{self.percent} %"] if self.percent >= 0 else parts)


class Places:
    """The places in one text, or in one that cannot be read and whose `length` alone is known.

    `paragraphs` is how many there are.
    """

    def __init__(self, text: Text | None, length: int = 0) -> None:
        self._text = text
        self._length = length if text is None else len(text)
        self._headings = text.blocks.of_kind("heading") if text else []
        self.paragraphs = len(text.blocks) - len(self._headings) if text else 0
        ends = [offset for one in text.sections for offset in (one.start, one.end)] if text else []
        self._borders = sorted({*ends, *(one.start + 1 for one in text.sections)} if text else ends)
        self._sections: dict[int, tuple[str, ...]] = {}

    def of(self, annotation: Annotation) -> Place:
        """Return the place of `annotation`, with who speaks there; an orphan and a page note have none."""
        if not annotation.ranges or annotation.state != "anchored":
            return Place()
        place, turn = self.at(annotation.start), self.turns.at(annotation.start)
        return place._replace(page=place.page or turn.time, speaker=turn.speaker) if turn else place

    @cached_property
    def turns(self) -> Turns:
        """The turns of who speaks in the text."""
        from storage.speakers import Turns  # noqa: PLC0415  # imported when first used

        return Turns.of(self._text) if self._text else Turns([])

    def at(self, offset: int) -> Place:
        """Return the place of `offset`, in code points."""
        percent = min(100, 100 * offset // self._length) if self._length else -1
        if self._text is None or not self._text.blocks:
            return Place(0, percent)
        index = self._text.blocks.at(offset)
        before = bisect_left(self._headings, index)
        heading = self._headings[before : before + 1] == [index]
        page = self._text.page_at(offset) if self._text.pages else ""
        return Place(0 if heading else index + 1 - before, percent, self._titles(self._text, offset), page)

    def _titles(self, text: Text, offset: int) -> tuple[str, ...]:
        """Return the titles around `offset`: the same for all offsets between two borders of sections."""
        between = bisect_right(self._borders, offset)
        if between not in self._sections:
            self._sections[between] = tuple(section.title for section in text.sections_at(offset))
        return self._sections[between]
