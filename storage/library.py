"""The library: the only door to the tables of documents, annotations, tags and what belongs to them.

Its file is written whole at each change (`storage.jsonfile`), its texts lie in ``NAME.texts/``, its daily backups in
``NAME.backups/`` beside it, its undo log in the state folder. Model values go in and come out; they are immutable.

Its work lies in layers of one class: `storage.reading`, `storage.editing`, `storage.codebook`, `storage.relations`,
`storage.creators`, `storage.receiving`, `storage.undoing`, and here opening, watching and closing.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from storage import identity, migrations, paths
from storage.errors import LibraryError
from storage.jsonfile import JsonFile
from storage.texts import Snapshots
from storage.transactions import Transactions
from storage.undoing import Outcome, Undoing

__all__ = ["Library", "Outcome"]


class Library(Undoing):
    """An open library; a context manager that closes it. One process may open a file several times.

    `revision` grows at every change seen, of its own or of another process. `problem` is a sentence when the file on
    disk cannot be read any more: what is in memory is still shown, and nothing can be changed. `db` is the TinyDB.
    """

    def __init__(self, path: Path, file: Transactions, state: Path, *, readonly: bool = False) -> None:
        self.path = path
        self.problem = ""
        self.readonly = readonly
        self._state = state
        self._stamp = 0
        self._edits = []
        self._replaying = None
        self._log = None
        self._places = {}
        self._places_saved = time.monotonic()
        self._real = file.real if isinstance(file, JsonFile) else path
        self.snapshots = Snapshots(self._real.with_name(f"{self._real.stem}.texts"))
        super().__init__(file, self._real.parent, identity.device(state))

    @classmethod
    def open(cls, path: Path | None = None, *, state: Path | None = None, readonly: bool = False) -> Library:
        """Open the library file `path`; None: as the environment or the settings say. An absent one is empty.

        On a medium that cannot be written, or in a folder that cannot, `readonly` is True. Raises LibraryError that
        names the file and says what to do when it cannot be used: it is damaged, not a library, from a newer version,
        a folder, or may not be read.
        """
        if path is None:
            from storage import config  # noqa: PLC0415  # imported when first used

            path = config.library()
        path = path.expanduser().absolute()
        file = JsonFile(path, readonly=readonly)
        return cls(path, file, state or paths.state_dir(), readonly=file.readonly)

    def close(self) -> None:
        """Save what waits to be saved and close. Raises LibraryError when that fails."""
        self.save_positions()
        self.db.close()

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
        """Take in what another process saved; True when something changed, `problem` included. Cheap, never waits."""
        if not isinstance(self._file, JsonFile):
            return False
        was = self.problem
        try:
            changed = self._file.refresh()
            self.problem = ""
        except LibraryError as error:
            changed, self.problem = False, str(error)
        return changed or self.problem != was

    def info(self) -> dict[str, object]:
        """Return what a reader may want to know: file, size, schema, last_backup, device, readonly, counts."""
        file = self._file
        backup = file.last_backup() if isinstance(file, JsonFile) else None
        counts = {name: len(table) for name, table in file.tables.items() if name not in {"meta", "tombstones"}}
        return {
            "file": str(self.path),
            "size": file.size if isinstance(file, JsonFile) else 0,
            "schema": migrations.SCHEMA_VERSION,
            "last_backup": str(backup) if backup else None,
            "device": self.device,
            "readonly": self.readonly,
            "counts": {"documents": 0, "annotations": 0, "tags": 0, **counts},
        }
