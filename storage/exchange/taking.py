"""Bringing annotations in: files are told apart, their documents and passages found, and all is taken in as one step.

Everything slow (reading, finding places) is done by :meth:`Import.read`, before other processes have to wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from storage import identity, paths
from storage.errors import DocumentError
from storage.exchange.matching import Matcher
from storage.exchange.naming import Names
from storage.exchange.parcel import sane
from storage.exchange.placing import Placer
from storage.exchange.sample import Sample
from storage.exchange.table import Format, named, recognised
from storage.garbage import uncollected
from storage.importing import Fates, Goods
from storage.model import Annotation, Bookmark, Document, Memo, doubtful
from storage.passages import Follower
from storage.records import KEPT
from storage.texts import Snapshots

if TYPE_CHECKING:
    from storage.exchange.parcel import Parcel
    from storage.library import Library
    from storage.text import Text

Progress = Callable[[str, int, int], object]
"""Is told what is counted, how many are done, and of how many."""


class Report(NamedTuple):
    """What became of one file. `fates` counts records by table and fate; `problems` are sentences about what is not in.

    Of its annotations `unplaced` found no place in their document, and `doubtful` one that is not sure. `strangers`
    says how many annotations are about documents that the library does not have, by title.
    """

    path: Path
    format: str
    fates: Fates
    unplaced: int
    doubtful: int
    strangers: dict[str, int]
    problems: list[str]

    @property
    def whole(self) -> bool:
        """Whether everything was taken in."""
        return not self.problems and not self.strangers


class _Read(NamedTuple):
    path: Path
    format: Format
    goods: Goods
    strangers: dict[str, int]
    problems: list[str]
    unnamed: set[str]


class Import:
    """An import into `library`: :meth:`read` each file, in any thread, then :meth:`run`.

    `document` is the one that everything in the files belongs to, whatever they say; with `make` documents that are not
    here are made, without a text.
    """

    def __init__(
        self,
        library: Library,
        *,
        document: Document | None = None,
        make: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self._library = library
        self._document = document
        self._make = make
        self._progress = progress
        self._matcher = Matcher(library)
        self._texts: dict[str, Text | None] = {}
        self._brought: dict[str, Text] = {}
        self._read: list[_Read] = []

    def read(self, path: Path, form: str = "") -> None:
        """Read a file and find the places of what is in it; `form` names its format, else it is told by its content.

        Raises DocumentError when it cannot be read or is of no known format, UsageError for an unknown format.
        """
        sample = Sample(path)
        try:
            found = named(form) if form else recognised(sample)
            with uncollected():
                self._read.append(self._prepared(path, found, found.load(sample)))
        except RecursionError:
            raise DocumentError(f"{path} is nested too deeply to be read.") from None

    def run(self, *, dry: bool = False) -> list[Report]:
        """Take in what was read, as one step, and return a report for each file; with `dry` nothing changes.

        Raises LibraryError when it cannot be saved; then nothing has changed.
        """
        names = [each.path.name for each in self._read]
        label = f"import of {names[0] if len(names) == 1 else f'{len(names)} files'}"
        if not dry:
            for text in self._brought.values():
                self._library.keep(text)
        with uncollected():
            done = self._library.take([self._known(each) for each in self._read], label, dry=dry)
        return [_report(each, fates, problems) for each, (fates, problems) in zip(self._read, done, strict=True)]

    def _known(self, read: _Read) -> Goods:
        """Return the goods of a file in which what has no name there has the uuid of what it is here."""
        if not read.unnamed:
            return read.goods
        here = {
            uuid: _Here(self._library.annotations(uuid)) for uuid in {one.document for one in read.goods.annotations}
        }
        found = [here[one.document].same(one) if one.uuid in read.unnamed else one for one in read.goods.annotations]
        now = {one.uuid: same.uuid for one, same in zip(read.goods.annotations, found, strict=True) if one is not same}
        return read.goods._replace(annotations=[_referring(one, now) for one in found] if now else found)

    def _prepared(self, path: Path, form: Format, parcel: Parcel) -> _Read:
        ids = Names(form.name, local=parcel.local)
        homes, documents, strangers = self._documents(parcel, ids)
        creators = {key: one._replace(uuid=ids.of("creator", one.uuid or key)) for key, one in parcel.creators.items()}
        whose = {key: one.uuid for key, one in creators.items()}
        annotations = [_rewritten(one, homes, whose, ids) for one in self._places(parcel, homes, ids)]
        goods = Goods(
            documents,
            list(creators.values()),
            [one._replace(uuid=ids.of("tag", one.uuid or one.path)) for one in parcel.tags],
            annotations,
            list(_memos(parcel.memos, homes, whose, ids)),
            list(self._bookmarks(parcel, homes, ids)),
            form.carries,
            parcel.complete,
        )
        counts = dict.fromkeys(strangers.values(), 0)
        for one in parcel.annotations:
            if one.document in strangers:
                counts[strangers[one.document]] += 1
        return _Read(path, form, goods, counts, [*parcel.problems, *ids.problems], ids.told)

    def _documents(self, parcel: Parcel, ids: Names) -> tuple[dict[str, Document], list[Document], dict[str, str]]:
        """Return the library's document for each key of the file, what to take of them, and titles of what is not here.

        Of several that are equally like one none is taken.
        """
        homes: dict[str, Document] = {}
        goods: list[Document] = []
        strangers: dict[str, str] = {}
        for key, said in parcel.documents.items():
            found = [self._document] if self._document else self._matcher.find(said)
            if len(found) == 1:
                homes[key] = found[0]
                goods.append(said._replace(uuid=found[0].uuid))
            elif not found and (parcel.complete or self._make):
                homes[key] = self._made(said, ids.of("document", said.uuid or key), parcel.texts.get(key))
                goods.append(homes[key])
            else:
                strangers[key] = said.title or key
            if key in homes and key in parcel.texts and self._text(homes[key]) is None:
                self._brought[homes[key].uuid] = self._texts[homes[key].uuid] = parcel.texts[key]
        return homes, goods, strangers

    def _made(self, said: Document, uuid: str, brought: Text | None) -> Document:
        """Return a document that is not here, with the text of its file or else the one that came along."""
        folder = self._library.folder
        stored = tuple(paths.stored(Path(each), folder) if Path(each).is_absolute() else each for each in said.paths)
        made = said._replace(uuid=uuid, added=said.added or identity.now(), paths=stored)
        if brought is None:
            return made
        text = self._text(made) or brought
        self._brought[uuid] = self._texts[uuid] = text
        return made._replace(texts=(text.hash,), length=len(text), format=text.meta.format)

    def _places(self, parcel: Parcel, homes: dict[str, Document], ids: Names) -> Iterator[Annotation]:
        """Yield the annotations whose documents are here where they stand, by document."""
        done, total = 0, len(parcel.annotations)
        groups: dict[str, list[Annotation]] = {key: [] for key in homes}
        for one in ids.single(parcel.annotations):
            if one.document in groups:
                groups[one.document].append(one)
        for key, group in groups.items():
            if group:
                text = self._text(homes[key])
                snapshots = Carried(self._library.snapshots.folder, parcel.texts.get(key))
                placer = Placer(text, parcel.documents[key], snapshots, utf16=parcel.utf16, spots=parcel.spots)
            for one in group:
                yield placer.place(sane(one), parcel.ends.get(one.exact))
                done += 1
                if self._progress:
                    self._progress("annotations placed", done, total)

    def _bookmarks(self, parcel: Parcel, homes: dict[str, Document], ids: Names) -> Iterator[Bookmark]:
        """Yield the bookmarks whose documents are here, on the same words where the text is another."""
        for one in parcel.bookmarks:
            if one.document not in homes:
                continue
            home, offset = homes[one.document], one.offset
            version = "".join(parcel.documents[one.document].texts[-1:])
            text = self._text(home)
            if text is not None and version != text.hash:
                offset = Follower(text, self._library.snapshots).offset(version, offset)
            yield one._replace(uuid=ids.of("bookmark", one.uuid), document=home.uuid, offset=offset)

    def _text(self, document: Document) -> Text | None:
        if document.uuid not in self._texts:
            try:
                self._texts[document.uuid] = self._library.text(document)
            except DocumentError:
                self._texts[document.uuid] = None
        return self._texts[document.uuid]


class Carried(Snapshots):
    """The snapshots in `folder`, and with them a text that came along."""

    def __init__(self, folder: Path, text: Text | None) -> None:
        super().__init__(folder)
        self._carried = text

    def has(self, version: str) -> bool:
        """Tell whether there is a text with this hash."""
        return (self._carried is not None and self._carried.hash == version) or super().has(version)

    def load(self, version: str) -> Text:
        """Return the text with this hash. Raises DocumentError."""
        if self._carried is not None and self._carried.hash == version:
            return self._carried
        return super().load(version)


class _Here:
    """The annotations that a document has: one without a name is known by its place, else by its words."""

    def __init__(self, annotations: list[Annotation]) -> None:
        self._uuids = {one.uuid for one in annotations}
        self._known: dict[tuple[object, ...], list[str]] = {}
        for one in reversed(annotations):
            self._known.setdefault(_sign(one), []).append(one.uuid)

    def same(self, one: Annotation) -> Annotation:
        """Return `one` under the uuid of the annotation here that it is, where there is one."""
        if one.uuid in self._uuids:
            return one
        same = self._known.get(_sign(one))
        return one._replace(uuid=same.pop()) if same else one


def _sign(one: Annotation) -> tuple[object, ...]:
    return one.ranges if one.ranges and one.state == "anchored" else (one.exact, "" if one.exact else one.note)


def _rewritten(one: Annotation, homes: dict[str, Document], whose: dict[str, str], ids: Names) -> Annotation:
    """Return an annotation that refers to the library's records."""
    return one._replace(
        document=homes[one.document].uuid,
        creator=whose.get(one.creator, ""),
        links=tuple(link._replace(to=ids.of("annotation", link.to)) for link in one.links),
        reply_to=ids.of("annotation", one.reply_to),
    )


