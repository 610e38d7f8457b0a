import json
from pathlib import Path

import pytest

from storage import codec, migrations
from storage.errors import LibraryError
from storage.library import Library
from storage.text import Text
from tests.storage.making import content
from tests.storage.test_files import listing


def shout(tables: codec.Tables) -> None:
    for record in tables["annotations"].values():
        record["note"] = record["note"].upper()


def double(tables: codec.Tables) -> None:
    for record in tables["annotations"].values():
        record["note"] *= 2


@pytest.fixture
def old(file: Path, state: Path, fox: Text) -> bytes:
    library = Library.open(file, state=state)
    document = library.receive(file.parent / "fox.txt", fox)
    library.annotate(document.uuid, [(4, 9)], note="quick", text=fox)
    return file.read_bytes()


@pytest.fixture
def later(old: bytes, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A later program, over the library that this one wrote."""
    monkeypatch.setattr(migrations, "MIGRATIONS", (shout, double))
    monkeypatch.setattr(migrations, "SCHEMA_VERSION", 3)
    return old


def test_an_older_library_is_brought_up_step_by_step(later: bytes, file: Path, state: Path) -> None:
    library = Library.open(file, state=state)
    assert library.annotations()[0].note == "QUICKQUICK"
    assert file.read_bytes() == later
    assert library.info()["schema"] == 3
    assert all(record["sum"] == codec.checksum(record) for record in library.db.table("annotations"))


def test_the_first_change_writes_it_after_a_backup(later: bytes, file: Path, state: Path) -> None:
    before = listing(file.parent / "library.backups")
    library = Library.open(file, state=state)
    library.ensure_tag("t")
    (backup,) = listing(file.parent / "library.backups") - before
    assert "before-migration" in backup
    assert (file.parent / "library.backups" / backup).read_bytes() == later
    assert migrations.version_of(json.loads(file.read_bytes())) == 3
    assert content(Library.open(file, state=state)) == content(library)


def test_an_older_program_refuses_the_newer_library(
    old: bytes, file: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", (shout,))
        patch.setattr(migrations, "SCHEMA_VERSION", 2)
        Library.open(file, state=state).ensure_tag("t")
    newer = file.read_bytes()
    assert newer != old
    with pytest.raises(LibraryError, match=r"newer Manicula .version 2 of the file, this one knows 1.; update"):
        Library.open(file, state=state)
    assert file.read_bytes() == newer
