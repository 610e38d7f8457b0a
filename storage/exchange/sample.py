"""A file to be imported, as far as it was looked at: its bytes, its text, its JSON, each made when it is asked for."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from storage.errors import DocumentError

LIMIT = 1 << 30
"""Bytes that a file to be imported may have."""

_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


class Sample:
    """The file at `path`. Raises DocumentError that names it when it cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self.suffix = path.suffix.lower()
        try:
            if path.is_dir():
                raise DocumentError(f"{path} is a folder; name the files in it.")
            if os.path.getsize(path) > LIMIT:  # noqa: PTH202  # a path is only a name here
                raise DocumentError(f"{path} is larger than {LIMIT >> 20} MB; split it into parts.")
            self.data = path.read_bytes()
        except FileNotFoundError:
            raise DocumentError(f"There is no file {path}.") from None
        except OSError as error:
            raise DocumentError(f"{path} cannot be read: {error.strerror or error}.") from error

    @property
    def _mark(self) -> bytes:
        return next(filter(self.data.startswith, _MARKS), b"")

    def mentions(self, word: str) -> bool:
        """Tell whether `word` stands in the file, without decoding it."""
        return word.encode(_MARKS.get(self._mark, "utf-8")) in self.data

    @cached_property
    def text(self) -> str:
        """The file as text, without a byte order mark. Raises DocumentError when it is none."""
        if self._mark:
            return self._decoded(self.data[len(self._mark) :], _MARKS[self._mark])
        try:
            return self.data.decode()
        except UnicodeDecodeError:
            from storage.readers.encoding import decode  # noqa: PLC0415  # imported when first used

            return decode(self.data, self.name)[0]

    def _decoded(self, data: bytes, encoding: str) -> str:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            raise DocumentError(f"{self.path} is no text in {encoding}: {error.reason}.") from error

    @cached_property
    def json(self) -> Any:  # noqa: ANN401  # whatever the file holds
        """The JSON value that the file is, None where it is none; :attr:`flaw` then says why."""
        import orjson  # noqa: PLC0415  # imported when first used

        with suppress(ValueError):
            return orjson.loads(self.data)
        try:  # a lone surrogate, a byte order mark, UTF-16: what the stricter one refuses
            return _sound(json.loads(self.text, parse_constant=_refuse))
        except (ValueError, RecursionError, DocumentError) as error:
            self.flaw = str(error) if isinstance(error, ValueError) else "it is nested too deeply or no text"
            return None

    flaw = ""

    @property
    def whole(self) -> Any:  # noqa: ANN401  # whatever the file holds
        """The JSON value that the file is. Raises DocumentError that says what is wrong with it where it is none."""
        if self.json is None and self.flaw:
            raise DocumentError(f"{self.path} is no whole JSON: {self.flaw}.")
        return self.json

    @cached_property
    def first_line(self) -> str:
        """The first line that is not empty, for telling formats apart; empty where the file is no text."""
        try:
            return next((line for line in self.text[: 1 << 16].splitlines() if line.strip()), "")
        except DocumentError:
            return ""


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no number of JSON")


def _sound(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    """Return a JSON value without lone surrogates, which no file can hold."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, list):
        return [_sound(each) for each in value]
    return {_sound(name): _sound(each) for name, each in value.items()} if isinstance(value, dict) else value
