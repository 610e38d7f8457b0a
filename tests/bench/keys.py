"""The keyboard's part of the benchmark: keys that act, panels and long lists, against a page of the floor.

The text is made here, 4.3 MB of common words, and holds 10,000 highlights; 90,000 more lie in other documents, and the
codebook has 5,000 tags. The panel of the keys that can follow is off.
"""

from __future__ import annotations

import json
import random
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tinydb.table import Document

from storage import identity, passages, readers, records
from storage.library import Library
from storage.model import Annotation
from storage.text import Text
from tests.bench.inputs import ROOT
from tests.bench.screens import Row, command

WORDS = ("the", "of", "and", "president", "country", "people", "river", "stone", "light", "under", "word", "letter")
SIZE = 4_300_000
HERE, ELSEWHERE, DOCUMENTS, TAGS = 10_000, 90_000, 90, 5_000
_QUIET = 0.06
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
}
"""What is pressed before, what is measured in turn, and how many times a page of the floor it may take."""
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


def library(folder: Path) -> None:
    """Make the library in `folder`, with its texts."""
    big = text(folder, "big.txt", SIZE, 0)
    others = [text(folder, f"other-{n}.txt", 120_000, n) for n in range(1, DOCUMENTS + 1)]
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


def measure(stick: Path, inputs: Path, work: Path, presses: str) -> dict[str, dict[str, Any]]:
    """Run the harness once over the floor and Manicula at 100x30; return what was measured of each."""
    kept, folder = _kept(inputs), work / "keys"
    folder.mkdir()
    shutil.copy(kept / "library.json", folder)
    shutil.copytree(kept / "library.texts", folder / "library.texts")
    big = kept / "big.txt"
    settings = folder / "config.toml"
    settings.write_text("which_key = 0\n")
    floor = {
        "name": "floor",
        "command": f"{shlex.quote(sys.executable)} {shlex.quote(str(stick / 'floors' / 'floor.py'))} {{input}}",
        "quiet": _QUIET,
        "keys": {"page": "<space>"},
    }
    ours = {
        "name": "manicula",
        "command": f"{command()} --library {shlex.quote(str(folder / 'library.json'))} {{input}}",
        "env": {"PYTHONPATH": str(ROOT), "MANICULA_CONFIG": str(settings)},
        "quiet": _QUIET,
        "keys": {name: {"before": before, "press": press} for name, (before, press, _) in KEYS.items()},
    }
    texts = [{"name": "big.txt", "path": str(big), "ready_text": big.read_text()[:24]}]
    peers, out = work / "keys.json", work / "keys.jsonl"
    peers.write_text(json.dumps({"inputs": texts, "peers": [floor, ours]}))
    words = [sys.executable, str(stick / "tui_bench.py"), str(peers), "--out", str(out), "--size", "100x30"]
    subprocess.run([*words, "--starts", "1", "--presses", presses], check=True, stdout=subprocess.DEVNULL)
    found = [json.loads(line) for line in out.read_text().splitlines()]
    return {line["peer"]: line for line in found}


def rows(results: dict[str, dict[str, Any]]) -> Iterator[Row]:
    """Yield a row for each key that is measured."""
    floor = results.get("floor", {}).get("keys", {}).get("page", {}).get("median")
    ours = results.get("manicula", {}).get("keys", {})
    for name, (_, press, bar) in KEYS.items():
        parts = name.split("/") if len(press) > 1 else [name]
        for part in parts:
            if part not in _NOT_COUNTED:
                yield Row(part, ours.get(part, {}).get("median"), floor, bar)