def _referring(one: Annotation, now: dict[str, str]) -> Annotation:
    """Return an annotation that refers to others by the uuids which they have here."""
    links = tuple(link._replace(to=now.get(link.to, link.to)) for link in one.links)
    return one._replace(links=links, reply_to=now.get(one.reply_to, one.reply_to))


def _memos(memos: list[Memo], homes: dict[str, Document], whose: dict[str, str], ids: Names) -> Iterator[Memo]:
    """Yield the memos whose subject is here; that on a tag names its path."""
    here = {key: home.uuid for key, home in homes.items()}
    for one in memos:
        kind, _, key = one.about.partition(":")
        subject = key.partition(":")[2] if kind == "kept" else key
        if (kind == "document" or (kind == "kept" and subject)) and subject not in homes:
            continue
        about = f"document:{homes[key].uuid}" if kind == "document" else one.about
        note = one.note
        if about.startswith(KEPT):
            about, note = identity.led(about, here), identity.led(note, here)
        uuid = ids.of("memo", one.uuid or one.note)
        yield one._replace(uuid=uuid, about=about, note=note, creator=whose.get(one.creator, ""))


def _report(read: _Read, fates: Fates, problems: list[str]) -> Report:
    taken = read.goods.annotations
    return Report(
        read.path,
        read.format.name,
        fates,
        sum(one.state == "orphan" for one in taken),
        sum(map(doubtful, taken)),
        read.strangers,
        [*read.problems, *problems],
    )


