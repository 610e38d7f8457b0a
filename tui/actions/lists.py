"""The two lists: the documents, and the annotations while the sidebar has the focus."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from storage.errors import UsageError
from storage.model import Annotation
from tui.actions import action
from tui.actions.marking import color_target, delete_all, tag_target
from tui.panels.picker import folded
from tui.panels.prompt import Prompt

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen


@action("list.down", "list.up", "list.page_down", "list.page_up", "list.first", "list.last")
def move(screen: ReaderScreen, run: Run) -> str | None:
    """Go through the list."""
    how = run.command.id.removeprefix("list.")
    step = {"down": 1, "up": -1, "page_down": screen.list_page(), "page_up": -screen.list_page()}.get(how)
    if step is None:
        screen.choose(0 if how == "first" else screen.list_length() - 1)
    else:
        screen.choose(screen.list_index() + step * max(1, run.times))
    return None


@action("list.choose")
def choose(screen: ReaderScreen, run: Run) -> str | None:
    """Open the chosen document; in the annotations show the passage, and the second time go back."""
    del run
    if screen.scope() == "list":
        return screen.open_chosen()
    annotation = screen.chosen_card()
    return screen.peek(annotation) if annotation else None


_LAST_TAG = re.compile(r'(?:^|\s)-?tag:([^\s"*]+)$')


def _completed(source: str, paths: Sequence[str]) -> str:
    """Return a query whose last ``tag:`` is still being typed as one for every tag that begins so."""
    typed = _LAST_TAG.search(source)
    if typed is None:
        return source
    wanted = folded(typed[1])
    known = {segment for path in paths for segment in (folded(path), *folded(path).split("/"))}
    return source if wanted in known else f"{source}*"


@action("list.filter", "sidebar.tag_filter")
def narrow(screen: ReaderScreen, run: Run) -> str | None:
    """Filter the list as the query is typed; esc brings everything back."""
    documents = screen.scope() == "list"
    before = screen.document_query if documents else screen.query_source
    start = "tag:" if run.command.id == "sidebar.tag_filter" else before

    def typed(source: str) -> str:
        if documents:
            return screen.filter_documents(source)
        try:
            return screen.filter_cards(_completed(source, [tag.path for tag in screen.session.library.tags()]))
        except UsageError as problem:
            return str(problem)

    def cancelled() -> None:
        typed("")

    prompt = Prompt("filter:", start, typed=typed, accept=lambda source: typed(source) and None, cancelled=cancelled,
                    hints=(("enter", "keep"), ("esc", "clear")))  # fmt: skip
    screen.open_panel(prompt)
    if start:
        prompt.problem = typed(start)
    return None


@action("list.sort")
def sort(screen: ReaderScreen, run: Run) -> str | None:
    """Take the next order."""
    del run
    return f"Sorted by {screen.next_order()}"


@action("list.leave")
def leave(screen: ReaderScreen, run: Run) -> str | None:
    """Clear the filter; where there is none, go back to the text."""
    del run
    if screen.scope() == "list" and screen.document_query:
        screen.filter_documents("")
    elif screen.scope() == "sidebar" and screen.query_source:
        screen.filter_cards("")
    else:
        screen.panes.go("text")
    return None


def _chosen(screen: ReaderScreen) -> Annotation | None:
    return screen.chosen_card()


NONE_CHOSEN = "No annotation is chosen."


@action("sidebar.edit")
def edit(screen: ReaderScreen, run: Run) -> str | None:
    """Edit the chosen annotation's note."""
    del run
    annotation = _chosen(screen)
    if annotation is None:
        return NONE_CHOSEN
    screen.open_note(annotation)
    return None


@action("sidebar.tag")
def tag(screen: ReaderScreen, run: Run) -> str | None:
    """Tag the chosen annotation."""
    del run
    annotation = _chosen(screen)
    if annotation is None:
        return NONE_CHOSEN
    tag_target(screen, screen.session.as_target(annotation))
    return None


@action("sidebar.color")
def color(screen: ReaderScreen, run: Run) -> str | None:
    """Colour the chosen annotation."""
    annotation = _chosen(screen)
    return color_target(screen, screen.session.as_target(annotation), run.argument) if annotation else NONE_CHOSEN


@action("sidebar.delete")
def delete(screen: ReaderScreen, run: Run) -> str | None:
    """Delete the chosen annotation."""
    del run
    annotation = _chosen(screen)
    return delete_all(screen, [annotation]) if annotation else NONE_CHOSEN
