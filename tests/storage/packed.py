"""A library with documents here and there, and its pack."""

import zipfile
from pathlib import Path

from storage import packing, unpacking
from storage.checking import quiet
from storage.library import Library
from tests.storage.making import content

WORDS = {
    "articles/fox.txt": "The quick brown fox jumps over the lazy dog.",
    "articles/fox.md": "# A fox\n\nIt has a title, and *emphasis*.",
    "hen.txt": "A hen in the yard.",
    "../outside/cow.txt": "A cow outside.",
    "../outside/hen.txt": "Another hen, outside.",
    "ünïcode 🦊.txt": "Odd names are names.",
}

Member = tuple[zipfile.ZipInfo, bytes]
"""A member of an archive, and what is in it."""


class Shelf:
    """A library of documents beneath it and elsewhere, each with an annotation."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.state = folder / "home", folder / "state"
        self.file = self.folder / "library.json"
        with self.open() as library:
            for name, words in WORDS.items():
                path = self.folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(words)
                document = library.add(path.resolve())[0]
                text = library.text(document)
                library.annotate(document.uuid, [(2, 5)], tags=["kind/animal"], note=f"in {name}", text=text)
            self.content = content(library)

    def open(self) -> Library:
        return Library.open(self.file, state=self.state)

    def pack(self, name: str = "pack.zip") -> Path:
        target = self.folder.parent / name
        with self.open() as library:
            packing.pack(library, target, quiet)
        return target


def unpacked(archive: Path, folder: Path) -> Library:
    unpacking.unpack(archive, folder / "new.json", folder / "state", quiet)
    return Library.open(folder / "new.json", state=folder / "state")
