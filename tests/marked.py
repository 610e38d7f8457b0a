"""Texts and selections written down as marked strings: ``the [quick|] fox``.

``[`` and ``]`` stand around what is selected, ``|`` where the head is; a caret is a bare ``|``. Blocks are parted by
empty lines; one that begins with ``#`` is a heading.
"""

from storage.text import Block, Section, Text
from tui.reading.layout import Layout
from tui.reading.selection import Selection


def parse(marked: str) -> tuple[str, Selection]:
    """Return the bare string and the selection."""
    places: dict[str, int] = {}
    string = ""
    for character in marked:
        if character in "[]|":
            places[character] = len(string)
        else:
            string += character
    head = places["|"]
    start, end = places.get("[", head), places.get("]", head)
    assert head in (start, end), f"the head is inside the selection: {marked}"
    return string, Selection(start + end - head, head)


def show(string: str, selection: tuple[int, int]) -> str:
    """Return the marked string: the inverse of `parse`."""
    anchor, head = selection
    if anchor == head:
        return f"{string[:head]}|{string[head:]}"
    start, end = min(selection), max(selection)
    inner = f"|{string[start:end]}" if head == start else f"{string[start:end]}|"
    return f"{string[:start]}[{inner}]{string[end:]}"


def text(string: str, *, fill: int = 0) -> Text:
    """Return the text whose blocks are the paragraphs of `string`."""
    blocks, sections, at = [], [], 0
    for paragraph in string.split("\n\n"):
        level = len(paragraph) - len(paragraph.lstrip("#"))
        if paragraph:
            blocks.append(Block(at, at + len(paragraph), "heading" if level else "paragraph", level))
        if level:
            sections.append(Section(at, len(string), level, paragraph.lstrip("# ")))
        at += len(paragraph) + 2
    closed = []
    for i, one in enumerate(sections):
        ends = [other.start for other in sections[i + 1 :] if other.level <= one.level]
        closed.append(one._replace(end=ends[0] if ends else len(string)))
    return Text(string, blocks, (), closed, fill=fill)


def layout(string: str, width: int = 72, *, fill: int = 0) -> Layout:
    """Return that text at a width."""
    return Layout(text(string, fill=fill), width)
