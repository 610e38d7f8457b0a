"""The library: the only door to the tables of documents, annotations, tags and what belongs to them.

Its file is one TinyDB file with a journal (`storage.store`), its texts lie in ``NAME.texts/``, its backups in
``NAME.backups/`` beside it, its undo log in the state folder. Model values go in and come out; they are immutable.

Its work lies in layers of one class: `storage.reading`, `storage.identifying`, `storage.editing`, `storage.codebook`,
`storage.relations`, `storage.creators`, `storage.receiving`, `storage.undoing`, `storage.choosing`,
`storage.combining`, `storage.importing`, and here opening, watching and closing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from storage import fulltext, migrations, paths
from storage.errors import LibraryError
from storage.importing import Importing
from storage.store import Store
from storage.texts import Snapshots
from storage.transactions import Transactions
from storage.undoing import Outcome

__all__ = ["Library", "Outcome"]


class Library(Importing):
    """An open library; a context manager that closes it. One process may open a file several times.

    `revision` grows at every change seen, of its own or of another process. `problem` is a sentence when the file on
    disk cannot be read any more: what is in memory is still shown, and nothing can be changed. `db` is the TinyDB.
    """

    def __init__(self, path: Path, file: Transactions, state: Path) -> None:
        self.path = path
        self.problem = ""
        self._state = state
        self._stamp = 0
        self._edits = []
        self._replaying = None
        self._log = None
        self._places = {}
        self._turns = {}
        self._places_saved = time.monotonic()
        self._real = file.real if isinstance(file, Store) else path
        self.snapshots = Snapshots(self._real.with_name(f"{self._real.stem}.texts"))
        self.pages = self._real.with_name(f"{self._real.stem}.pages")
        super().__init__(file, self._real.parent)

    @classmethod
    def open(
        cls, path: Path | None = None, *, state: Path | None = None, readonly: bool = False, gradual: bool = False
    ) -> Library:
        """Open the library file `path`; None: as the environment or the settings say. An absent one is empty.

        `gradual`: of a large one only the beginning is read now, and the rest by :meth:`load`, or when it is needed.

        On a medium that cannot be written, or in a folder that cannot, `readonly` is True. Raises LibraryError that
        names the file and says what to do when it cannot be used: it is damaged, not a library, from a newer version,
        a folder, or may not be read.
        """
        if path is None:
            from storage import config  # noqa: PLC0415  # imported when first used

            path = config.library()
        path = path.expanduser().absolute()
        state = state or paths.state_dir()
        store = Store(path, state, readonly=readonly, gradual=gradual)
        made = cls(path, store, state)
        store.open()
        return made

    def close(self) -> None:
        """Save what waits to be saved and close. Raises LibraryError when that fails."""
        try:
            self.save_positions()
        finally:
            self.db.close()
            if not self.readonly:
                self.snapshots.tidy()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
            return
        with suppress(LibraryError):
            self.close()

    def refresh(self) -> bool:
        """Take in what others saved; True when something changed, `problem` included. Cheap, never waits."""
        if not isinstance(self._file, Store):
            return False
        was = self.problem
        try:
            changed = self._file.refresh()
            self.problem = ""
        except LibraryError as error:
            changed, self.problem = False, str(error)
        return changed or self.problem != was

    @property
    def state(self) -> Path:
        """The folder of what belongs to this machine."""
        return self._state

    @property
    def partial(self) -> bool:
        """Whether a part of the annotations is not read yet."""
        return isinstance(self._file, Store) and self._file.partial

    def load(self) -> Iterator[None]:
        """Read what opening left, and count how tags are used; a step takes a few milliseconds. Raises LibraryError."""
        if isinstance(self._file, Store):
            yield from self._file.load()
        yield from self.build_index()

    @property
    def has_search(self) -> bool:
        """Whether there is an index for searching the library (see `storage.fulltext`)."""
        return fulltext.path_of(self._real).exists()

    def fold(self) -> bool:
        """Write the file anew with all that was saved; see `storage.compact`. Any thread may call this.

        True when that was done; False when another process did it meanwhile, or there is nothing to write. Raises
        LibraryError when it cannot be written; what was saved stays where it is, and is safe there.
        """
        from storage import compact  # noqa: PLC0415  # imported when first used

        return isinstance(self._file, Store) and compact.fold(self._file)

    def fold_due(self) -> bool:
        """Tell whether it is time to fold: after a while without a change, or many of them."""
        from storage import compact  # noqa: PLC0415  # imported when first used

        return isinstance(self._file, Store) and compact.due(self._file)

    def fold_elsewhere(self) -> None:
        """Leave it to another thread, which asks :meth:`fold_due`, to fold; no save does so any more."""
        if isinstance(self._file, Store):
            self._file.background = True

    def news(self) -> list[str]:
        """Return what was found and mended since this was asked last, a sentence each."""
        if not isinstance(self._file, Store):
            return []
        told, self._file.news = self._file.news, []
        return told

    def info(self) -> dict[str, object]:
        """Return what a reader may want to know: file, size, schema, last_backup, device, readonly, counts, unsettled.

        `unsettled` is the number of values written at the same time on several devices that wait for a choice.
        """
        file = self._file
        backup = file.backups.newest() if isinstance(file, Store) else None
        counts = {name: len(table) for name, table in file.tables.items() if name not in {"meta", "tombstones"}}
        return {
            "file": str(self.path),
            "size": file.size if isinstance(file, Store) else 0,
            "schema": migrations.SCHEMA_VERSION,
            "last_backup": str(backup) if backup else None,
            "device": self.device,
            "readonly": self.readonly,
            "counts": {"documents": 0, "annotations": 0, "tags": 0, **counts},
            "unsettled": len(self.all_unsettled()),
        }
