r"""Our own Markdown on its way in: documents, quotations, tags, notes and places as the export writes them.

A note that is brought up to date has marks around what is ours (``<!-- manicula ID SUM -->``); what its reader wrote
beside them stays out. Of a tag spaces are hyphens. A passage is looked for in the paragraph that its place names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from storage.errors import DocumentError
from storage.exchange.parcel import Parcel, clean, empty, line, tag_path
from storage.model import COLORS, Annotation, Document, Memo, Range

if TYPE_CHECKING:
    from storage.exchange.sample import Sample

ORPHAN, WHOLE, DOUBT = "orphan: the text no longer has this passage", "page note", "(not certain)"

_FOOT = re.compile(
    rf"—(?: (?P<where>{ORPHAN}|{WHOLE}|"
    rf"(?:p\. [^,]+|[\d:]+:\d\d)?(?:(?:, |^)?¶ (?P<paragraph>\d{{1,15}}))?(?:(?:, )?(?P<percent>\d{{1,3}}) %)?"
    rf"(?P<doubt> {re.escape(DOUBT)})?)?(?:(?:, )?(?P<color>{'|'.join(COLORS)}))?)?"
)
_MARK = re.compile(r"^<!-- manicula (\S+) [0-9a-f]{8} -->$(.*?)^<!-- /manicula -->$", re.MULTILINE | re.DOTALL)
_BETWEEN = re.compile(r"\n(?:[ \t]*\n)+")
_ESCAPE = re.compile(r"\\(.)|&#(\d{1,7});")
_HEADING = re.compile(r"(#{1,6}) (.+)")
_TAGS = re.compile(r"#\S+(?: #\S+)*")
_HASH = re.compile(r"SHA-256 ([0-9a-f]{64})")
_FACT = re.compile(r"\S*(?:/\S.*|\.\w{1,5})")
_FIRST = ("# ", "<!-- manicula ")
_MEMOS, _ON = "# Memos", "## On "
_LAST = 0x10FFFF


def recognises(sample: Sample) -> bool:
    """Tell whether a file begins with a title, or a mark of ours, and has a place, or memos, as we write them."""
    if sample.suffix not in {".md", ".markdown"} or not sample.first_line.startswith(_FIRST):
        return False
    blocks = _blocks(_lines(sample.text))
    return any(is_foot(block) for block in blocks) or any(block.startswith(_ON) for block in blocks)


def _lines(text: str) -> str:
    return clean(text).replace("\r\n", "\n")


def _blocks(text: str) -> list[str]:
    return [block for block in _BETWEEN.split(text.strip("\n")) if block.strip()]


def is_foot(block: str) -> bool:
    """Tell whether a paragraph is the place with which an annotation ends."""
    return block.startswith("—") and _FOOT.fullmatch(block.rstrip()) is not None


def load(sample: Sample) -> Parcel:
    """Return what such a file holds. Raises DocumentError when it holds nothing of ours."""
    reading = _Reading()
    text = _lines(sample.text)
    marks = list(_MARK.finditer(text))
    if marks:
        reading.head(_blocks(text[: marks[0].start()]))
        for mark in marks:
            reading.take(_blocks(mark[2]), mark[1])
    else:
        reading.take(_blocks(text), "")
    parcel = reading.parcel()
    if not parcel.annotations and not parcel.memos:
        raise DocumentError(f"{sample.path} has no annotations in it that Manicula wrote.")
    return parcel


class _Reading:
    """Takes blocks in their order; an annotation ends with its place."""

    def __init__(self) -> None:
        self._parcel = empty(local=True, spots=True)
        self._key = ""
        self._fresh = False
        self._about = ""
        self._waiting: list[str] = []

    def head(self, blocks: list[str]) -> None:
        """Take what stands before the first mark: the title and the line beneath it alone."""
        for number, block in enumerate(blocks):
            heading = _HEADING.fullmatch(block)
            if heading and heading[1] == "#":
                self.take(blocks[number : number + 2] if _is_facts(blocks[number + 1 : number + 2]) else [block], "")
                return

    def take(self, blocks: list[str], name: str) -> None:
        """Take what stands together; `name` is the uuid that a mark says."""
        for number, block in enumerate(blocks):
            after = blocks[number + 1] if number + 1 < len(blocks) else ""
            heading = _HEADING.fullmatch(block)
            if block == _MEMOS and after.startswith(_ON):
                self._memo()
                self._key, self._fresh = "", False
            elif heading and heading[1] == "#":
                self._document(_unescaped(heading[2]), name)
            elif block.startswith(_ON) and not self._key:
                self._memo()
                self._about = self._subject(_unescaped(block.removeprefix(_ON)))
            elif heading and not self._about:
                self._fresh = False
            elif self._fresh and not _starts(block) and (_is_facts([block]) or not is_foot(after)):
                self._facts(block)
            elif is_foot(block) and self._key:
                self._annotation(block.rstrip(), name)
            else:
                self._fresh = False
                self._waiting.append(block)

    def parcel(self) -> Parcel:
        """Return everything."""
        self._memo()
        if self._waiting:
            self._parcel.problems.append(f"“{line(self._waiting[0])[:60]}” has no place after it and was left out.")
        return self._parcel

    def _document(self, title: str, uuid: str) -> None:
        self._memo()
        self._key = f"{title}\n{len(self._parcel.documents)}"
        self._parcel.documents[self._key] = Document(uuid, title)
        self._fresh = True

    def _facts(self, block: str) -> None:
        """Take the line beneath a title: where the document lies, what its bytes were; nothing tells the rest apart."""
        said = self._parcel.documents[self._key]
        for fact in map(_unescaped, block.split(" · ")):
            if found := _HASH.fullmatch(fact):
                said = said._replace(files=(found[1],))
            elif "://" in fact:
                said = said._replace(source=fact)
            elif _FACT.fullmatch(fact):
                said = said._replace(paths=(fact,))
        self._parcel.documents[self._key] = said
        self._fresh = False

    def _subject(self, words: str) -> str:
        kind, _, name = words.partition(" ")
        if kind == "tag":
            return f"tag:{tag_path(name)}"
        if kind == "document":
            found = next((key for key, one in self._parcel.documents.items() if one.title == name), "")
            return f"document:{found}" if found else ""
        return "library" if words == "the library" else ""

    def _memo(self) -> None:
        if self._about and self._waiting:
            note = "\n\n".join(_paragraph(block) for block in self._waiting)
            self._parcel.memos.append(Memo("", self._about, note))
            self._waiting = []
        self._about = ""

    def _annotation(self, foot: str, name: str) -> None:
        found = _FOOT.fullmatch(foot)
        waiting, self._waiting, self._fresh = self._waiting, [], False
        quote = ""
        if waiting and waiting[0].startswith(">"):
            quoted = "\n".join(each.removeprefix(">").removeprefix(" ") for each in waiting.pop(0).split("\n"))
            quote = "\n\n".join(_paragraph(part) for part in _blocks(quoted))
        tags = waiting.pop(0).split() if waiting and _TAGS.fullmatch(waiting[0]) else []
        paragraph, percent = (int(found[one] or 0) if found else 0 for one in ("paragraph", "percent"))
        named = found is not None and bool(found["paragraph"] or found["percent"])
        spot = (Range(paragraph, paragraph + percent),) if quote and named else ()
        self._parcel.annotations.append(
            Annotation(
                name or f"{self._key}\n{len(self._parcel.annotations)}",
                self._key,
                ranges=spot,
                exact=quote,
                confidence=0.5 if found and found["doubt"] else 1.0,
                tags=tuple(path for each in tags if (path := tag_path(_unescaped(each[1:])))),
                color=(found["color"] or "") if found else "",
                note="\n\n".join(_paragraph(block) for block in waiting),
            )
        )


def _is_facts(blocks: list[str]) -> bool:
    """Tell whether the first of `blocks` is surely the line beneath a title: it ends with a place or a hash."""
    last = blocks[0].rpartition(" · ")[2] if blocks and "\n" not in blocks[0] else ""
    return bool(last) and not _starts(last) and (bool(_FACT.fullmatch(last)) or last.startswith("SHA-256 "))


def _starts(block: str) -> bool:
    """Tell whether a block is no running text."""
    return block.startswith(">") or _TAGS.fullmatch(block) is not None or is_foot(block)


def _paragraph(block: str) -> str:
    """Return a paragraph as it was; a backslash before a line end only keeps that."""
    return "\n".join(_hard(each) for each in block.split("\n"))


def _hard(string: str) -> str:
    kept = string.rstrip("\\")
    odd = (len(string) - len(kept)) % 2
    return _unescaped(string[: len(string) - odd])


def _unescaped(string: str) -> str:
    return _ESCAPE.sub(lambda found: found[1] or chr(min(int(found[2]), _LAST)), string)
