"""The field of the concordance: what is looked for, and how; up and down choose among the lines."""

from __future__ import annotations

from collections.abc import Callable

from tui.boards.concordance import Way
from tui.panels.find import KEYS
from tui.panels.search import SearchPanel

HERE = "ctrl+d"


class ConcordancePanel(SearchPanel):
    """As the field of the library search; `looked(value, way)` is told at every change, returns what is wrong."""

    def __init__(  # noqa: PLR0913  # as the panel it is made of
        self,
        value: str,
        way: Way,
        *,
        looked: Callable[[str, Way], str],
        move: Callable[[int], None],
        accept: Callable[[], None],
        cancelled: Callable[[], None],
    ) -> None:
        self.way = way
        self._looked = looked
        super().__init__(value, asked=self._ask, move=move, accept=accept, cancelled=cancelled)
        self.hints = (
            ("tab", "to the list"),
            ("^R", "regex"),
            ("^T", "words"),
            ("^X", "exact"),
            ("^D", "this document"),
        )
        self._name()

    def _ask(self, value: str) -> str:
        return self._looked(value, self.way)

    def _name(self) -> None:
        how = [part for part in (str(self.way.how), "this document" if self.way.here else "") if part]
        self.label = f"concordance ({', '.join(how)}):" if how else "concordance:"

    def key(self, name: str, character: str | None) -> None:
        """Switch one of the ways, or edit."""
        if name == HERE:
            self.way = self.way._replace(here=not self.way.here)
        elif name in KEYS:
            how = self.way.how
            self.way = self.way._replace(how=how._replace(**{KEYS[name]: not getattr(how, KEYS[name])}))
        else:
            super().key(name, character)
            return
        self._name()
        self.problem = self._ask(self.edit.value)
