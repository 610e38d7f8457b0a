"""The part of the reading screen that paints: what hangs on a new layout changes in the same paint with it."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen
from textual.widget import Widget


class Painting(Screen[None]):
    """Mixed into ReaderScreen. Textual paints as soon as it has laid out, before any widget hears of its new size."""

    _laid_out = False

    def _refresh_layout(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # Textual's own arguments
        self._laid_out = True
        super()._refresh_layout(*args, **kwargs)
        self._laid_out = False

    def _compositor_refresh(self) -> None:
        if self._laid_out and self.is_mounted:
            self.sync()
            self._compositor.update_widgets(set(self.drawn_widgets()))
        super()._compositor_refresh()

    def drawn_widgets(self) -> list[Widget]:
        """Return the widgets that `sync` draws; ReaderScreen does."""
        raise NotImplementedError

    def sync(self) -> None:
        """Bring everything to one state; ReaderScreen does."""
        raise NotImplementedError