def summary(report: Report, *, dry: bool = False) -> str:
    """Return what became of a file in a sentence: 12 new, 3 already there, 1 changed, 2 without a place."""
    words = {"new": "new", "there": "already there", "changed": "changed", "kept": "differ here and stay as they are"}
    found = {fate: report.fates["annotations", fate] for fate in words}
    parts = [f"{count} {words[fate]}" for fate, count in found.items() if count]
    parts += [f"{report.unplaced} without a place"] if report.unplaced else []
    parts += [f"{report.doubtful} in doubt"] if report.doubtful else []
    others = sum(report.strangers.values())
    parts += [f"{others} left out, of documents that are not here"] if others else []
    if others and not sum(found.values()):
        return f"Nothing was taken in: {parts[-1]}."
    said = [f"{_things(found)}: {', '.join(parts)}"] if parts else []
    said += [f"{count} {table if count > 1 else table[:-1]} {word}" for table, word, count in _beside(report.fates)]
    return f"{'Would be taken in: ' if dry else ''}{'; '.join(said) or 'nothing that is not here already'}."


def _things(found: dict[str, int]) -> str:
    count = sum(found.values())
    return "1 annotation" if count == 1 else f"{count} annotations"


def _beside(fates: Fates) -> Iterator[tuple[str, str, int]]:
    """Yield what else came: (table, word, count)."""
    for table in ("documents", "tags", "memos", "bookmarks"):
        for fate in ("new", "changed"):
            if count := fates[table, fate]:
                yield table, fate, count
