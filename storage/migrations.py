"""From older libraries to this version's shapes, one step a version.

A library says its version in the record of its table `meta`, field `schema`. Migrating happens in memory; the file is
rewritten by the next change, after a backup.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from storage.codec import Tables, sealed

Migration = Callable[[Tables], None]

MIGRATIONS: tuple[Migration, ...] = ()
"""``MIGRATIONS[0]`` makes version 2 of version 1, and so on; each changes the tables in place."""

SCHEMA_VERSION = 1 + len(MIGRATIONS)
"""The version that this program reads and writes."""


def version_of(tables: Tables) -> int:
    """Return the version of `tables`: 0 where they are no library's."""
    for record in tables.get("meta", {}).values():
        version = record.get("schema")
        if isinstance(version, int) and version > 0:
            return version
    return 0


def migrate(tables: Tables, steps: Sequence[Migration] = MIGRATIONS) -> bool:
    """Bring `tables` to the newest version in place; True when that changed them."""
    version = version_of(tables)
    for step in steps[version - 1 :]:
        step(tables)
    newest = 1 + len(steps)
    if version == newest:
        return False
    for record in tables["meta"].values():
        record["schema"] = newest
    for table in tables.values():
        table.update({key: sealed(record) for key, record in table.items() if "sum" in record})
    return True
