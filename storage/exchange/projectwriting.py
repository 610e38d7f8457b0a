"""A library on its way into a project of REFI-QDA: its sections are put aside while annotations are asked for.

The order of the sections is that of the schema. What is kept of projects that came in goes out with what it belongs to;
references in it to what does not go out are left away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Self

from storage.errors import DocumentError
from storage.exchange.codebook import SHADES, codes, nearest
from storage.exchange.jsonfile import kept
from storage.exchange.projectkept import Kept
from storage.exchange.projectparts import (
    ALONE,
    FORM,
    OWN,
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
    references,
    tagged,
    worded,
    written,
)
from storage.exchange.projectvariables import Variables
from storage.exchange.webmodel import is_time
from storage.records import JOINT

if TYPE_CHECKING:
    from zipfile import ZipFile

    from storage.exchange.entry import Collection, Entry
    from storage.model import Annotation, Document, Memo, Tag
    from storage.text import Text

LARGE = 1 << 24
"""Bytes of a section that are in memory; what is more goes to the disk meanwhile."""

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_INTERNAL = re.compile(r"internal://([\w-]+\.txt)")
_USERS = ("creatingUser", "modifyingUser")


class Writing:
    """Writes `collection` into `archive`, each text once as a file of its own; `name` is that of the project."""

    def __init__(self, collection: Collection, archive: ZipFile, store: Store) -> None:
        self._collection = collection
        self._archive = archive
        self._store = store
        self._library = collection.library
        self._kept = Kept(self._library.kept(FORM))
        self._known = {tag.uuid for tag in self._library.tags()}
        self._sources = _Section()
        self._notes = _Section()
        self._links: list[tuple[str, str, str, str]] = []
        self._memos: dict[str, list[Memo]] = {}
        for memo in self._library.memos() if collection.whole else ():
            self._memos.setdefault(memo.about, []).append(memo)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._sources.close()
        self._notes.close()

    def run(self, out: IO[bytes]) -> None:
        """Write the project to `out`; texts go into the archive meanwhile."""
        documents = self._collection.documents()
        self._variables = Variables(documents, self._kept, whole=self._collection.whole)
        self._known.update(self._variables.ids())
        for document in documents:
            self._source(document)
        book = "".join(codes(self._library.tags(), self._code))
        description, refs = self._about("library")
        links = "".join(self._linked())
        head = {**_without(self._kept.own() if self._collection.whole else {}, "origin"), "origin": OWN}
        attributes = {"xmlns": SPACE, "name": OWN, **head}
        out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n{written("Project", attributes)[:-3]}>\n'.encode())
        beyond: dict[str, str] = {}
        if self._collection.whole:
            beyond = self._kept.beyond(self._known, {one.uuid for one in self._library.annotations()})
        self._put(out, "Users", "".join(self._users()))
        self._put(out, "CodeBook", f"<Codes>\n{book}</Codes>\n" if book else "")
        self._put(out, "Variables", "".join(self._variables.declared()))
        self._put(out, "Cases", beyond.get("Cases", ""))
        self._sources.copy(out, "Sources", beyond.get("Sources", ""))
        self._notes.copy(out, "Notes", "")
        self._put(out, "Links", links + beyond.get("Links", ""))
        self._put(out, "Sets", beyond.get("Sets", ""))
        self._put(out, "Graphs", beyond.get("Graphs", ""))
        out.write(f"{description}{refs}</Project>\n".encode())

    def _put(self, out: IO[bytes], name: str, content: str) -> None:
        if content:
            out.write(f"<{name}>\n{content}</{name}>\n".encode())

    def _users(self) -> Iterator[str]:
        wanted = self._known if not self._collection.whole else None
        for one in self._library.creators():
            if wanted is None or one.uuid in wanted:
                yield written("User", {"guid": one.uuid, "name": one.name, "id": one.id})

    def _code(self, tag: Tag, name: str) -> str:
        said = self._kept.attributes(tag.uuid)
        color = said.get("color", "")
        if not color or nearest(color) != tag.color:
            color = SHADES.get(tag.color, "")
        if said.get("name", "").replace("/", "\N{DIVISION SLASH}") == name:
            name = said["name"]
        description, refs = self._about(f"tag:{tag.uuid}")
        own = self._kept.of(tag.uuid)
        words = (own.findtext(tagged("Description")) or "") if own is not None else ""
        same = " ".join(words.split()) == tag.description
        described = worded("Description", words if same else tag.description) if tag.description else ""
        attributes = {"guid": tag.uuid, "name": name, "isCodable": said.get("isCodable", "true"), "color": color}
        return f"{written('Code', attributes)[:-3]}>\n{described or description}{refs}"

    def _about(self, about: str) -> tuple[str, str]:
        """Write the memos on something as notes; return its description and the references to the others."""
        description, refs = "", []
        for memo in self._memos.get(about, []):
            if memo.uuid == derived("description", about.removeprefix("document:").replace("library", "project")):
                description = worded("Description", memo.note)
                continue
            self._note(memo.uuid, memo.note, memo.creator, memo.created, memo.updated)
            if not self._kept.attributes(memo.uuid).get(ALONE):
                refs.append(memo.uuid)
        return description, references("NoteRef", refs)

    def _note(  # noqa: PLR0913  # one value for each part of a note
        self, guid: str, words: str, creator: str, created: str, updated: str, *, name: str = "", inside: str = ""
    ) -> None:
        """Write a note; `inside` are its codes and references to notes."""
        said = self._kept.attributes(guid)
        path = said.get("plainTextPath", "") if words in {"", said.get("name")} else ""
        if said.get("name") and words.startswith(f"{said['name']}\n\n"):
            words = words.removeprefix(f"{said['name']}\n\n")
        attributes = {
            "guid": guid,
            "name": said.get("name", name),
            "plainTextPath": path,
            **_without(said, "name", "plainTextPath"),
            **{key: value for key, value in self._signed(creator, created, updated).items() if value},
        }
        self._known.update([guid, *(said[key] for key in _USERS if key in said)])
        described, marked, values = (
            self._kept.known(self._known, guid, one) for one in ("Description", "PlainTextSelection", "VariableValue")
        )
        codings = inside if "<Coding" in inside else self._kept.known(self._known, guid, "Coding") + inside
        content = f"{described}{'' if path else worded('PlainTextContent', words)}{marked}{codings}{values}"
        self._notes.write(written("Note", attributes, content))

    def _signed(self, creator: str, created: str, updated: str, modifier: str = "") -> dict[str, str]:
        self._known.update(each for each in (creator, modifier) if each)
        return {
            "creatingUser": creator if _UUID.fullmatch(creator) else "",
            "creationDateTime": created if is_time(created) else "",
            "modifyingUser": modifier if _UUID.fullmatch(modifier) else "",
            "modifiedDateTime": updated if is_time(updated) else "",
        }

    def _source(self, document: Document) -> None:
        part = self._collection.only(document)
        entries = list(part)
        self._collection.add(part)
        text = entries[0].text if entries else self._text(document)
        self._known.add(document.uuid)
        selections, inside = self._marked(entries, text)
        description, noted = self._about(f"document:{document.uuid}")
        inside += noted + self._variables.values(document)
        self._sources.write(self._wrapped(document, text, description, selections, inside))

    def _marked(self, entries: list[Entry], text: Text | None) -> tuple[str, str]:
        """Return the selections in a source, and what is said about the whole of it."""
        here = {entry.annotation.uuid for entry in entries}
        replies: dict[str, list[Entry]] = {}
        for entry in entries:
            one = entry.annotation
            if one.reply_to in here and not one.ranges and not one.exact:
                replies.setdefault(one.reply_to, []).append(entry)
        answers = {each.annotation.uuid for found in replies.values() for each in found}
        selections, codings, refs = [], [], []
        for entry in entries:
            one = entry.annotation
            self._links += [(one.uuid, link.to, link.type, link.note) for link in one.links]
            if one.reply_to and one.uuid not in answers:
                self._links.append((one.uuid, one.reply_to, REPLY, ""))
            if one.ranges or one.exact:
                selections.append(self._selection(entry, text, replies))
            elif one.uuid in answers:
                self._told(entry, "", replies)
            elif not one.note and len(one.tags) == 1 and not one.reply_to:
                codings.append(self._alone(entry, replies))
            else:
                self._told(entry, PAGE_NOTE, replies)
                refs.append(one.uuid)
        return "".join(selections), "".join(codings) + references("NoteRef", refs)

    def _text(self, document: Document) -> Text | None:
        try:
            return self._library.text(document)
        except DocumentError:
            return None

    def _wrapped(self, document: Document, text: Text | None, description: str, selections: str, inside: str) -> str:
        """Return a source: a text, or the file of pages whose representation the text was."""
        own = self._kept.of(document.uuid)
        own = own if own is not None and local(own) in TEXTS else None
        paged = own is not None and local(own) == "PDFSource"
        inner = own.find(tagged("Representation")) if own is not None and paged else own
        guid = inner.get("guid", "") if inner is not None else document.uuid
        path = inner.get("plainTextPath", "") if inner is not None else ""
        if text is not None:
            path = path if _INTERNAL.fullmatch(path) else path_of(document.uuid)
            self._store(self._archive, f"sources/{path.removeprefix('internal://')}", text.string)
        said = _without(dict(own.attrib) if own is not None else {}, "guid", "name", "plainTextPath")
        self._known.update(value for key, value in said.items() if key in _USERS)
        head = {"guid": document.uuid, "name": document.title, **said}
        if not paged or own is None:
            return written("TextSource", {**head, "plainTextPath": path}, f"{description}{selections}{inside}")
        shown = _without(dict(inner.attrib) if inner is not None else {}, "guid", "plainTextPath")
        pages = self._kept.known(self._known, document.uuid, "PDFSelection")
        body = written("Representation", {"guid": guid, **shown, "plainTextPath": path}, selections)
        return written("PDFSource", head, f"{description}{pages}{body if inner is not None else ''}{inside}")

    def _selection(self, entry: Entry, text: Text | None, replies: Mapping[str, list[Entry]]) -> str:
        one, said = entry.annotation, kept(entry.annotation, FORM)
        found = _passages(one, text, said)
        if not found:
            self._collection.count -= 1
            return ""
        if one.state == "orphan":
            self._collection.met["orphans"] -= 1
        modifier, name = said.get("modifyingUser"), said.get("name")
        signed = self._signed(one.creator, one.created, one.updated, modifier if isinstance(modifier, str) else "")
        pieces = []
        for number, (start, end, words) in enumerate(found):
            guid = derived("piece", one.uuid, str(number)) if number else one.uuid
            self._known.add(guid)
            attributes = {
                "guid": guid,
                "name": name if isinstance(name, str) and not number else name_of(words),
                "startPosition": str(start),
                "endPosition": str(end),
                **signed,
            }
            coded, noted = self._coded(one._replace(uuid=guid), _kept_codings(said) if not number else [])
            answers = [each.annotation.uuid for each in replies.get(guid, []) if each.annotation.uuid not in noted]
            described = worded("Description", one.note) if one.note and not number else ""
            pieces.append(written("PlainTextSelection", attributes, described + coded + references("NoteRef", answers)))
        return "".join(pieces)

    def _coded(self, one: Annotation, said: Iterable[Coding]) -> tuple[str, set[str]]:
        """Return the codes on something, as they came where they still are there, and the notes on them."""
        written_out, left = [], list(one.tags)
        noted: set[str] = set()
        for coding in said:
            if coding.code in one.tags and coding.guid not in self._known:
                written_out.append(coding)
                noted.update(coding.notes)
                left = [tag for tag in left if tag != coding.code]
        usual = (Coding(derived("coding", one.uuid, tag), tag, one.creator, one.created) for tag in left)
        return "".join(self._coding(each) for each in [*written_out, *usual]), noted

    def _coding(self, one: Coding) -> str:
        self._known.add(one.guid)
        signed = self._signed(one.user, one.time, "")
        return written(
            "Coding",
            {"guid": one.guid, **signed},
            references("CodeRef", [one.code]) + references("NoteRef", one.notes),
        )

    def _alone(self, entry: Entry, replies: Mapping[str, list[Entry]]) -> str:
        one = entry.annotation
        notes = tuple(each.annotation.uuid for each in replies.get(one.uuid, []))
        return self._coding(Coding(one.uuid, one.tags[0], one.creator, one.created, notes))

    def _told(self, entry: Entry, name: str, replies: Mapping[str, list[Entry]]) -> None:
        one = entry.annotation
        own = self._kept.of(one.uuid)
        coded, _ = self._coded(one, codings_of(own) if own is not None else [])
        inside = coded + references("NoteRef", (each.annotation.uuid for each in replies.get(one.uuid, [])))
        self._note(one.uuid, one.note, one.creator, one.created, one.updated, name=name, inside=inside)

    def _linked(self) -> Iterator[str]:
        """Yield the relations whose both ends go out."""
        said = {
            (one.get("originGUID"), one.get("targetGUID"), one.get("name")): one for one in self._kept.section("Links")
        }
        for origin, target, kind, note in self._links:
            if origin not in self._known or target not in self._known:
                continue
            own = said.get((origin, target, kind))
            guid = own.get("guid", "") if own is not None else derived("link", origin, kind, target)
            attributes = {"guid": guid, "name": kind, "direction": "OneWay", "originGUID": origin, "targetGUID": target}
            attributes.update(_without(dict(own.attrib) if own is not None else {}, "guid"))
            refs = [each.get("targetGUID", "") for each in children(own, "NoteRef")]
            noted = refs[0] if refs else derived("link note", origin, kind, target)
            if note:
                self._note(noted, note, "", "", "")
            yield written("Link", attributes, references("NoteRef", [noted] if note else []))
            self._known.add(guid)


class Store:
    """Puts a file into an archive, once."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def __call__(self, archive: ZipFile, name: str, words: str) -> None:
        """Write `words` as the file `name`, with no time of its own."""
        from zipfile import ZipInfo  # noqa: PLC0415  # imported when first used

        if name not in self._names:
            self._names.add(name)
            archive.writestr(ZipInfo(name), words.encode(), compress_type=archive.compression)


