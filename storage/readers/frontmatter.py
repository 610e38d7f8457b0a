"""The YAML front matter of a Markdown file: title, authors, date and language, read with a few lines of our own."""

from __future__ import annotations

import re

from storage.text import Meta

_BLOCK = re.compile(r"\A---[ ]*\n((?:(?!(?:---|\.\.\.)[ ]*(?:\n|\Z)).*\n)*?)(?:---|\.\.\.)[ ]*(?:\n|\Z)")
_LINE = re.compile(r"([A-Za-z][\w -]*):[ ]*(.*)")
_ITEM = re.compile(r"[ ]*-[ ]+(.*)")


def split(string: str) -> tuple[Meta, str]:
    """Return what the front matter says and what comes after it; all of `string` when there is none."""
    match = _BLOCK.match(string)
    if not match:
        return Meta(), string
    values = _values(match[1])
    if not values:
        return Meta(), string
    authors = values.get("authors") or values.get("author") or []
    return Meta(
        title=_first(values, "title"),
        authors=tuple(authors),
        date=_first(values, "date"),
        language=_first(values, "language", "lang"),
        source=_first(values, "source", "url"),
    ), string[match.end() :]


def _values(source: str) -> dict[str, list[str]]:
    """Return each key's value, or the items of its list; nested mappings are passed over."""
    values: dict[str, list[str]] = {}
    key = ""
    for line in source.split("\n"):
        item, pair = _ITEM.fullmatch(line), _LINE.fullmatch(line)
        if pair:
            key = pair[1].strip().lower()
            values[key] = _list(pair[2].strip())
        elif item and key:
            values[key] += _list(item[1].strip())
    return values


def _list(value: str) -> list[str]:
    if value.startswith("[") and value.endswith("]"):
        parts = [_unquoted(part.strip()) for part in value[1:-1].split(",")]
    else:
        parts = [_unquoted(value)]
    return [part for part in parts if part]


def _unquoted(value: str) -> str:
    return value[1:-1].strip() if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _first(values: dict[str, list[str]], *keys: str) -> str:
    return next((values[key][0] for key in keys if values.get(key)), "")
