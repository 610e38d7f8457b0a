"""Fixtures for all tests: no test sees the developer's own library, settings or home."""

from __future__ import annotations

import os
import shutil
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")  # how long a test takes says how busy the machine is, and nothing about the program

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
_NUMBERS = count()


class Places(NamedTuple):
    """Where one test's Manicula lives; nothing of it is there yet but `home`."""

    home: Path
    library: Path
    state: Path
    config: Path

    def environment(self) -> dict[str, str]:
        """Return the variables that lead there, without those of the machine that runs the test."""
        return {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_DATA_HOME": str(self.home / ".local" / "share"),
            "XDG_STATE_HOME": str(self.home / ".local" / "state"),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "MANICULA_LIBRARY": str(self.library),
            "MANICULA_STATE": str(self.state),
            "MANICULA_CONFIG": str(self.config),
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
        }


def _places(folder: Path) -> Places:
    home = folder / "home"
    return Places(home, home / "library" / "library.json", home / "state", home / "config.toml")


@pytest.fixture(autouse=True)
def _isolated(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = tmp_path_factory.getbasetemp() / f"nobody-{next(_NUMBERS)}"  # made only by a test that writes there
    for name, value in _places(nobody).environment().items():
        if name not in {"PATH", "LANG", "LC_ALL"}:
            monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A home of its own for one test, in force for this process too."""
    made = _places(tmp_path)
    made.home.mkdir()
    for name, value in made.environment().items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the seeds folder."""
    return Path(shutil.copytree(SEEDS, tmp_path / "seeds"))


@pytest.fixture
def article(seeds: Path) -> Path:
    """A copy of the seed article."""
    return next(seeds.glob("*.txt"))
