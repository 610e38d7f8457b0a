"""The tasks of the keyboard's budget: what is there before, the keys that do it, how many they may be, what comes out.

A task's keys are named as in the command table. Where a label must be read from the screen, a key is a function of the
screen that returns it. Letters that only make a name unique, and the texts of notes, stand in a `Typed` and do not
count, nor does anything in `before`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from storage.library import Library
from storage.model import Annotation
from storage.text import Text
from tui.screens.reader import ReaderScreen

LEAD = "Venezuelan President Nicolas Maduro announced the severance of diplomatic relations with the United States."
SECOND = (
    "It happened a few hours after the ouster of the head of the Parliament of Venezuela Juan Guido declared himself"
    " interim President of the country"
)


class Typed(NamedTuple):
    """Letters that are not counted."""

    letters: str


Key = str | Typed | Callable[[ReaderScreen], str]


class After(NamedTuple):
    """What a task left: the library as it is stored, the caret, what the screen shows."""

    annotations: Sequence[Annotation]
    tags: dict[str, str]
    caret: int
    screen: str
    title: str
    text: Text

    def tagged(self) -> list[tuple[str, list[str]]]:
        """Return each annotation's quote and the paths of its tags."""
        return [(one.exact, sorted(self.tags[tag] for tag in one.tags)) for one in self.annotations]


class Task(NamedTuple):
    """One row of the budget; `reason` says why it cannot be replayed yet."""

    name: str
    most: int
    keys: Sequence[Key] = ()
    before: Sequence[Key] = ()
    prepare: Callable[[Library, str, Text], object] | None = None
    holds: Callable[[After], bool] = lambda _: False
    reason: str = ""


def counted(keys: Sequence[Key]) -> int:
    """Return how many key presses count."""
    return sum(not isinstance(key, Typed) for key in keys)


def hint(quote: str) -> list[Key]:
    """Return the keys that type the label of the sentence that begins with `quote`: one letter on these screens."""
    return [lambda screen: _label(screen, screen.view.text.string.index(quote))]


def _label(screen: ReaderScreen, offset: int) -> str:
    return next(label for label, at in screen.view.hints.items() if at == offset)


def _highlighted(*quotes: str, tags: Sequence[str] = ()) -> Callable[[Library, str, Text], None]:
    def prepare(library: Library, document: str, text: Text) -> None:
        for quote in quotes:
            start = text.string.index(quote)
            library.annotate(document, [(start, start + len(quote))], tags=tags, text=text)

    return prepare


def _codebook(library: Library, document: str, text: Text) -> None:
    del document, text
    with library.step("codebook"):
        for path in ("claim", "source/official", "wording"):
            library.ensure_tag(path)
    tag = library.tag_by_path("source/official")
    assert tag is not None
    library.edit_tag(tag.uuid, key="1")


def _both(*prepares: Callable[[Library, str, Text], object]) -> Callable[[Library, str, Text], None]:
    def prepare(library: Library, document: str, text: Text) -> None:
        for one in prepares:
            one(library, document, text)

    return prepare


def _exact(after: After) -> list[str]:
    return [one.exact for one in after.annotations]


