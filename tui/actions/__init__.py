"""What each command does: one function a command, registered by the command's id, grouped as the command table is.

An action gets the screen and the key run; it may return the sentence to show. It never paints: the screen does, once,
after the action has returned.
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
_MODULES = ("moving", "selecting", "marking", "finding", "panes", "lists", "general")


def action(*ids: str) -> Callable[[Action], Action]:
    """Register a function as what the commands `ids` do."""

    def register(function: Action) -> Action:
        for name in ids:
            _ACTIONS[name] = function
        return function

    return register


def actions() -> dict[str, Action]:
    """Return every command's action by the command's id."""
    for module in _MODULES:
        import_module(f"tui.actions.{module}")
    return _ACTIONS
