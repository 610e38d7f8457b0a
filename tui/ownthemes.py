"""Themes that readers make themselves: TOML files in ``themes`` beside the configuration.

A file holds what differs from a shipped theme, which `base` names (``manicula-dark`` where nothing does)::

    base = "manicula-light"
    ground = "#ffffff"
    [tints.yellow]
    ground = "#fff3b0"
    strong = "#ffe45c"
    overlap = "#f0d030"
    bar = "#8a6d00"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from storage import config, paths
from storage.errors import UsageError
from tui.themes import DARK, PALETTES, Palette, Tint

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_NAMED = {"name", "dark", "tints"}


def folder() -> Path:
    """Return where the files lie."""
    return paths.config_file().parent / "themes"


def names() -> list[str]:
    """Return the names of the themes there are: shipped ones, then the reader's own."""
    own = sorted(file.stem for file in folder().glob("*.toml")) if folder().is_dir() else []
    return [*PALETTES, *own]


def palette(name: str) -> Palette:
    """Return a theme by its name, the usual one for an empty name. Raises UsageError that names the file."""
    if not name or name in PALETTES:
        return PALETTES.get(name, DARK)
    file = folder() / f"{name}.toml"
    if name != Path(name).name or not file.is_file():
        raise UsageError(f"There is no theme “{name}”: there are {', '.join(names())}. Your own lie in {folder()}.")
    return _made(name, file, _loaded(file))


def _loaded(file: Path) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415  # imported when first used

    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file} is not TOML: {error}.") from error


def _made(name: str, file: Path, found: dict[str, Any]) -> Palette:
    base = found.pop("base", DARK.name)
    if base not in PALETTES:
        raise UsageError(f"{config.line_of(file, 'base')}: base is one of {', '.join(PALETTES)}, not {base}.")
    start, tints = PALETTES[base], found.pop("tints", {})
    dark = found.pop("dark", start.dark)
    known = set(Palette._fields) - _NAMED
    _check(file, found, known)
    if not isinstance(tints, dict) or set(tints) - set(start.tints):
        raise UsageError(f"{config.line_of(file, 'tints')}: tints has a table for each of {', '.join(start.tints)}.")
    mixed = dict(start.tints)
    for color, given in tints.items():
        _check(file, given if isinstance(given, dict) else {"tints": given}, set(Tint._fields))
        mixed[color] = mixed[color]._replace(**given)
    return start._replace(name=name, dark=bool(dark), tints=mixed, **found)


def _check(file: Path, colors: Mapping[str, Any], known: set[str]) -> None:
    for key, value in colors.items():
        if key not in known:
            raise UsageError(
                f"{config.line_of(file, key)}: there is no colour {key}. There are {', '.join(sorted(known))}."
            )
        if not isinstance(value, str) or not _COLOR.fullmatch(value):
            raise UsageError(f"{config.line_of(file, key)}: {key} is a colour like #1c3552, not {value}.")
