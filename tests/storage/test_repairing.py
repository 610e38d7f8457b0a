"""Repair while others have the library open, and go on writing: nothing of theirs is lost, and all see it mended."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import base, mending
from storage.checking import repair as repairing
from storage.errors import LibraryError
from storage.library import Library
from tests.storage import damaging as damages
from tests.storage.damaging import DAMAGES, Damage, Damaged
from tests.storage.making import THE_NOTE

SHORT = 0.2


@pytest.fixture(autouse=True)
def _hardly_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mending, "PATIENCE", 0.0)
    monkeypatch.setattr(repairing, "_OTHERS", SHORT)


@pytest.fixture
def damaged(tmp_path: Path) -> Damaged:
    return Damaged(tmp_path)


def the_other(library: Library, damaged: Damaged) -> str:
    """The annotation that no damage touches."""
    return next(one.uuid for one in library.annotations(damaged.fox) if one.uuid != damaged.uuid)


def problems(damaged: Damaged) -> list[str]:
    return [problem.sentence for problem in damaged.check().problems]


@pytest.mark.parametrize("before", [False, True], ids=["opened after", "on another device, opened before"])
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_all_is_mended_while_another_writes_before_and_after(damaged: Damaged, damage: Damage, before: bool) -> None:
    other = Library.open(damaged.file, state=damaged.state.with_name("another")) if before else None
    damage(damaged)
    other = other or damaged.open()
    uuid = the_other(other, damaged)
    other.edit(uuid, note="before it was mended")
    damaged.repair()
    other.edit(uuid, add_tags=["after"])
    other.refresh()
    assert problems(damaged) == []
    assert (other.annotation(damaged.uuid).note, other.annotation(uuid).note) == (THE_NOTE, "before it was mended")
    other.close()
    assert problems(damaged) == []
    with damaged.open() as library:
        assert library.annotation(damaged.uuid).note == THE_NOTE
        assert library.annotation(uuid).note == "before it was mended"
        assert library.tag_paths(library.annotation(uuid)) == ["after"]
        assert sorted(one.exact for one in library.annotations()) == sorted(one.exact for one in other.annotations())
        assert library.news() == []


@pytest.mark.parametrize("damage", [damages.wrong_doc_id, damages.twice])
def test_what_the_other_holds_in_memory_does_not_bring_the_damage_back(damaged: Damaged, damage: Damage) -> None:
    damage(damaged)
    other = damaged.open()
    other.edit(damaged.uuid, color="red")
    damaged.repair()
    other.edit(damaged.uuid, add_tags=["after"])
    assert any("mended by another Manicula" in sentence for sentence in other.news())
    other.fold()
    assert problems(damaged) == []
    with damaged.open() as library:
        found = library.annotation(damaged.uuid)
        assert (found.color, found.note, library.tag_paths(found)) == ("red", THE_NOTE, ["after", "speed"])
        assert len([one for one in library.annotations() if one.uuid == damaged.uuid]) == 1
    assert other.undo()
    assert other.undo()
    assert other.annotation(damaged.uuid).color == ""


@pytest.mark.parametrize("damage", [damages.wrong_doc_id, damages.twice])
def test_another_that_saves_and_folds_in_the_midst_of_it(
    damaged: Damaged, damage: Damage, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(damaged)
    other = damaged.open()
    uuid = the_other(other, damaged)
    folds: list[int] = []
    fold = Library.fold

    def late(library: Library) -> bool:
        if library is not other and len(folds) < repairing._ROUNDS:
            folds.append(1)
            other.edit(uuid, note=f"meanwhile {len(folds)}")
            fold(other)
        return fold(library)

    monkeypatch.setattr(Library, "fold", late)
    damaged.repair()
    other.refresh()
    assert folds
    assert problems(damaged) == []
    other.close()
    assert problems(damaged) == []
    with damaged.open() as library:
        assert library.annotation(uuid).note == f"meanwhile {len(folds)}"


def test_a_library_that_only_memory_knows_waits_for_who_holds_it(damaged: Damaged) -> None:
    damages.without_backups(damaged)
    with damaged.open() as library:
        content = damages.seen(library)
        data = damaged.file.read_bytes()
        damaged.file.write_bytes(data.replace(b'"meta":{', b'"mety":{', 1)[:-60])
        hurt = damaged.file.read_bytes()
        with pytest.raises(LibraryError, match="Close that one, which writes all it holds, then repair"):
            damaged.repair()
        assert damaged.file.read_bytes() == hurt
    assert problems(damaged) == []
    with damaged.open() as library:
        assert damages.seen(library) == content
    kept = (damaged.file.parent / "library.backups").glob("aside-*")
    assert hurt in {path.read_bytes() for path in kept}


WRITING = """
import sys, time
from pathlib import Path
from storage import mending
from storage.library import Library
mending.PATIENCE = 0.0
library = Library.open(Path(sys.argv[1]), state=Path(sys.argv[2]))
uuid, number = sys.argv[3], 0
print("open", flush=True)
while not Path(sys.argv[4]).exists():
    number += 1
    library.edit(uuid, note=f"note {number}")
    print(number, flush=True)
    library.refresh()
    if library.store.homeless or number % 40 == 0:
        library.fold()
    time.sleep(0.005)
