"""Text objects: the whole word, sentence, paragraph, section or quotation at an offset. Pure.

Each takes a text, an offset, a count and whether to take what belongs around it too, and returns a half-open range, or
None where there is none. `around` adds the space after a word or sentence (before it, where none follows), the
marks of a quotation, the heading of a section, the blank row after a paragraph. A count takes in as many following
ones; of quotations and sections, which lie inside each other, it takes the one so many levels out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from storage.model import Range
from storage.sentences import boundaries, sentence_at
from storage.text import Text
from tui.reading import cells, units

Object = Callable[[Text, int, int, bool], Range | None]


def word(text: Text, at: int, count: int, around: bool) -> Range | None:
    """Return the word at `at`; between words the one that ends there, else the next, else the one before."""
    if not text.blocks:
        return None
    index = text.blocks.at(at)
    found = units.words(text, index)
    i = bisect_right(found, at, key=lambda one: one[0]) - 1
    if not found:
        return None
    if i < 0 or (at > found[i][1] and i + 1 < len(found)):
        i += 1
    return _finish(text, found[i], _following(text, units.words, index, i), count, around)


def sentence(text: Text, at: int, count: int, around: bool) -> Range | None:
    """Return the sentence at `at`; between two, the one before."""
    found = sentence_at(text, at)
    if found is None:
        return None
    index = text.blocks.at(at)
    following = _following(text, boundaries, index, boundaries(text, index).index(found))
    return _finish(text, found, following, count, around)


def _following(text: Text, find: Callable[[Text, int], units.Ranges], index: int, i: int) -> Iterator[tuple[int, int]]:
    yield from find(text, index)[i + 1 :]
    for block in range(index + 1, len(text.blocks)):
        yield from find(text, block)


def _finish(
    text: Text, first: tuple[int, int], following: Iterator[tuple[int, int]], count: int, around: bool
) -> Range:
    start, end = first
    for one in islice(following, max(0, count - 1)):
        end = one[1]
    if around:
        start, end = _with_space(text, start, end)
    return whole(text, Range(start, end))


def _with_space(text: Text, start: int, end: int) -> tuple[int, int]:
    string, blocks = text.string, text.blocks
    stop = blocks[blocks.at(max(start, end - 1))].end
    after = end + len(string[end:stop]) - len(string[end:stop].lstrip())
    if after > end:
        return start, after
    floor = blocks[blocks.at(start)].start
    return units.trimmed(string, floor, start), end


def paragraph(text: Text, at: int, count: int, around: bool) -> Range | None:
    """Return the block at `at`."""
    if not text.blocks:
        return None
    index = text.blocks.at(at)
    found = units.paragraphs(text, index)
    if not found:
        return None
    start, end = _finish(text, found[0], _following(text, units.paragraphs, index, 0), count, around=False)
    last = text.blocks.at(max(start, end - 1))
    if around and last + 1 < len(text.blocks):
        end = text.blocks[last + 1].start
    return Range(start, end)


def section(text: Text, at: int, count: int, around: bool) -> Range | None:
    """Return the innermost section around `at`; inside, its heading is left out."""
    found = text.sections_at(at)
    if len(found) < count:
        return None
    one = found[-max(1, count)]
    start = one.start if around else text.blocks[text.blocks.at(one.start)].end
    end = units.trimmed(text.string, one.start, one.end)
    start += len(text.string[start:end]) - len(text.string[start:end].lstrip())
    return Range(start, end) if start < end else None


def quotation(text: Text, at: int, count: int, around: bool) -> Range | None:
    """Return the innermost quotation around `at`, its marks included or not; it may hold several sentences."""
    if not text.blocks:
        return None
    index = text.blocks.at(at)
    at = min(at, max(text.blocks[index].start, text.blocks[index].end - 1))
    levels = [one for one in units.quotations(text, index) if one[0] <= at < one[1]]
    if len(levels) < count:
        return None
    start, end = levels[-max(1, count)]
    if not around:
        inner = text.string[start + 1 : end - 1]
        start, end = end - 1 - len(inner.lstrip()), start + 1 + len(inner.rstrip())
    return whole(text, Range(start, end)) if start < end else None


def highlight(ranges: Sequence[tuple[int, int]], at: int) -> Range | None:
    """Return the innermost (shortest) of `ranges` that holds `at`."""
    found = [Range(*one) for one in ranges if one[0] <= at < one[1]]
    return min(found, key=lambda one: one.end - one.start, default=None)


OBJECTS: dict[str, Object] = {"w": word, "s": sentence, "p": paragraph, "q": quotation}
"""Text objects by the letter that follows ``i`` or ``I``; highlights are `highlight`."""


def grow(text: Text, within: tuple[int, int]) -> Range:
    """Return the smallest of word, sentence, paragraph, section and document that holds `within` and more.

    A range that touches several words, sentences or paragraphs grows to the ends of them all.
    """
    start, end = within
    last = max(start, end - 1)
    for find in (word, sentence, paragraph):
        one, other = find(text, start, 1, False), find(text, last, 1, False)  # noqa: FBT003  # an object's signature
        if one is not None and other is not None:
            grown = Range(one.start, other.end)
            if grown.start <= start and grown.end >= end and grown != (start, end):
                return grown
    for around in reversed(text.sections_at(start)):
        found = Range(around.start, units.trimmed(text.string, around.start, around.end))
        if found.end >= end and found != (start, end):
            return found
    if not text.blocks:
        return Range(start, end)
    return Range(min(start, text.blocks[0].start), max(end, text.blocks[len(text.blocks) - 1].end))


def whole(text: Text, part: tuple[int, int]) -> Range:
    """Return a range with the clusters whole that it begins or ends in."""
    start, end = part
    cluster = cells.snap(text.string, end)
    return Range(cells.snap(text.string, start), end if cluster == end else cells.next_grapheme(text.string, end))
