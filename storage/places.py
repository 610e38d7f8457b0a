"""Where something stands in a text, in a reader's words: paragraph, percent, sections."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.model import Annotation
    from storage.speakers import Turns
    from storage.text import Text

_new = tuple.__new__  # past the function that a named tuple calls to be made, which takes as long as all the rest


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
        paragraph, percent, _, page, speaker = self
        said = f"{speaker}, " if speaker else ""
        if page:
            said += f"{page}, " if ":" in page else f"p. {page}, "
        if paragraph:
            said += f"¶ {paragraph}, "
        return f"{said}{percent} %" if percent >= 0 else said.removesuffix(", ")


NOWHERE = Place()
"""The place of what has none."""


class Places:
    """The places in one text, or in one that cannot be read and whose `length` alone is known.

    `paragraphs` is how many there are. Between two borders everything that is said of a place is the same, and is
    worked out once.
    """

    def __init__(self, text: Text | None, length: int = 0) -> None:
        self._text = text
        self._length = length if text is None else len(text)
        self._headings = text.blocks.of_kind("heading") if text else []
        self.paragraphs = len(text.blocks) - len(self._headings) if text else 0
        ends = [offset for one in text.sections for offset in (one.start, one.end)] if text else []
        self._borders = sorted({*ends, *(one.start + 1 for one in text.sections)} if text else ends)
        self._titles: dict[int, tuple[str, ...]] = {}
        self._known: dict[int, Place] = {}

    def of(self, annotation: Annotation) -> Place:
        """Return the place of `annotation`, with who speaks there; an orphan and a page note have none."""
        return self.of_each([annotation])[0]

    def of_each(self, annotations: Sequence[Annotation]) -> list[Place]:
        """Return the place of each of `annotations`; one that stands in another version of the text has none."""
        cuts, known, found = self._cuts, self._known, []
        versions = ("", self._text.hash) if self._text else ()
        for one in annotations:
            ranges = one.ranges
            if not ranges or one.state != "anchored" or (versions and one.text not in versions):
                found.append(NOWHERE)
                continue
            around = bisect_right(cuts, ranges[0][0])
            place = known.get(around)
            if place is None:
                place = known[around] = self._spoken(ranges[0][0])
            found.append(place)
        return found

    def _spoken(self, offset: int) -> Place:
        place = self.at(offset)
        turn = self.turns.at(offset) if self.turns.turns else None
        return place._replace(page=place.page or turn.time, speaker=turn.speaker) if turn else place

    @cached_property
    def _cuts(self) -> list[int]:
        """The offsets from which on something else is said of a place, be it the next per cent."""
        cuts = {-(-self._length * percent // 100) for percent in range(1, 101)}
        if self._text is not None:
            turns = self.turns.turns
            cuts.update(self._starts, self._borders, (page.start for page in self._text.pages))
            cuts.update((turn.start for turn in turns), (turn.end for turn in turns))
        return sorted(cuts)

    @cached_property
    def _starts(self) -> list[int]:
        return self._text.blocks.columns().starts.tolist() if self._text else []

    @cached_property
    def turns(self) -> Turns:
        """The turns of who speaks in the text."""
        from storage.speakers import Turns  # noqa: PLC0415  # imported when first used

        return Turns.of(self._text) if self._text else Turns([])

    def at(self, offset: int) -> Place:
        """Return the place of `offset`, in code points."""
        text, length = self._text, self._length
        percent = -1 if not length else 100 * offset // length if offset < length else 100
        if text is None or not self._starts:
            return Place(0, percent)
        border = bisect_right(self._borders, offset)
        titles = self._titles.get(border)
        if titles is None:
            titles = self._titles[border] = tuple(section.title for section in text.sections_at(offset))
        paragraph = self._paragraph(max(0, bisect_right(self._starts, offset) - 1))
        return _new(Place, (paragraph, percent, titles, text.page_at(offset) if text.pages else "", ""))

    def _paragraph(self, index: int) -> int:
        """Return the number of the paragraph that the block of an index is, 0 for a heading."""
        before = bisect_left(self._headings, index)
        return 0 if self._headings[before : before + 1] == [index] else index + 1 - before
