"""Unpacking what `storage.packing` packed, into an empty place.

A zip file may come from anybody, so nothing of it is believed: names, sizes and kinds of what is in it are looked at
before anything is written, and sizes and checksums again while it is.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from storage import base, files, journal, meta, migrations, packs
from storage.codec import Tables
from storage.errors import ManiculaError, UsageError
from storage.readers import LIMIT
from storage.texts import NAME

Progress = Callable[[str, int, int], None]
"""Told what is being unpacked, how many of it have been, and how many there are."""

MOST = 200_000
"""Members a pack may have."""

LARGEST = {packs.MANIFEST: 256 << 20, packs.LIBRARY: 2 << 30, packs.TEXTS: 1 << 30, packs.ORIGINALS: LIMIT}
"""Bytes that a member may have, by what its name begins with."""

LARGEST_PACK = 16 << 30
"""Bytes that all members may have together; and not more than `packs.RATIO` times the zip file, if they are many."""

_SMALL = 64 << 20
_CHUNK = 1 << 20


class PackError(ManiculaError):
    """A file that is no pack, is damaged, or holds what no pack does."""


class Unpacked(NamedTuple):
    """What was unpacked."""

    documents: int
    annotations: int
    texts: int
    originals: int


def unpack(archive: Path, target: Path, state: Path, progress: Progress) -> Unpacked:
    """Unpack the file `archive` so that its library is `target`; its texts and documents lie beside it then.

    Documents that were packed are found where they lie now. Raises PackError, UsageError where something is in the way,
    ManiculaError where it cannot be written; then nothing is left behind.
    """
    target = target.expanduser().absolute()
    _refuse_full(target)
    try:
        with ZipFile(archive) as opened:
            manifest = _Unpacking(archive, opened, progress).run(target)
    except (BadZipFile, NotImplementedError):
        raise PackError(f"{archive} is no pack of Manicula, or is damaged.") from None
    except OSError as error:
        name, reason = error.filename or target, error.strerror or error
        raise ManiculaError(f"{name} cannot be read or written: {reason}. Nothing was unpacked.") from error
    return _settle(target, state, manifest)


def _refuse_full(target: Path) -> None:
    texts, originals = _texts_of(target), _originals_of(target)
    for path in (target, texts, originals, *journal.beside(target)):
        if os.path.lexists(path):
            raise UsageError(
                f"{path} is there already, and nothing is written over: give another place with --library."
            )


def _texts_of(target: Path) -> Path:
    return target.with_name(f"{target.stem}.texts")


def _originals_of(target: Path) -> Path:
    return target.with_name(f"{target.stem}.originals")


class _Unpacking:
    """One pack being unpacked."""

    def __init__(self, archive: Path, opened: ZipFile, progress: Progress) -> None:
        self._archive = archive
        self._opened = opened
        self._progress = progress
        self._members = self._examined()

    def run(self, target: Path) -> dict[str, str]:
        """Unpack it, and return whose file each original is: name -> uuid of the document."""
        manifest = self._manifest()
        staging = target.with_name(f".{target.name}.{os.urandom(4).hex()}{files.TEMPORARY}")
        files.make_folder(staging)
        try:
            self._extract(staging)
            self._examine_library(staging / packs.LIBRARY, manifest)
            _place(staging, target)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        return manifest

    def _examined(self) -> dict[str, ZipInfo]:
        """Return the members by name; raise PackError for any that no pack has."""
        infos, names = self._opened.infolist(), packs.Names()
        if len(infos) > MOST:
            raise PackError(f"{self._archive} has {len(infos)} files in it; a pack has at most {MOST}.")
        for info in infos:
            if wrong := _fault(info) or ("" if names.take(info.filename) else "another one has the same name"):
                raise PackError(f"{self._archive} was not unpacked, because of {_shown(info)} in it: {wrong}.")
        total, size = sum(info.file_size for info in infos), self._archive.stat().st_size
        if total > LARGEST_PACK or total > max(_SMALL, size * packs.RATIO):
            raise PackError(f"{self._archive} was not unpacked: it would become {total:,} bytes, and has {size:,}.")
        return {info.filename: info for info in infos}

    def _manifest(self) -> dict[str, str]:
        if not {packs.MANIFEST, packs.LIBRARY} <= self._members.keys():
            raise PackError(f"{self._archive} is no pack of Manicula: it has no {packs.MANIFEST} and {packs.LIBRARY}.")
        try:
            found = json.loads(b"".join(self._chunks(self._members[packs.MANIFEST])))
            known = (found["format"], found["version"]) == (packs.FORMAT, packs.VERSION)
            owners = {name: str(uuid) for name, uuid in found["originals"].items() if name in self._members}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise PackError(f"{self._archive} is damaged: its {packs.MANIFEST} cannot be understood.") from None
        if not known:
            raise PackError(f"{self._archive} is a pack of another version of Manicula; update Manicula to unpack it.")
        return owners

    def _chunks(self, info: ZipInfo) -> Iterator[bytes]:
        """Yield what a member holds, and not a byte more than it said."""
        left = info.file_size
        try:
            with self._opened.open(info) as member:
                while chunk := member.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        break
                    yield chunk
        except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            left = -1
        if left:
            raise PackError(f"{self._archive} is damaged, or lies about the size of {_shown(info)}.")

    def _extract(self, staging: Path) -> None:
        folders = {staging}
        for number, (name, info) in enumerate(self._members.items()):
            self._progress("files", number, len(self._members))
            if name != packs.MANIFEST:
                path = staging / name
                files.make_folder(path.parent)
                folders.update(each for each in path.parents if staging in each.parents)
                files.write_new(path, self._chunks(info))
        for folder in folders:
            files.sync_folder(folder)

    def _examine_library(self, path: Path, manifest: dict[str, str]) -> None:
        """Raise PackError unless this is a library, as a fold writes it, that has the documents of the manifest."""
        tables: Tables = {}
        intact = False
        with suppress(ValueError):
            tables, intact = base.read(path.read_bytes())
        if migrations.version_of(tables) > migrations.SCHEMA_VERSION:
            raise PackError(f"{self._archive} was packed by a newer Manicula; update Manicula to unpack it.")
        known = {record.get("uuid") for record in tables.get("documents", {}).values()}
        if not intact or not meta.of(tables) or not known.issuperset(manifest.values()):
            raise PackError(f"{self._archive} is damaged: its {packs.LIBRARY} is not as it was packed.")


def _fault(info: ZipInfo) -> str:
    """Return what is wrong with a member; nothing where it is one of a pack."""
    mode, name = info.external_attr >> 16, info.filename
    kind = next((kind for kind in LARGEST if name == kind or (kind.endswith("/") and name.startswith(kind))), None)
    if info.orig_filename != name or not packs.is_safe(name):
        return "its name could lead elsewhere"
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        return "it is a link, a folder or a device, and no file"
    if kind is None or (kind == packs.TEXTS and not NAME.fullmatch(name.removeprefix(kind))):
        return "no pack has such a file"
    if info.flag_bits & 1 or info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        return "it is encrypted, or compressed in a way that packs are not"
    if info.file_size > LARGEST[kind]:
        return f"it has {info.file_size:,} bytes, and may have {LARGEST[kind]:,}"
    return ""


def _shown(info: ZipInfo) -> str:
    from storage.visible import one_line  # noqa: PLC0415  # only an error needs it

    return one_line(info.orig_filename) or "a file without a name"


def _place(staging: Path, target: Path) -> None:
    """Give everything its name, the library last: where it is, all of it is. Raises OSError; then nothing is there."""
    placed: list[tuple[Path, Path]] = []
    try:
        for name, place in ((packs.TEXTS, _texts_of(target)), (packs.ORIGINALS, _originals_of(target))):
            if (staging / name).is_dir():
                placed.append(((staging / name), (staging / name).rename(place)))
        files.take_new_place(staging / packs.LIBRARY, target)
    except OSError:
        for was, place in placed:
            place.rename(was)
        raise


def _settle(target: Path, state: Path, manifest: dict[str, str]) -> Unpacked:
    """Have the documents know where they lie now; where they lay before stays known, for a merge with that copy."""
    from storage.library import Library  # noqa: PLC0415  # imported when first used

    owners = {uuid: _originals_of(target) / name.removeprefix(packs.ORIGINALS) for name, uuid in manifest.items()}
    with Library.open(target, state=state) as library:
        with library.step(""):
            for document in library.documents():
                if document.uuid in owners:
                    library.add_path(document.uuid, owners[document.uuid])
        texts = sum(1 for _ in library.snapshots.folder.glob("*.text"))
        return Unpacked(
            len(library.documents()), len(library.store.tables.get("annotations", ())), texts, len(manifest)
        )
