"""``python -m tests.shoot [FOLDER]``: take the README's pictures of the real app over a copy of the seeds.

Owns what the pictures show: the highlights made for them and the keys pressed before each.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Highlight(NamedTuple):
    """A passage to mark: its words, which of their occurrences, and what is written on it."""

    quote: str
    nth: int = 1
    tags: tuple[str, ...] = ()
    note: str = ""
    color: str = ""


class Scene(NamedTuple):
    """One picture: its file's stem, the screen's size in cells, the keys that lead there, and what it is made over.

    `copied` adds a document that has copied from the article.
    """

    name: str
    size: tuple[int, int]
    keys: Sequence[str] = ()
    theme: str = "dark"
    copied: bool = False


HIGHLIGHTS = (
    Highlight(
        "Venezuelan President Nicolas Maduro announced the severance of diplomatic relations with the United States.",
        2,
        ("claim",),
        "The same sentence opens the article.",
    ),
    Highlight("gave U.S. diplomats 72 hours to leave the country", 1, ("event",), color="orange"),
    Highlight(
        "According to Secretary Mike Pompeo, Nicholas Maduro has no authority to make such statements.",
        1,
        ("source/official",),
        "Pompeo, quoted by Reuters, quoted here: a chain of two.",
        "blue",
    ),
    Highlight(
        "“The United States will maintain diplomatic relations with Venezuela through the government of the provisional"
        " President of Guido”, – quotes Reuters Pompeo.",
        1,
        ("source/agency",),
        color="green",
    ),
    Highlight("the provisional President of Guido", 1, ("wording",), "Or: President Guaidó, provisional?", "pink"),
    Highlight("makes a “serious mistake”", 1, ("source/official", "wording"), color="purple"),
    Highlight("AP, citing authorities reported that at the time they killed seven people.", 1, ("claim",), color="red"),
    Highlight("Russia has recognized President Maduro", 1, ("claim",)),
)

TO_POMPEO = ("J", "J", "J")
SCENES = (
    Scene("reading-dark", (120, 40), TO_POMPEO),
    Scene("reading-light", (120, 40), TO_POMPEO, "light"),
    Scene("tag-picker", (120, 40), (*TO_POMPEO, "t", *"so")),
    Scene("note", (120, 40), (*TO_POMPEO, "J", "J", "S", "e")),
    Scene("filter", (120, 40), (*TO_POMPEO, "S", "/", *"tag:source has:note")),
    Scene("export", (120, 40), (*TO_POMPEO, "E")),
    Scene("search", (120, 40), ("g", "/", *"guido pres*")),
    Scene("concordance", (120, 40), ("g", "k", *"president", "tab", ",")),
    Scene("review", (120, 40), ("g", "w", *"tag:source", "enter", "j")),
    Scene("repeated", (120, 40), ("g", "A"), copied=True),
    Scene("codebook", (120, 40), ("T",)),
    Scene("small", (80, 24), TO_POMPEO),
    Scene("small-tag-picker", (80, 24), (*TO_POMPEO, "t")),
)


COPIED = """# Crisis in Venezuela

It happened a few hours after the ouster of the head of the Parliament of Venezuela Juan Guaidó declared himself interim
President of the country. Previously Juan Guido, which the Supreme court of Venezuela, January 21, was removed from the
post of head of Parliament, January 23, declared himself acting President of Venezuela and was sworn in.

According to Secretary of State Mike Pompeo, Nicholas Maduro has no authority to make such statements.
"""


def _occurrence(string: str, highlight: Highlight) -> int:
    at = -1
    for _ in range(highlight.nth):
        at = string.index(highlight.quote, at + 1)
    return at


def fill(library_path: Path, seeds: Path) -> None:
    """Make a library of the seeds with the highlights of the pictures."""
    from storage.library import Library  # noqa: PLC0415  # after the variables that isolate it are set

    with Library.open(library_path) as library:
        articles = [library.add(path)[0] for path in sorted(seeds.iterdir())]
        article = articles[0]
        text = library.text(article)
        for one in HIGHLIGHTS:
            start = _occurrence(text.string, one)
            spot = ((start, start + len(one.quote)),)
            library.annotate(article.uuid, spot, tags=one.tags, note=one.note, color=one.color, text=text)


async def _shoot(scene: Scene, library_path: Path, article: Path, folder: Path) -> Path:
    from storage import config  # noqa: PLC0415  # after the variables that isolate it are set
    from storage.library import Library  # noqa: PLC0415  # the same
    from tui.app import ManiculaApp  # noqa: PLC0415  # the same
    from tui.session import Session  # noqa: PLC0415  # the same
    from tui.themes import DARK, LIGHT  # noqa: PLC0415  # the same

    with Library.open(library_path) as library:
        session = Session(library)
        session.open_path(article)
        theme = LIGHT.name if scene.theme == "light" else DARK.name
        app = ManiculaApp(session, config.Config(theme=theme))
        async with app.run_test(size=scene.size) as pilot:
            await pilot.pause(0.2)
            for key in scene.keys:
                await pilot.press(key)
            for work in (session.searching, session.repeating):
                while work is not None and work.busy:
                    await pilot.pause(0.1)
            await pilot.pause(0.2)
            path = folder / f"{scene.name}.svg"
            path.write_text(app.export_screenshot(title="Manicula"), encoding="utf-8")
    return path


def main(words: Sequence[str]) -> int:
    """Take every picture into the folder named, by default ``screenshots/``."""
    folder = Path(words[0] if words else ROOT / "screenshots").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        with tempfile.TemporaryDirectory(prefix="manicula-shoot-") as made:
            home = Path(made)
            os.environ.update(
                HOME=made,
                MANICULA_LIBRARY=str(home / "library.json"),
                MANICULA_STATE=str(home / "state"),
                MANICULA_CONFIG=str(home / "config.toml"),
                COLORTERM="truecolor",
            )
            os.environ.pop("NO_COLOR", None)
            os.chdir(home)
            seeds = Path(shutil.copytree(ROOT / "seeds", home / "seeds"))
            if scene.copied:
                (seeds / "crisis.md").write_text(COPIED, encoding="utf-8")
            fill(home / "library.json", seeds)
            article = next(seeds.glob("*.txt"))
            path = asyncio.run(_shoot(scene, home / "library.json", article, folder))
            sys.stdout.write(f"{path}\n")
            os.chdir(ROOT)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
