"""The commands as processes of their own: what they load, and what streams, pipes and encodings do to them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SEED = ROOT / "seeds" / "000_79abe80ec42c10f0.txt"
HEAVY = {
    *("textual", "rich", "markdown_it", "charset_normalizer", "orjson", "wcwidth", "platformdirs", "pygments"),
    *("asyncio", "csv", "dataclasses", "datetime", "difflib", "email", "importlib.metadata", "inspect", "logging"),
    *("shutil", "sqlite3", "subprocess", "tempfile", "uuid", "xml", "zipfile"),
}
"""What a shell command has no use for, or no time."""


@pytest.fixture
def run(tmp_path):
    shutil.copy(SEED, tmp_path / "article.txt")
    environment = {
        **os.environ,
        "MANICULA_LIBRARY": str(tmp_path / "library.json"),
        "MANICULA_STATE": str(tmp_path / "state"),
        "MANICULA_CONFIG": str(tmp_path / "config.toml"),
        "PYTHONPATH": str(ROOT),
    }

    def run(*words: str, program: tuple[str, ...] = ("-m", "tui"), **more) -> subprocess.CompletedProcess[bytes]:
        env = environment | more.pop("env", {})
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
        return subprocess.run([sys.executable, *program, *words], cwd=tmp_path, env=env, check=False, **options)

    return run


def loaded_by(run, *words: str) -> set[str]:
    """Return the modules that a command has loaded when it is done."""
    code = (
        "import sys\nbefore = set(sys.modules)\nfrom tui.cli import main\nstatus = main(sys.argv[1:])\n"
        "sys.stderr.write('\\n' + ' '.join(set(sys.modules) - before))\nsys.exit(status)"
    )
    done = run(*words, program=("-c", code))
    assert done.returncode in {0, 2}, done.stderr
    return set(done.stderr.decode().splitlines()[-1].split())


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_the_quickest_answers_load_nothing(run, words):
    assert {name.partition(".")[0] for name in loaded_by(run, *words)} <= {"tui", "__future__", "gc"}


@pytest.mark.parametrize("words", [["lst"], ["list", "--nonsense"], ["annotate", "1"], ["export", "--nonsense"]])
def test_a_usage_error_loads_no_storage(run, words):
    modules = loaded_by(run, *words)
    assert not {name for name in modules if name.startswith("storage.")} - {"storage.visible"}
    assert not modules & {"typing", "locale"}


def test_the_daily_commands_load_nothing_heavy(run):
    for words in (
        ["add", "article.txt"],
        ["annotate", "1", "--sentence", "2", "--tag", "a", "--note", "b"],
        ["annotate", "article.txt", "--quote", "appropriate action"],
        ["list"],
        ["undo"],
    ):
        modules = loaded_by(run, *words)
        assert not modules & HEAVY, words
        assert not {name for name in modules if name.startswith("storage.exchange.")} - {
            "storage.exchange.entry",
            "storage.exchange.destination",
        }


def test_exit_codes_and_streams(run, tmp_path):
    assert run("add", "article.txt", "missing.txt").returncode == 1
    assert run("lst").returncode == 2
    (tmp_path / "bad.json").write_text("no")
    assert run("--library", "bad.json", "list").returncode == 3
    listed = run("list")
    assert (listed.returncode, listed.stderr) == (0, b"")
    assert b"\x1b" not in listed.stdout
    plain = run()
    assert (plain.returncode, plain.stdout) == (2, b"")
    assert b"manicula add" in plain.stderr


def test_a_reader_that_goes_away_is_no_error(run):
    run("add", "article.txt")
    reader, writer = os.pipe()
    os.close(reader)
    done = run("show", "1", "--sentences", stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_no_encoding_ends_a_command(run):
    run("add", "article.txt")
    for env in ({"LANG": "C", "LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1"}):
        for words in (["show", "1", "--text"], ["annotate", "1", "--quote", "Nicolás"], ["export"]):
            done = run(*words, env=env)
            assert b"Traceback" not in done.stderr
            assert done.returncode in {0, 2}


def test_an_export_is_utf8_whatever_the_terminal_says(run):
    run("add", "article.txt")
    run("annotate", "1", "--quote", "Nicolás Maduro on the night")
    out = run("export", "--format", "json", env={"PYTHONIOENCODING": "ascii"}).stdout
    assert json.loads(out.decode())["annotations"][0]["exact"] == "Nicolás Maduro on the night"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_behind_standard_output_is_named(run):
    run("add", "article.txt")
    with Path("/dev/full").open("wb") as full:
        done = run("show", "1", "--text", stdout=full)
    assert done.returncode == 1
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


def test_closed_streams_are_no_crash(run):
    run("add", "article.txt")
    code = (
        "import os, sys; os.close(1); os.close(2); sys.stdout = sys.stderr = None\n"
        "from tui.cli import main; sys.exit(main())"
    )
    assert run("list", program=("-c", code)).returncode == 0
    assert run("lst", program=("-c", code)).returncode == 2
    assert run("export", program=("-c", code)).returncode == 0


def test_names_that_are_not_utf8_are_read_and_listed(run, tmp_path):
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("Words.")
    except OSError:
        pytest.skip("this file system takes only Unicode names")
    assert run("add", os.fsdecode(b"caf\xe9.txt")).returncode == 0
    for words in (["list"], ["list", "--json"], ["show", "1"], ["export", "--format", "json"]):
        done = run(*words)
        assert done.returncode == 0, done.stderr
        assert done.stdout.decode()
