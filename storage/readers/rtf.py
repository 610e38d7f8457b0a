r"""Rich Text Format (RTF): turned into HTML, and read as that; footnotes stand at the end, comments are marks.

A file is a row of control words (``\par``), bytes (``\'e9``), characters (``\u233?``) and groups in braces, which are
gone through once, with the groups on a stack of our own. Headings are told by outline levels, in the paragraph or in
its style. Source: Rich Text Format Specification 1.9.1 (Microsoft).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from storage.errors import DocumentError
from storage.readers import encoding, rtfpictures, rtfwords
from storage.readers.comments import Comment, end_of, start_of, with_comments
from storage.readers.markup import Walker
from storage.readers.rtfpage import Page
from storage.text import INSIDE, Meta, Text
from storage.visible import one_line

NAME = "rtf"
VERSION = 3

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,9})? ?|\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])"
    r"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\",
    re.DOTALL,
)
_PICTURE = re.compile(r"image-([0-9]{1,6})\.(?:png|jpg)")
_LINK = re.compile(r"""HYPERLINK\s+(?P<inside>\\l\s+)?(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"\\]\S*))""")


def parse(data: bytes, name: str, file_hash: str) -> Text:
    """Return the text of a document. Raises DocumentError."""
    start = data.find(b"{\\rtf", 0, 1_024)
    if start < 0:
        raise DocumentError(f"{one_line(name)} is damaged or no RTF. Open it in its own program and save it anew.")
    reading = _Reading(data[start:].decode("latin-1"))
    walker = Walker(archived=True)
    walker.read(reading.page.html())
    said = {key: encoding.one_line(value) for key, value in reading.said.items()}
    meta = Meta(said.get("title", ""), tuple(filter(None, [said.get("author", "")])), reading.date)
    text = walker.text(f"{NAME}/{VERSION}", meta, name, file_hash)
    return with_comments(text, reading.comments, walker.landmarks.marks)


def picture(data: bytes, name: str, target: str) -> bytes:
    """Return the picture that a span with `target` stands for. Raises DocumentError."""
    string = data[max(0, data.find(b"{\\rtf", 0, 1_024)) :].decode("latin-1")
    wanted = _PICTURE.fullmatch(target.removeprefix(INSIDE))
    for found in _Reading(string).pictures[int(wanted[1]) - 1 : int(wanted[1])] if wanted else ():
        if made := rtfpictures.content(string, found):
            return made
    raise DocumentError(f"{one_line(target.removeprefix(INSIDE))} is missing in {one_line(name)}, or damaged.")


class _Group(NamedTuple):
    """What holds inside a group: what it is (a destination), its looks, its code page, and bytes after a character."""

    goal: str = ""
    looks: frozenset[str] = frozenset()
    page: str = ""
    after: int = 1
    hidden: bool = False


