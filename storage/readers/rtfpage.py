"""What RTF says, being written as HTML: paragraphs, lists, tables, links, notes at the end, and comments beside it."""

from __future__ import annotations

from html import escape

from selectolax.lexbor import LexborHTMLParser

from storage.readers import rtfwords
from storage.readers.rtfwords import Styles

_NEWLINES = {"line", "softline", "lbr"}
_ENDS = {"par", "sect", "page", "column"}
_DEEPEST = 6
_LEVELS = 9
_BODY = 9
_HEADINGS = frozenset(f"h{level}" for level in range(1, _DEEPEST + 1))


class _Flow:
    """One stream of paragraphs: the document's or a comment's, or that of the note with a number from 1."""

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.out: list[str] = []
        self.lists: list[str] = []
        self.row: list[str] | None = None
        self.in_table = False
        self.element = "p"
        self.level = 0
        self.marker = ""
        self.celled = False
        self.runs: list[tuple[str, frozenset[str]]] = []


class Page:
    """A document being written; `target` is where the field that is being read leads."""

    def __init__(self) -> None:
        self.target = ""
        self._flow = _Flow()
        self._outer: list[_Flow] = []
        self._notes: list[str] = []
        self._links: list[str] = []

    def text(self, string: str, looks: frozenset[str]) -> None:
        """Add running text."""
        runs = self._flow.runs
        if runs and runs[-1][1] == looks:
            runs[-1] = (runs[-1][0] + string, looks)
        else:
            runs.append((string, looks))

    def _mark(self, html: str) -> None:
        self._flow.runs.append((html, frozenset({"raw"})))

    def place(self, name: str) -> None:
        """Have `name` be a place here."""
        self._mark(f'<a id="{escape(name)}"></a>')

    def picture(self, words: str, name: str) -> None:
        """Have a picture stand here; `name` is that of the part of the document that it is, if it can be opened."""
        source = f' src="#{escape(name)}"' if name else ""
        self._mark(f'<img alt="{escape(words) or "[image]"}"{source}>')

    def begin_link(self) -> None:
        """Begin the words of a link to `target`."""
        self._links.append(self.target)
        if self.target:
            self._mark(f'<a href="{escape(self.target)}">')
        self.target = ""

    def end_link(self) -> None:
        """End the words of a link."""
        if self._links and self._links.pop():
            self._mark("</a>")

    def marker(self, words: str) -> None:
        """Have the paragraph be an item of a list that starts with `words`."""
        self._flow.marker = words or "•"

    def begin_note(self) -> None:
        """Begin a note, whose mark stands here."""
        number = len(self._notes) + 1
        self._notes.append("")
        self._mark(f'<a role="doc-noteref" href="#note-{number}">{number}</a>')
        self._outer.append(self._flow)
        self._flow = _Flow(number)

    def end_note(self) -> None:
        """End a note."""
        self._end()
        number = self._flow.number
        self._notes[number - 1] = f'<div id="note-{number}">{"".join(self._flow.out)}</div>'
        self._flow = self._outer.pop()

    def begin_comment(self) -> None:
        """Begin a comment, of which nothing stands in the document."""
        self._outer.append(self._flow)
        self._flow = _Flow()

    def end_comment(self) -> str:
        """End a comment, and return its words, a line for each paragraph."""
        self._end()
        pieces = [piece.replace("<br>", "\n") for piece in self._flow.out]
        self._flow = self._outer.pop()
        return "\n".join(filter(None, (LexborHTMLParser(piece).text() for piece in pieces)))

    def word(self, word: str, number: int | None, styles: Styles) -> None:
        """Take a word about paragraphs and tables; others mean nothing."""
        if word in _NEWLINES:
            self._mark("<br>")
        elif word in _ENDS:
            self._paragraph()
        elif word == "cell":
            self._cell()
        elif word == "row":
            self._row()
        elif word == "nestcell":
            self.text(" ", frozenset())
        else:
            self._shape(word, number or 0, styles)

    def _shape(self, word: str, number: int, styles: Styles) -> None:
        """Take a word about what the paragraph is."""
        flow = self._flow
        if word == "pard":
            flow.element, flow.level, flow.marker, flow.celled = "p", 0, "", False
        elif word == "intbl":
            flow.celled = True
        elif word == "s":
            flow.element = styles.element(number)
        elif word == "outlinelevel" and 0 <= number < _BODY:
            flow.element = f"h{min(number + 1, _DEEPEST)}"
        elif word == "ilvl":
            flow.level = min(max(0, number), _LEVELS)

    def _inline(self) -> str:
        runs, self._flow.runs = self._flow.runs, []
        made = []
        for string, looks in runs:
            if "raw" in looks:
                made.append(string)
                continue
            tags = sorted(looks)
            made += [
                *(f"<{tag}>" for tag in tags),
                escape(rtfwords.whole(string)),
                *(f"</{tag}>" for tag in reversed(tags)),
            ]
        return "".join(made)

    def _paragraph(self) -> None:
        """End a paragraph; inside a cell its end is a space."""
        flow = self._flow
        if flow.celled:
            self.text(" ", frozenset())
            return
        made = self._inline()
        if not made.strip():
            return
        self._end_table()
        if flow.marker and flow.element in _HEADINGS:
            made, flow.marker = f"{escape(flow.marker)} {made}", ""
        self._to_level(flow.level + 1 if flow.marker else 0)
        if flow.marker:
            figures = flow.marker.strip("().").strip()
            value = f' value="{figures}"' if figures.isdecimal() else ""
            flow.out.append(f"<li{value}>{made}</li>")
            flow.marker = ""
        else:
            flow.out.append(f"<{flow.element}>{made}</{flow.element}>")

    def _to_level(self, level: int) -> None:
        """Open and end lists until as many are open; an item inside another is one of a list inside its list."""
        flow = self._flow
        numbered = flow.marker.strip("().").strip().isdecimal()
        tag = "ol" if numbered else "ul"
        while len(flow.lists) > level or (level and len(flow.lists) == level and flow.lists[-1] != tag):
            flow.out.append(f"</{flow.lists.pop()}>")
        while len(flow.lists) < level:
            flow.lists.append(tag)
            flow.out.append(f"<{tag}>")

    def _cell(self) -> None:
        flow = self._flow
        flow.row = [*(flow.row or []), f"<td>{self._inline()}</td>"]

    def _row(self) -> None:
        flow = self._flow
        self._to_level(0)
        if not flow.in_table:
            flow.out.append("<table>")
            flow.in_table = True
        flow.out += ["<tr>", *(flow.row or []), "</tr>"]
        flow.row, flow.celled = None, False

    def _end_table(self) -> None:
        if self._flow.row:
            self._row()
        if self._flow.in_table:
            self._flow.out.append("</table>")
            self._flow.in_table = False

    def _end(self) -> None:
        """End what is open in this stream of paragraphs."""
        flow = self._flow
        flow.celled = flow.celled and flow.row is not None
        if flow.celled:
            self._cell()
        else:
            self._paragraph()
        self._end_table()
        flow.marker = ""
        self._to_level(0)

    def html(self) -> str:
        """Return the document, its notes at the end."""
        self._end()
        return "".join([*self._flow.out, *self._notes])
