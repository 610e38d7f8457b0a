"""What the command lines that were asked will open next, as it is noted when the reader leaves."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

import pytest

from storage import readers
from storage.config import Config
from storage.framing import Frames
from storage.library import Library
from tui import keeping
from tui.app import ManiculaApp
from tui.session import Session

NAMES = ("one/a.txt", "two/b.txt", "two/c.txt")


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were walked through."""
    found: list[Path] = []
    files_in = readers.files_in

    def noted(folder: Path):
        found.append(folder)
        return files_in(folder)

    monkeypatch.setattr(readers, "files_in", noted)
    return found


class Reading:
    """Leaves Manicula again and again, each time further on in what is read unless `still`."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.places = count()
        Frames(library).folder.mkdir(parents=True)

    def leave(self, asked: Path, left: Path, *, still: bool = False) -> dict[str, str]:
        """Leave while `left` is read, after a command line that named `asked`; return what each one opens now."""
        session = Session(self.library)
        session.open_path(left)
        session.register()
        if not still:
            session.save_position(0, next(self.places), 0)
        self.library.fold()
        keeping.keep(ManiculaApp(session, Config()), self.library, session, [str(asked)])
        return {os.fsdecode(command): os.fsdecode(path) for command, path in Frames(self.library).opens().items()}


def test_what_command_lines_open_is_known_without_walking_through_their_folders(
    tmp_path: Path, walked: list[Path]
) -> None:
    a, b, c = files = [tmp_path / name for name in NAMES]
    for number, path in enumerate(files):
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"Text number {number} of all. It has two sentences.")
    one, two = a.parent, b.parent
    with Library.open(tmp_path / "library.json", state=tmp_path / "state") as library:
        reading = Reading(library)
        assert reading.leave(one, a) == {"": str(a), str(one): str(a)}
        assert reading.leave(c, c) == {"": str(c), str(c): str(c), str(one): str(a)}
        assert reading.leave(one, c)[str(one)] == str(a)
        assert walked == []
        assert reading.leave(two, a)[str(two)] == str(c)
        assert walked == [two]
        assert reading.leave(a, b)[str(two)] == str(b)
        assert reading.leave(c, c, still=True)[str(two)] == str(b)
        assert reading.leave(a, a)[str(two)] == str(b)
        assert reading.leave(tmp_path, a)[str(tmp_path)] == str(a)
        assert reading.leave(one, c)[str(tmp_path)] == str(c)
        assert walked == [two]


def test_what_a_folder_hides_is_not_what_it_opens(tmp_path: Path) -> None:
    shown, hidden = tmp_path / "shown.txt", tmp_path / ".hidden" / "other.txt"
    hidden.parent.mkdir()
    for path in (shown, hidden):
        path.write_text(f"The text of {path.name}. It has two sentences.")
    with Library.open(tmp_path / "state" / "library.json", state=tmp_path / "state") as library:
        reading = Reading(library)
        assert reading.leave(tmp_path, hidden)[str(tmp_path)] == str(shown)
        assert reading.leave(hidden, hidden)[str(tmp_path)] == str(shown)
