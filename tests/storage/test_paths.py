import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import paths

posix = pytest.mark.skipif(os.name == "nt", reason="paths of POSIX systems")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("MANICULA_LIBRARY", "MANICULA_STATE", "MANICULA_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def test_places_on_linux(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert paths.default_library() == tmp_path / ".local/share/manicula/library.json"
    assert paths.state_dir() == tmp_path / ".local/state/manicula"
    assert paths.config_file() == tmp_path / ".config/manicula/config.toml"


def test_places_on_macos(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    support = tmp_path / "Library/Application Support/manicula"
    assert paths.default_library() == support / "library.json"
    assert paths.state_dir() == support / "state"
    assert paths.config_file() == support / "config.toml"


def test_xdg_variables_answer_first_when_they_are_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert paths.default_library() == tmp_path / "data/manicula/library.json"
    assert paths.state_dir() == tmp_path / "Library/Application Support/manicula/state"


def test_our_own_variables_override_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("MANICULA_LIBRARY", "notes.json")
    monkeypatch.setenv("MANICULA_STATE", str(tmp_path / "s"))
    monkeypatch.setenv("MANICULA_CONFIG", str(tmp_path / "c.toml"))
    monkeypatch.chdir(tmp_path)
    assert paths.default_library() == tmp_path / "notes.json"
    assert paths.state_dir() == tmp_path / "s"
    assert paths.config_file() == tmp_path / "c.toml"


@posix
def test_what_is_named_from_the_root_needs_no_folder_to_be_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MANICULA_LIBRARY", str(tmp_path / "notes.json"))
    monkeypatch.setenv("MANICULA_STATE", "~/state")
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert paths.default_library() == tmp_path / "notes.json"
    assert paths.state_dir() == tmp_path / "state"


def test_the_seeds_of_a_checkout_are_found() -> None:
    folder = paths.seeds_dir()
    assert folder
    assert any(folder.glob("*.txt"))


@posix
def test_paths_beneath_the_library_are_relative() -> None:
    base = Path("/home/reader/library")
    assert paths.stored(Path("/home/reader/library/papers/a.txt"), base) == "papers/a.txt"
    assert paths.stored(Path("/home/reader/library/papers/../a.txt"), base) == "a.txt"
    assert paths.stored(Path("/home/reader/library2/a.txt"), base) == "/home/reader/library2/a.txt"
    assert paths.located("papers/a.txt", Path("/elsewhere")) == Path("/elsewhere/papers/a.txt")


@posix
@given(
    st.lists(st.binary(min_size=1).filter(lambda part: not {0, 47} & {*part} and part not in {b".", b".."}), min_size=1)
)
def test_any_path_comes_back(parts: list[bytes]) -> None:
    base = Path("/base")
    for path in (Path("/", *map(os.fsdecode, parts)), base.joinpath(*map(os.fsdecode, parts))):
        text = paths.stored(path, base)
        assert text.encode().decode() == text
        assert paths.located(text, base) == path
