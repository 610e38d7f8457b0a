import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import config
from storage.config import Config
from storage.errors import ManiculaError, UsageError
from storage.library import Library


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_an_absent_file_means_the_defaults(settings: Path) -> None:
    assert config.load(settings) == Config()
    assert config.effective(config.load(settings)) == {**Config()._asdict(), "keymap": {}}
    assert Config().measure == 72
    assert set(config.KINDS) == set(Config._fields)


def test_what_the_file_says_holds(settings: Path) -> None:
    settings.write_text('\ufeffmeasure = 60\nascii = true\n[keymap]\nhighlight = "h"\ntag = ["t", "g t"]\n', "utf-8")
    found = config.load(settings)
    assert (found.measure, found.ascii, found.theme) == (60, True, "")
    assert found.keymap == {"highlight": ("h",), "tag": ("t", "g t")}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "measure = 60\nmeasur = 70",
            r"config\.toml, line 2: there is no setting measur\. There are library, measure, ",
        ),
        ("# x\nmeasure = 'wide'", r"config\.toml, line 2: measure must be a number from 20 to 240"),
        ("measure = true", "measure must be a number"),
        ("measure = 5", "measure must be a number"),
        ("ascii = 1", "ascii must be true or false"),
        ("theme = 3", "theme must be a name"),
        ("spacing = 'wide'", 'spacing must be "blank" or "indent"'),
        ("\n[keymap]\ntag = 3", r"line 2: keymap must be a table"),
        ("keymap = 'vim'", "line 1: keymap must be a table"),
        ("[themes]\nx = 1", r"line 1: there is no setting themes"),
        ("\nmeasure = x", r"config\.toml is not TOML: .*line 2"),
    ],
)
def test_what_is_no_setting_is_refused_with_its_place(settings: Path, source: str, words: str) -> None:
    settings.write_text(source)
    with pytest.raises(ManiculaError, match=words):
        config.load(settings)


def test_a_file_that_is_no_text_is_refused(settings: Path) -> None:
    settings.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ManiculaError, match="is not UTF-8"):
        config.load(settings)
    with pytest.raises(ManiculaError, match="cannot be read"):
        config.load(settings.parent)


def test_saving_keeps_the_rest_of_the_file(settings: Path) -> None:
    settings.write_text('# mine\nmeasure = 60  # narrow\n\n[keymap]\ntag = "t"\n')
    config.save("measure", 80, settings)
    config.save("theme", 'da"rk', settings)
    assert settings.read_text() == '# mine\nmeasure = 80  # narrow\n\ntheme = "da\\"rk"\n[keymap]\ntag = "t"\n'
    config.save("theme", "light", settings)
    assert config.load(settings) == Config(measure=80, theme="light", keymap={"tag": ("t",)})


def test_saving_makes_the_file(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    config.save("ascii", value=True, file=file)
    assert file.read_text() == "ascii = true\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("key", "value"), [("measure", "x"), ("keymap", "x"), ("other", 1), ("measure", 1), ("theme", 1)]
)
def test_only_settings_are_saved(settings: Path, key: str, value: str | int) -> None:
    with pytest.raises(UsageError):
        config.save(key, value, settings)
    assert not settings.exists()


def test_a_value_that_cannot_be_found_in_the_file_is_not_overwritten(settings: Path) -> None:
    source = 'editor = """\nvi\n"""\n'
    settings.write_text(source)
    with pytest.raises(ManiculaError):
        config.save("editor", "nano", settings)
    assert settings.read_text() == source


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(20, 240))
def test_whatever_is_saved_comes_back(tmp_path_factory: pytest.TempPathFactory, theme: str, measure: int) -> None:
    file = tmp_path_factory.mktemp("config") / "config.toml"
    for value in ("first", theme):
        config.save("theme", value, file)
    config.save("measure", measure, file)
    assert config.load(file) == Config(theme=theme, measure=measure)


def test_the_library_of_the_settings_is_opened(
    settings: Path, tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MANICULA_LIBRARY", raising=False)
    monkeypatch.setenv("MANICULA_CONFIG", str(settings))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert Library.open(state=state).path == tmp_path / "data" / "manicula" / "library.json"
    config.save("library", str(tmp_path / "set.json"))
    assert Library.open(state=state).path == tmp_path / "set.json"
    monkeypatch.setenv("MANICULA_LIBRARY", str(tmp_path / "named.json"))
    assert Library.open(state=state).path == tmp_path / "named.json"
