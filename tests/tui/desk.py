"""An app over one library that is opened again and again, driven by what its Pilot presses."""

from pathlib import Path

from storage.config import Config
from storage.library import Library
from tests.tui.driving import settle
from tui.app import ManiculaApp
from tui.arrival import arrive
from tui.screens.reader import ReaderScreen
from tui.session import Session

SEED = Path(__file__).parents[2] / "seeds" / "000_79abe80ec42c10f0.txt"
LEAD = "Venezuelan President Nicolas Maduro announced the severance of diplomatic relations with the United States."
NAMES = {
    "(": "left_parenthesis",
    ")": "right_parenthesis",
    ".": "full_stop",
    "/": "slash",
    ",": "comma",
    "#": "number_sign",
    "!": "exclamation_mark",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    " ": "space",
}


class Desk:
    """An app over one library, driven by keys; leave and open again by using it twice."""

    def __init__(self, tmp_path, monkeypatch):
        for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
            monkeypatch.setenv(name, str(tmp_path / name))
        self.library_path = tmp_path / "library.json"
        self.documents = tmp_path / "documents"
        self.documents.mkdir()

    def write(self, name, text):
        path = self.documents / name
        path.write_text(text, encoding="utf-8")
        return path

    async def run(self, steps, *paths, size=(100, 30)):
        """Press each step's keys (a string or names; seconds and conditions are waited for); return the screen."""
        with Library.open(self.library_path) as library:
            session = Session(library)
            arrive(session, [str(path) for path in paths or [SEED]])
            app = ManiculaApp(session, Config())
            async with app.run_test(size=size) as pilot:
                await settled(pilot, session)
                for step in steps:
                    if isinstance(step, float):
                        await pilot.pause(step)
                        continue
                    if callable(step):
                        await until(pilot, step)
                        continue
                    keys = [NAMES.get(key, key) for key in step]
                    await pilot.press(*keys)
                await settle(pilot)
                screen = app.screen
                assert isinstance(screen, ReaderScreen)
                self.lines = [strip.text for strip in screen.view.render_lines(screen.view.size.region)]
                self.panes = [name for name in ("text", "cards", "documents") if screen.pane(name).display]
                self.status = screen.status.rows[0].text
                self.cards = "\n".join(strip.text.rstrip() for strip in screen.cards.rows)
                self.shelf = "\n".join(strip.text.rstrip() for strip in screen.shelf.rows)
                self.cursor = app.cursor_position
                self.annotations = session.annotations
                self.tags = {tag.uuid: tag.path for tag in library.tags()}
                return screen


async def settled(pilot, session):
    """Wait until everything that is done after the first paint is done."""
    await until(pilot, lambda screen: screen.settled and not session.waiting)


async def until(pilot, arrived):
    """Wait until something is so of the screen."""
    for _ in range(1000):
        await pilot.pause(0.02)
        if arrived(pilot.app.screen):
            return
    raise AssertionError(f"it never came so; the message is {pilot.app.screen.message!r}")
