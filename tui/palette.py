"""Textual's command palette, filled from the command table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui.commands import COMMANDS, Command, key_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_WHERE = {
    "extend": " (while selecting)",
    "documents": " (document)",
    "sidebar": " (annotation)",
    "codebook": " (codebook)",
    "memos": " (memo)",
    "list": " (list)",
}


def _named(command: Command, keys: Sequence[str]) -> str:
    """Return a command's title, where it works unless that is the text, and its keys."""
    title = command.title + _WHERE.get(command.scope, "")
    return f"{title}  {' '.join(map(key_label, keys))}" if keys else title


class Commands(Provider):
    """Every command, by its title, with its keys; one of a list goes there first."""

    def _run(self, command: Command) -> Callable[[], object]:
        return partial(self.app.run_command, command)  # type: ignore[attr-defined]

    def _offered(self) -> list[tuple[str, Command]]:
        keys = self.app.keymap.keys  # type: ignore[attr-defined]
        return [(_named(command, keys[command.id]), command) for command in COMMANDS if command.id != "app.palette"]

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
