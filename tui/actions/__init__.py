"""What each command does: one function a command, registered by the command's id, grouped as the command table is.

An action gets the screen and the key run; it may return the sentence to show. It never paints: the screen does, once,
after the action has returned. A group is imported when the first of its commands is run, or in idle time.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen

Action = Callable[["ReaderScreen", "Run"], str | None]

_ACTIONS: dict[str, Action] = {}
_MODULES = {
    "move": "moving",
    "jump": "jumping",
    "select": "selecting",
    "jump.follow": "following",
    "jump.set_mark": "bookmarks",
    "jump.to_mark": "bookmarks",
    "mark": "marking",
    "mark.relate": "relating",
    "mark.relations": "relating",
    "mark.split": "relating",
    "mark.join": "relating",
    "mark.choose": "versions",
    "sidebar.choose": "versions",
    "documents.choose": "versions",
    "codebook.choose": "versions",
    "memos.choose": "versions",
    "versions": "versions",
    "find": "finding",
    "find.tag": "passages",
    "find.highlight": "passages",
    "pane": "panes",
    "list": "lists",
    "documents": "shelf",
    "sidebar": "lists",
    "board": "boards",
    "board.review": "reviewing",
    "codebook": "codebook",
    "memos": "boards",
    "board.tables": "tables",
    "table": "tables",
    "disagreements": "deciding",
    "board.names": "names",
    "board.timeline": "names",
    "names": "names",
    "timeline": "names",
    "dates": "names",
    "passages": "passages",
    "anchor": "anchoring",
    "app": "general",
    "app.export": "exporting",
    "app.import": "importing",
    "app.original": "following",
    "move.turn_next": "speaking",
    "move.turn_prev": "speaking",
    "mark.speaker": "speaking",
}
"""The module of each group (what stands before the dot of a command's id), and of single commands."""


def action(*ids: str) -> Callable[[Action], Action]:
    """Register a function as what the commands `ids` do."""

    def register(function: Action) -> Action:
        for name in ids:
            _ACTIONS[name] = function
        return function

    return register


def action_of(command_id: str) -> Action:
    """Return what a command does."""
    if command_id not in _ACTIONS:
        import_module(f"tui.actions.{_MODULES.get(command_id) or _MODULES[command_id.partition('.')[0]]}")
    return _ACTIONS[command_id]


def actions() -> dict[str, Action]:
    """Return every command's action by the command's id, all groups imported."""
    for module in dict.fromkeys(_MODULES.values()):
        import_module(f"tui.actions.{module}")
    return _ACTIONS
