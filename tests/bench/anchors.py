"""``python -m tests.bench.anchors KIT``: how well and how fast passages are followed from one version to the next.

KIT is a folder made by ``../shared/anchoring/build.py``. Prints the net score with its breakdown, every case that is
not right, and the time for 1,000 annotations in 1 MB against that of 100 searches by rapidfuzz.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from storage.diffmap import reanchor
from tests.bench.inputs import ROOT

SCORER = ROOT.parent / "shared" / "anchoring" / "score.py"
BAR = 2.0
SIZE = 1_000_000
ANNOTATIONS, SEARCHES, QUOTE, ROUNDS = 1_000, 100, 120, 5


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
    ratio = median(ours) / median(theirs)
    print(f"{ANNOTATIONS} annotations, {len(old)} characters to {len(new)}: {median(ours):.2f} s")
    print(f"{SEARCHES} partial_ratio_alignment searches of {QUOTE} characters: {median(theirs):.2f} s")
    print(f"ratio {ratio:.2f}, bar {BAR:g}: {'pass' if ratio <= BAR else 'OVER'}")
    return ratio <= BAR


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
    return 0 if _race(kits[0]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
