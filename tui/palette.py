"""Textual's command palette, filled from the command table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui.commands import COMMANDS, Command, key_label

if TYPE_CHECKING:
    from collections.abc import Callable


class Commands(Provider):
    """Every command that needs no further key, by its title, with its keys."""

    def _run(self, command: Command) -> Callable[[], object]:
        return partial(self.app.run_command, command)  # type: ignore[attr-defined]

    def _offered(self) -> list[tuple[str, Command]]:
        return [
            (f"{command.title}  {key_label(command.keys[0])}" if command.keys else command.title, command)
            for command in COMMANDS
            if not command.needs and command.scope in {"global", "reader"} and command.id != "app.palette"
        ]

    async def discover(self) -> Hits:
        """Offer everything while nothing is typed."""
        for title, command in self._offered():
            yield DiscoveryHit(Content(title), self._run(command), text=title, help=command.help)

    async def search(self, query: str) -> Hits:
        """Offer what fits."""
        matcher = self.matcher(query)
        for title, command in self._offered():
            score = matcher.match(title)
            if score > 0:
                yield Hit(score, Content(title), self._run(command), text=title, help=command.help)
