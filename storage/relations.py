"""What joins things: links between annotations, highlights split and joined, bookmarks, memos. Each call is one step.

A link is kept by the annotation that it goes out from: its `type` is a word for what that one is to the other, such as
``source of`` or ``supports``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from storage import identity, passages, records
from storage.codebook import Codebook
from storage.editing import clean_line
from storage.errors import UsageError
from storage.model import Annotation, Bookmark, Document, Link, Memo

if TYPE_CHECKING:
    from storage.query import Query, Subject
    from storage.text import Text

LINK_TYPES = ("source of", "supports", "contradicts", "same as")
"""What one passage can be to another, unless the reader has a word of their own."""


class Relation(NamedTuple):
    """A link seen from one of its ends: `out` where it goes out from there; `other` is the uuid at its other end."""

    type: str
    other: str
    out: bool
    note: str = ""


class Relations(Codebook):
    """Links, bookmarks and memos, and highlights cut apart and put together."""

    def link(self, uuid: str, to: str, kind: str, note: str = "") -> Annotation:
        """Relate an annotation to another; a link of that type that is there gets the note. Raises UsageError."""
        kind = clean_line(kind)
        with self.step(f"link {kind}"):
            one, other = self.annotation(uuid), self.annotation(to)
            if one.uuid == other.uuid:
                raise UsageError("An annotation cannot be related to itself.")
            if not kind or "/" in kind:
                raise UsageError("A relation needs a word, such as supports, without a slash.")
            kept = tuple(each for each in one.links if (each.type, each.to) != (kind, other.uuid))
            self._change("annotations", records.annotation_record(one._replace(links=(*kept, Link(to, kind, note)))))
        return self.annotation(one.uuid)

    def unlink(self, uuid: str, to: str, kind: str) -> Annotation:
        """Take a link away again. Raises UsageError when there is none."""
        with self.step(f"unlink {kind}"):
            one = self.annotation(uuid)
            kept = tuple(each for each in one.links if (each.type, each.to) != (kind, to))
            if kept == one.links:
                raise UsageError(f"There is no relation “{kind}” from that one to the other.")
            self._change("annotations", records.annotation_record(one._replace(links=kept)))
        return self.annotation(one.uuid)

    def relations(self, annotation: Annotation) -> list[Relation]:
        """Return the links of an annotation: those going out, then those coming in."""
        found = [Relation(link.type, link.to, out=True, note=link.note) for link in annotation.links]
        for uuid in self.index.linked(annotation.uuid):
            if self._find("annotations", uuid):
                links = self.annotation(uuid).links
                found += [
                    Relation(one.type, uuid, out=False, note=one.note) for one in links if one.to == annotation.uuid
                ]
        return found

    @property
    def links_ready(self) -> bool:
        """Whether links can be followed backwards without reading the whole library first."""
        return self._index is not None

    def incoming(self, annotation: Annotation) -> list[str]:
        """Return the types of the links that lead to an annotation."""
        if not self.index.link_types or not self.index.linked(annotation.uuid):
            return []
        return [each.type for each in self.relations(annotation) if not each.out]

    def subject(
        self, annotation: Annotation, document: Document, tags: Sequence[str], creator: str, query: Query
    ) -> Subject:
        """Return an annotation as `query` looks at it: with the links that lead to it where that asks for links."""
        from storage.query import Subject  # noqa: PLC0415  # imported when first used

        incoming = self.incoming(annotation) if query.asks("link", "has") else ()
        color = self.color_of(annotation)
        aliases, speaker = self.aliases(annotation), self.speaker_of
        return Subject(
            annotation, document, tags, creator, incoming=incoming, color=color, speaker=speaker, aliases=aliases
        )

    def speaker_of(self, annotation: Annotation) -> str:
        """Return who speaks where an annotation begins; nothing where nobody does. Reads texts."""
        raise NotImplementedError

    @property
    def links_state(self) -> object:
        """What is the same as long as no link has changed, or there is none."""
        return (self.index, self.index.link_changes) if self.index.link_types else None

    def link_types(self) -> list[str]:
        """Return the types of links to choose from: the usual ones, then the reader's own, the commonest first."""
        used = self.index.link_types
        own = sorted((kind for kind in used if kind not in LINK_TYPES), key=lambda kind: (-used[kind], kind))
        return [*LINK_TYPES, *own]

    def split(self, uuid: str, at: int, text: Text) -> tuple[Annotation, Annotation]:
        """Cut a highlight in two at offset `at` of `text`; note and links stay with the first. Raises UsageError."""
        with self.step("split"):
            old = self.annotation(uuid)
            if not old.start < at < old.end:
                raise UsageError("A highlight is split between two of its characters.")
            left = [(start, min(end, at)) for start, end in old.ranges if start < at]
            right = [(max(start, at), end) for start, end in old.ranges if end > at]
            first = passages.placed(old, text, _trimmed(left, text))
            now = identity.now()
            second = old._replace(
                uuid=self._new_uuid("annotations"), note="", links=(), alternatives=(), created=now, updated=now
            )
            second = passages.placed(second, text, _trimmed(right, text))
            self._change("annotations", records.annotation_record(first))
            self._put("annotations", records.annotation_record(second))
        return self.annotation(first.uuid), self.annotation(second.uuid)

    def join(self, uuids: Sequence[str], text: Text) -> Annotation:
        """Make one highlight of several, from the first character of the first to the last of the last.

        It has all tags, notes and links of them; the first one's uuid, colour and creator stay. Links that came to the
        others lead to it. Raises UsageError for fewer than two, or some of another document.
        """
        self._file.complete()
        with self.step("join"):
            found = sorted(map(self.annotation, dict.fromkeys(uuids)), key=lambda each: (each.start, -each.end))
            if len(found) < 2 or len({each.document for each in found}) > 1 or not all(each.ranges for each in found):  # noqa: PLR2004  # a join takes two
                raise UsageError("Joining takes two highlights of one document.")
            first, gone = found[0], {each.uuid for each in found[1:]}
            links = {(link.type, link.to): link for each in found for link in each.links if link.to != first.uuid}
            made = first._replace(
                tags=tuple(dict.fromkeys(tag for each in found for tag in each.tags)),
                color=first.color or next((each.color for each in found if each.color), ""),
                note="\n\n".join(each.note for each in found if each.note),
                links=tuple(link for link in links.values() if link.to not in gone),
            )
            made = passages.placed(made, text, [(first.start, max(each.end for each in found))])
            self._lead_here(gone, first.uuid)
            for uuid in gone:
                self._drop("annotations", uuid)
            self._change("annotations", records.annotation_record(made))
        return self.annotation(made.uuid)

    def _lead_here(self, gone: set[str], here: str) -> None:
        """Have the links that lead to `gone` lead `here`."""
        for uuid in {source for each in gone for source in self.index.linked(each)} - gone - {here}:
            one = self.annotation(uuid)
            moved = [each._replace(to=here if each.to in gone else each.to) for each in one.links]
            links = {(each.type, each.to): each for each in moved}
            self._change("annotations", records.annotation_record(one._replace(links=tuple(links.values()))))

    def set_bookmark(self, document: str, name: str, offset: int) -> Bookmark:
        """Put the bookmark `name` of a document at `offset`, wherever it was. Raises UsageError for an odd name."""
        if len(name) != 1 or not name.isalnum():
            raise UsageError("A bookmark is named by one letter or digit.")
        with self.step(f"bookmark {name}"):
            old = next((each for each in self.bookmarks(document) if each.name == name), None)
            made = old or Bookmark(self._new_uuid("bookmarks"), document, name, created=identity.now())
            made = made._replace(offset=offset)
            (self._change if old else self._put)("bookmarks", records.plain_record(made))
        return made

    def delete_bookmark(self, uuid: str) -> None:
        """Delete a bookmark."""
        with self.step("delete bookmark"):
            self._drop("bookmarks", uuid)

    def write_memo(self, about: str, note: str, uuid: str = "") -> Memo | None:
        """Write the memo on a tag (``tag:UUID``), a document (``document:UUID``) or the ``library``; empty deletes it.

        Two devices may have written one each: `uuid` says which, else it is the first. Raises UsageError when there is
        no such tag or document.
        """
        with self.step("memo"):
            kind, _, subject = about.partition(":")
            if kind == "tag":
                self.tag(subject)
            elif kind == "document":
                self.document(subject)
            elif about != "library":
                raise UsageError(f"A memo is about a tag, a document or the library, not “{about}”.")
            old, now = self.memo(about, uuid), identity.now()
            if not note.strip():
                if old:
                    self._drop("memos", old.uuid)
                return None
            me = self._ensure_me().uuid
            made = old or Memo(self._new_uuid("memos"), about, creator=me, created=now)
            made = made._replace(note=note, updated=now)
            (self._change if old else self._put)("memos", records.plain_record(made))
        return made

    def memo_subject(self, about: str) -> str:
        """Return in words what a memo is about: ``tag source/official``."""
        kind, _, uuid = about.partition(":")
        try:
            if kind == "tag":
                return f"tag {self.tag(uuid).path}"
            return f"document {self.document(uuid).title}" if kind == "document" else "the library"
        except UsageError:
            return f"a {kind} that is gone"

    def memo(self, about: str, uuid: str = "") -> Memo | None:
        """Return the memo on something, the one with this `uuid` where there are several; None where there is none."""
        found = [each for each in self.memos() if each.about == about]
        return next((each for each in found if each.uuid == uuid), next(iter(found), None))


def _trimmed(ranges: list[tuple[int, int]], text: Text) -> list[tuple[int, int]]:
    """Return ranges without white space at their ends."""
    found = []
    for start, end in ranges:
        piece = text.string[start:end]
        first, last = start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
        if first < last:
            found.append((first, last))
    if not found:
        raise UsageError("One of the halves would hold no text.")
    return found
