"""The keyboard's budget: every task through the real app on the seeds at 80x24, its outcome and its key presses."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from storage.config import Config
from storage.library import Library
from tests.tui.driving import opened, press, shown
from tests.tui.tasks import TASKS, After, Task, Typed, counted
from tui.reading import units
from tui.reading.hints import place_labels, seek_letters, word_starts
from tui.screens.reader import ReaderScreen

ARTICLE = "000_79abe80ec42c10f0.txt"
PHRASE_MOST = 8
SAMPLE = 6
_printed: list[str] = []


@pytest.fixture(scope="module", autouse=True)
def _table():
    yield
    rows = "\n".join(_printed)
    print(f"\n| task | keys | at most |\n|---|---|---|\n{rows}")  # noqa: T201  # the table is asked for


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
async def test_a_task_takes_no_more_keys_than_its_budget(task: Task, seeds: Path, tmp_path: Path, monkeypatch) -> None:
    if task.reason:
        _printed.append(f"| {task.name} | - | {task.most} |")
        pytest.skip(task.reason)
    monkeypatch.chdir(tmp_path)
    after = await replay(task, tmp_path / "library.json", seeds)
    assert task.holds(after), after
    assert counted(task.keys) <= task.most
    plus = " + letters" if any(isinstance(key, Typed) for key in task.keys) else ""
    _printed.append(f"| {task.name} | {counted(task.keys)}{plus} | {task.most} |")


async def replay(task: Task, path: Path, seeds: Path) -> After:
    article = seeds / ARTICLE
    with Library.open(path) as library:
        for seed in (article, seeds / "welcome.md"):
            library.add(seed)
        document = library.lookup(article)
        assert document is not None
        text = library.text(document)
        if task.prepare is not None:
            task.prepare(library, document.uuid, text)
        async with opened(library, article, Config()) as (pilot, screen):
            await press(pilot, [*task.before, *task.keys])
            return After(
                library.annotations(document.uuid),
                {tag.uuid: tag.path for tag in library.tags()},
                screen.view.selection.head,
                shown(screen),
                screen.session.title,
                text,
            )


def phrase_keys(screen: ReaderScreen, first: int, last: int) -> int:
    """Return the presses that highlight from the word at `first` to the one at `last`: s label, v, s label, enter."""
    total = 2
    here = screen.view.selection.head
    for place in (first, last):
        letter = screen.view.text.string[place]
        blocks, start, end = screen.view.on_screen()
        places = word_starts(screen.view.text, blocks, start, end, letter)
        labels = {at: label for label, at in place_labels(places, here, seek_letters(len(places))).items()}
        total += 2 + len(labels[place])
        here = place
    return total


async def test_any_phrase_on_the_first_screen_takes_no_more_than_its_budget(article: Path, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library.json") as library:
        async with opened(library, article) as (pilot, screen):
            blocks, start, end = screen.view.on_screen()
            words = [one for block in blocks for one in units.words(screen.view.text, block) if start <= one[0] < end]
            pairs = [(first, last) for i, first in enumerate(words) for last in words[i:]]
            took = Counter(phrase_keys(screen, first[0], last[0]) for first, last in pairs)
            _printed.append(f"| highlight any phrase on screen | {dict(sorted(took.items()))} | {PHRASE_MOST} |")
            assert max(took) <= PHRASE_MOST
            for first, last in random.Random(4).sample(pairs, SAMPLE):
                assert await select(pilot, screen, first, last) == phrase_keys(screen, first[0], last[0])
                made = screen.session.annotations[-1]
                assert (made.start, made.end) == (first[0], last[1])
                await press(pilot, ["u", "g", "g"])


async def select(pilot, screen: ReaderScreen, first: tuple[int, int], last: tuple[int, int]) -> int:
    """Highlight from the word `first` to the word `last` by seeking; return the presses."""
    string = screen.view.text.string

    def label(at: int):
        return lambda screen: next(name for name, offset in screen.view.hints.items() if offset == at)

    letters = [string[one[0]].lower() for one in (first, last)]
    return len(await press(pilot, ["s", letters[0], label(first[0]), "v", "s", letters[1], label(last[0]), "enter"]))
