"""From older libraries to this version's shapes, one step a version.

A library says its version in the record of its table `meta`, field `schema`. Migrating happens in memory; the file is
rewritten by the next change, after a backup.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from storage.codec import Record, Tables, sealed

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


def migrate(tables: Tables) -> bool:
    """Bring `tables` to `SCHEMA_VERSION` in place; True when that changed them."""
    version = version_of(tables)
    if version == SCHEMA_VERSION:
        return False
    for step in MIGRATIONS[version - 1 :]:
        step(tables)
    for record in tables["meta"].values():
        record["schema"] = SCHEMA_VERSION
    for table in tables.values():
        table.update({key: sealed(record) for key, record in table.items() if "sum" in record})
    return True


def raised(version: int, changes: Mapping[str, Mapping[str, Record | None]]) -> Tables:
    """Return the records that `changes` put, in the shapes of `SCHEMA_VERSION`; they have those of `version`."""
    tables: Tables = {name: {key: each for key, each in records.items() if each} for name, records in changes.items()}
    if 0 < version < SCHEMA_VERSION:
        tables["meta"] = {"": {"schema": version}}
        migrate(tables)
        del tables["meta"]
    return tables
