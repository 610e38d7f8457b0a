"""``python -m tests.bench.anchors KIT``: how well and how fast passages are followed from one version to the next.

KIT is a folder made by ``../shared/anchoring/build.py``. Prints the net score with its breakdown, every case that is
not right, the time for 1,000 annotations in 1 MB against that of 100 searches by rapidfuzz (the engine alone, and all
that the application does in the background for a new version), and time, memory and the longest pause that a thread
causes for two versions of 10 MB.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from storage.diffmap import DiffMap, reanchor
from storage.model import Annotation
from storage.passages import placed
from storage.renewal import Renewal
from storage.text import Block, Text
from storage.texts import Snapshots
from tests.bench.inputs import ROOT

SCORER = ROOT.parent / "shared" / "anchoring" / "score.py"
BAR = 2.0
SIZE = 1_000_000
ANNOTATIONS, SEARCHES, QUOTE, ROUNDS = 1_000, 100, 120, 5
LARGE = 10
"""Millions of characters of the large versions."""
PAUSE = 0.002


def _score(kit: Path) -> None:
    words = [sys.executable, str(SCORER), str(kit), "storage.diffmap:reanchor", "--sys-path", str(ROOT), "--by", "sub"]
    print(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    for verdict in ("wrong", "false", "missed", "partial"):
        shown = subprocess.run([*words, "--show", verdict, "99"], capture_output=True, text=True, check=True).stdout
        cases = shown[shown.index("\n---") :] if "\n---" in shown else "\n"
        print(f"{verdict}: {cases.count(chr(10) + '--- ')}{cases}")


def _versions(kit: Path) -> tuple[str, str]:
    """Return about `SIZE` characters of real old texts, and their new versions."""
    names = [pair["id"] for pair in json.loads((kit / "summary.json").read_text("utf-8"))["pairs"]]
    old: list[str] = []
    new: list[str] = []
    for name in names:
        if name.startswith("syn-") or sum(map(len, old)) > SIZE:
            continue
        old.append((kit / "texts" / f"{name}.old.txt").read_text("utf-8"))
        new.append((kit / "texts" / f"{name}.new.txt").read_text("utf-8"))
    return "\n".join(old)[:SIZE], "\n".join(new)


def _seconds(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def _race(kit: Path) -> bool:
    from rapidfuzz import fuzz  # noqa: PLC0415  # only this part needs it

    old, new = _versions(kit)
    rng = random.Random(1)  # the same passages at every run
    starts = [rng.randrange(len(old) - 200) for _ in range(ANNOTATIONS)]
    spans = [(start, start + rng.randint(20, 200)) for start in starts]
    quotes = [old[start : start + QUOTE] for start in starts[:SEARCHES]]
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_seconds(lambda: reanchor.batch(old, new, spans)))
        theirs.append(_seconds(lambda: [fuzz.partial_ratio_alignment(quote, new) for quote in quotes]))
    whole = [_renewal(old, new, spans) for _ in range(ROUNDS)]
    print(f"{SEARCHES} partial_ratio_alignment searches of {QUOTE} characters: {median(theirs):.2f} s")
    met = True
    for what, times in (("aligned and followed", ours), ("the same with new anchors, as the application does", whole)):
        ratio = median(times) / median(theirs)
        met = met and ratio <= BAR
        print(f"{ANNOTATIONS} annotations, {len(old)} characters to {len(new)}, {what}: {median(times):.2f} s")
        print(f"ratio {ratio:.2f}, bar {BAR:g}: {'pass' if ratio <= BAR else 'OVER'}")
    return met


def _renewal(old: str, new: str, spans: list[tuple[int, int]]) -> float:
    """Return the seconds that the background work of a new version takes, without what reads and writes files."""
    with tempfile.TemporaryDirectory(prefix="manicula-bench-") as folder:
        snapshots = Snapshots(Path(folder))
        before, after = Text(old, [Block(0, len(old))]), Text(new, [Block(0, len(new))])
        snapshots.save(before)
        made = [placed(Annotation(str(number), "d"), before, [span]) for number, span in enumerate(spans)]
        work = Renewal(Path(), after, None, made, snapshots, version=before.hash, places=True)
        return _seconds(work.run)


def _large(kit: Path) -> None:
    """Print what two versions of 10 MB cost, and how long another thread had to wait meanwhile."""
    old, new = _versions(kit)
    word = re.compile(r"\w{6,}")
    copies = [(word.sub(rf"\g<0>{n}", old), word.sub(rf"\g<0>{n}", new[: len(old)])) for n in range(LARGE)]
    before, after = ("\n".join(side) for side in zip(*copies, strict=True))
    del copies
    began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    took: list[float] = []
    thread = threading.Thread(target=lambda: took.append(_seconds(lambda: DiffMap(before, after))))
    pauses, last = [], time.perf_counter()
    thread.start()
    while thread.is_alive():
        time.sleep(PAUSE)
        now = time.perf_counter()
        pauses.append(now - last - PAUSE)
        last = now
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - began) / 1024
    pauses.sort()
    print(f"{len(before)} characters to {len(after)} in a thread: {took[0]:.1f} s, {grown:.0f} MB more at the peak")
    print(
        f"another thread waited {1000 * pauses[-1]:.0f} ms at most, {1000 * pauses[-len(pauses) // 100]:.0f} ms in 99 %"
    )


def main() -> int:
    """Score and race."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kit", type=Path, nargs="+", help="folders made by build.py, with different seeds")
    kits: list[Path] = parser.parse_args().kit
    missing = [str(path) for path in (SCORER, *(kit / "summary.json" for kit in kits)) if not path.exists()]
    if missing:
        print(f"skipped: not there: {', '.join(missing)}")
        return 0
    for kit in kits:
        _score(kit)
    met = _race(kits[0])
    _large(kits[0])
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
