"""The part of the reading screen that shows, after a pause, which keys can follow those that were typed."""

from __future__ import annotations

from collections.abc import Iterable

from textual.screen import Screen
from textual.timer import Timer

from storage.model import Bookmark
from tui.keys import Machine
from tui.session import Session
from tui.widgets.which import WhichKey


class Which(Screen[None]):
    """Mixed into ReaderScreen, which sets the attributes. `which_pause` are seconds, 0 for never."""

    machine: Machine
    session: Session
    which: WhichKey
    which_pause: float
    _which_timer: Timer | None = None

    def show_which_later(self) -> None:
        """Show them, unless a key comes first."""
        if self.which_pause:
            self._which_timer = self.set_timer(self.which_pause, self._show_which)

    def hide_which(self) -> None:
        """Show them no more."""
        if self._which_timer is not None:
            self._which_timer.stop()
            self._which_timer = None
        if self.which.display:
            self.which.tell((), 0)

    def _show_which(self) -> None:
        from tui.actions.bookmarks import in_reach  # noqa: PLC0415  # imported when first used
        from tui.whichkey import continuations  # noqa: PLC0415  # imported when first used

        reach: Iterable[Bookmark] = in_reach(self)  # type: ignore[arg-type]  # this is a part of ReaderScreen
        marks = [(mark.name, f"bookmark at {self.session.place(mark.offset)}") for mark in reach]
        self.which.tell(continuations(self.machine, self.scope(), marks), self.size.width)

    def scope(self) -> str:
        """Return the scope whose keys work now; ReaderScreen does."""
        raise NotImplementedError
