r"""A project of REFI-QDA (standard 1.5) on its way in: what is understood leaves the project, the rest stays.

Users become creators, codes tags, texts documents with their text, selections highlights, variables of sources
attributes, notes memos, replies or page notes, links between selections relations. Offsets are code points of the text
as it is stored; how a program counted really is told by the names of its selections (`storage.exchange.counting`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from storage import passages
from storage.exchange.codebook import SHADES, tag_of, walk
from storage.exchange.counting import Counted
from storage.exchange.jsonfile import encode
from storage.exchange.parcel import Parcel, clean, empty, line, time
from storage.exchange.projectmarks import joined, passage_of, pieces, unplaced, usual
from storage.exchange.projectparts import (
    ALONE,
    FORM,
    PAGE_NOTE,
    REPLY,
    SPACE,
    TEXTS,
    Coding,
    children,
    codings_of,
    derived,
    local,
    name_of,
    path_of,
    section,
    settle_ids,
    tagged,
    words_of,
)
from storage.exchange.projecttidying import drop, remains, strip, strip_words
from storage.exchange.projectvariables import value_of
from storage.model import Annotation, Creator, Document, Link, Memo, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from storage.text import Text

_DEFAULTS = ("guid", "creatingUser", "creationDateTime", "modifiedDateTime")
_ATLAS = "ATLAS"


class Reading:
    """Reads the project `root`; `fetch` returns the text of a file of the project by its path, None where it is not."""

    def __init__(self, root: Element, fetch: Callable[[str], str | None]) -> None:
        settle_ids(root)
        self._root = root
        self._fetch = fetch
        self._parcel = empty(complete=True)
        self._codes: dict[str, str] = {}
        self._notes = {one.get("guid", ""): one for one in children(root.find(tagged("Notes")), "Note")}
        self._used: set[str] = set()
        self._words: dict[str, str] = {}
        self._variables = {
            one.get("guid", ""): line(one.get("name")) for one in children(root.find(tagged("Variables")), "Variable")
        }
        self._unseen = 0
        self._textless = 0

    def parcel(self) -> Parcel:
        """Return what is in the project, and in a memo of its own what has no place in a library."""
        root, found = self._root, self._parcel
        self._users()
        self._codebook()
        for source in section(root, "Sources"):
            if local(source) in TEXTS:
                self._source(source)
            else:
                self._unseen += 1
        found.annotations[:] = self._linked(found.annotations)
        self._project()
        self._complain()
        self._parcel.memos.extend(remains(root))
        return found

    def _complain(self) -> None:
        problems = self._parcel.problems
        if self._unseen:
            problems.append(
                f"{_counted(self._unseen, 'source')} without a text (pictures, sound, films) cannot be shown; what is"
                " said about them is kept, and written back."
            )
        if self._textless:
            problems.append(
                f"{_counted(self._textless, 'source')} came without the text: what is marked there has no place until a"
                " file of that name is added."
            )

    def _users(self) -> None:
        users = self._root.find(tagged("Users"))
        for one in children(users, "User"):
            guid = one.get("guid", "")
            self._parcel.creators[guid] = Creator(guid, line(one.get("name")), line(one.get("id")))
        if users is not None:
            self._root.remove(users)

    def _codebook(self) -> None:
        book = self._root.find(tagged("CodeBook"))
        codes = book.find(tagged("Codes")) if book is not None else None
        for path, code in walk(codes if codes is not None else (), SPACE):
            guid = code.get("guid", "")
            if not path:
                self._parcel.problems.append(f"A code without a name ({guid}) was left out.")
                continue
            tag = tag_of(code, path, SPACE)
            self._codes[guid] = path
            self._parcel.tags.append(tag)
            for number, note in enumerate(self._refs(code)):
                self._memo(note, f"tag:{path}", number)
            if code.get("color", "").upper() == SHADES.get(tag.color, "").upper():
                code.attrib.pop("color", None)
            strip(code, name=path.rpartition("/")[2], isCodable="true")
            strip_words(code, "Description", tag.description)

    def _refs(self, element: Element) -> list[Element]:
        """Take the references to notes out of an element, and return the notes."""
        found = []
        for ref in list(children(element, "NoteRef")):
            note = self._notes.get(ref.get("targetGUID", ""))
            if note is not None:
                found.append(note)
                element.remove(ref)
        return found

    def _content(self, note: Element) -> str:
        """Take the words of a note out of it; its name stands before them where they do not say it.

        Of one that several refer to they are told each time.
        """
        guid = note.get("guid", "")
        if guid not in self._words:
            self._words[guid] = self._taken(note)
        return self._words[guid]

    def _taken(self, note: Element) -> str:
        content = words_of(note, "PlainTextContent")
        path = note.get("plainTextPath", "")
        if not content and path and (fetched := self._fetch(path)) is not None:
            content = fetched.removeprefix("\ufeff")
            note.attrib.pop("plainTextPath", None)
        for one in list(children(note, "PlainTextContent")):
            note.remove(one)
        name, content = line(note.get("name")), clean(content)
        if not content:
            return name
        return content if name in {"", PAGE_NOTE} or content.startswith(name) else f"{name}\n\n{content}"

    def _uuid(self, note: Element, *owner: str) -> str:
        """Return the id of a note where it is told the first time; elsewhere it is another one."""
        guid = note.get("guid", "")
        if guid in self._used:
            return derived("again", guid, *owner)
        self._used.add(guid)
        return guid

    def _memo(self, note: Element, about: str, number: int = 0) -> None:
        self._parcel.memos.append(
            Memo(
                self._uuid(note, about, str(number)),
                about,
                self._content(note),
                note.get("creatingUser", ""),
                time(note.get("creationDateTime")),
                time(note.get("modifiedDateTime")) or time(note.get("creationDateTime")),
            )
        )
        strip(note, *_DEFAULTS[1:])

    def _told(self, note: Element, document: str, answers: str = "") -> None:
        """Take a note as a page note, or as a reply to something."""
        uuid = self._uuid(note, answers or document)
        created, updated = time(note.get("creationDateTime")), time(note.get("modifiedDateTime"))
        codings = codings_of(note)
        made = Annotation(
            uuid,
            document,
            note.get("creatingUser", ""),
            note=self._content(note),
            tags=self._tags(codings),
            reply_to=answers,
            created=created or updated,
            updated=updated or created,
        )
        if uuid == note.get("guid"):
            if usual(made, codings):
                drop(note, "Coding")
            for each in self._refs(note):
                self._told(each, document, uuid)
            strip(note, *_DEFAULTS[1:])
            if not answers:
                note.set("name", note.get("name", ""))
                strip(note, name=PAGE_NOTE)
        self._parcel.annotations.append(made)

    def _tags(self, codings: Iterable[Coding]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._codes[one.code] for one in codings if one.code in self._codes))

    def _source(self, source: Element) -> None:
        """Take a source in that has a text, with all that is said about it."""
        key = source.get("guid", "")
        if key in self._parcel.documents:
            self._parcel.problems.append(f"The id {key} stands twice; the second source got an own one.")
            key = derived("again", key, str(len(self._parcel.documents)))
            source.set("guid", key)
        part = source if local(source) == "TextSource" else source.find(tagged("Representation"))
        text, counted = self._text(source, part) if part is not None else (None, None)
        self._textless += text is None
        self._parcel.documents[key] = Document(
            key,
            line(source.get("name")) or key,
            format=text.meta.format if text else "",
            texts=(text.hash,) if text else (),
            length=len(text) if text else 0,
            attributes=self._attributes(source),
        )
        if text is not None:
            self._parcel.texts[key] = text
        for one in list(children(part, "PlainTextSelection")):
            self._selection(one, key, text, counted)
        if part is not None:
            drop(part, "PlainTextSelection")
        for one in list(children(source, "Coding")):
            self._coding(one, key)
        drop(source, "Coding")
        for number, note in enumerate(self._refs(source)):
            if codings_of(note) or note.get("name") == PAGE_NOTE:
                self._told(note, key)
            else:
                self._memo(note, f"document:{key}", number)
        if said := clean(words_of(source, "Description")):
            self._parcel.memos.append(Memo(derived("description", key), f"document:{key}", said))
            drop(source, "Description")
        strip(source, name=self._parcel.documents[key].title)

    def _text(self, source: Element, part: Element) -> tuple[Text | None, Counted | None]:
        content = words_of(part, "PlainTextContent") or None
        path = part.get("plainTextPath", "")
        raw = content or (self._fetch(path) if path else None)
        if not raw or not raw.strip("\ufeff \t\r\n"):
            return None, None
        from storage.readers.plain import verbatim  # noqa: PLC0415  # imported when first used

        told = (passage_of(one) for one in children(part, "PlainTextSelection"))
        usual = (False, _ATLAS in self._root.get("origin", ""))
        counted = Counted(raw, [one for one in told if one], usual)
        drop(part, "PlainTextContent")
        strip(part, plainTextPath=path_of(source.get("guid", "")))
        return verbatim(counted.string, line(source.get("name"))), counted

    def _attributes(self, source: Element) -> dict[str, Value]:
        """Take the values of variables out of a source."""
        found: dict[str, Value] = {}
        for one in list(children(source, "VariableValue")):
            ref = one.find(tagged("VariableRef"))
            name = self._variables.get(ref.get("targetGUID", ""), "") if ref is not None else ""
            said = next((each for each in one if each is not ref), None)
            if name and said is not None and name not in found:
                found[name] = value_of(said)
                source.remove(one)
        return found

    def _selection(self, one: Element, key: str, text: Text | None, counted: Counted | None) -> None:
        passage = passage_of(one)
        if passage is None:
            name = line(one.get("name"))
            self._parcel.problems.append(f"The selection “{name}” ({one.get('guid')}) has no place and was left out.")
            return
        created, updated = time(one.get("creationDateTime")), time(one.get("modifiedDateTime"))
        codings, guid = codings_of(one), one.get("guid", "")
        made = Annotation(
            guid,
            key,
            one.get("creatingUser", ""),
            tags=self._tags(codings),
            note=clean(words_of(one, "Description")),
            created=created or updated,
            updated=updated or created,
        )
        kept: dict[str, object] = {}
        if text is None or counted is None:
            made, kept = unplaced(made, passage), {"range": [passage.start, passage.end]}
        else:
            start, end = counted.place(passage.start, passage.end)
            if 0 <= start < end <= len(text):
                made = passages.placed(made, text, [(start, end)])
            else:
                made, kept = unplaced(made, passage), {"range": [passage.start, passage.end]}
        if one.get("name", "") != name_of(made.exact):
            kept["name"] = one.get("name", "")
        if one.get("modifyingUser"):
            kept["modifyingUser"] = one.get("modifyingUser")
        if not usual(made, codings):
            kept["codings"] = [list(each) for each in codings]
        self._parcel.annotations.append(made._replace(fields={FORM: encode(kept)} if kept else {}))
        noted = [each for coding in codings for each in coding.notes]
        for note in [*self._refs(one), *(self._notes[each] for each in noted if each in self._notes)]:
            self._told(note, key, guid)

    def _coding(self, one: Element, key: str) -> None:
        """Take a code on a whole source as a page note with that tag."""
        for code in children(one, "CodeRef"):
            if path := self._codes.get(code.get("targetGUID", "")):
                created, guid = time(one.get("creationDateTime")), one.get("guid", "")
                self._parcel.annotations.append(
                    Annotation(guid, key, one.get("creatingUser", ""), tags=(path,), created=created, updated=created)
                )
                for note in self._refs(one):
                    self._told(note, key, guid)

    def _project(self) -> None:
        """Take the notes about the project, and those about nothing, as memos on the library."""
        root = self._root
        fresh = {guid for guid in self._notes if guid not in self._used}
        for ref in list(children(root, "NoteRef")):
            if (guid := ref.get("targetGUID", "")) in fresh:
                self._memo(self._notes[guid], "library")
                fresh.discard(guid)
                root.remove(ref)
        for guid in [each for each in self._notes if each in fresh]:
            self._memo(self._notes[guid], "library")
            self._notes[guid].set(ALONE, "true")
        if said := clean(words_of(root, "Description")):
            self._parcel.memos.append(Memo(derived("description", "project"), "library", said))
            drop(root, "Description")

    def _linked(self, annotations: list[Annotation]) -> list[Annotation]:
        """Return the annotations with the links between them, and the notes among them in the order of the file."""
        here: dict[str, Annotation] = {}
        twice = [one for one in annotations if here.setdefault(one.uuid, one) is not one]
        for piece, first in pieces(here).items():
            here[first] = joined(here[first], here.pop(piece))
        links = self._root.find(tagged("Links"))
        for one in list(children(links, "Link")):
            origin, target, kind = one.get("originGUID", ""), one.get("targetGUID", ""), line(one.get("name"))
            kind = kind.replace("/", "\N{DIVISION SLASH}") or "link"
            if origin not in here or target not in here or origin == target:
                continue
            refs = [each.get("targetGUID", "") for each in children(one, "NoteRef")]
            notes = [self._content(self._notes[each]) for each in refs if each in self._notes]
            self._used.update(refs)
            if kind == REPLY:
                here[origin] = here[origin]._replace(reply_to=target)
            else:
                link = Link(target, kind, "\n\n".join(notes))
                here[origin] = here[origin]._replace(links=(*here[origin].links, link))
            usual = derived("link", origin, kind, target)
            if one.get("guid") == usual and one.get("direction") == "OneWay" and not one.get("color"):
                links.remove(one)  # type: ignore[union-attr]  # it has children
        places = {guid: place for place, guid in enumerate(self._notes)}
        return sorted([*here.values(), *twice], key=lambda one: places.get(one.uuid, -1))


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
