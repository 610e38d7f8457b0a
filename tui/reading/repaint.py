"""Sending no more than what changed: over a slow line it counts."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


def paint_changed(widget: Widget, before: Sequence[Strip], after: Sequence[Strip], width: int) -> None:
    """Have a widget's rows painted where they differ, or all at once where most do: over a slow line it counts."""
    changed = [y for y, (old, new) in enumerate(zip(before, after, strict=False)) if old != new]
    if len(before) != len(after):
        widget.refresh()
    elif changed:
        widget.refresh(*(_changed_part(before[y], after[y], y, width) for y in changed))


def _changed_part(before: Strip, after: Strip, y: int, width: int) -> Region:
    """Return the cells of a row from the first segment that differs to the last: the rest need not be sent."""
    old, new = list(before), list(after)
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    start = sum(segment.cell_length for segment in new[:first])
    end = width - sum(segment.cell_length for segment in new[len(new) - last :])
    return Region(start, y, max(1, end - start), 1)
