"""``python -m tests.bench.imports``: what is imported before a kept frame, a first screenful, the first paint, a key.

A fresh Python tells (``-X importtime``) what each stage imports beyond the one before, in milliseconds of itself; the
table has the stages, and under each the modules that cost most. `tests.test_rooms` says what must not be among them.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.bench.inputs import ROOT

STAGES = {
    "Python itself": "pass",
    "a kept frame": "import tui.cli, tui.prepaint",
    "a first screenful": "import tui.cli, tui.prepaint, tui.firstpage, storage.readers.plain",
    "the first paint": "import tui.shell.screen, tui.app, tui.takeover, storage.readers.plain, storage.sentences",
    "the first key": "import tui.app, tui.actions.moving, tui.reading.motion",
}
_LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")
_ROUNDS = 5
_DEAREST = 8


class Stage(NamedTuple):
    """What one stage imports: module -> its own milliseconds, the least of several rounds."""

    name: str
    modules: dict[str, float]

    @property
    def total(self) -> float:
        """The milliseconds of all."""
        return sum(self.modules.values())


def _imported(code: str, home: Path) -> dict[str, float]:
    found: dict[str, float] = {}
    for _ in range(_ROUNDS):
        words = [sys.executable, "-X", "importtime", "-c", code]
        environment = {"PYTHONPATH": str(ROOT), "HOME": str(home), "TERM": "xterm-256color"}
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True, cwd=home)
        for time, name in _LINE.findall(done.stderr):
            found[name] = min(found.get(name, 1e9), int(time) / 1e3)
    return found


def stages() -> list[Stage]:
    """Return the stages, each with what it imports beyond those before."""
    made, known = [], set[str]()
    with tempfile.TemporaryDirectory(prefix="manicula-bench-") as folder:
        for name, code in STAGES.items():
            found = _imported(code, Path(folder))
            made.append(Stage(name, {module: time for module, time in found.items() if module not in known}))
            known |= set(found)
    return made


def table(found: list[Stage]) -> str:
    """Return the table, in ms and as multiples of what Python itself imports."""
    lines = ["| before | modules | ms | of Python's own | dearest |", "|---|---|---|---|---|"]
    own = found[0].total
    for stage in found:
        dearest = sorted(stage.modules.items(), key=lambda item: -item[1])[:_DEAREST]
        named = ", ".join(f"{module} {time:.1f}" for module, time in dearest)
        lines.append(f"| {stage.name} | {len(stage.modules)} | {stage.total:.1f} | {stage.total / own:.1f} | {named} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(stages()))
