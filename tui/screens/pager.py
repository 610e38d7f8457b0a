"""What the pages over the whole window have in common: they take their keys at once, as the reading screen does."""

from __future__ import annotations

from textual import events
from textual.screen import Screen


class Page(Screen[None]):
    """A page of rows. Keys come in by `take_key`; those typed ahead, also before it is drawn, are not lost."""

    async def take_key(self, event: events.Key) -> None:
        """Take one key; the next one goes to what is shown then."""
        raise NotImplementedError
