"""The codebook as a tree by path: key, name, colour, how often it is used, and what is said of each tag."""

from __future__ import annotations

from textual.strip import Strip

from storage.folding import folded_string
from storage.model import Tag
from tui import others
from tui.boards.base import Board, BoardStyles
from tui.reading import cells
from tui.session import Session
from tui.themes import LETTERS
from tui.widgets.lines import Piece, clip, line

_NAME = 36


class CodebookBoard(Board):
    """All tags, or those whose path or description has the words of the filter."""

    scope = "codebook"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.tags: list[Tag] = []
        self._revision = -1
        self._folded: dict[str, str] = {}
        self.reload()

    def __len__(self) -> int:
        return len(self.tags)

    def uuid(self, index: int) -> str:
        """Return a tag's uuid."""
        return self.tags[index].uuid

    def tag(self) -> Tag | None:
        """Return the chosen tag."""
        return self.tags[min(self.chosen, len(self.tags) - 1)] if self.tags else None

    def reload(self) -> None:
        """Read the tags anew; the chosen one stays chosen."""
        before = self.tag()
        if self._revision != self.session.library.revision:
            self._read()
        words = folded_string(self.query).split()
        if words and not self._folded:
            self._folded = {tag.uuid: folded_string(_said(tag)) for tag in self.every}
        self.tags = [tag for tag in self.every if all(word in self._folded[tag.uuid] for word in words)]
        if before is not None:
            self.keep_chosen(before.uuid)

    def _read(self) -> None:
        """Read what there is to know of all tags."""
        library = self.session.library
        self._revision, self._folded = library.revision, {}
        self.every = library.tags()
        self._counts = library.tag_counts()
        self._beneath: dict[str, int] = {}
        for tag in self.every:
            path = tag.path
            while path:
                self._beneath[path] = self._beneath.get(path, 0) + self._counts.get(tag.uuid, 0)
                path = path.rpartition("/")[0]
        self._beside = library.unsettled("tags")
        self._memos = {memo.about for memo in library.memos()}
        self._one_of = {tag.path.rpartition("/")[0] for tag in self.every if tag.group}

    def header(self) -> str:
        """Return how many tags there are."""
        total = len(self.every)
        return f"{len(self.tags)} of {total} tags match {self.query}" if self.query else f"Codebook  {total} tags"

    def empty(self) -> str:
        """Return how to make a tag."""
        return super().empty() if self.query else "No tags yet. n makes one here · t tags a passage in the text"

    def draw(self, index: int, width: int, look: BoardStyles, *, chosen: bool) -> list[Strip]:
        """Return a tag's row."""
        tag = self.tags[index]
        parent, _, last = tag.path.rpartition("/")
        name = tag.path if self.query else "  " * (parent.count("/") + 1 if parent else 0) + last
        own, beneath = self._counts.get(tag.uuid, 0), self._beneath.get(tag.path, 0)
        count = str(own) if own == beneath else f"{own} ({beneath})"
        color: Piece = (LETTERS[tag.color], look.colors[tag.color]) if tag.color else (" ", look.base)
        waiting = self._beside.get(tag.uuid, ())
        said = [tag.description] if tag.description else []
        said += [f"also {', '.join(tag.aliases)}"] if tag.aliases else []
        said += ["one of these at a time"] if tag.path in self._one_of else []
        pieces: list[Piece] = [
            (look.chosen if chosen else " ", look.accent),
            (f" {tag.key or ' '} ", look.accent),
            color,
            (" ", look.base),
            (_padded(name, min(_NAME, width // 2)), look.strong if chosen else look.base),
            (count.rjust(9), look.dim),
            (f" {look.pen if f'tag:{tag.uuid}' in self._memos else ' '} ", look.accent),
            (others.mark(waiting) + " · " * bool(waiting and said), look.accent),
            (" · ".join(said), look.dim),
        ]
        return [line(pieces, width, look.base)]


def _said(tag: Tag) -> str:
    return " ".join((tag.path, tag.description, *tag.aliases))


def _padded(name: str, width: int) -> str:
    shown = clip(name, width)
    return shown + " " * (width - cells.width(shown))
