"""Attributes of documents as people write them: ``age=41 site="the north"``, or a CSV file of them.

A value is a number where it is written as one (``41``, ``-2.5``; ``007`` is text), else text; a date is text in the
form of ISO 8601, which compares in the order of time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from storage.errors import UsageError
from storage.model import STATES, Value

_PAIR = re.compile(r'([^\s="]+|"[^"]+")=("[^"]*"|[^\s"]*)(?:\s+|$)')
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,14})")
_FRACTION = re.compile(r"-?\d{1,15}\.\d{1,15}")


class Row(NamedTuple):
    """One row of a CSV file: its line number, the file it names, attributes, and a state or an empty string."""

    line: int
    file: str
    attributes: Mapping[str, Value]
    state: str


def value_of(written: str) -> Value:
    """Return a number where `written` is one, else the text."""
    if _WHOLE.fullmatch(written):
        return int(written)
    return float(written) if _FRACTION.fullmatch(written) else written


def written(attributes: Mapping[str, Value]) -> str:
    """Return attributes in one line, as `read` takes them."""
    return " ".join(f"{_quoted(name)}={_quoted(str(value))}" for name, value in attributes.items())


def _quoted(word: str) -> str:
    return word if word and not re.search(r'[\s="]', word) else '"' + word.replace('"', "”") + '"'


def read(line: str) -> dict[str, Value]:
    """Return the attributes written in a line. Raises UsageError for what is not name=value."""
    found: dict[str, Value] = {}
    line, at = line.strip(), 0
    while at < len(line):
        pair = _PAIR.match(line, at)
        if pair is None:
            raise UsageError(f"Attributes are name=value with spaces between them, which this is not: {line[at:]}")
        found[pair[1].strip('"')] = value_of(pair[2].strip('"'))
        at = pair.end()
    return found


def rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a CSV file whose first column, ``file``, names documents; an empty cell changes nothing.

    A column ``state`` holds states. Raises UsageError that names the file, and the line where it can.
    """
    import csv  # noqa: PLC0415  # imported when first used

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            names = [name.strip() for name in next(reader, [])]
            if not names or names[0].lower() != "file" or not all(names):
                raise UsageError(
                    f"{path}: the first line must name the columns, the first of them file: file,age,site."
                )
            for cells in reader:
                if any(cells):
                    yield _row(path, reader.line_num, names, cells)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path} is not CSV in UTF-8: {error}.") from error


def _row(path: Path, line: int, names: list[str], cells: list[str]) -> Row:
    if len(cells) > len(names):
        raise UsageError(f"{path}, line {line}: there are {len(cells)} cells, but {len(names)} columns.")
    given = {name: cell.strip() for name, cell in zip(names[1:], cells[1:], strict=False) if cell.strip()}
    state = given.pop("state", "")
    if state and state not in STATES:
        raise UsageError(f"{path}, line {line}: “{state}” is no state; there are {', '.join(STATES)}.")
    return Row(line, cells[0].strip(), {name: value_of(cell) for name, cell in given.items()}, state)
