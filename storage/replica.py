"""Under which id this machine writes into one library file: the `device` of its dots and of its journal.

The id is random and kept in the state folder, one for each place where a library lies: two copies of a library on one
machine are two devices. A library that knows less of an id than was written under it has been put back to an older
copy; then a new id is taken, because another device may have what was written in between.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

from storage import files


class Replica:
    """This machine's part in the library at `real`; `former` are ids that it had there before.

    Where `state` is None, or cannot be written, the id lasts as long as the process.
    """

    def __init__(self, state: Path | None, real: Path) -> None:
        self._file = state / "replicas" / f"{zlib.crc32(os.fsencode(real)):08x}.json" if state else None
        self.stamp = 0
        self.former: tuple[str, ...] = ()
        known = self._read()
        self.id = known or os.urandom(5).hex()
        self._kept = bool(known)

    def settle(self) -> None:
        """Keep the id before it is written under; another process may have been first, then it is theirs."""
        if self._kept or self._file is None:
            return
        self._kept = True
        with suppress(OSError):
            files.make_folder(self._file.parent)
            files.create(self._file, self._content(self.id))
        found = self._read()
        self.id = found or self.id
        if not found:  # what is there was damaged
            self._keep()

    def _read(self) -> str:
        if self._file is None:
            return ""
        with suppress(OSError, ValueError, TypeError, AttributeError, KeyError):
            found: dict[str, Any] = json.loads(self._file.read_bytes())
            if re.fullmatch(r"[0-9a-f]{10}", found["device"]):
                self.stamp = int(found.get("stamp", 0))
                self.former = tuple(map(str, found.get("former", ())))
                return str(found["device"])
        return ""

    def _content(self, device: str) -> bytes:
        return json.dumps({"device": device, "stamp": self.stamp, "former": self.former}).encode()

    def remember(self, stamp: int) -> None:
        """Keep the last stamp that was written under this id."""
        if stamp > self.stamp:
            self.stamp = stamp
            self._keep()

    def renew(self) -> None:
        """Take a new id."""
        self.former = (*self.former, self.id)
        self.id, self.stamp = os.urandom(5).hex(), 0
        self._keep()

    def sweep(self) -> None:
        """Remove what was left when a writer of the file was killed."""
        if self._file is not None:
            files.sweep(self._file.parent, self._file.name)

    def _keep(self) -> None:
        if self._file is not None:
            with suppress(OSError):
                files.make_folder(self._file.parent)
                files.replace_unsynced(self._file, self._content(self.id))
