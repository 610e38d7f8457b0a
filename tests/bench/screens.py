"""The screen's part of the benchmark: what is started, and what the harness measured."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

from tests.bench.inputs import ROOT
from tests.bench.pairs import Pairs

READY = {"big.txt": "In the beginning God created", "big.md": "This is the first line"}
SIZES = ("100x30", "200x50")
PRESSES = ("page", "line", "end", "home")
_TO_BOTTOM = ("gg", "40j", "20j")
"""Puts the caret on the last row at any size, without a jump of several screens: every further line moves the text."""

Results = dict[tuple[str, str, str], dict[str, Any]]
"""What the harness measured, by peer, input and size."""


class Row(NamedTuple):
    """One row of the table: two figures of one run, and how many times the first may be the second."""

    what: str
    ours: float | None
    floor: float | None
    bar: float
    unit: str = "ms"

    @classmethod
    def of(cls, what: str, pairs: Pairs | None, bar: float) -> Self:
        """Make the row of what was measured press by press: its floor is the one that the median ratio tells of."""
        if pairs is None:
            return cls(what, None, None, bar)
        return cls(what, pairs.ours, pairs.ours / pairs.ratio, bar)

    @property
    def ratio(self) -> float:
        """Ours over the floor's, 0 where one of them was not measured."""
        return self.ours / self.floor if self.ours and self.floor else 0.0


def command() -> str:
    """Return the shell words that start Manicula, from the script that pip installs or as that script does."""
    script = Path(sys.executable).with_name("manicula")
    as_script = [sys.executable, "-c", "import sys; from tui.cli import main; sys.exit(main())"]
    return shlex.join([str(script)] if script.exists() else as_script)


def _manicula(name: str, home_files: dict[str, str]) -> dict[str, Any]:
    return {
        "name": name,
        "command": f"{command()} --library library.json {{input}}",
        "env": {"PYTHONPATH": str(ROOT)},
        "home_files": home_files,
        "quiet": 0.06,
        "keys": {
            "page": "<space>",
            "line": {"press": "j", "before": list(_TO_BOTTOM)},
            "end/home": ["G", "gg"],
        },
    }


def _peers(texts: Path, floors: Path, seeded: Path) -> dict[str, Any]:
    floor = {"page": "<space>", "line": {"press": "j", "before": ["g"]}, "end/home": ["G", "g"]}
    vim = {"page": "<c-f>", "line": {"press": "<c-e>", "before": ["gg"]}, "end/home": ["G", "gg"]}
    kept = {str(path): str(path.relative_to(seeded)) for path in seeded.rglob("*") if path.is_file()}
    return {
        "inputs": [{"name": name, "path": str(texts / name), "ready_text": text} for name, text in READY.items()],
        "peers": [
            {
                "name": "floor",
                "command": f"{shlex.quote(sys.executable)} {shlex.quote(str(floors / 'floor.py'))} {{input}}",
                "quiet": 0.06,
                "keys": floor,
            },
            _manicula("manicula", {}),
            {**_manicula("highlights", kept), "inputs": ["big.txt"]},
            {
                "name": "vim",
                "command": "vim -u NONE -N -R {input}",
                "inputs": ["big.txt"],
                "quiet": 0.06,
                "quit": [":q!\r"],
                "keys": vim,
            },
        ],
    }


def measure(stick: Path, texts: Path, seeded: Path, work: Path, options: Sequence[str]) -> Results:
    """Run the harness once and return what it measured. `seeded` is a folder with a library full of highlights.

    What is compared is measured one after the other, so that a machine that is busy for a while slows both.
    """
    peers, out = work / "peers.json", work / "results.jsonl"
    peers.write_text(json.dumps(_peers(texts, stick / "floors", seeded)))
    out.unlink(missing_ok=True)
    for name in READY:
        for size in SIZES:
            words = [sys.executable, str(stick / "tui_bench.py"), str(peers), "--out", str(out), *options]
            subprocess.run([*words, "--input", name, "--size", size], check=True, stdout=subprocess.DEVNULL)
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    return {(line["peer"], line["input"], line["size"]): line for line in lines}


def _figure(results: Results, key: tuple[str, str, str], name: str, what: str = "median") -> float | None:
    found = results.get(key, {})
    return found.get("keys", {}).get(name, {}).get(what) if name in PRESSES else found.get(name)


def rows(rounds: Sequence[Results]) -> Iterator[Row]:
    """Yield the rows whose bars the project set itself: of every row the round whose ratio is the median."""
    for same in zip(*(list(_rows(results)) for results in rounds), strict=True):
        measured = sorted((row for row in same if row.ratio), key=lambda row: row.ratio)
        yield measured[len(measured) // 2] if measured else same[0]


def _rows(results: Results) -> Iterator[Row]:
    for size in SIZES:
        for text, bar in (("big.txt", 1.3), ("big.md", 2.0)):
            ours, floor = (_figure(results, (peer, text, size), "ready_ms") for peer in ("manicula", "floor"))
            yield Row(f"first text, {text}, {size}", ours, floor, bar)
        for peer, words in (("manicula", ""), ("highlights", ", 2,000 highlights")):
            key, base = (peer, "big.txt", size), ("floor", "big.txt", size)
            for press in PRESSES:
                bar = 1.5 if size == SIZES[0] else 1.75
                yield Row(f"{press}, {size}{words}", _figure(results, key, press), _figure(results, base, press), bar)
                slow, slow_floor = (_figure(results, one, press, "p99") for one in (key, base))
                yield Row(f"{press} p99, {size}{words}", slow, slow_floor, 1.5)
            ours, floor = (_figure(results, one, "peak_rss_mb") for one in (key, base))
            yield Row(f"peak memory, {size}{words}", ours, floor, 1.6, "MB")


def errors(results: Results) -> Iterator[str]:
    """Yield what went wrong while measuring, with the last screen."""
    for key, found in results.items():
        if "error" in found:
            yield f"{' '.join(key)}: {found['error']}\n{found.get('screen', '')}"


def noise(rounds: Sequence[Results]) -> str:
    """Return how noisy the machine was: the harness' own calibration and its worst stalls."""
    every = [found for results in rounds for found in results.values()]
    calibration = [found["calib_ms"] for found in every]
    stalls = [press["stall_p99"] or 0.0 for found in every for press in found.get("keys", {}).values()]
    fast, slow, stall = min(calibration), max(calibration), max(stalls, default=0)
    return f"noise: calibration {fast:.1f}-{slow:.1f} ms, stalls p99 up to {stall:.1f} ms"
