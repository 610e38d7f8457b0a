"""Documents that are zip archives of XML (EPUB, DOCX, ODT): reading their parts with bounds, and parsing them safely.

Nothing is written to the disk and no name in an archive is taken for a path of this system, so that a part can lie
nowhere but in the archive. Sizes are counted while unpacking; what an archive says of them is not believed.
"""

from __future__ import annotations

import lzma
import zlib
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from lxml import etree

from storage.errors import DocumentError
from storage.text import INSIDE
from storage.visible import one_line

UNPACKED = 512 * 1024 * 1024
"""Bytes that may be unpacked of one archive."""
PART = 96 * 1024 * 1024
"""Bytes that one part may have."""
PARTS = 20_000
"""Parts that an archive may have."""

_PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False, "recover": True, "huge_tree": True}
_CUT = frozenset({"ERR_RESOURCE_LIMIT", "ERR_TAG_NOT_FINISHED"})
_INCOMPLETE = "The file is incomplete or damaged: what follows the damage is left out."


class Archive:
    """The zip archive in `data`. Raises DocumentError, naming the file, when there is none, or a bomb in it."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self._left = UNPACKED
        try:
            self._zip = ZipFile(BytesIO(data))
        except (BadZipFile, ValueError, EOFError, NotImplementedError, OSError):
            raise self.damaged() from None
        if len(self._zip.filelist) > PARTS:
            raise self.refused(f"has {len(self._zip.filelist):,} parts")
        self.parts = frozenset(self._zip.namelist())

    def read(self, part: str) -> bytes | None:
        """Return the bytes of a part; None where it is missing or damaged. Raises DocumentError for too many."""
        if part not in self.parts:
            return None
        most = min(PART, self._left)
        try:
            with self._zip.open(part) as file:
                data = file.read(most + 1)
        except (BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, NotImplementedError, OSError):
            return None
        except RuntimeError:
            raise DocumentError(f"{one_line(self.name)} is locked with a password. Save it without one.") from None
        if len(data) > most:
            raise self.refused("holds more than it says")
        self._left -= len(data)
        return data

    def sums(self) -> dict[tuple[int, int], str]:
        """Return the parts by their size and CRC-32, as the archive says them."""
        return {(info.file_size, info.CRC): info.filename for info in self._zip.filelist}

    def xml(self, part: str, warnings: list[str] | None = None) -> Any:  # noqa: ANN401  # an element of lxml, which has no types
        """Return the root of a part that is XML; None where it is missing, damaged or has no root."""
        data = self.read(part)
        return parse_xml(data, warnings) if data else None

    def damaged(self) -> DocumentError:
        """Return the error for an archive that cannot be read."""
        return DocumentError(f"{one_line(self.name)} is damaged. Get it again, or save it anew in its own program.")

    def refused(self, why: str) -> DocumentError:
        """Return the error for an archive that would take too much to read."""
        return DocumentError(f"{one_line(self.name)} {why}: that is too much to be read safely. Save it anew.")


def picture(data: bytes, name: str, target: str) -> bytes:
    """Return the picture that a span with `target` stands for, from the archive in `data`. Raises DocumentError."""
    part = target.removeprefix(INSIDE)
    found = Archive(data, name).read(part)
    if found is None:
        raise DocumentError(f"{one_line(part)} is missing in {one_line(name)}, or damaged.")
    return found


def parse_xml(data: bytes, warnings: list[str] | None = None) -> Any:  # noqa: ANN401  # the same
    """Return the root of XML, read without entities, networks and document types; None where there is none.

    It may be as large and as deep as libxml2 reads at all. Where not all of it could be read, `warnings` gets a word.
    """
    parser = etree.XMLParser(**_PARSER)
    try:
        root = etree.fromstring(data, parser)  # the parser is the safe one
    except etree.XMLSyntaxError:
        return None
    if warnings is not None and any(entry.type_name in _CUT for entry in parser.error_log):
        warnings.append(_INCOMPLETE)
    return root


def local(node: Any) -> str:  # noqa: ANN401  # the same
    """Return an element's name without its namespace; nothing for comments, entities and instructions."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def attribute(node: Any, name: str) -> str:  # noqa: ANN401  # the same
    """Return an attribute by its name without namespace."""
    for key, value in node.attrib.items():
        if key == name or key.endswith(f"}}{name}"):
            return str(value)
    return ""
