"""What is kept beside the library, for how long, and that it holds all that the library held."""

import time
from pathlib import Path

import pytest

from storage import backups, base
from storage.backups import Backups
from storage.library import Library
from storage.text import Text
from tests.storage.making import content
from tests.storage.test_files import listing

DAY = 86400


@pytest.fixture
def kept(tmp_path: Path) -> Backups:
    (tmp_path / "library.json").write_text("{}")
    return Backups(tmp_path / "library.json")


def stems(kept: Backups) -> list[str]:
    return [path.stem for path in kept.bases()]


def test_backups_thin_out_with_age(kept: Backups, monkeypatch: pytest.MonkeyPatch) -> None:
    start = time.mktime((2026, 3, 2, 12, 0, 0, 0, 0, 0))
    for number in range(400):
        at = int((start + number * DAY * 0.75) * 10**9)
        monkeypatch.setattr("time.time_ns", lambda at=at: at)
        kept.keep([])
        kept.prune()
    days = [stem[len("library-") :][:8] for stem in stems(kept)]
    assert days[0] == time.strftime("%Y%m%d", time.gmtime(start + 399 * DAY * 0.75))
    assert len(set(days[:7])) >= 5
    assert len({day[:6] for day in days}) >= 10
    assert backups.NEWEST < len(days) <= backups.NEWEST + backups.DAYS + backups.WEEKS + backups.MONTHS


def test_other_libraries_backups_and_what_was_set_aside_stay(kept: Backups) -> None:
    kept.keep([])
    (kept.folder / "library-2-20200101T000000000000Z.json").write_text("{}")
    (kept.folder / "library-20200101.json").write_text("mine")
    kept.write_aside("library.json", b"damaged")
    for _ in range(30):
        kept.keep([])
        kept.prune()
    names = listing(kept.folder)
    assert {"library-2-20200101T000000000000Z.json", "library-20200101.json"} <= names
    assert sum(name.startswith("aside-") for name in names) == 1


def test_the_newest_backup_and_its_journals_hold_all_that_the_library_holds(
    filled: Library, file: Path, state: Path, fox: Text
) -> None:
    document = filled.documents()[0].uuid
    for at in range(6):
        filled.annotate(document, [(at, at + 1)], tags=[f"t{at}"], text=fox)
        if at % 2:
            filled.delete(filled.annotations(document)[0].uuid)
        filled.fold()
    latest = Backups(file).latest()
    assert latest
    tables, _ = base.read(file.read_bytes())
    for name in ("documents", "annotations", "tags", "tombstones", "creators"):
        assert dict(latest[name]) == dict(tables[name])
    before = content(filled)
    file.unlink()
    assert content(Library.open(file, state=state)) == before


def test_a_damaged_backup_is_passed_over_for_an_older_one(filled: Library, file: Path, fox: Text) -> None:
    document = filled.documents()[0].uuid
    for at in range(3):
        filled.annotate(document, [(at, at + 1)], text=fox)
        filled.fold()
    kept = Backups(file)
    kept.bases()[0].write_text("damaged")
    latest = kept.latest()
    assert latest
    tables, _ = base.read(file.read_bytes())
    assert dict(latest["annotations"]) == dict(tables["annotations"])
