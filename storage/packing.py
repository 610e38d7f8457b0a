"""Packing: a library, its texts and the files of its documents into one zip file (see `storage.packs`)."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from storage import base, codec, files, meta, packs, paths
from storage.checking.texts import needed
from storage.errors import DocumentError, ManiculaError, UsageError
from storage.exchange import spare_library
from storage.exchange.destination import ExistsError, refuse_existing, safe_stem
from storage.readers import read_bytes
from storage.rows import Rows

if TYPE_CHECKING:
    from storage.codec import Tables
    from storage.library import Library
    from storage.model import Document

Progress = Callable[[str, int, int], None]
"""Told what is being packed, how many of it have been, and how many there are."""

_WORTH = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)
_REGULAR = 0o100600


class Packed(NamedTuple):
    """What is in a pack; `missing` are the documents whose file is not there, or cannot be read."""

    documents: int
    annotations: int
    texts: int
    originals: int
    missing: list[Document]


def pack(library: Library, target: Path, progress: Progress, *, force: bool = False) -> Packed:
    """Pack `library` into the new file `target`; `force` replaces one that is there.

    Raises ExistsError, UsageError where there is no such folder, ManiculaError where it cannot be written.
    """
    spare_library(library, target)
    if not force:
        refuse_existing([target])
    store = library.store
    store.complete()
    with store.exclusive():
        store.look()
        tables = {name: table.copy() for name, table in store.tables.items() if isinstance(table, Rows)}
    try:
        with files.whole(target, force=force) as file, ZipFile(file, "w") as archive:
            return _Packing(library, dict(tables), archive, progress).run()
    except FileExistsError:
        raise ExistsError(target) from None
    except FileNotFoundError as error:
        raise UsageError(f"{target} cannot be written: its folder does not exist.") from error
    except OSError as error:
        raise ManiculaError(f"{target} cannot be written: {error.strerror or error}. {files.remedy(error)}") from error


class _Packing:
    """One pack being made of `tables`."""

    def __init__(self, library: Library, tables: Tables, archive: ZipFile, progress: Progress) -> None:
        self._library = library
        self._tables = tables
        self._archive = archive
        self._progress = progress
        self._missing: list[Document] = []

    def run(self) -> Packed:
        """Add everything in order."""
        self._add(packs.LIBRARY, self._base())
        texts = self._add_texts()
        owners = self._add_originals()
        uuid = meta.uuid_of(self._tables)
        manifest = {"format": packs.FORMAT, "version": packs.VERSION, "library": uuid, "originals": owners}
        self._add(packs.MANIFEST, codec.canonical(manifest))
        documents, annotations = (len(self._tables.get(name, ())) for name in ("documents", "annotations"))
        return Packed(documents, annotations, texts, len(owners), self._missing)

    def _base(self) -> bytes:
        """Return the library's file: of no journals, and with an id made of what it knows, so the same each time."""
        key, record = meta.of(self._tables) or meta.made()
        record = {name: value for name, value in record.items() if name not in {"base", "previous", "folded", "body"}}
        number = f"{zlib.crc32(codec.canonical(record)):016x}"
        return base.written(self._tables, (key, {**record, "base": number, "previous": "", "folded": {}}))

    def _add_texts(self) -> int:
        snapshots = self._library.snapshots
        known = {version for document in self._library.documents() for version in document.texts}
        found = sorted(version for version in known.union(needed(self._tables)) if snapshots.has(version))
        for number, version in enumerate(found):
            self._progress("texts", number, len(found))
            self._add(f"{packs.TEXTS}{version}.text", snapshots.file(version).read_bytes(), stored=True)
        return len(found)

    def _add_originals(self) -> dict[str, str]:
        """Add the documents' files; return whose each name is."""
        names = packs.Names()
        found: dict[str, tuple[Document, Path]] = {}
        for document in self._library.documents():
            path = self._library.find_file(document)
            if path is None:
                self._missing.append(document)
            else:
                found[_name(paths.stored(path, self._library.folder), document, names)] = document, path
        owners = {}
        for number, (name, (document, path)) in enumerate(sorted(found.items())):
            self._progress("documents", number, len(found))
            try:
                self._add(f"{packs.ORIGINALS}{name}", read_bytes(path))
                owners[f"{packs.ORIGINALS}{name}"] = document.uuid
            except DocumentError:
                self._missing.append(document)
        return owners

    def _add(self, name: str, data: bytes, *, stored: bool = False) -> None:
        info = ZipInfo(name, _EPOCH)
        info.create_system, info.external_attr = 3, _REGULAR << 16
        info.compress_type = ZIP_STORED if stored or _shrinks_too_much(data) else ZIP_DEFLATED
        self._archive.writestr(info, data)


def _shrinks_too_much(data: bytes) -> bool:
    """Tell whether unpacking would take such data, compressed, for a bomb."""
    return len(data) > _WORTH and len(zlib.compress(data, 1)) * packs.RATIO // 2 < len(data)


def _name(stored: str, document: Document, names: packs.Names) -> str:
    """Return the name of a document's file in the pack: the path that is recorded, if it is one beneath the library."""
    if packs.is_safe(stored) and names.take(stored):
        return stored
    stem, dot, suffix = stored.rpartition("/")[2].rpartition(".")
    plain = safe_stem(stem if dot else suffix) + (f".{safe_stem(suffix)}" if dot else "")
    places = (f"elsewhere/{document.uuid[:8]}{f' {number}' if number else ''}/{plain}" for number in count())
    return next(filter(names.take, places))
