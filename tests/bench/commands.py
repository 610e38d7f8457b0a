"""The shell's part of the benchmark: how long commands take, against Python that does nothing."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.bench.inputs import ROOT
from tests.bench.screens import Row, command

ROUNDS = 21
_NOTHING = "python -c pass"


def _commands(library: Path) -> dict[str, tuple[list[str], float]]:
    words = shlex.split(command())
    of_library = ["--library", str(library)]
    return {
        _NOTHING: ([sys.executable, "-c", "pass"], 1.0),
        "--help": ([*words, "--help"], 2.5),
        "--version": ([*words, "--version"], 2.5),
        "usage error": ([*words, "lits"], 2.5),
        "usage error of a command": ([*words, "list", "--frobnicate"], 2.5),
        "list": ([*words, "list", *of_library], 5.0),
        "annotate": ([*words, "annotate", "1", "--sentence", "3", "--tag", "claim", *of_library], 5.0),
        "undo": ([*words, "undo", *of_library], 5.0),
    }


def _time(words: list[str], folder: Path) -> float:
    home = {"HOME": str(folder), "XDG_STATE_HOME": str(folder / "state"), "MANICULA_STATE": str(folder / "state")}
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), **home}
    began = time.perf_counter()
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    took = (time.perf_counter() - began) * 1000
    wanted = 2 if "lits" in words or "--frobnicate" in words else 0
    if done.returncode != wanted:
        raise RuntimeError(f"{shlex.join(words)} ended with {done.returncode}: {done.stderr}")
    return took


def rows(library: Path, rounds: int = ROUNDS) -> Iterator[Row]:
    """Run every command once a round, in turn, and yield the medians; the first round only warms up."""
    commands = _commands(library)
    took: dict[str, list[float]] = {name: [] for name in commands}
    for round_ in range(rounds + 1):
        for name, (words, _) in commands.items():
            milliseconds = _time(words, library.parent)
            if round_:
                took[name].append(milliseconds)
    floor = median(took[_NOTHING])
    for name, (_, bar) in commands.items():
        if name != _NOTHING:
            yield Row(f"manicula {name}", median(took[name]), floor, bar)
