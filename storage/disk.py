"""What a store knows of its files: where they are, what was read of them, and how to be the only one to write.

What others write is taken in by `storage.looking`, what is saved here is written by `storage.store`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from storage import files, journal, meta
from storage.base import Version
from storage.codec import Record
from storage.errors import LibraryError
from storage.journal import Journal, Mark, SyncError
from storage.lock import Lock
from storage.replica import Replica
from storage.transactions import Transactions

if TYPE_CHECKING:
    from storage.backups import Backups
    from storage.merge import Revived


class Disk(Transactions):
    """The files of the library at `path`.

    `path` is what the reader called it, `real` where it is, symbolic links resolved; `state` the machine's folder.
    `news` are sentences that the reader should hear, about what was found and mended; who shows them empties the list.

    `copies` are conflict copies that sync tools left beside it, `revived` records that came back from deletion by a
    merge and lack what went with it.

    `version` is the base that memory has taken in, `base` its id, `folded` up to where it contains each journal,
    `homeless` says that it is not there any more, `mended` that records in it were put in order, which no journal tells
    others: the next base says so to them. `doubt` is a damaged version, and since when. `taking` is the
    checksum of a file whose changes are being taken over. `background`: somebody else folds in time, so no save needs
    to. `failed` is the sentence that says why nothing is written any more.
    """

    def __init__(self, path: Path, state: Path | None = None, *, readonly: bool = False) -> None:
        super().__init__()
        self.path = path
        self._name = os.path.realpath(path)
        self.real = Path(self._name)
        self._folder = str(self.real.parent)
        self.replica = Replica(state, self.real)
        self.news: list[str] = []
        self.copies: list[Path] = []
        self.revived: list[Revived] = []
        self.size = 0
        self.failed = ""
        self.base = ""
        self.folded: dict[str, Mark] = {}
        self.homeless = self.mended = self.background = self.migrated = False
        self.taking = ""
        self.doubt: tuple[Version | None, float] | None = None
        self.journals: dict[str, Journal] = {}
        self.saved = time.monotonic()
        self.version: Version | None = None
        self.loaded = False
        self._holds = 0
        self._lock = Lock(self.real)
        self._since: dict[str, set[str]] = {}
        self.readonly = readonly or not self._writable()

    @property
    def device(self) -> str:
        """The id under which this machine writes here."""
        return self.replica.id

    @property
    def own(self) -> Journal:
        """This device's journal; its file may not exist."""
        return self.journals.get(self.replica.id) or self._journal(self.replica.id)

    def _journal(self, device: str) -> Journal:
        if device not in self.journals:
            self.journals[device] = Journal(journal.path_for(self.real, device))
        return self.journals[device]

    @property
    def backups(self) -> Backups:
        """What lies in the folder of backups."""
        from storage.backups import Backups  # noqa: PLC0415  # imported when first used

        return Backups(self.real)

    def took(self, checksum: str) -> bool:
        """Tell whether a journal has the changes of the file with this checksum."""
        return any(checksum in each.took for each in self.journals.values())

    def marks(self) -> dict[str, Mark]:
        """Return up to where each journal of this library is in memory."""
        return {device: each.mark for device, each in self.journals.items() if each.offset and self.is_ours(each)}

    def is_ours(self, found: Journal) -> bool:
        """Tell whether a journal belongs to this library, and not to another one that lay in its place."""
        library = meta.uuid_of(self.tables)
        return not library or found.head.get("library", library) == library

    def unfolded(self) -> bool:
        """Tell whether memory holds anything that the base does not."""
        rewriting = self.homeless or self.mended
        return rewriting or any(mark != self.folded.get(device) for device, mark in self.marks().items())

    def put_back(self, stamp: int) -> bool:
        """Tell whether the library knows less of this device than it wrote, up to `stamp`; it gets a new id then."""
        written = max(stamp, self.replica.stamp)
        if written <= meta.seen_of(self.tables).get(self.device, 0):
            return False
        self.replica.renew()
        return True

    def current(self) -> Version | None:
        """Return which file lies in the library's place now."""
        try:
            return Version.of(os.stat(self._name))  # noqa: PTH116  # looked at before every save, and this is faster
        except OSError:
            return None

    def record(self) -> Record:
        """Return the library's own record."""
        return dict((meta.of(self.tables) or meta.made())[1])

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Be the only one, of all threads and processes, to write. What others wrote is not taken in."""
        with self._mutex:
            self.hold()
            try:
                yield
            finally:
                self.release()

    def hold(self) -> None:
        """Take the lock that lets one process at a time write, until released as often. Raises LibraryError."""
        if not self._holds:
            try:
                self._take_lock()
            except OSError as error:
                raise self._unsaved(error) from error
        self._holds += 1

    def _take_lock(self) -> None:
        try:
            self._lock.take()
        except FileNotFoundError:
            files.make_folder(self.real.parent)
            self._lock.take()

    def release(self) -> None:
        """Undo one :meth:`hold`."""
        self._holds -= 1
        if not self._holds:
            self._lock.free()

    def rest(self) -> None:
        """Keep no file open: nothing will be saved for a while."""
        with self._mutex:
            if not self._holds:
                self._lock.rest()
                for each in self.journals.values():
                    each.rest()

    def set_aside(self, path: Path, reason: str) -> None:
        """Move a file to the backups and say so. Raises OSError."""
        kept = self.backups.set_aside(path)
        self.news.append(f"{path} was set aside as {kept}. {reason}.")

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn an OSError into the sentence that says what was not saved, and what to do."""
        try:
            yield
        except OSError as error:
            raise self._unsaved(error) from error

    def _unsaved(self, error: OSError) -> LibraryError:
        if not isinstance(error, SyncError):
            reason = error.strerror or str(error)
            return LibraryError(f"{self.path} could not be saved: {reason}. {files.remedy(error)}")
        self.failed = (
            f"The disk did not confirm a change of {self.path} ({error.strerror}): it was not saved; all before it "
            f"is. Nothing more is written until Manicula is started again."
        )
        return LibraryError(self.failed)

    def _writable(self) -> bool:
        if self.real.exists() and not os.access(self.real, os.W_OK):
            return False
        folder = self.real.parent
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        return os.access(folder, os.W_OK)


def marks_of(record: Record) -> dict[str, Mark]:
    """Return up to where each journal is contained in the base whose own record this is."""
    found = record.get("folded")
    marks = found.items() if isinstance(found, dict) else ()
    return {device: Mark(str(mark[0]), int(mark[1])) for device, mark in marks if isinstance(mark, list)}
