"""Who writes: the name that this login signs with in one library."""

from __future__ import annotations

from storage import records
from storage.editing import clean_line
from storage.errors import UsageError
from storage.model import Creator
from storage.relations import Relations


class Creators(Relations):
    """Creators are known by their login (`Creator.id`); the name is what others see. A name is no undo step."""

    def rename_me(self, name: str) -> Creator:
        """Sign with another name from now on, in what is signed already too. Raises UsageError for an empty one."""
        name = clean_line(name)
        if not name:
            raise UsageError("A name needs at least one letter.")
        with self.step(""):
            me = self._ensure_me()._replace(name=name)
            self._change("creators", records.plain_record(me))
        return self.me()
