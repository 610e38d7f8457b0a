"""What needs real processes: limits, kills, several writers at once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage import files
from storage.library import Library
from tests.storage.making import content
from tests.storage.test_files import listing

FULL = """
import resource, sys
from pathlib import Path
from storage.errors import LibraryError
from storage import files
from storage.library import Library
library = Library.open(Path(sys.argv[1]), state=Path(sys.argv[2]))
size = max(path.stat().st_size for path in Path(sys.argv[1]).parent.glob("library.json*")) + 2000
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
first, second = library.annotations()
try:
    library.edit(first.uuid, note="x" * 100_000)
except LibraryError as error:
    print(error)
assert library.annotation(first.uuid) == first
library.delete(second.uuid)
assert library.undo().label == "delete"
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limits of this kind")
def test_a_file_that_may_not_grow(filled: Library, file: Path, state: Path) -> None:
    before = content(filled)
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(file), str(state)], capture_output=True, text=True, check=True
    )
    assert "could not be saved: File too large. Make room" in done.stdout
    assert content(Library.open(file, state=state)) == before


SAVING = """
import sys
from pathlib import Path
from storage import files
from storage.library import Library
library = Library.open(Path(sys.argv[1]), state=Path(sys.argv[2]))
uuid = library.annotations()[0].uuid
for number in range(10_000):
    library.edit(uuid, note=str(number))
    print(number, flush=True)
"""


def test_a_killed_process_loses_nothing_that_it_said_was_saved(filled: Library, file: Path, state: Path) -> None:
    for _ in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", SAVING, str(file), str(state)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout
            lines = [process.stdout.readline() for _ in range(7)]
            process.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
            lines += process.stdout.readlines()
        with Library.open(file, state=state) as library:
            note = library.annotations()[0].note
        assert int(note) in {int(lines[-1]), int(lines[-1]) + 1}
    filled.edit(filled.annotations()[0].uuid, note="after")
    other = Library.open(file, state=state)
    other.edit(other.annotations()[0].uuid, note="after that")
    assert other.undo() is not None
    other.close()
    filled.close()
    assert listing(file.parent) == {"library.json", "library.texts", "library.backups"}


WRITING = """
import sys
from pathlib import Path
from storage import files
from storage.library import Library
library = Library.open(Path(sys.argv[1]), state=Path(sys.argv[2]))
shared = sys.argv[4]
text = library.text(library.documents()[0])
for number in range(12):
    made = library.annotate(library.documents()[0].uuid, [(number, number + 1)], tags=[f"t/{number}"], text=text)
    library.edit(shared, add_tags=[f"{sys.argv[3]}/{number}"])
    if number % 3 == 0:
        library.delete(made.uuid)
"""


def test_several_writers_at_once_lose_nothing(filled: Library, file: Path, state: Path, tmp_path: Path) -> None:
    before, shared = len(filled.annotations()), filled.annotations()[0]
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITING, str(file), str(place), name, shared.uuid])
        for name, place in [("a", state), ("b", state), ("c", tmp_path / "other")]
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert filled.refresh()
    assert len(filled.annotations()) == before + 3 * 8
    assert len(filled.db.table("tombstones")) == 3 * 4
    expected = {f"{name}/{number}" for name in "abc" for number in range(12)}
    assert {*filled.tag_paths(filled.annotation(shared.uuid))} - {*filled.tag_paths(shared)} == expected
    paths = [tag.path for tag in filled.tags()]
    assert len(paths) == len(set(paths)) == 2 + 3 + 36 + 1 + 12
    steps = 0
    while outcome := filled.undo():
        assert not [sentence for sentence in outcome.skipped if "deleted" in sentence]
        steps += 1
    assert steps == 2 + 2 * (12 + 12 + 4)


def test_a_fold_after_anothers_that_took_this_journal_away(
    filled: Library, file: Path, state: Path, tmp_path: Path
) -> None:
    uuid = filled.annotations()[0].uuid
    elsewhere = Library.open(file, state=tmp_path / "elsewhere")
    filled.edit(uuid, note="here")
    beside = Library.open(file, state=state)
    assert beside.fold()
    elsewhere.edit(uuid, note="there")
    filled.refresh()
    assert filled.fold()
    assert Library.open(file, state=tmp_path / "new").annotation(uuid).note == "there"


def test_what_changes_while_a_fold_writes_is_all_there(
    filled: Library, file: Path, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, gone = filled.annotations()
    document = filled.documents()[-1].uuid
    write_all = files.write_all

    def interrupted(descriptor: int, data: bytes) -> None:
        monkeypatch.setattr(files, "write_all", write_all)
        filled.edit(kept.uuid, note="meanwhile", add_tags=["new"])
        filled.delete(gone.uuid)
        filled.annotate(document, [(0, 2)], note="new", text=filled.text(filled.document(document)))
        write_all(descriptor, data)

    filled.edit(kept.uuid, note="before")
    monkeypatch.setattr(files, "write_all", interrupted)
    assert filled.fold()
    assert content(Library.open(file, state=state)) == content(filled)
    assert content(Library.open(file, state=tmp_path / "new")) == content(filled)
    assert {each.note for each in filled.annotations()} == {"meanwhile", "new"}
