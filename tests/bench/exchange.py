"""``python -m tests.bench.exchange``: taking 100,000 annotations away, and bringing 10,000 of Hypothesis in.

The export is measured from an open library to a closed file, in a process of its own for each format, against
``orjson.dumps`` of the same records, a line each, that lie ready in memory; its memory (Linux) by the peak against that
of the open library. The import, reading included, against bare re-anchoring: the same annotations, read already, put
one after the other into texts that lie ready. Both sides work in turn, and the ratio is the median of their pairs, as
in `tests.bench.pairs`. The library is made once, in ``--inputs``.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import orjson

from storage import exchange, readers
from storage.exchange.hypothesis import load
from storage.exchange.placing import Placer
from storage.exchange.sample import Sample
from storage.exchange.taking import Import
from storage.library import Library
from storage.text import Text
from tests.bench import keys
from tests.bench.pairs import Pair, Pairs
from tests.bench.screens import Row

BARS = {"jsonl": 3.0, "markdown": 10.0}
IMPORT_BAR = 5.0
MEMORY_BAR = 1.3
DOCUMENTS, EACH = 100, 100
_PAIRS = 3
_COUNT = keys.HERE + keys.ELSEWHERE


def _took(work: Callable[[], object]) -> float:
    """Return the milliseconds of processor time that `work` takes: what else runs does not count."""
    gc.collect()
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1e3


def _dumping(path: Path) -> Callable[[], None]:
    """Return what dumps the records of the annotations in a file of JSON Lines by orjson, each alone, to nowhere."""
    records = [orjson.loads(line) for line in path.read_bytes().splitlines() if line.startswith(b'{"annotation"')]
    assert len(records) == _COUNT

    def dump() -> None:
        for record in records:
            orjson.dumps(record)

    return dump


def _alone(words: list[str]) -> list[float]:
    """Return the figures that a fresh Python prints for ``--one``."""
    done = subprocess.run([sys.executable, "-m", "tests.bench.exchange", *words], check=True, capture_output=True)
    return [float(word) for word in done.stdout.split()]


def _one(library: Path, form: str, out: Path, records: Path) -> None:
    """Export; print the memory in MB that the process had before and had at most, and the milliseconds of each pair."""
    with Library.open(library, readonly=True) as opened:
        assert len(opened.documents()) == 1 + keys.DOCUMENTS
        Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here on
        before = _memory("VmRSS")
        exchange.export(opened, "", form, str(out), force=True)
        figures = [before, _memory("VmHWM")]
        dump = _dumping(records)
        for _ in range(_PAIRS):
            figures += [_took(lambda: exchange.export(opened, "", form, str(out), force=True)), _took(dump)]
    print(*figures)


def _memory(what: str) -> float:
    """Return a figure of Linux about this process, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{what}:"))


def exports(kept: Path, rounds: int) -> list[Row]:
    """Measure each format that has a bar, the median of the rounds."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="manicula-bench-") as folder:
        out = Path(folder) / "out"
        library = str(kept / "library.json")
        lines = Path(folder) / "lines"
        with Library.open(kept / "library.json", readonly=True) as opened:
            exchange.export(opened, "", "jsonl", str(lines))
        for form, bar in BARS.items():
            found = [_alone(["--one", library, form, str(out), str(lines)]) for _ in range(rounds)]
            pairs = [Pair(*pair) for one in found for pair in zip(one[2::2], one[3::2], strict=True)]
            before, after = (median(figures) for figures in zip(*(one[:2] for one in found), strict=True))
            rows.append(Row.of(f"export of {_COUNT} annotations, {form}", Pairs(pairs), bar))
            rows.append(Row(f"peak memory of it, {form}", after, before, MEMORY_BAR, "MB"))
    return rows


def _annotations(texts: list[tuple[str, Text]]) -> list[dict[str, object]]:
    """Return annotations as the client of Hypothesis exports them; every tenth quote has changed a little since."""
    rng = random.Random(5)
    made: list[dict[str, object]] = []
    for uri, text in texts:
        for number in range(EACH):
            start = rng.randrange(100, len(text) - 300)
            exact = text.string[start : start + 80]
            exact = exact.replace("river", "stream") if number % 10 == 0 else exact
            quote = {"type": "TextQuoteSelector", "exact": exact, "prefix": text.string[start - 32 : start]}
            quote["suffix"] = text.string[start + 80 : start + 112]
            place = {"type": "TextPositionSelector", "start": start + 7, "end": start + 87}
            made.append(
                {
                    "id": f"a{len(made)}",
                    "created": "2026-01-02T03:04:05.000000+00:00",
                    "updated": "2026-01-02T03:04:05.000000+00:00",
                    "user": "acct:reader@hypothes.is",
                    "uri": uri,
                    "text": "A note.",
                    "tags": ["one", "two"],
                    "target": [{"source": uri, "selector": [place, quote]}],
                }
            )
    return made


def imports(rounds: int) -> Row:
    """Measure the import against placing the same annotations alone."""
    with tempfile.TemporaryDirectory(prefix="manicula-bench-") as folder:
        home = Path(folder)
        pairs = []
        paths = [keys.text(home, f"text {number}.txt", 60_000, number) for number in range(DOCUMENTS)]
        texts = [(f"file://{path}", readers.read(path)) for path in paths]
        file = home / "export.json"
        file.write_text(json.dumps({"annotations": _annotations(texts)}))
        for number in range(rounds):
            with Library.open(home / f"{number}.json", state=home / "state") as library:
                for path in paths:
                    library.add(path)
                pairs.append(Pair(_took(lambda: _bring(library, file)), _took(_placing(library, file, dict(texts)))))
        return Row.of(f"import of {DOCUMENTS * EACH} annotations of Hypothesis", Pairs(pairs), IMPORT_BAR)


def _bring(library: Library, file: Path) -> None:
    work = Import(library)
    work.read(file)
    (report,) = work.run()
    assert report.fates["annotations", "new"] == DOCUMENTS * EACH, report
    assert report.unplaced < EACH, report


def _placing(library: Library, file: Path, texts: dict[str, Text]) -> Callable[[], None]:
    parcel = load(Sample(file))

    groups = {uri: [one for one in parcel.annotations if one.document == uri] for uri in parcel.documents}

    def place() -> None:
        for uri, group in groups.items():
            placer = Placer(texts[uri], parcel.documents[uri], library.snapshots, utf16=True)
            for one in group:
                placer.place(one)

    return place


def _kept(inputs: Path) -> Path:
    """Return the folder of the library, which is made once."""
    folder = inputs / "exchange"
    if not (folder / "library.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        keys.library(folder)
    return folder


def main() -> int:
    """Measure and print, as ``python -m tests.bench`` does."""
    from tests.bench.__main__ import table  # noqa: PLC0415  # it needs more than the children do

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=Path, default=Path(tempfile.gettempdir()) / "manicula-bench")
    parser.add_argument("--rounds", type=int, default=3)
    one = ("LIBRARY", "FORMAT", "FILE", "RECORDS")
    parser.add_argument("--one", nargs=len(one), metavar=one, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        _one(Path(args.one[0]), args.one[1], *map(Path, args.one[2:]))
        return 0
    print(table([*exports(_kept(args.inputs), args.rounds), imports(args.rounds)]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
