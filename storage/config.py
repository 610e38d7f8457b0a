"""The reader's settings: one TOML file, its keys in one table with their defaults.

A key that is not known, or a value that cannot be, is refused with file and line: a setting that is silently ignored
costs more than one that is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from storage import files, paths
from storage.errors import ManiculaError, UsageError

NO_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType({})

MEASURES = range(20, 241)
"""Widths of the text column, in cells, that can be set."""


PRESETS = ("plain",)
"""Sets of keys to begin with, besides the usual one; `tui.presets` has them."""

LONGEST_PAUSE = 60
"""Seconds that the panel of keys may wait at most."""

CITATION = "“{quote}” [@{key}, {place}]"
"""What is copied with a citation, when nothing else is set: as Pandoc reads it."""


class Config(NamedTuple):
    """Every setting with its default, called as in the file.

    `library`: the library that is opened when none is named. `measure`: cells of the text column. `theme`, `editor`:
    names, empty for the default ones. `spacing`: a ``blank`` row between paragraphs, or an ``indent``. `ascii`: no
    glyphs beyond it. `which_key`: seconds until the keys that can follow are shown, 0 for never. `only_mine`: hide what
    others marked. `prepaint`: show the last frame before anything is loaded. `preset`: a set of keys, ``plain`` for
    those who never used vim. `citation`: what Y copies, with names of `storage.citing.FIELDS` in braces.
    `keymap`: keys by command id.
    """

    library: str = ""
    measure: int = 72
    theme: str = ""
    editor: str = ""
    spacing: str = "blank"
    ascii: bool = False
    which_key: float = 0.6
    only_mine: bool = False
    prepaint: bool = True
    preset: str = ""
    citation: str = CITATION
    keymap: Mapping[str, tuple[str, ...]] = NO_KEYS


class Kind(NamedTuple):
    """What a setting can be: in words, and as a function that returns the value or raises ValueError."""

    words: str
    check: Callable[[Any], Any]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(value)  # noqa: TRY004  # one error for whatever is wrong with a value
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)  # noqa: TRY004  # as above
    return value


def _measure(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value not in MEASURES:
        raise ValueError(value)
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= LONGEST_PAUSE:
        raise ValueError(value)
    return float(value)


def _preset(value: object) -> str:
    if value not in {"", *PRESETS}:
        raise ValueError(value)
    return str(value)


def _spacing(value: object) -> str:
    if value not in {"blank", "indent"}:
        raise ValueError(value)
    return str(value)


def _citation(value: object) -> str:
    from storage.citing import check  # noqa: PLC0415  # imported when first used

    return check(_text(value))


def _keymap(value: object) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise ValueError(value)  # noqa: TRY004  # as above
    keys = {}
    for command, given in value.items():
        listed = [given] if isinstance(given, str) else given
        if not isinstance(listed, list):
            raise ValueError(given)  # noqa: TRY004  # as above
        keys[command] = tuple(map(_text, listed))
    return keys


KINDS: Mapping[str, Kind] = {
    "library": Kind("a path in quotation marks", _text),
    "measure": Kind(f"a number from {MEASURES[0]} to {MEASURES[-1]}", _measure),
    "theme": Kind("a name in quotation marks", _text),
    "editor": Kind("a command in quotation marks", _text),
    "spacing": Kind('"blank" or "indent"', _spacing),
    "ascii": Kind("true or false", _flag),
    "which_key": Kind(f"a number of seconds up to {LONGEST_PAUSE}, 0 for never", _seconds),
    "only_mine": Kind("true or false", _flag),
    "preset": Kind('"plain", or "" for the usual keys', _preset),
    "prepaint": Kind("true or false", _flag),
    "citation": Kind(
        "a pattern with {quote}, and else only {key}, {place}, {page}, {paragraph}, {percent}, {section}, {title},"
        " {authors}, {date}, {year}, {url}, {retrieved}, {doi}, {tags}, {note}, {id}",
        _citation,
    ),
    "keymap": Kind('a table of command = "key" or command = ["key", "key"]', _keymap),
}
"""The settings there are."""


def load(file: Path | None = None) -> Config:
    """Return the settings in `file`, by default the reader's; an absent file has none.

    Raises ManiculaError that names the file, and the line where it can, for what cannot be read or is not a setting.
    """
    file = file or paths.config_file()
    source = _read(file)
    return Config(**_checked(file, source)) if source else Config()


def library(file: Path | None = None) -> Path:
    """Return the library to open when none is named: the variable's, the setting's, the default place. As `load`."""
    if not paths.overridden_library():
        chosen = load(file).library
        if chosen:
            return Path(chosen).expanduser().absolute()
    return paths.default_library()


def effective(config: Config | None = None) -> dict[str, Any]:
    """Return all settings as they hold, plain values by key."""
    settings = (config or load())._asdict()
    settings["keymap"] = {command: list(keys) for command, keys in settings["keymap"].items()}
    return settings


def save(key: str, value: str | int | bool, file: Path | None = None) -> None:
    """Set one key in the file and leave the rest of it, comments too, as it is.

    Raises UsageError when it is no such setting, ManiculaError when the file is damaged or cannot be written.
    """
    file = file or paths.config_file()
    if key not in KINDS or key == "keymap":
        raise UsageError(f"{key} is no setting that can be set here.")
    try:
        KINDS[key].check(value)
    except ValueError:
        raise UsageError(f"{key} must be {KINDS[key].words}.") from None
    source = _read(file)
    wanted = {**_checked(file, source), key: value}
    changed = _with(source, key, value)
    if _checked(file, changed) != wanted:
        raise ManiculaError(f"{_place(file, source, key)}: {key} could not be set there; write it by hand.")
    try:
        files.make_folder(file.parent)
        files.replace(file, [changed.encode()])
    except OSError as error:
        raise ManiculaError(f"{file} could not be written: {error.strerror}. The setting was not kept.") from error


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise ManiculaError(f"{file} is not UTF-8 text; write it anew, or move it away.") from None
    except OSError as error:
        raise ManiculaError(f"{file} cannot be read: {error.strerror}.") from None


def _checked(file: Path, source: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415  # imported when first used

    try:
        found = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise ManiculaError(f"{file} is not TOML: {error}.") from None
    settings = {}
    for key, value in found.items():
        if key not in KINDS:
            raise ManiculaError(
                f"{_place(file, source, key)}: there is no setting {key}. There are {', '.join(KINDS)}."
            )
        try:
            settings[key] = KINDS[key].check(value)
        except ValueError:
            raise ManiculaError(f"{_place(file, source, key)}: {key} must be {KINDS[key].words}.") from None
    return settings


def _place(file: Path, source: str, key: str) -> str:
    """Return file and line of a key, as far as it can be seen without a parser that keeps lines."""
    for number, line in enumerate(source.split("\n"), 1):
        if re.match(rf"""\s*(\[\s*)?["']?{re.escape(key)}["']?\s*[=.\]]""", line):
            return f"{file}, line {number}"
    return str(file)


def line_of(file: Path, key: str) -> str:
    """Return file and line of a key, of the file alone where the line cannot be told."""
    return _place(file, _read(file), key)


def place_in_file(message: str, keymap: Mapping[str, tuple[str, ...]], file: Path | None = None) -> str:
    """Return file and line of the command in `keymap` that a message names; of the file alone where it names none."""
    file = file or paths.config_file()
    named = [command for command in keymap if command in message]
    return _place(file, _read(file), named[0]) if named else str(file)


def _with(source: str, key: str, value: str | int | bool) -> str:
    """Return `source` with `key` set: in its line when there is one, else before the first table."""
    quoted = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # the only one TOML is stricter about
    written = f"{key} = {quoted}"
    lines = source.removesuffix("\n").split("\n") if source else []
    tables = next((number for number, line in enumerate(lines) if re.match(r"\s*\[", line)), len(lines))
    for number in range(tables):
        if found := re.match(rf"\s*{key}\s*=\s*(?:\"(?:[^\"\\]|\\.)*\"|'[^']*'|[\w.+-]+)(\s*#.*)?\s*$", lines[number]):
            lines[number] = written + (found[1] or "")
            break
    else:
        lines.insert(tables, written)
    return "\n".join(lines) + "\n"
