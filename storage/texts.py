"""Snapshots: the whole text of every document ever opened, so that it can be read after its file moved or is gone."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

from storage import files
from storage.errors import DocumentError
from storage.text import Block, Meta, Section, Span, Text


class Snapshots:
    """The snapshots in `folder`, one file for each version, called by the hash of its string."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _file(self, version: str) -> Path:
        return self.folder / f"{version}.text"

    def has(self, version: str) -> bool:
        """Tell whether there is a snapshot of the text with this hash."""
        return self._file(version).is_file()

    def save(self, text: Text) -> None:
        """Keep `text`. Raises OSError."""
        files.make_folder(self.folder)
        whole = [
            text.string,
            list(text.blocks),
            text.spans,
            text.sections,
            text.meta,
            text.fill,
            text.reader,
            text.file_hash,
        ]
        files.replace(self._file(text.hash), [zlib.compress(json.dumps(whole).encode())])

    def load(self, version: str) -> Text:
        """Return the text with this hash. Raises DocumentError when it is damaged or not there."""
        try:
            whole = json.loads(zlib.decompress(self._file(version).read_bytes()))
        except (OSError, ValueError, zlib.error):
            raise DocumentError(f"The snapshot {self._file(version)} is damaged.") from None
        string, blocks, spans, sections, meta, fill, reader, file_hash = whole
        return Text(
            string,
            [Block(*block) for block in blocks],
            [Span(*span) for span in spans],
            [Section(*section) for section in sections],
            meta=Meta(meta[0], tuple(meta[1]), *meta[2:]),
            fill=fill,
            reader=reader,
            file_hash=file_hash,
        )
