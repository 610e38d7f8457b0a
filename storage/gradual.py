"""Reading a large library while it is being used: first what the first screen needs, then the rest, slice by slice.

Meanwhile memory holds a part of the annotations: all of the documents that were asked for (`want`), and whatever was
saved since. Who needs to know of all asks for `complete`. Each record that comes in late is merged with what memory has
of it by then, as everything is that comes from the disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from storage import base, codec, migrations
from storage.base import Cells
from storage.codec import Tables
from storage.looking import Looking
from storage.parts import Parts
from storage.rows import Grouped, Rows, record_of


class Gradual(Looking):
    """A store that may still be reading its base. Raises OSError and LibraryError as opening does."""

    gradual = False
    _parts: Parts | None = None
    _wanted: frozenset[str] = frozenset()

    @property
    def partial(self) -> bool:
        """Whether there are annotations that memory does not hold yet."""
        return self._parts is not None

    def begin(self) -> bool:
        """Read the beginning of a large base; False where it has to be read whole."""
        version = self.current()
        if not self.gradual or self.loaded or version is None or version.size <= codec.BIG:
            return False
        with suppress(OSError, ValueError):
            found = Parts(self.real)
            tables = found.head()
            if migrations.version_of(tables) != migrations.SCHEMA_VERSION:
                found.close()
                return False
            self.become({**tables, "annotations": Grouped(), "tombstones": Rows()})
            self.arrived(found.version, found.version.size)
            self._parts = found
            return True
        return False

    def want(self, document: str) -> None:
        """Have the annotations of a document."""
        if self._parts is None or document in self._wanted:
            return
        self._wanted |= {document}
        with suppress(ValueError):  # found out again, and dealt with, when all is read
            self._absorb("annotations", self._parts.group(document))

    def load(self) -> Iterator[None]:
        """Read the rest, a few milliseconds at a step."""
        parts = self._parts
        if parts is None:
            return
        import orjson as _  # noqa: F401, PLC0415  # from now on `codec.loads` takes it

        slices = parts.slices()
        try:
            while self._parts is parts and not (part := next(slices)).last:
                self._absorb(part.table, part.cells)
                yield
        except ValueError:
            self._start_again()
            return
        if self._parts is parts:
            self._done()
            self.hooks.completed()

    def complete(self) -> bool:
        """Read the rest at once; False when nothing was left to read."""
        if self._parts is None:
            return False
        with self._mutex:
            for _ in self.load():
                pass
        return True

    def become(self, tables: Tables) -> None:
        """Hold `tables`; what was still to be read of others is left."""
        super().become(tables)
        self._done()

    def _done(self) -> None:
        if self._parts is not None:
            self._parts.close()
            self._parts = None

    def _start_again(self) -> None:
        """Read it whole: it is not as it was written. All that was saved meanwhile is in the journal."""
        self._done()
        self.gradual = self.loaded = False
        with self._mutex:
            self.look()

    def _absorb(self, name: str, cells: Cells) -> None:
        table = self.tables.setdefault(name, Rows())
        graves = self.tables.get("tombstones", {})
        assert isinstance(table, Rows)  # noqa: S101  # they are made here
        known = [key for key, cell in cells if key in table.cells or key in graves]
        if known:
            seen = set(known)
            self._merge(name, [(key, cell) for key, cell in cells if key in seen and table.cells.get(key) != cell])
            cells = [(key, cell) for key, cell in cells if key not in seen]
        if isinstance(table, Grouped):
            taken = dict(cells)
            for document, group in base.grouped(cells).groups.items():
                table.extend(document, [(key, taken[key]) for key in group])
        else:
            table.cells.update(cells)

    def _merge(self, name: str, cells: Cells) -> None:
        from storage.merge import merge  # noqa: PLC0415  # imported when first used

        if cells:
            late = {name: {key: record_of(cell) for key, cell in cells}}
            merged = merge(self.tables, late)
            self.revived += merged.revived
            self.receive(merged.changes, journaled=False)
