"""The README is held to what it says: its two commands work as they stand, its key table is the real one."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from storage.exchange.table import table_of_formats
from tests.conftest import ROOT, Places
from tests.e2e.terminal import Terminal
from tui import commands

README = ROOT / "README.md"
MINUTES = 10 * 60.0
"""Seconds that an installation over a slow line may take."""


def command(name: str) -> str:
    """Return the fenced command after ``<!-- name -->``."""
    text = README.read_text(encoding="utf-8")
    found = re.search(rf"<!-- {name} -->\s*```\w*\n(.*?)\n```", text, re.DOTALL)
    assert found, f"README has no {name}"
    return found[1]


@pytest.mark.parametrize(("name", "does"), [("run-command", "bin/manicula seeds"), ("test-command", "-m pytest")])
def test_each_command_needs_only_python(name: str, does: str) -> None:
    words = command(name)
    assert "python3 -m venv .venv" in words
    assert re.search(r"\.venv/bin/(?:python -m )?pip install\b", words)
    assert does in words
    programs = {line.split()[0] for line in re.split(r"\n|&&|;", words) if line.strip() and not line.startswith("#")}
    assert programs <= {"python3", ".venv/bin/pip", ".venv/bin/python", ".venv/bin/pytest", ".venv/bin/manicula"}


def test_the_key_table_is_the_real_one() -> None:
    text = README.read_text(encoding="utf-8")
    found = re.search(r"<!-- keys -->\n(.*?)<!-- /keys -->", text, re.DOTALL)
    assert found, "README has no key table"
    assert found[1].strip() == commands.key_table().strip()


def test_the_table_of_formats_is_the_real_one() -> None:
    text = README.read_text(encoding="utf-8")
    found = re.search(r"<!-- formats -->\n(.*?)<!-- /formats -->", text, re.DOTALL)
    assert found, "README has no table of formats"
    assert found[1].strip() == table_of_formats()


def test_every_picture_and_file_that_it_names_is_there() -> None:
    text = README.read_text(encoding="utf-8")
    named = re.findall(r"\]\(([^)#\s]+)\)|src(?:set)?=\"([^\"]+)\"", text)
    local = [one or other for one, other in named if "://" not in (one or other)]
    assert any(name.startswith("screenshots/") for name in local)
    assert [name for name in local if not (ROOT / name).exists()] == []


@pytest.mark.skipif(
    not (os.environ.get("CI") or os.environ.get("MANICULA_TEST_README")),
    reason="installs from the network; runs where CI or MANICULA_TEST_README is set",
)
def test_the_run_command_opens_the_seeds_and_so_does_an_empty_library(places: Places, tmp_path: Path) -> None:
    python = Path(sys.base_prefix) / "bin"
    left_out = shutil.ignore_patterns(".git", ".venv", ".hypothesis", ".*_cache", "__pycache__", "screenshots")
    clone = Path(shutil.copytree(ROOT, tmp_path / "clone", ignore=left_out))
    environment = {**places.environment(), "PATH": f"{python}:{os.environ['PATH']}"}
    installed = clone / ".venv" / "bin" / "manicula"
    for words, folder in ((["sh", "-ec", command("run-command")], clone), ([str(installed)], places.home)):
        with Terminal(words, environment, folder, columns=120, checkout=False) as terminal:
            terminal.wait_for("Venezuelan President", patience=MINUTES)
            terminal.press("q")
            assert terminal.wait_end() == 0
        shutil.rmtree(places.library.parent)