class _Section:
    """A part of the project that waits for its place."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=LARGE)  # noqa: SIM115  # closed when it goes

    def write(self, words: str) -> None:
        """Add to it."""
        self._file.write(words.encode())

    def copy(self, out: IO[bytes], name: str, more: str) -> None:
        """Write it to `out` with what comes after it, where there is anything."""
        if not self._file.tell() and not more:
            return
        from shutil import copyfileobj  # noqa: PLC0415  # imported when first used

        out.write(f"<{name}>\n".encode())
        self._file.seek(0)
        copyfileobj(self._file, out)
        out.write(f"{more}</{name}>\n".encode())

    def close(self) -> None:
        """Throw it away."""
        self._file.close()


def _passages(one: Annotation, text: Text | None, said: Mapping[str, object]) -> list[tuple[int, int, str]]:
    """Return where each piece stands and its words; nothing where it stands nowhere in a text that is there."""
    if text is None:
        told = said.get("range")
        if isinstance(told, list) and len(told) == 2 and all(isinstance(each, int) for each in told):  # noqa: PLR2004  # from and to
            return [(told[0], told[1], one.exact)]
    elif one.state != "anchored" or one.text != text.hash:
        return []
    words = one.exact.split(JOINT) if len(one.ranges) > 1 else [one.exact]
    if len(words) != len(one.ranges):
        words = [one.exact] * len(one.ranges)
    return [(start, end, each) for (start, end), each in zip(one.ranges, words, strict=True)]


def _kept_codings(said: Mapping[str, object]) -> list[Coding]:
    """Return the codes as they came; what may come from anywhere is looked at first."""
    found = said.get("codings")
    codings = []
    for each in found if isinstance(found, list) else ():
        parts = each if isinstance(each, list) and len(each) == len(Coding._fields) else [""]
        notes = parts[-1] if isinstance(parts[-1], list) else []
        texts = [part if isinstance(part, str) else "" for part in parts[:-1]]
        if texts and _UUID.fullmatch(texts[0]):
            guid, code, user, when = texts
            noted = tuple(str(one) for one in notes if _UUID.fullmatch(str(one)))
            codings.append(Coding(guid, code, user, when, noted))
    return codings


def _without(said: Mapping[str, str], *names: str) -> dict[str, str]:
    return {key: value for key, value in said.items() if key not in {*names, ALONE}}
