"""The keyboard's part of the benchmark: keys that act, panels and long lists, against a page of the floor.

The text is made here, 4.3 MB of common words, and holds 10,000 highlights; 90,000 more lie in other documents, and the
codebook has 5,000 tags. The panel of the keys that can follow is off.
"""

from __future__ import annotations

import random
import re
import shlex
import shutil
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tinydb.table import Document

from storage import identity, passages, readers, records
from storage.fulltext.keeping import open_index, update
from storage.library import Library
from storage.model import Annotation
from storage.text import Text
from tests.bench.inputs import ROOT
from tests.bench.pairs import Both, Peer, loaded, running
from tests.bench.screens import Row, command

WORDS = ("the", "of", "and", "president", "country", "people", "river", "stone", "light", "under", "word", "letter")
LENGTH = 4_300_000
SIZE = (100, 30)
HERE, ELSEWHERE, DOCUMENTS, TAGS = 10_000, 90_000, 90, 5_000
_BACK = "\x7f"

KEYS: dict[str, tuple[list[str], list[str], float]] = {
    "page": (["gg"], ["<space>"], 1.5),
    "highlight/undo a highlight": (["gg", ")", ")"], ["<enter>", "u"], 1.5),
    "tag again/undo a tag": (["t", "tag 7", "<enter>", ")"], [".", "u"], 1.5),
    "colour/undo a colour": (["gg", "J"], ["cg", "u"], 1.5),
    "hints/land": (["gg"], ["f", "a"], 2.0),
    "open the picker/esc": ([], ["t", "<esc>"], 6.0),
    "type in the picker/back": (["t"], ["a", _BACK], 2.0),
    "type in find/back": (["<esc>", "/"], ["w", _BACK], 2.0),
    "row of the sidebar/back": (["<esc>", "S"], ["j", "k"], 3.0),
    "type in the sidebar's filter/back": (["/"], ["w", _BACK], 3.0),
    "row of all annotations/back": (["<esc>", "<esc>", "ga"], ["j", "k"], 3.0),
    "type in the filter of all/back": (["/"], ["w", _BACK], 3.0),
    "type in the codebook's filter/back": (["<esc>", "<esc>", "T", "/"], ["1", _BACK], 3.0),
    "type in the library search/back": (["<esc>", "<esc>", "g/", "w"], ["o", _BACK], 3.0),
    "type in the concordance, its first lines/back": (["<esc>", "<esc>", "gk", "w"], ["o", _BACK], 3.0),
    "type in the review/back": (["<esc>", "<esc>", "gw", "w"], ["o", _BACK], 3.0),
}
"""What is pressed before, what is measured in turn, and how many times a page of the floor it may take."""
_FILLING = {"type in the concordance, its first lines/back"}
"""Lists of tens of thousands of lines, which go on filling."""

_NOT_COUNTED = {"esc", "back", "land"}


def _sentences(rng: random.Random, count: int) -> str:
    return " ".join(" ".join(rng.choices(WORDS, k=12)).capitalize() + "." for _ in range(count))


def text(folder: Path, name: str, size: int, seed: int) -> Path:
    """Write a text of about `size` characters."""
    rng, made, path = random.Random(seed), 0, folder / name
    with path.open("w") as file:
        while made < size:
            made += file.write(f"{_sentences(rng, rng.randint(2, 8))}\n\n")
    return path


def _highlights(document: str, string: Text, count: int, tags: list[str]) -> Iterator[Document]:
    step = len(string) // count
    for n in range(count):
        made = Annotation(identity.new_uuid(), document, tags=(tags[n % len(tags)],), created=identity.now())
        placed = passages.placed(made, string, [(n * step, n * step + 60)])
        yield Document(records.annotation_record(placed), doc_id=int(identity.doc_id(made.uuid)))


def library(folder: Path, documents: int = DOCUMENTS) -> None:
    """Make the library in `folder`, with its texts, and with so many other documents that have highlights too."""
    big = text(folder, "big.txt", LENGTH, 0)
    others = [text(folder, f"other-{n}.txt", 120_000, n) for n in range(1, documents + 1)]
    with Library.open(folder / "library.json", state=folder / "state") as made:
        with made.step("tags"):
            for n in range(TAGS):
                made.ensure_tag(f"group {n % 50}/tag {n}")
        tags = [tag.uuid for tag in made.tags()]
        for path, count in [(big, HERE), *((other, ELSEWHERE // DOCUMENTS) for other in others)]:
            document, string = made.add(path)[0], readers.read(path)
            made.db.table("annotations").insert_multiple(_highlights(document.uuid, string, count, tags))
    shutil.rmtree(folder / "state", ignore_errors=True)


def _kept(inputs: Path) -> Path:
    """Return the folder of the library, which is made once: that takes minutes."""
    folder = inputs / "keys"
    if not (folder / "library.json").exists():
        making = inputs / "keys being made"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        library(making)
        shutil.rmtree(folder, ignore_errors=True)
        making.rename(folder)
    return folder


def measure(stick: Path, inputs: Path, work: Path, presses: int) -> Iterator[Row]:
    """Yield a row for each key that is measured, at 100x30."""
    kept, folder = _kept(inputs), work / "keys"
    folder.mkdir()
    shutil.copy(kept / "library.json", folder)
    shutil.copytree(kept / "library.texts", folder / "library.texts")
    with Library.open(folder / "library.json", state=folder / "state") as made, closing(open_index(made)) as index:
        deque(update(made, index), 0)  # what would else be done while keys are pressed
    big = kept / "big.txt"
    settings = folder / "config.toml"
    settings.write_text("which_key = 0\n")
    floor = Peer([sys.executable, str(stick / "floors" / "floor.py"), str(big)], [b"q"], {})
    words = [*shlex.split(command()), "--library", str(folder / "library.json"), str(big)]
    ours = Peer(words, [b"\x1b\x1bq"], {"PYTHONPATH": str(ROOT), "MANICULA_CONFIG": str(settings)})
    module, ready = loaded(stick), re.compile(re.escape(big.read_text()[36:64]))
    with running(module, floor, SIZE, folder) as one, running(module, ours, SIZE, folder) as other:
        both = Both(module, one, other, ready)
        for name, (before, press, bar) in KEYS.items():
            both.go(before)
            found = both.measured(press, presses, first=name in _FILLING)
            parts = name.split("/") if len(press) > 1 else [name]
            for part, key in zip(parts, press, strict=True):
                if part not in _NOT_COUNTED:
                    yield Row.of(part, found.get(key), bar)
