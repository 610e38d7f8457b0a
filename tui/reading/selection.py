"""The selection: an anchor that stays and a head that moves, as in Helix; a caret is an empty one."""

from __future__ import annotations

from typing import NamedTuple


class Selection(NamedTuple):
    """The half-open range between two offsets in code points; either may be the larger."""

    anchor: int
    head: int

    @property
    def start(self) -> int:
        """The smaller offset."""
        return min(self)

    @property
    def end(self) -> int:
        """The larger offset, after the last selected character."""
        return max(self)

    @property
    def empty(self) -> bool:
        """Whether this is only a caret."""
        return self.anchor == self.head

    def move(self, head: int) -> Selection:
        """Return a caret at `head`."""
        return Selection(head, head)

    def extend(self, head: int) -> Selection:
        """Return the selection from the same anchor to `head`."""
        return Selection(self.anchor, head)

    def flip(self) -> Selection:
        """Return the same range with its ends' parts exchanged."""
        return Selection(self.head, self.anchor)
