"""Org: headings, lists, quotations, code, tables, links and footnotes, turned into HTML, and read as that.

What Emacs keeps for itself is left out: drawers, planning lines, comments, tags and settings. What begins a block that
does not end before the next heading is ordinary text. Source: Org Syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from storage.readers import encoding, orgwords
from storage.readers.markup import Walker
from storage.readers.orglines import HEADING, Ends
from storage.text import Meta, Text

NAME = "org"
VERSION = 2

_TAGS = re.compile(r"(?<!\s)\s+:[\w@#%:]+:\s*$")
_SETTING = re.compile(r"#\+(\w+):\s*(.*)", re.IGNORECASE)
_BEGIN = re.compile(r"\s*#\+begin_(\w+)(?:\s+(\S+))?(?:\s.*)?", re.IGNORECASE)
_DRAWER = re.compile(r"\s*:[\w-]+:\s*")
_PLANNING = re.compile(r"\s*(?:SCHEDULED|DEADLINE|CLOSED): .*")
_COMMENT = re.compile(r"\s*#(?: .*)?")
_ITEM = re.compile(r"(\s*)(?:(?P<number>\d{1,4})[.)]|[-+]|(?<=\s)\*)(?:\s+(?P<box>\[[ xX-]\]))?(?:\s+(?P<words>.*))?")
_TERM = re.compile(r"(.*?\S)\s+::(?:\s+(.*))?")
_FIXED = re.compile(r"\s*:(?: (.*))?")
_RULE = re.compile(r"\s*-{5,}\s*")
_ROW = re.compile(r"\s*\|.*")
_LINE = re.compile(r"\s*\|-[-+|]*\s*")
_NOTE = re.compile(r"\[fn:([\w-]+)\]\s*(.*)")
_BOXES = {"[ ]": "☐", "[-]": "◪", "[X]": "☑", "[x]": "☑"}
_RAW = frozenset({"src", "example", "export"})
_LEFT_OUT = frozenset({"comment"})
_FLAT = _RAW | _LEFT_OUT | {"verse"}
"""Blocks that have no others in them, and may stand inside of others."""
_DEEPEST = 6


def parse(data: bytes, name: str, file_hash: str) -> Text:
    """Return the text of a document. Raises DocumentError."""
    string, warnings = encoding.decode(data, name)
    page = _Page(string.split("\n"))
    walker = Walker(orgwords.located)
    walker.read(page.html())
    said = {key: encoding.one_line(value) for key, value in page.said.items()}
    meta = Meta(
        authors=tuple(filter(None, [said.get("author", "")])),
        date=said.get("date", "").strip("<>[]").partition(" ")[0],
        language=said.get("language", ""),
    )
    return walker.text(f"{NAME}/{VERSION}", meta, name, file_hash, warnings=warnings)


class _Page:
    """A document while it is being written as HTML, or the inside of a block of `outer`.

    `said` are its settings, `inline` writes its running text.
    """

    def __init__(self, lines: list[str], outer: _Page | None = None) -> None:
        self._lines = lines
        self._ends = Ends(lines)
        self._inside = outer is not None
        self._at = 0
        self._out: list[str] = []
        self._words: list[str] = []
        self._lists: list[tuple[int, str]] = []
        self.inline: orgwords.Inline = outer.inline if outer else orgwords.Inline()
        self.said: dict[str, str] = outer.said if outer else {}

    def html(self) -> str:
        """Return the document, the notes that stand in the midst of its words at the end."""
        title = next((found[2] for line in self._lines[:100] if (found := _titled(line))), "")
        if title:
            self._out.append(f"<h1>{self.inline.html(title)}</h1>")
        return "".join([*self.body(), *self.inline.notes()])

    def body(self) -> list[str]:
        """Return the pieces of the document without its title and the notes at its end."""
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            self._line(line)
        self._end()
        return self._out

    def _line(self, line: str) -> None:
        if heading := HEADING.fullmatch(line):
            self._heading(heading)
        elif not line.strip():
            self._blank()
        elif (begin := _BEGIN.fullmatch(line)) and (end := self._ends_at(begin[1].lower())) >= 0:
            self._leave(line)
            self._block(begin[1].lower(), begin[2] or "", end)
        elif _ROW.fullmatch(line):
            self._table(line)
        elif item := self._item(line):
            self._list_item(item)
        elif not self._aside(line):
            self._running(line)

    def _aside(self, line: str) -> bool:
        """Take a line that is no running text; False where it is."""
        if setting := _SETTING.fullmatch(line.strip()):
            self.said.setdefault(setting[1].lower(), setting[2])
        elif _DRAWER.fullmatch(line) and (end := self._ends.of_drawer(self._at)) >= 0:
            self._at = end + 1
        elif note := _NOTE.fullmatch(line):
            self._end()
            self._out.append(f'<div id="note-{escape(note[1])}">')
            self._words = [note[2]]
            self._lists.append((-1, "div"))
        elif _RULE.fullmatch(line):
            self._end()
            self._out.append("<hr>")
        elif fixed := _FIXED.fullmatch(line):
            self._fixed(fixed)
        else:
            return bool(_PLANNING.fullmatch(line) or _COMMENT.fullmatch(line))
        return True

    def _paragraph(self) -> None:
        words, self._words = self._words, []
        if words:
            self._out.append(f"<p>{self.inline.html(' '.join(words))}</p>")

    def _blank(self) -> None:
        """End the paragraph; a second empty line ends lists and notes too."""
        self._paragraph()
        if self._at >= 2 and not self._lines[self._at - 2].strip():  # noqa: PLR2004  # the line before this one
            self._end()

    def _end(self, indent: int = -2) -> None:
        """End the paragraph, and the lists that are indented more than `indent`."""
        self._paragraph()
        while self._lists and self._lists[-1][0] > indent:
            tag = self._lists.pop()[1]
            self._out.append("</div>" if tag == "div" else f"</li></{tag}>")

    def _leave(self, line: str) -> None:
        """End the paragraph, and the lists to which a line does not belong by its indentation."""
        self._end(len(line) - len(line.lstrip()) - 1)

    def _heading(self, found: re.Match[str]) -> None:
        self._end()
        level = min(len(found[1]), _DEEPEST)
        words = _TAGS.sub("", found[2])
        self._out.append(f'<h{level} id="*{escape(words.casefold())}">{self.inline.html(words)}</h{level}>')

    def _item(self, line: str) -> re.Match[str] | None:
        return _ITEM.fullmatch(line)

    def _list_item(self, found: re.Match[str]) -> None:
        indent, tag = len(found[1]), "ol" if found["number"] else "ul"
        self._end(indent)
        if self._lists and self._lists[-1] == (indent, tag):
            self._out.append("</li>")
        else:
            self._end(indent - 1)
            self._out.append(f"<{tag}>")
            self._lists.append((indent, tag))
        value = f' value="{found["number"]}"' if found["number"] else ""
        self._out.append(f"<li{value}>")
        words = found["words"] or ""
        if (term := _TERM.fullmatch(words)) and tag == "ul":
            words = f"*{term[1]}*: {term[2] or ''}"
        self._words = [f"{_BOXES[found['box']]} {words}" if found["box"] else words]
        if not self._words[0].strip():
            self._words = []

    def _running(self, line: str) -> None:
        if not self._words:
            self._leave(line)
        self._words.append(line.strip())

    def _fixed(self, found: re.Match[str]) -> None:
        self._leave(found[0])
        lines = [found[1] or ""]
        while self._at < len(self._lines) and (more := _FIXED.fullmatch(self._lines[self._at])):
            lines.append(more[1] or "")
            self._at += 1
        self._out.append(f"<pre>\n{escape(chr(10).join(lines))}</pre>")

    def _table(self, line: str) -> None:
        self._leave(line)
        lines = [line]
        while self._at < len(self._lines) and _ROW.fullmatch(self._lines[self._at]):
            lines.append(self._lines[self._at])
            self._at += 1
        self._out += ["<table>", *self._rows(lines), "</table>"]

    def _rows(self, lines: list[str]) -> Iterator[str]:
        """Yield the rows of a table; those above its first line are head."""
        ruled = next((number for number, line in enumerate(lines) if number and _LINE.fullmatch(line)), 0)
        for number, line in enumerate(lines):
            if not _LINE.fullmatch(line):
                tag = "th" if number < ruled else "td"
                cells = line.strip().removeprefix("|").removesuffix("|").split("|")
                yield "<tr>" + "".join(f"<{tag}>{self.inline.html(cell.strip())}</{tag}>" for cell in cells) + "</tr>"

    def _ends_at(self, kind: str) -> int:
        """Return the line with which the block ends that begins before this one; -1 where it is ordinary text."""
        return self._ends.of_block(kind, self._at) if not self._inside or kind in _FLAT else -1

    def _block(self, kind: str, said: str, end: int) -> None:
        """Take a block that ends with the line `end`."""
        lines, self._at = self._lines[self._at : end], end + 1
        if kind in _RAW:
            tag = f'<pre class="language-{escape(said)}">' if kind == "src" and said else "<pre>"
            self._out.append(f"{tag}\n{escape(chr(10).join(_dedented(list(map(_bare, lines)))))}</pre>")
        elif kind == "verse":
            self._out.append("<p>" + "<br>".join(self.inline.html(line.strip()) for line in lines) + "</p>")
        elif kind not in _LEFT_OUT:
            tag = "blockquote" if kind == "quote" else "div"
            self._out += [f"<{tag}>", *_Page(lines, self).body(), f"</{tag}>"]


def _titled(line: str) -> re.Match[str] | None:
    found = _SETTING.fullmatch(line.strip())
    return found if found and found[1].lower() == "title" else None


def _bare(line: str) -> str:
    """Return a line of code without the comma that keeps it from being a heading or a setting."""
    return line.removeprefix(",") if line.startswith((",*", ",#")) else line


def _dedented(lines: list[str]) -> list[str]:
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return [line[indent:] for line in lines]
