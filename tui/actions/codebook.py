"""The codebook: each change over all documents, as one undo step, with the count of what it touches shown first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from storage.editing import clean_path
from storage.errors import ManiculaError
from storage.model import Tag
from tui.actions import action
from tui.actions.boards import write_memo
from tui.actions.marking import COLORS_SAID, color_named
from tui.boards.codebook import CodebookBoard
from tui.panels.choice import Choice, ChoicePanel
from tui.panels.prompt import Prompt, Question

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen

NONE_CHOSEN = "No tag is chosen. n makes one."
_TOP = "/"


def _chosen(screen: ReaderScreen) -> Tag | None:
    board = screen.here
    return board.tag() if isinstance(board, CodebookBoard) else None


def _told(work: Callable[[], str | None]) -> Callable[[str], str | None]:
    """Return a function for a panel: it does the work and gives a problem back as a remark."""

    def accept(_: str) -> str | None:
        try:
            return work()
        except ManiculaError as problem:
            return str(problem)

    return accept


def _keep(screen: ReaderScreen, uuid: str) -> None:
    """Keep a tag chosen after the list was made anew."""
    if screen.here is not None:
        screen.here.reload()
        screen.here.keep_chosen(uuid)


@action("codebook.new")
def new(screen: ReaderScreen, run: Run) -> str | None:
    """Make a tag, beneath the chosen one unless the path is changed."""
    del run
    chosen = _chosen(screen)

    def make(path: str) -> str | None:
        def work() -> None:
            made = screen.session.library.ensure_tag(path)
            _keep(screen, made.uuid)
            screen.message = f"There is a tag {made.path} · u undo"

        return _told(work)(path)

    screen.open_panel(Prompt("new tag:", f"{chosen.path}/" if chosen else "", accept=make))
    return None


@action("codebook.rename")
def rename(screen: ReaderScreen, run: Run) -> str | None:
    """Change a tag's path; to a path that is taken only after a second enter, which merges."""
    del run
    tag, library = _chosen(screen), screen.session.library
    if tag is None:
        return NONE_CHOSEN
    reach = library.reach(tag.uuid)
    asked: list[str] = []

    def accept(typed: str) -> str | None:
        def work() -> str | None:
            path = clean_path(typed)
            other = library.tag_by_path(path)
            if other is not None and other.uuid != tag.uuid and asked != [path]:
                asked[:] = [path]
                return f"{path} is there already; enter again merges the two."
            _keep(screen, library.rename_tag(tag.uuid, path).uuid)
            screen.message = f"Renamed {tag.path} to {path}: {reach} · u undo"
            return None

        return _told(work)(typed)

    prompt = Prompt("rename to:", tag.path, typed=lambda _: str(reach), accept=accept)
    prompt.problem = str(reach)
    screen.open_panel(prompt)
    return None


def _choose_other(screen: ReaderScreen, tag: Tag, label: str, first: list[Choice], work: Callable[[str], Tag]) -> None:
    """Open a list of the other tags; `work` gets the path chosen and returns the tag to stand on afterwards."""
    library = screen.session.library
    counts = library.tag_counts()
    others = [
        Choice(each.path, each.path, str(counts.get(each.uuid, 0)))
        for each in library.tags()
        if each.path != tag.path and not each.path.startswith(f"{tag.path}/")
    ]
    reach = library.reach(tag.uuid)

    def accept(path: str) -> str | None:
        def run() -> None:
            kept = work(path)
            _keep(screen, kept.uuid)
            screen.message = f"{tag.path} is now {kept.path}: {reach} · u undo"

        return _told(run)(path)

    panel = ChoicePanel(label, [*first, *others], accept)
    panel.problem = str(reach)
    screen.open_panel(panel)


@action("codebook.merge")
def merge(screen: ReaderScreen, run: Run) -> str | None:
    """Make one tag of the chosen one and another."""
    del run
    tag, library = _chosen(screen), screen.session.library
    if tag is None:
        return NONE_CHOSEN

    def work(path: str) -> Tag:
        other = library.tag_by_path(path)
        return library.merge_tags(tag.uuid, other.uuid if other else "")

    _choose_other(screen, tag, f"merge {tag.path} into:", [], work)
    return None


