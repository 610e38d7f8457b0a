"""A whole project of REFI-QDA (`.qdpx`, standard 1.5 of 2019): texts, codes, selections, notes, variables; and back.

The file is a zip archive with ``project.qde`` and the texts in ``sources/``; the bare project comes in too. Names in
the archive are compared without regard to case, and none of them is taken for a path.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TextIO
from urllib.parse import unquote

from storage.errors import DocumentError
from storage.exchange.parcel import line
from storage.exchange.projectparts import SPACE

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from storage.exchange.entry import Collection
    from storage.exchange.parcel import Parcel
    from storage.exchange.sample import Sample

__all__ = ["dump", "load", "recognises"]

PROJECT = "project.qde"

DEEPEST = 100
"""How deep a project may be nested."""

_SPACES = re.compile(rb"urn:QDA-XML:project:[0-9][0-9.:]*(?=[\"'])")
"""The namespace, and those of its drafts, which some programs still write."""

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def dump(collection: Collection, out: TextIO) -> None:
    """Write `collection` to what lies beneath `out`. Raises UsageError where that takes text alone."""
    import zipfile  # noqa: PLC0415  # imported when first used
    from tempfile import SpooledTemporaryFile  # noqa: PLC0415  # the same

    from storage.exchange.destination import archived  # noqa: PLC0415  # the same
    from storage.exchange.projectwriting import LARGE, Store, Writing  # noqa: PLC0415  # the same

    with (
        archived(out) as target,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
        SpooledTemporaryFile(LARGE) as aside,
        Writing(collection, archive, Store()) as writing,
    ):
        writing.run(aside)
        aside.seek(0)
        info = zipfile.ZipInfo(PROJECT, _EPOCH)
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w", force_zip64=True) as whole:
            while piece := aside.read(1 << 20):
                whole.write(piece)


def recognises(sample: Sample) -> bool:
    """Tell whether a file is an archive that holds a project, or the project alone."""
    if sample.data.startswith((_ZIP, _EMPTY_ZIP)):
        return sample.suffix == ".qdpx" or PROJECT.encode() in sample.data[-(1 << 20) :].lower()
    return _SPACES.search(sample.data[: 1 << 16]) is not None


def load(sample: Sample) -> Parcel:
    """Return what a project holds. Raises DocumentError when it is none, is damaged, or would take too much."""
    from storage.exchange.codebook import parsed  # noqa: PLC0415  # imported when first used
    from storage.exchange.projectreading import Reading  # noqa: PLC0415  # the same

    files = _Files(sample)
    root = parsed(_SPACES.sub(SPACE.encode(), files.project()), sample.path)
    if root.tag != f"{{{SPACE}}}Project":
        raise DocumentError(f"{sample.path} is no project of REFI-QDA.")
    if _depth(root) > DEEPEST:
        raise DocumentError(f"{sample.path} is nested too deeply to be read.")
    parcel = Reading(root, files.text).parcel()
    parcel.problems.extend(files.problems)
    if left := files.left():
        others = "1 other file" if left == 1 else f"{left} other files"
        parcel.problems.append(
            f"{others} in it (pictures, sound, films, formatted texts) are not kept or written back: keep the archive."
        )
    return parcel


def _depth(root: Element) -> int:
    """Return how deep an element is nested."""
    depth, level = 0, [root]
    while level:
        depth, level = depth + 1, [child for each in level for child in each]
    return depth


class _Files:
    """The files of a project, by their names in small letters."""

    def __init__(self, sample: Sample) -> None:
        from storage.readers.archive import Archive  # noqa: PLC0415  # imported when first used

        self._sample = sample
        self.problems: list[str] = []
        zipped = sample.data.startswith((_ZIP, _EMPTY_ZIP))
        self._archive = Archive(sample.data, str(sample.path)) if zipped else None
        self._names = {name.lower(): name for name in sorted(self._archive.parts)} if self._archive else {}
        self._taken: set[str] = set()

    def left(self) -> int:
        """Return how many files of it nobody asked for."""
        return sum(not name.endswith("/") for name in {*self._names.values()} - self._taken)

    def project(self) -> bytes:
        """Return the project itself. Raises DocumentError."""
        if self._archive is None:
            return self._sample.data
        name = self._names.get(PROJECT) or next((name for low, name in self._names.items() if low.endswith(".qde")), "")
        self._taken.add(name)
        data = self._archive.read(name) if name else None
        if data is None:
            raise DocumentError(f"{self._sample.path} has no project.qde in it that can be read.")
        return data

    def text(self, path: str) -> str | None:
        """Return the text of a file inside the project; None where there is none, or it lies elsewhere."""
        if self._archive is None or not path.lower().startswith("internal://"):
            return None
        name = self._names.get(f"sources/{unquote(path[len('internal://') :]).lower()}", "")
        self._taken.add(name)
        data = self._archive.read(name) if name else None
        if data is None:
            return None
        encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            self.problems.append(f"The text {line(path)} is not in UTF-8; some characters of it are lost.")
        return data.decode(encoding, "replace")
