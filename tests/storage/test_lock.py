import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from storage.errors import LibraryError
from storage.lock import Lock, locked

HOLD = """
import sys
from pathlib import Path
from storage.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_another_process_waits_its_turn(tmp_path: Path) -> None:
    path = tmp_path / "library.json"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdin
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LibraryError, match=r"library\.json is being written by another"), locked(path, 0.02):
            pass
        holder.stdin.write("\n")
        holder.stdin.flush()
        with locked(path):
            pass


def test_it_is_freed_when_its_holder_dies(tmp_path: Path) -> None:
    path = tmp_path / "library.json"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        holder.kill()
        holder.wait()
    with locked(path, 0):
        pass


def test_it_excludes_within_a_process_too_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "library.json"
    with locked(path), pytest.raises(LibraryError), locked(path, 0):
        pass
    with locked(path, 0):
        pass
    assert not list(tmp_path.iterdir())


def test_where_folders_cannot_be_locked_a_file_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl")
    real = fcntl.flock

    def refusing(descriptor: int, operation: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(9, "Bad file descriptor")
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", refusing)
    path = tmp_path / "library.json"
    with locked(path), pytest.raises(LibraryError), locked(path, 0):
        pass
    assert [file.name for file in tmp_path.iterdir()] == ["library.json.lock"]


def test_a_folder_that_was_put_in_the_place_of_the_locked_one_is_locked(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    lock = Lock(folder / "library.json")
    lock.take(0)
    lock.free()
    folder.rename(tmp_path / "away")
    folder.mkdir()
    with locked(folder / "library.json", 0):
        with pytest.raises(LibraryError):
            lock.take(0)
        with locked(tmp_path / "away" / "library.json", 0):
            pass
    lock.take(0)
    with pytest.raises(LibraryError), locked(folder / "library.json", 0):
        pass
    lock.rest()
    with locked(folder / "library.json", 0):
        pass


def test_what_was_freed_can_be_taken_by_others_and_again(tmp_path: Path) -> None:
    one, other = Lock(tmp_path / "library.json"), Lock(tmp_path / "library.json")
    for _ in range(3):
        one.take(0)
        with pytest.raises(LibraryError):
            other.take(0)
        one.free()
        other.take(0)
        with pytest.raises(LibraryError):
            one.take(0)
        other.free()
    one.rest()
    other.rest()
