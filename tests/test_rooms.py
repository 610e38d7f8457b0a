"""Who may know whom, held at run time: a fresh Python imports or runs something, then tells what it has loaded."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import storage
from tests.conftest import ROOT, Places

SCREEN = {"textual", "rich"}
READING = {"charset_normalizer", "markdown_it", "sentencex"}
HEAVY = {"dataclasses", "inspect", "datetime", "uuid", "orjson", "platformdirs", "asyncio"}
DATABASE = {"tinydb", "json", "storage.library"}
PURE = (
    "tui.commands",
    "tui.keys",
    "tui.lineedit",
    "tui.session",
    "tui.reading.cells",
    "tui.reading.highlights",
    "tui.reading.layout",
    "tui.reading.motion",
    "tui.reading.objects",
    "tui.reading.selection",
)


def loaded(script: str, places: Places) -> set[str]:
    """Return the modules, and the packages that they are in, which a fresh Python has after `script`."""
    tell = "names = sorted(sys.modules)\nimport json\nprint('\\n' + json.dumps(names))"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{script}\n{tell}"],
        env={**places.environment(), "PYTHONPATH": str(ROOT)},
        cwd=places.home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    names = set(json.loads(done.stdout.splitlines()[-1]))
    return names | {name.split(".")[0] for name in names}


def running(*words: str, code: int = 0) -> str:
    return f"from tui.cli import main\nassert main({list(words)!r}) == {code}"


def test_nothing_in_storage_knows_the_screen(places: Places) -> None:
    modules = [module.name for module in pkgutil.walk_packages(storage.__path__, "storage.")]
    assert "storage.library" in modules
    found = loaded("\n".join(f"import {name}" for name in modules), places)
    assert not found & (SCREEN | {"tui"})


def test_what_decides_about_keys_and_offsets_knows_no_screen(places: Places) -> None:
    assert not loaded("\n".join(f"import {name}" for name in PURE), places) & SCREEN


@pytest.mark.parametrize(
    ("words", "code"), [(["--help"], 0), (["--version"], 0), (["lits"], 2), (["list", "--frobnicate"], 2)]
)
def test_help_and_mistakes_load_next_to_nothing(places: Places, words: list[str], code: int) -> None:
    assert not loaded(running(*words, code=code), places) & (SCREEN | READING | HEAVY | DATABASE)


def test_commands_load_neither_the_screen_nor_the_readers(places: Places, article: Path) -> None:
    known = loaded(running("add", str(article)), places)
    assert not known & SCREEN
    for words in (["list"], ["annotate", "1", "--sentence", "2", "--tag", "claim"], ["undo"], ["tags"], ["export"]):
        found = loaded(running(*words), places)
        assert not found & (SCREEN | HEAVY | {"markdown_it", "charset_normalizer"}), words


def test_the_screen_loads_neither_the_watcher_nor_what_compares_before_it_is_up(places: Places) -> None:
    late = {"watchfiles", "anyio", "rapidfuzz", "storage.diffmap", "storage.repeats", "tui.comparing"}
    assert not loaded("import tui.app, tui.arrival, tui.screens.reader", places) & late