class _Reading:
    """One document while it is gone through; `said` are its properties, and what is said of the next comment."""

    def __init__(self, string: str) -> None:
        self.page = Page()
        self.pictures: list[rtfpictures.Picture] = []
        self._string = string
        self._at = 0
        self.said: dict[str, str] = {}
        self.date = ""
        self.comments: list[Comment] = []
        self._group = _Group()
        self._groups: list[_Group] = []
        self._usual = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._bytes = bytearray()
        self._skip = 0
        self._star = False
        self._words = ""
        self._styles = rtfwords.Styles()
        for token in self._tokens(string):
            self._take(token)
        self._decode()
        while self._groups:  # of a file that is cut off
            self._close()
        self._left(self._group.goal)

    @staticmethod
    def _tokens(string: str) -> Iterator[re.Match[str]]:
        """Yield the tokens; what is said to be the bytes of a picture is left out."""
        at = 0
        while token := _TOKEN.match(string, at):
            at = token.end()
            if token["word"] == "bin":
                at += max(0, int(token["number"] or 0))
            yield token

    def _take(self, token: re.Match[str]) -> None:
        self._at = token.end()
        if token["byte"]:
            if self._skip:
                self._skip -= 1
            else:
                self._bytes.append(int(token["byte"], 16))
        elif token["text"]:
            string = token["text"]
            skipped = min(self._skip, len(string))
            self._skip -= skipped
            self._bytes += string[skipped:].encode("latin-1")
        elif token["word"]:
            self._control(token["word"], token["number"])
        elif token["brace"]:
            self._decode()
            self._skip = 0
            self._open() if token["brace"] == "{" else self._close()
        elif token["sign"]:
            self._sign(token["sign"])

    def _control(self, word: str, number: str | None) -> None:
        if word == "u" and number:
            self._decode()
            self._put(chr(int(number) % 65_536))
            self._skip = self._group.after
        elif self._skip:
            self._skip -= 1
        else:
            self._decode()
            self._word(word, int(number) if number else None)

    def _sign(self, sign: str) -> None:
        self._decode()
        if sign == "*":
            self._star = True
        elif sign in "\r\n":
            self._word("par", None)
        else:
            self._put(rtfwords.SIGNS.get(sign, sign if sign in "\\{}" else ""))

    def _decode(self) -> None:
        """Put the bytes that were collected, as the code page that holds has them."""
        if self._bytes:
            data, self._bytes = bytes(self._bytes), bytearray()
            self._put(data.decode(self._group.page or self._usual, "replace"))

    def _put(self, string: str) -> None:
        group = self._group
        if not string or group.hidden:
            return
        if group.goal in rtfwords.ASIDE:
            self._words += string
        elif group.goal not in rtfwords.SKIPPED:
            self.page.text(string, group.looks)

    def _open(self) -> None:
        self._groups.append(self._group)
        self._star = False
        if self._group.goal == "stylesheet":
            self._words = ""
            self._group = self._group._replace(goal="stylesheet-entry")

    def _close(self) -> None:
        if not self._groups:
            return
        ended, self._group = self._group, self._groups.pop()
        if ended.goal != self._group.goal:
            self._left(ended.goal)

    def _left(self, goal: str) -> None:
        """Take what a destination said, now that it ends."""
        words = rtfwords.whole(self._words)
        if goal == "stylesheet-entry":
            self._styles.name(words.strip(" ;"))
        elif goal in {"title", "author", "atnauthor", "atnref", "atndate"}:
            self.said[goal] = words.strip()
        elif goal == "fldinst":
            self._link(words)
        elif goal == "fldrslt":
            self.page.end_link()
        elif goal == "footnote":
            self.page.end_note()
        elif goal == "annotation":
            self._comment()
        elif goal in {"atrfstart", "atrfend"}:
            self.page.place((start_of if goal == "atrfstart" else end_of)(words.strip()))
        elif goal in {"listtext", "pntext"}:
            self.page.marker(words.strip())
        elif goal == "bkmkstart":
            self.page.place(words.strip())

    def _comment(self) -> None:
        """Keep a comment, at the end of which this is; one that names no passage stands here."""
        note = rtfwords.whole(self.page.end_comment())
        name, author, created = (self.said.pop(each, "") for each in ("atnref", "atnauthor", "atndate"))
        if not name:
            name = f"at {len(self.comments)}"
            self.page.place(start_of(name))
        self.comments.append(Comment(name, note, author, rtfwords.dated(created)))

    def _link(self, words: str) -> None:
        found = _LINK.search(words)
        address = (found["quoted"] or found["bare"] or "").strip() if found else ""
        self.page.target = ("#" if found and found["inside"] else "") + address if address else ""

    def _word(self, word: str, number: int | None) -> None:
        group = self._group
        if word in rtfwords.GOALS or (self._star and word not in rtfwords.STARRED):
            self._enter(word)
        elif group.goal == "fonttbl":
            self._font_word(word, number)
        elif group.goal in {"stylesheet", "stylesheet-entry"}:
            if word in {"s", "outlinelevel"}:
                self._styles.say(word, number or 0)
        elif group.goal == "creatim":
            self._date_word(word, number or 0)
        elif word in rtfwords.LOOKS:
            self._look(word, on=number != 0)
        elif word in rtfwords.CHARACTERS:
            self._put(rtfwords.CHARACTERS[word])
        elif not self._set(word, number) and group.goal not in rtfwords.SKIPPED | rtfwords.ASIDE:
            self.page.word(word, number, self._styles)
        self._star = False

    def _enter(self, word: str) -> None:
        """Begin a destination; of what is not known nothing is read, and one inside of its like is a part of that."""
        goal = word if word in rtfwords.GOALS else "unknown"
        held = self._group.goal
        if held in rtfwords.SKIPPED and goal not in rtfwords.INFO:
            return
        self._star = False
        if goal == held:
            return
        around = self._groups[-1].goal if self._groups else ""
        if held != around:
            self._left(held)
        if goal == around:
            self._group = self._group._replace(goal=goal)
            return
        if goal in rtfwords.ASIDE:
            self._words = ""
        elif goal == "pict":
            self._picture()
        elif goal == "footnote":
            self.page.begin_note()
        elif goal == "annotation":
            self.page.begin_comment()
        elif goal == "fldrslt":
            self.page.begin_link()
        plain = frozenset[str]() if goal in {"footnote", "annotation"} else self._group.looks
        self._group = self._group._replace(goal=goal, looks=plain)

    def _picture(self) -> None:
        """Have a picture stand here, whose group begins."""
        found = rtfpictures.at(self._string, self._at)
        self.pictures.append(found)
        self.page.picture(found.words, f"image-{len(self.pictures)}{found.suffix}" if found.suffix else "")

    def _font_word(self, word: str, number: int | None) -> None:
        if word == "f":
            self._font = number or 0
        elif word in {"fcharset", "cpg"}:
            page = rtfwords.CHARSETS.get(number or 0, "") if word == "fcharset" else rtfwords.code_page(number or 0)
            self._fonts[self._font] = page

    def _date_word(self, word: str, number: int) -> None:
        if word in {"yr", "mo", "dy"} and 0 < number < 10_000:  # noqa: PLR2004  # a year has four figures
            self.date += f"{number:04}" if word == "yr" else f"-{number:02}"

    def _look(self, word: str, *, on: bool) -> None:
        look, looks = rtfwords.LOOKS[word], self._group.looks
        if word in {"nosupersub", "plain"}:
            kept = looks - {"sup", "sub"} if word == "nosupersub" else frozenset[str]()
            self._group = self._group._replace(looks=kept, hidden=self._group.hidden and word != "plain")
        else:
            self._group = self._group._replace(looks=looks | {look} if on else looks - {look})

    def _set(self, word: str, number: int | None) -> bool:
        """Take a word that says how characters are written; False where it is another one."""
        if word == "ansicpg":
            self._usual = rtfwords.code_page(number or 0) or self._usual
        elif word in {"mac", "pc", "pca"}:
            self._usual = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}[word]
        elif word == "f":
            self._group = self._group._replace(page=self._fonts.get(number or 0, ""))
        elif word == "uc":
            self._group = self._group._replace(after=max(0, number or 0) if number is not None else 1)
        elif word in {"v", "deleted"}:
            self._group = self._group._replace(hidden=number != 0)
        else:
            return False
        return True
