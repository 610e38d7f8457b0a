"""Who and when: uuids, the doc_ids made of them, this device's id, and the time.

The device id says which machine wrote a value. It is random, lives in the machine's state folder and never in a
library, so that two copies of a library on two machines can be told apart.
"""

from __future__ import annotations

import os
import re
import time
import zlib
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from storage import files

WHOLE_UUID = 36
"""Characters of a UUID."""


_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def led(string: str, here: Mapping[str, str]) -> str:
    """Return `string` in which each UUID that is a key of `here` stands for what that one is here."""
    return _UUID.sub(lambda found: here.get(found[0], found[0]), string)


def new_uuid() -> str:
    """Return a random UUID, version 4."""
    return written(os.urandom(16).hex())


def uuid_for(doc_id: int) -> str:
    """Return a UUID, random where it can be, whose doc_id this is; `doc_id` came from another one."""
    return written(f"{(doc_id << 3 | os.urandom(1)[0] & 7) & (1 << 56) - 1:014x}{os.urandom(9).hex()}")


def uuid_of(content: bytes) -> str:
    """Return the UUID that stands for `content`, always the same: for a record that came without one."""
    return written("".join(f"{zlib.crc32(content, start):08x}" for start in range(4)))


def written(digits: str) -> str:
    """Return the UUID, version 4 by its form, that is made of 32 hex digits."""
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def doc_id(uuid: str) -> str:
    """Return the doc_id of the record with this uuid, in decimal: its first 53 bits. Raises ValueError for no uuid."""
    return str(int(uuid.replace("-", "")[:14], 16) >> 3)


def is_doc_id(key: str, uuid: str) -> bool:
    """Tell whether `key` is the doc_id of the record with this uuid, which need not be one."""
    with suppress(ValueError):
        return doc_id(uuid) == key
    return False


def now() -> str:
    """Return the present time in UTC, to the second."""
    return _instant(int(time.time()))


@lru_cache(1)
def _instant(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


def milliseconds() -> int:
    """Return the present time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def login() -> str:
    """Return the name of the account this runs under."""
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        if name := os.environ.get(variable):
            return name
    with suppress(ImportError, KeyError):
        import pwd  # noqa: PLC0415  # not on every system

        return pwd.getpwuid(os.getuid()).pw_name
    return "reader"


def device(state: Path) -> str:
    """Return this machine's id, made on first use; where `state` cannot be written it lasts as long as the process."""
    file = state / "device"
    made = os.urandom(5).hex()
    for _ in range(2):
        with suppress(OSError, UnicodeDecodeError):
            if re.fullmatch(r"[0-9a-f]{10}", found := file.read_text("utf-8").strip()):
                return found
        with suppress(OSError):
            files.make_folder(state)
            files.create(file, f"{made}\n".encode())
    return made
