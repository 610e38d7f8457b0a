"""What a command is."""

from __future__ import annotations

from typing import NamedTuple


class Command(NamedTuple):
    """One command.

    `scope` is where its keys work (see `INHERITS`); `needs` names what one more key press must give before it can run
    (``color``, ``object``); `footer` is the short word shown in the status line, most commands have none.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    help: str
    scope: str = "reader"
    footer: str = ""
    needs: str = ""