library.close()
"""


@pytest.fixture
def writer(damaged: Damaged, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that writes note after note, and says each number when it is saved, until it is told to stop."""
    with damaged.open() as library:
        uuid = the_other(library, damaged)
    order = [str(damaged.file), str(damaged.state), uuid, str(tmp_path / "stop")]
    with subprocess.Popen([sys.executable, "-c", WRITING, *order], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "open\n"
        yield process
        process.kill()


@pytest.mark.parametrize(
    "damage",
    [
        damages.truncated,
        damages.zeroed,
        damages.annotations_gone,
        damages.a_snapshot_damaged,
        damages.a_journal_of_another_library,
        damages.a_backup_cut_off,
        damages.open_to_all,
    ],
)
def test_a_process_that_writes_all_the_while_loses_nothing(
    damaged: Damaged, damage: Damage, writer: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert writer.stdout
    damage(damaged)
    damaged.repair()
    damaged.repair()
    time.sleep(0.1)
    (tmp_path / "stop").touch()
    said = writer.stdout.read().split()
    assert writer.wait() == 0
    assert len(said) > 1
    damaged.repair()
    assert problems(damaged) == []
    with damaged.open() as library:
        assert library.annotation(damaged.uuid).note == THE_NOTE
        assert library.annotation(the_other(library, damaged)).note == f"note {said[-1]}"
        assert len(library.annotations()) == 3


REPAIRING = """
import sys
from pathlib import Path
from storage.checking.repair import repair
repair(*map(Path, sys.argv[1:]))
"""


def test_two_repairs_at_once(damaged: Damaged) -> None:
    for damage in (damages.twice, damages.a_snapshot_damaged, damages.a_backup_cut_off, damages.left_by_a_crash):
        damage(damaged)
    order = [sys.executable, "-c", REPAIRING, str(damaged.file), str(damaged.state)]
    both = [subprocess.Popen(order, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate()[1] for process in both] == ["", ""]
    assert [process.returncode for process in both] == [0, 0]
    assert problems(damaged) == []
    with damaged.open() as library:
        assert damages.seen(library) == damaged.content


def test_a_base_says_that_it_was_mended_only_of_itself(damaged: Damaged) -> None:
    damages.twice(damaged)
    damaged.repair()
    own = base.meta_of(damaged.file.read_bytes())
    assert own
    assert own[1]["mended"] == own[1]["base"]
    with damaged.open() as library:
        library.edit(damaged.uuid, note="later")
    own = base.meta_of(damaged.file.read_bytes())
    assert own
    assert own[1].get("mended") != own[1]["base"]


@pytest.mark.parametrize("damage", [damages.truncated, damages.zeroed, damages.removed, damages.emptied])
@pytest.mark.parametrize("patience", [0.0, 0.3])
def test_who_leaves_last_writes_what_was_damaged_a_moment_ago(
    damaged: Damaged, damage: Damage, patience: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mending, "PATIENCE", patience)
    damages.without_backups(damaged)
    with damaged.open() as library:
        content = damages.seen(library)
        damage(damaged)
    assert problems(damaged) == []
    with damaged.open() as library:
        assert damages.seen(library) == content
