"""The grammar of the command line, its exit codes, and the commands about documents and the library."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from storage import records
from storage.library import Library
from storage.model import Creator
from storage.paths import default_library
from tests.conftest import ROOT
from tests.tui.answers import lines, loaded
from tui import cli


def test_the_version_is_that_of_the_package(shell):
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert shell("--version") == (0, f"manicula {version}\n", "")


def test_help_names_every_command_and_fits_80_columns(shell):
    status, out, _ = shell("--help")
    assert status == 0
    for name in cli.COMMANDS:
        assert f"\n  {name} " in out
        assert shell(name, "--help")[0] == 0
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["lst"], 2, "Did you mean manicula list?"),
        (["anotate", "1", "--quote", "x"], 2, "Did you mean manicula annotate?"),
        (["xyzzy"], 2, "There is no command and no file xyzzy."),
        (["missing.txt"], 1, "There is no file missing.txt."),
        (["no/such"], 1, "There is no file no/such."),
        (["\x1b[31mx"], 2, "no file ␛[31mx."),
        (["--library"], 2, "expected one argument"),
        (["list", "--nonsense"], 2, "unrecognized arguments: --nonsense"),
        (["--nonsense"], 2, "unrecognized arguments: --nonsense"),
        (["list", "--js"], 2, "unrecognized arguments: --js"),
        (["annotate", "1"], 2, "--quote --at --sentence is required"),
        (["annotate", "1", "--quote", "x", "--at", "1:2"], 2, "not allowed with"),
        (["show", "1"], 2, "no document 1: the library has 0"),
        (["show", "9" * 5000], 2, "no document 999"),
        (["set", "9" * 5000, "a=b"], 2, "no document 999"),
        (["export", "--format", "pages"], 2, "no format “pages”"),
        ([], 2, "manicula annotate 1"),
        (["article.txt"], 2, "The screen needs a terminal"),
        (["--library", "list", "article.txt"], 2, "The screen needs a terminal"),
        (["./article.txt", "missing.txt"], 2, "There is no file missing.txt."),
        (["--", "list"], 1, "There is no file list."),
        (["open", "1"], 2, "no document 1"),
        (["undo"], 1, "nothing to undo"),
        (["redo"], 1, "nothing to redo"),
        (["add", "missing.txt"], 1, "missing.txt"),
        (["add", "empty"], 1, "empty"),
    ],
)
def test_what_is_not_understood_or_not_there_is_said_on_standard_error(shell, words, status, message):
    Path("empty").mkdir()
    answer = shell(*words)
    assert (answer[0], answer[1]) == (status, "")
    assert message in answer[2]


def test_a_command_wins_over_a_file_of_its_name(shell):
    Path("list").write_text("words")
    assert shell("list")[0] == 0
    assert "needs a terminal" in shell("./list")[2]


def test_adding_goes_on_after_a_file_that_cannot_be_read(shell):
    Path("folder/.hidden").mkdir(parents=True)
    Path("folder/.hidden/no.txt").write_text("no")
    Path("folder/b.txt").write_text("Bee.")
    Path("folder/a.md").write_text("# Ay\n")
    Path("folder/c.jpg").write_bytes(b"\xff\xd8\xff")
    Path("broken.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9)
    status, out, err = shell("add", "broken.txt", "folder", "article.txt", "missing.txt")
    assert status == 1
    assert out.splitlines() == [
        "Added folder/a.md as 1.",
        "Added folder/b.txt as 2.",
        "Added article.txt as 3.",
    ]
    assert err.splitlines()[:2] == [
        "manicula: 1 file of other kinds left out: .jpg (1).",
        "manicula: 2 of 5 could not be read:",
    ]
    assert len(err.splitlines()) == 4
    assert "broken.txt" in err
    assert "missing.txt" in err
    assert shell("add", "folder/b.txt")[:2] == (0, "folder/b.txt is here already, as 2.\n")


def test_a_folder_is_added_by_patterns_and_tagged_as_one_step(shell):
    for name in ("a.txt", "b.md", "letters/c.txt", "letters/old/d.txt", "letters/e.md"):
        path = Path("folder", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Words of {name}.")
    words = ("add", "folder", "--include", "letters/*", "--exclude", "*.md", "--tag", "site/north", "--tag", "new")
    status, out, _ = shell(*words)
    assert (status, out.splitlines()) == (
        0,
        [
            "Added folder/letters/c.txt as 1.",
            "Added folder/letters/old/d.txt as 2.",
            "Tagged 2 documents site/north, new.",
        ],
    )
    assert shell(*words)[1].splitlines()[-1] == "Tagged 2 documents site/north, new."
    assert [line.split("\t")[1] for line in shell("list")[1].splitlines()] == ["1", "1"]
    assert shell("add", "folder", "--include", "*.pdf")[0] == 1
    assert shell("add", "folder", "--tag", "a//b")[0] == 2
    assert "site/north" in shell("show", "2")[1]


def test_a_tag_on_a_document_is_ones_own(filled):
    filled("add", "article.txt", "--tag", "mine")
    with Library.open(default_library()) as library:
        (one,) = library.annotations()
        with library.step("another"):
            bert = Creator(library._new_uuid("creators"), "Bert", "bert@elsewhere")
            library._put("creators", records.plain_record(bert))
            library._drop("annotations", one.uuid)
            theirs = one._replace(uuid=library._new_uuid("annotations"), creator=bert.uuid)
            library._put("annotations", records.annotation_record(theirs))
    for tag in ("new", "newer"):
        assert filled("add", "article.txt", "--tag", tag)[0] == 0
    with Library.open(default_library()) as library:
        assert library.annotation(theirs.uuid) == theirs
        (mine,) = [one for one in library.annotations() if one.uuid != theirs.uuid]
        assert library.tag_paths(mine) == ["new", "newer"]


def test_list_has_a_line_for_each_document(filled):
    ((number, count, state, title, path),) = lines(filled("list"))
    assert (number, count, state) == ("1", "0", "new")
    assert title
    assert path.endswith("article.txt")
    (record,) = loaded(filled("list", "--json"))
    assert (record["number"], record["annotations"], record["title"]) == (1, 0, title)


def test_an_empty_library_lists_nothing_and_says_what_to_do(shell):
    for command in ("list", "tags", "annotations"):
        status, out, err = shell(command)
        assert (status, out) == (0, "")
        assert err
        assert loaded(shell(command, "--json")) == []


def test_export_to_standard_output_a_file_and_a_folder(filled):
    filled("annotate", "1", "--sentence", "1", "--tag", "a")
    assert loaded(filled("export", "--format", "json"))["annotations"][0]["tags"] == ["a"]
    assert filled("export", "--format", "csv", "-o", "-")[1].startswith("document,path,")
    assert filled("export", "-o", "out.csv")[0] == 0
    assert Path("out.csv").read_text().startswith("document,path,")
    status, out, err = filled("export", "-o", "out.csv")
    assert (status, out) == (1, "")
    assert "out.csv exists already" in err
    assert "--force" in err
    assert filled("export", "-o", "out.csv", "--force")[0] == 0
    assert "1 annotation written to " in filled("export", "-o", "folder/", "--document", "article.txt")[1]
    assert len(list(Path("folder").glob("*.md"))) == 1
    status, out, err = filled("export", "tag:nothing", "-o", "none.md")
    assert (status, out) == (0, "0 annotations written to none.md.\n")
    assert "No annotation matches." in err


def test_info_and_config_name_the_places(filled, tmp_path):
    library = str(tmp_path / "private" / "library")
    assert library in filled("info")[1]
    assert loaded(filled("info", "--json"))
    assert f"library: {library}\n" in filled("config")[1]
    assert loaded(filled("config", "--json", "--library", "other"))["library"] == str(tmp_path / "other")


def test_the_library_option_comes_before_everything_else(filled, tmp_path):
    assert lines(filled("--library", str(tmp_path / "other.json"), "add", "article.txt"))
    assert len(lines(filled("list", "--library", str(tmp_path / "other.json")))) == 1
    assert filled("undo", f"--library={tmp_path / 'other.json'}")[0] == 1


@pytest.mark.parametrize("content", ["not json", "[]", '{"meta": {"1": {"schema": 999}}}'])
def test_a_library_that_cannot_be_used_is_named_and_left_alone(shell, content):
    Path("bad.json").write_text(content)
    for words in (["list"], ["annotate", "article.txt", "--sentence", "1"], ["export"], ["undo"]):
        status, out, err = shell("--library", "bad.json", *words)
        assert (status, out) == (3, ""), words
        assert "bad.json" in err
    assert Path("bad.json").read_text() == content


def test_hostile_words_steer_nothing(shell):
    hostile = "[red]x[/] [@click=app.quit]y \x1b[31m\x9b2J\x07\u202ez"
    name = "[bold]\x1b[31m.txt"
    Path(name).write_text(f"{hostile}\n\nPlain words.\n")
    assert shell("add", name)[0] == 0
    assert shell("annotate", name, "--sentence", "1", "--note", hostile, "--tag", "[red]\x1b")[0] in {0, 2}
    assert shell("annotate", name, "--sentence", "1", "--note", hostile, "--tag", "[red]")[0] == 0
    for words in (
        ["list"],
        ["list", "--json"],
        ["show", "1"],
        ["show", "1", "--text"],
        ["show", "1", "--sentences"],
        ["annotations"],
        ["annotations", "--json"],
        ["tags"],
        ["export"],
        ["export", "--format", "csv"],
        ["export", "--format", "json"],
        ["show", "\x1b[31m"],
        ["annotate", "1", "--quote", "\x1b"],
        ["export", "tag:\x1b[31m"],
    ):
        _, out, err = shell(*words)
        assert not set(out + err) & set("\x1b\x9b\x07\u202e"), words
        assert out + err
    (record,) = loaded(shell("annotations", "[red]", "--json"))
    assert record["note"] == hostile


def test_an_interrupt_and_a_closed_pipe_end_quietly(shell, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    def closed(_):
        raise BrokenPipeError

    monkeypatch.setattr(cli, "_dispatch", interrupted)
    assert shell("list") == (130, "", "")
    monkeypatch.setattr(cli, "_dispatch", closed)
    assert shell("list") == (0, "", "")


def test_the_screen_is_opened_with_what_was_asked_for(filled, tmp_path, monkeypatch):
    calls = []
    screen = type(sys)("tui.app")

    def opened(*args, **more) -> int:
        calls.append((args, more))
        return 0

    monkeypatch.setattr(screen, "run", opened, raising=False)
    monkeypatch.setitem(sys.modules, "tui.app", screen)
    monkeypatch.setattr("tui.shell.screen._is_terminal", lambda _: True)
    monkeypatch.setenv("TERM", "xterm")
    annotation = loaded(filled("annotate", "1", "--sentence", "1", "--json"))
    assert filled()[0] == 0
    assert filled("--library", "x.json", "article.txt")[0] == 0
    assert filled("article.txt", "missing.txt")[0] == 1
    assert filled("open", annotation["uuid"][:8])[0] == 0
    assert filled("open", annotation["document"])[0] == 0
    library = tmp_path / "private" / "library"
    assert calls == [
        (([], library), {"goto": None}),
        ((["article.txt"], tmp_path / "x.json"), {"goto": None}),
        ((["article.txt"], library), {"goto": None}),
        (([], library), {"goto": annotation["uuid"]}),
        (([], library), {"goto": annotation["document"]}),
    ]


def test_the_library_may_be_named_in_the_settings(shell, tmp_path, monkeypatch):
    monkeypatch.delenv("MANICULA_LIBRARY")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert shell("add", "article.txt")[0] == 0
    assert (tmp_path / "data" / "manicula" / "library.json").exists()
    settings = tmp_path / "private" / "config"
    settings.write_text(f'library = "{tmp_path / "chosen.json"}"\n')
    assert shell("list")[1] == ""
    assert loaded(shell("config", "--json"))["library"] == str(tmp_path / "chosen.json")
    settings.write_text("libary = 1\n")
    status, _, err = shell("list")
    assert status == 1
    assert "no setting libary" in err
