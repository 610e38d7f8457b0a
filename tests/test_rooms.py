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


NOT_FOR_A_FRAME = SCREEN | READING | HEAVY | DATABASE | {"re", "typing", "collections", "enum", "pathlib", "signal"}
LATE = {
    *("watchfiles", "anyio", "rapidfuzz", "orjson", "markdown_it", "charset_normalizer"),
    *("storage.diffmap", "storage.exchange", "storage.folding", "storage.framing", "storage.merge", "storage.query"),
    *("storage.repeats", "storage.search", "storage.undo", "storage.checking", "storage.compact"),
    *("tui.boards.everything", "tui.comparing", "tui.firstpage", "tui.keeping", "tui.palette", "tui.takeover"),
    *("tui.actions.marking", "tui.actions.moving", "tui.reading.motion", "tui.reading.objects", "tui.whichkey"),
}
"""What is loaded when it is first used, or after the first paint."""
MARKING = LATE - {"tui.actions.moving", "tui.reading.motion"}


def test_a_frame_is_shown_before_anything_else_is_loaded(places: Places, article: Path) -> None:
    script = f"from tui import prepaint\nprepaint._found('', [{str(article)!r}], (80, 24))"
    with_frame = f"{_KEPT.format(path=str(article))}\n{script}"
    assert loaded(f"{with_frame}\nassert {script.splitlines()[1]} == b'kept'", places) >= {"tui.prepaint"}
    assert not loaded(with_frame, places) & NOT_FOR_A_FRAME


_KEPT = """
import os
from storage import frames, xdg
from tui.cli import VERSION
real = os.path.realpath(xdg.library())
folder = frames.folder_of(xdg.state(), real)
os.makedirs(folder, exist_ok=True)
os.makedirs(os.path.dirname(real), exist_ok=True)
open(real, "w").close()
path = {path!r}
kept = frames.Kept(path, (frames.stamp(path), b"mark", b"0 0", b"", b""))
kept.frames[frames.look(xdg.config(), VERSION), frames.terminal(80, 24)] = b"kept"
known = frames.Known(real)
known.state = frames.state_on_disk(real)
known.kept[os.fsencode(frames.name_of(path))] = (b"document", b"mark")
for name, each in ((frames.name_of(path), kept), (frames.KNOWN, known)):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(each.packed())
"""


def test_the_first_screenful_of_a_new_text_needs_no_textual(places: Places, article: Path) -> None:
    terminal = "import os\nos.environ['COLORTERM'] = 'truecolor'"
    script = (
        f"{terminal}\nfrom tui import prepaint\nassert b'Maduro' in prepaint._found('', [{str(article)!r}], (80, 24))"
    )
    assert not loaded(script, places) & {"textual", "tinydb", "asyncio", "markdown_it", "storage.library", *LATE} - {
        "tui.firstpage"
    }


def test_what_the_first_paint_and_the_first_key_do_not_need_is_loaded_later(places: Places, article: Path) -> None:
    script = _FIRST_PAINT.format(path=str(article), at="paint")
    assert not loaded(script, places) & LATE
    assert not loaded(_FIRST_PAINT.format(path=str(article), at="key"), places) & MARKING


_FIRST_PAINT = """
import os, sys
from storage.config import Config
from storage.library import Library
from textual import events
from tui import app, arrival
from tui.session import Session
names = set()
with Library.open() as library:
    session = Session(library)
    arrival.arrive(session, [{path!r}])
    made = app.ManiculaApp(session, Config())
    async def first(pilot):
        while made._early is not None:
            await pilot.pause(0.001)
        if {at!r} == "key":
            await made.screen.take_key(events.Key("j", "j"))
        names.update(sys.modules)
        made.exit(0)
    made.run(headless=True, size=(120, 40), auto_pilot=first)
for name in set(sys.modules) - names:
    del sys.modules[name]
"""
