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
    with Library.open(file, state=state) as library:
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
    library = Library.open(file, state=state)
    library.ensure_tag("t")
    (backup,) = (each for each in listing(file.parent / "library.backups") if "before-migration" in each)
    assert (file.parent / "library.backups" / backup).read_bytes() == later
    assert migrations.version_of(json.loads(file.read_bytes())) == 3
    assert content(Library.open(file, state=state)) == content(library)


def test_an_older_program_refuses_the_newer_library(
    old: bytes, file: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", (shout,))
        patch.setattr(migrations, "SCHEMA_VERSION", 2)
        with Library.open(file, state=state) as library:
            library.ensure_tag("t")
    newer = file.read_bytes()
    assert newer != old
    with pytest.raises(LibraryError, match=r"newer Manicula .version 2 of the file, this one knows 1.; update"):
        Library.open(file, state=state)
    assert file.read_bytes() == newer


def test_a_journal_of_an_older_program_is_brought_up_too(
    file: Path, state: Path, fox: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library.open(file, state=state)
    document = library.receive(file.parent / "fox.txt", fox)
    library.annotate(document.uuid, [(4, 9)], note="quick", text=fox)
    monkeypatch.setattr(migrations, "MIGRATIONS", (shout,))
    monkeypatch.setattr(migrations, "SCHEMA_VERSION", 2)
    with Library.open(file, state=state) as later:
        assert later.annotations()[0].note == "QUICK"
        later.ensure_tag("t")
    with Library.open(file, state=state) as later:
        assert later.annotations()[0].note == "QUICK"


def test_a_journal_of_a_newer_program_is_refused(
    file: Path, state: Path, fox: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library.open(file, state=state)
    library.receive(file.parent / "fox.txt", fox)
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "SCHEMA_VERSION", 2)
        library.ensure_tag("t")
    with pytest.raises(LibraryError, match=r"journal was written by a newer Manicula; update"):
        Library.open(file, state=state)
