"""``python -m tests.bench.opening``: what a library of 100,000 annotations costs when it is opened. Run by hand.

On the screen, first text against an empty library, by the measuring stick ``../shared/bench/tui_bench.py``; in one
process, opening against parsing the same file with orjson, the longest slice in which the rest is read, memory, and how
long a fold holds the interpreter.
"""

from __future__ import annotations

import gc
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

import psutil

from storage import identity, records
from storage.library import Library
from storage.model import Annotation, Document, Range
from tests.bench.inputs import ROOT, SkippedError, measuring_stick
from tests.bench.screens import Row, command

COUNT = 100_000
_A_DOCUMENT = 200
_FRAME = 1000 / 60
_WORDS = ("the", "of", "and", "to", "in", "a", "is", "that", "for", "it", "as", "was", "with", "be", "by", "on", "not")
_SEED = "000_79abe80ec42c10f0.txt"


def filled(folder: Path, count: int = COUNT) -> Path:
    """Make ``folder/library.json`` with the seed and `count` annotations in other documents; return it."""
    rng = random.Random(1)
    path = folder / "library.json"
    with Library.open(path, state=folder / "state") as library:
        library.add(ROOT / "seeds" / _SEED)
        with library.step(""):
            tags = [library.ensure_tag(f"topic/{number}").uuid for number in range(50)]
            for number in range(max(1, count // _A_DOCUMENT)):
                _document(library, number, tags, rng)
    return path


def _document(library: Library, number: int, tags: list[str], rng: random.Random) -> None:
    text = f"{number:064x}"
    document = Document(identity.new_uuid(), f"Document {number}", texts=(text,), paths=(f"/nowhere/{number}.txt",))
    library._put("documents", records.plain_record(document))
    for _ in range(_A_DOCUMENT):
        start = rng.randrange(400_000)
        made = Annotation(
            uuid=identity.new_uuid(),
            document=document.uuid,
            ranges=(Range(start, start + 120),),
            exact=_text(rng, 120),
            prefix=_text(rng, 32),
            suffix=_text(rng, 32),
            text=text,
            reader="plain/1",
            tags=tuple(rng.sample(tags, rng.randrange(3))),
            note=_text(rng, rng.choice([0, 0, 40, 160])),
            created=identity.now(),
        )
        library._put("annotations", records.annotation_record(made))


def _text(rng: random.Random, length: int) -> str:
    return " ".join(rng.choices(_WORDS, k=length // 3 + 1))[:length]


def in_process(path: Path) -> Iterator[Row]:
    """Yield what opening costs in this process."""
    import orjson  # noqa: PLC0415  # not before memory is measured

    data, state = path.read_bytes(), path.parent / "state"
    gc.disable()
    parsing = min(_timed(lambda: orjson.loads(data)) for _ in range(3))
    opening = min(_timed(lambda: _first(path, state)) for _ in range(3))
    yield Row(f"opening {COUNT:,} annotations, against orjson", opening, parsing, 1.6)
    import textual.app  # noqa: F401, PLC0415  # as on the screen, where much of what others import is there already

    library = Library.open(path, state=state, gradual=True)
    gc.freeze()
    gc.enable()
    slices = list(_slices(library))
    yield Row("longest slice of reading the rest, against a frame", max(slices), _FRAME, 1.0)
    yield Row("fold: longest stretch without giving way, against 5 ms", _stretch_of_folding(library), 5.0, 1.0)
    library.close()


def _first(path: Path, state: Path) -> None:
    library = Library.open(path, state=state, readonly=True)
    library.annotations(library.documents()[-1].uuid)


def _timed(work: Any) -> float:  # anything that can be called
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def _slices(library: Library) -> Iterator[float]:
    loading = library.load()
    while True:
        start = time.perf_counter()
        if next(loading, loading) is loading:
            return
        yield (time.perf_counter() - start) * 1e3


def _stretch_of_folding(library: Library) -> float:
    """Return the longest stretch, in ms of processor time, in which a folding thread gave way to nobody.

    It gives way where it sleeps and where it writes. How long another thread waits for the interpreter is at most that;
    measured by that thread, it would be how long the machine had other things to do.
    """
    library.fold_elsewhere()
    library.ensure_tag("so that there is something to fold")
    stretches, last = [0.0], 0.0

    def giving_way(call: Any) -> Any:  # anything that can be called
        def wrapped(*rest: Any) -> Any:
            nonlocal last
            stretches.append((time.thread_time() - last) * 1e3)
            try:
                return call(*rest)
            finally:
                last = time.thread_time()

        return wrapped

    calls = mock.patch.multiple(os, write=giving_way(os.write), fsync=giving_way(os.fsync))
    with calls, mock.patch.object(time, "sleep", giving_way(time.sleep)):
        folding = threading.Thread(target=library.fold)
        folding.start()
        folding.join()
    return max(stretches)


def memory(path: Path) -> Row:
    """Return the memory of a process that has read the whole library, beyond that of one with an empty library."""
    script = (
        "import sys, psutil\nfrom pathlib import Path\nfrom storage.library import Library\nimport orjson\n"
        "library = Library.open(Path(sys.argv[1]), state=Path(sys.argv[1]).parent / 'state', readonly=True)\n"
        "library.index\nprint(psutil.Process().memory_info().rss)\n"
    )

    def used(file: Path) -> float:
        words = [sys.executable, "-c", script, str(file)]
        return float(subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT).stdout) / 2**20

    grown = used(path) - used(path.with_name("none.json"))
    return Row("memory at 100,000, against the file", grown, path.stat().st_size / 2**20, 4.0, "MB")


def on_screen(stick: Path, path: Path, work: Path, rounds: int = 3) -> Row:
    """Return first text with the large library against an empty one."""
    article = ROOT / "seeds" / _SEED
    peers = [_peer("empty", work / "empty.json", work), _peer("large", path, work)]
    inputs = [{"name": "article", "path": str(article), "ready_text": "saved"}]
    (work / "peers.json").write_text(json.dumps({"inputs": inputs, "peers": peers}))
    out = work / "results.jsonl"
    found: dict[str, list[float]] = {"empty": [], "large": []}
    for _ in range(rounds):
        out.unlink(missing_ok=True)
        words = [sys.executable, str(stick / "tui_bench.py"), str(work / "peers.json"), "--out", str(out)]
        words += ["--starts", "5", "--presses", "20", "--size", "100x30"]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        for line in map(json.loads, out.read_text().splitlines()):
            if "error" in line:
                print(line["error"], line.get("screen", ""))
            elif "ready_ms" in line:
                found[line["peer"]].append(line["ready_ms"])
                print(line["peer"], {key: value["p99"] for key, value in line["keys"].items()})
    large, empty = (median(found[name]) if found[name] else None for name in ("large", "empty"))
    return Row("first text with 100,000 annotations, against none", large, empty, 1.3)


def _peer(name: str, library: Path, work: Path) -> dict[str, Any]:
    return {
        "name": name,
        "command": f"{command()} --library {library} {{input}}",
        "env": {"PYTHONPATH": str(ROOT), "MANICULA_STATE": str(work / f"state-{name}")},
        "quiet": 0.06,
        "keys": {"line": "j", "sentence": ")"},
    }


def main() -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="manicula-bench-", dir=os.environ.get("TMPDIR")) as folder:
        work = Path(folder)
        path = filled(work / "large")
        rows = [memory(path), *in_process(path)]
        try:
            rows.append(on_screen(measuring_stick(), path, work))
        except SkippedError as reason:
            print(f"skipped: {reason}")
    for row in rows:
        verdict = "pass" if row.ratio <= row.bar else "OVER"
        figures = f"{row.ours or 0:.1f} {row.unit} | {row.floor or 0:.1f} {row.unit} | {row.ratio:.2f}"
        print(f"| {row.what} | {figures} | {row.bar:g} | {verdict} |")
    print(f"load {psutil.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
