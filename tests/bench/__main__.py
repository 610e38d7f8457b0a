"""``python -m tests.bench``: one table of ratios from one run, each with its bar. Run by hand, on a quiet machine.

Needs the measuring sticks in ``../shared/bench`` and vim; the part ``screen`` also Debian's bible-kjv, pandoc,
nodejs-doc and ubuntu-packaging-guide-epub. It says what is missing, and measures the rest.
"""

from __future__ import annotations

import argparse
import compileall
import sysconfig
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.bench import bars, commands, keys, screens, seeded
from tests.bench.inputs import ROOT, SkippedError, measuring_stick, ready


def table(rows: Iterable[screens.Row]) -> str:
    """Return the rows as a table in Markdown."""
    lines = ["| what | manicula | floor | ratio | bar | |", "|---|---|---|---|---|---|"]
    for row in rows:
        if not row.ratio:
            lines.append(f"| {row.what} | - | - | - | {row.bar:g} | not measured |")
            continue
        verdict = "pass" if row.ratio <= row.bar else "OVER"
        figures = f"{row.ours:.1f} {row.unit} | {row.floor:.1f} {row.unit} | {row.ratio:.2f}"
        lines.append(f"| {row.what} | {figures} | {row.bar:g} | {verdict} |")
    return "\n".join(lines)


def _compile() -> None:
    """Compile every module first, so that no start pays for it."""
    for folder in (ROOT / "tui", ROOT / "storage", Path(sysconfig.get_path("purelib"))):
        compileall.compile_dir(folder, quiet=2)


def _texts(folder: Path) -> Path | None:
    """Return where the texts of the part ``screen`` are; without them the others are measured."""
    try:
        return ready(folder)
    except SkippedError as reason:
        print(f"skipped, the part screen: {reason}")
        return None


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--inputs",
        type=Path,
        default=Path(tempfile.gettempdir()) / "manicula-bench",
        help="where the texts are, or are made",
    )
    parser.add_argument("--only", choices=("bars", "screen", "shell", "keys"), help="measure only this part")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything on the screen is measured")
    parser.add_argument("--starts", default="5", help="starts of each program in a round")
    parser.add_argument("--presses", default="60", help="presses of each key in a round")
    parser.add_argument("--peer", action="append", default=[], help="only these: floor, manicula, highlights, vim")
    args = parser.parse_args()
    rows: list[screens.Row] = []
    with tempfile.TemporaryDirectory(prefix="manicula-bench-") as folder:
        work = Path(folder)
        try:
            stick = measuring_stick()
        except SkippedError as reason:
            print(f"skipped: {reason}")
            return 0
        _compile()
        if args.only in {None, "bars"}:
            rows += bars.measure(stick, work, args.rounds, int(args.starts), int(args.presses))
        texts = _texts(args.inputs) if args.only in {None, "screen"} else None
        if texts is not None:
            full = seeded.highlighted(work / "full", texts / "big.txt")
            options = ["--starts", args.starts, "--presses", args.presses]
            options += [word for peer in args.peer for word in ("--peer", peer)]
            rounds = [screens.measure(stick, texts, full, work, options) for _ in range(args.rounds)]
            rows += screens.rows(rounds)
            print(*(error for results in rounds for error in screens.errors(results)), screens.noise(rounds), sep="\n")
        if args.only in {None, "keys"}:
            rows += keys.measure(stick, args.inputs, work, int(args.presses))
        if args.only in {None, "shell"}:
            rows += commands.rows(seeded.seeds(work / "seeds-library"))
    print(table(rows))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
