"""What is installed: the version, the command, and the seeds that travel with it."""

from __future__ import annotations

import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from tests.conftest import ROOT, SEEDS
from tui.cli import VERSION

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_version_is_one() -> None:
    assert PROJECT["project"]["version"] == VERSION


def test_the_command_is_there_and_starts_nothing_but_itself() -> None:
    scripts = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-scripts"]
    for source, name in scripts.items():
        assert (ROOT / source).is_file()
        assert Path(name).stem == "manicula"
    script = ROOT / "tui" / "start" / "manicula"
    assert script.read_text(encoding="utf-8").startswith("#!python\nimport sys\n\nfrom tui.cli import main\n")
    assert script.stat().st_mode & 0o111 or sys.platform == "win32"


def test_every_package_of_the_checkout_is_built() -> None:
    built = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"} == set(built)


def test_the_installed_seeds_are_those_of_the_checkout() -> None:
    try:
        files = metadata.files("manicula") or []
    except metadata.PackageNotFoundError:
        pytest.skip("manicula is not installed in this environment")
    installed = {
        Path(str(file)).name: Path(str(file.locate())) for file in files if "manicula/seeds" in file.as_posix()
    }
    if not installed:
        pytest.skip("manicula is installed in editable form, which has no data files")
    assert {name: path.read_bytes() for name, path in installed.items()} == {
        path.name: path.read_bytes() for path in SEEDS.iterdir()
    }