TASKS = (
    Task("highlight the sentence at the caret", 1, ["enter"], holds=lambda a: _exact(a) == [LEAD]),
    Task(
        "highlight any other sentence on screen",
        4,
        ["f", *hint("He declared his commitment"), "enter"],
        holds=lambda a: _exact(a) == ["He declared his commitment to the freedom of citizens"],
    ),
    Task(
        "highlight + tag with a known tag by its key",
        2,
        ["t", "1"],
        prepare=_codebook,
        holds=lambda a: a.tagged() == [(LEAD, ["source/official"])],
    ),
    Task(
        "highlight + tag by name",
        2,
        ["t", Typed("off"), "enter"],
        prepare=_codebook,
        holds=lambda a: a.tagged() == [(LEAD, ["source/official"])],
    ),
    Task(
        "three known tags on one sentence",
        5,
        ["t", Typed("cl"), "tab", Typed("off"), "tab", Typed("w"), "enter"],
        prepare=_codebook,
        holds=lambda a: a.tagged() == [(LEAD, ["claim", "source/official", "wording"])],
    ),
    Task(
        "take a tag off",
        2,
        ["t", Typed("cl"), "enter"],
        prepare=_highlighted(LEAD, tags=["claim", "wording"]),
        holds=lambda a: a.tagged() == [(LEAD, ["wording"])],
    ),
    Task(
        "tag the sentence although it holds a highlight",
        3,
        ["V", "t", Typed("cl"), "enter"],
        prepare=_both(_codebook, _highlighted("Venezuelan President")),
        holds=lambda a: sorted(a.tagged()) == [("Venezuelan President", []), (LEAD, ["claim"])],
    ),
    Task(
        "same tag again on the next sentence",
        2,
        [")", "."],
        before=["t", Typed("cl"), "enter"],
        prepare=_codebook,
        holds=lambda a: a.tagged() == [(LEAD, ["claim"]), (SECOND, ["claim"])],
    ),
    Task(
        "move a highlight's end by two words",
        4,
        ["r", "2", "w", "enter"],
        prepare=_highlighted("Venezuelan President"),
        holds=lambda a: _exact(a) == ["Venezuelan President Nicolas Maduro"],
    ),
    Task(
        "tag + note on the sentence at the caret",
        3,
        ["a", Typed("cl"), "enter", Typed("Who says so?"), "esc"],
        prepare=_codebook,
        holds=lambda a: a.tagged() == [(LEAD, ["claim"])] and a.annotations[0].note == "Who says so?",
    ),
    Task(
        "relate two highlights on screen",
        12,
        ["x", "f", *hint("He declared his commitment"), "x", Typed("supp"), "enter"],
        prepare=_highlighted(LEAD, "He declared his commitment"),
        holds=lambda a: [(one.type, one.to) for one in a.annotations[0].links] == [("supports", a.annotations[1].uuid)],
    ),
    Task(
        "next highlight",
        1,
        ["J"],
        prepare=_highlighted("Parliament of Venezuela", "freedom of citizens"),
        holds=lambda a: a.text.string.startswith("Parliament of Venezuela", a.caret),
    ),
    Task(
        "next quotation",
        2,
        ["]", "q"],
        holds=lambda a: a.text.string[a.caret] == "“",
    ),
    Task(
        "sidebar to passage and back",
        2,
        ["enter", "enter"],
        before=["G", "S"],
        prepare=_highlighted(LEAD),
        holds=lambda a: a.caret > len(a.text) - 20 and "1 in all" in a.screen,
    ),
    Task(
        "show only annotations with a tag",
        3,
        ["S", "#", Typed("cl"), "enter"],
        prepare=_both(_highlighted(LEAD, tags=["claim"]), _highlighted("freedom of citizens", tags=["wording"])),
        holds=lambda a: "1 of 2 match tag:cl" in a.screen and "wording" not in a.screen,
    ),
    Task("undo anything", 1, ["u"], before=["enter"], holds=lambda a: not a.annotations),
    Task(
        "open another document",
        2,
        ["o", Typed("welc"), "enter"],
        holds=lambda a: a.title == "Welcome to Manicula",
    ),
    Task(
        "find a word in all documents and go to a hit",
        4,
        ["g", "/", Typed("sleeves"), "enter"],
        holds=lambda a: a.title == "Welcome to Manicula" and "sleeves" in a.screen,
    ),
    Task(
        "export this document to Markdown",
        3,
        ["E", "enter", "enter"],
        prepare=_highlighted(LEAD),
        holds=lambda a: LEAD in next(Path.cwd().glob("*.md")).read_text("utf-8") and "Wrote 1 annotation" in a.screen,
    ),
)
"""The budget, row by row; that of any phrase on screen is worked out over all pairs of words."""