@action("codebook.nest")
def nest(screen: ReaderScreen, run: Run) -> str | None:
    """Put the chosen tag beneath another, or on its own."""
    del run
    tag, library = _chosen(screen), screen.session.library
    if tag is None:
        return NONE_CHOSEN
    name = tag.path.rpartition("/")[2]
    top = [Choice(_TOP, "beneath none")] if "/" in tag.path else []

    def work(path: str) -> Tag:
        return library.rename_tag(tag.uuid, name if path == _TOP else f"{path}/{name}")

    _choose_other(screen, tag, f"put {tag.path} beneath:", top, work)
    return None


@action("codebook.describe")
def describe(screen: ReaderScreen, run: Run) -> str | None:
    """Write the chosen tag's description."""
    del run
    tag = _chosen(screen)
    if tag is None:
        return NONE_CHOSEN

    def accept(description: str) -> str | None:
        def work() -> None:
            screen.session.library.edit_tag(tag.uuid, description=description.strip())
            screen.message = f"Described {tag.path} · u undo"

        return _told(work)(description)

    screen.open_panel(Prompt(f"{tag.path} stands for:", tag.description, accept=accept))
    return None


@action("codebook.aliases")
def alias(screen: ReaderScreen, run: Run) -> str | None:
    """Write the other names of what the chosen tag stands for."""
    del run
    tag = _chosen(screen)
    if tag is None:
        return NONE_CHOSEN

    def accept(names: str) -> str | None:
        def work() -> None:
            made = screen.session.library.edit_tag(tag.uuid, aliases=names.split(";"))
            said = ", ".join(made.aliases)
            screen.message = f"{tag.path} is also {said} · u undo" if said else f"{tag.path} has no other name · u undo"

        return _told(work)(names)

    screen.open_panel(Prompt(f"{tag.path} is also (with ; between):", "; ".join(tag.aliases), accept=accept))
    return None


@action("codebook.memo")
def memo(screen: ReaderScreen, run: Run) -> str | None:
    """Write a memo on the chosen tag."""
    del run
    tag = _chosen(screen)
    if tag is None:
        return NONE_CHOSEN
    write_memo(screen, f"tag:{tag.uuid}", f"tag {tag.path}")
    return None


@action("codebook.color")
def color(screen: ReaderScreen, run: Run) -> str | None:
    """Give the chosen tag a colour, which what has the tag is shown in; the one it has is taken off."""
    tag, name = _chosen(screen), color_named(run.argument)
    if tag is None or not name:
        return COLORS_SAID if tag else NONE_CHOSEN
    now = "" if tag.color == name else name
    screen.session.library.edit_tag(tag.uuid, color=now)
    screen.session.reload()
    return f"{tag.path} is shown {now} · u undo" if now else f"{tag.path} has no colour now · u undo"


@action("codebook.key")
def key(screen: ReaderScreen, run: Run) -> str | None:
    """Give the chosen tag a digit, which takes it in the picker; 0 takes it away."""
    tag = _chosen(screen)
    if tag is None:
        return NONE_CHOSEN
    if run.argument not in set("0123456789"):
        return "K and a digit from 1 to 9 gives a key; K 0 takes it away."
    before = next((each.path for each in screen.session.library.tags() if each.key == run.argument), "")
    screen.session.library.edit_tag(tag.uuid, key="" if run.argument == "0" else run.argument)
    if run.argument == "0":
        return f"{tag.path} has no key now · u undo"
    taken = f", which {before} had" if before and before != tag.path else ""
    return f"{tag.path} has the key {run.argument}{taken} · t {run.argument} tags with it · u undo"


@action("codebook.one_of")
def one_of(screen: ReaderScreen, run: Run) -> str | None:
    """Make the tags beneath the chosen one exclude each other, or not."""
    del run
    tag, library = _chosen(screen), screen.session.library
    if tag is None:
        return NONE_CHOSEN
    now = not library.one_of(tag)
    library.set_one_of(tag.uuid, one_of=now)
    if now:
        return f"Of the tags beneath {tag.path} an annotation has one at most · u undo"
    return f"The tags beneath {tag.path} can stand together · u undo"


@action("codebook.delete")
def delete(screen: ReaderScreen, run: Run) -> str | None:
    """Delete the chosen tag after saying what it is on."""
    del run
    tag, library = _chosen(screen), screen.session.library
    if tag is None:
        return NONE_CHOSEN
    reach = library.reach(tag.uuid)

    def accept() -> None:
        library.delete_tag(tag.uuid)
        screen.session.reload()
        screen.message = f"Deleted {tag.path}: {reach} · u brings it back"

    screen.open_panel(Question(f"delete {tag.path}? It is on {reach}; the annotations stay.", accept))
    return None
