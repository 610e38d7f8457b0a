r"""Values that Lua wrote down: ``return {["key"] = "value", [1] = {...}}``, read and never run.

Read are comments, strings (``"…\n\195\169"``, ``[[…]]``), numbers, true, false, nil and tables (Lua 5.4 reference
manual, 3.1 and 3.4.9). Whatever else a program may say is refused: names, calls, operators.
"""

from __future__ import annotations

import re
from typing import Any

Value = Any
"""Text, a number, True, False, None, a list (of a table that counts from 1) or a dict of these."""

DEEPEST = 60
"""How deep tables may be nested."""

_SPACE = re.compile(r"(?:\s+|--\[(=*)\[.*?(?:\]\1\]|\Z)|--[^\n]*)*", re.DOTALL)
_LONG = re.compile(r"\[(=*)\[\n?(.*?)\]\1\]", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
_NAME = re.compile(r"[A-Za-z_]\w*")
_PLAIN = re.compile(r"""[^"'\\\n]+""")
_ESCAPE = re.compile(r"\\(?:(\d{1,3})|x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,6})\}|z(\s*)|(\r\n|[\s\S]))")
_LETTERS = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_WORDS = {"true": True, "false": False, "nil": None}
_LAST = 0x10FFFF


class LuaError(ValueError):
    """What is no value; its text says where."""


def load(source: str) -> Value:
    """Return the value that `source` returns. Raises LuaError where it is more than a value."""
    reading = _Reading(source)
    if reading.word() != "return":
        raise reading.wrong()
    value = reading.value(0)
    reading.skip(";")
    if not reading.done():
        raise reading.wrong()
    return value


class _Reading:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._space()

    def _space(self) -> None:
        found = _SPACE.match(self._source, self._at)
        self._at = found.end() if found else self._at

    def wrong(self) -> LuaError:
        """Return the error for what stands here."""
        line = self._source.count("\n", 0, self._at) + 1
        return LuaError(f"line {line} holds more than values")

    def done(self) -> bool:
        """Tell whether nothing is left."""
        return self._at >= len(self._source)

    def skip(self, mark: str) -> bool:
        """Take a mark, if it stands here."""
        if not self._source.startswith(mark, self._at):
            return False
        self._at += len(mark)
        self._space()
        return True

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._source, self._at)
        if found:
            self._at = found.end()
        return found

    def word(self) -> str:
        """Take a word; empty where there is none."""
        found = self._match(_NAME)
        self._space()
        return found[0] if found else ""

    def value(self, depth: int) -> Value:
        """Take a value."""
        if depth > DEEPEST:
            raise LuaError("tables are nested too deeply")
        if self.skip("{"):
            return self._table(depth + 1)
        mark = self._source[self._at : self._at + 1]
        if mark in {'"', "'"} and mark:
            found: Value = self._string(mark)
        elif long := self._match(_LONG):
            found = long[2]
        elif number := self._match(_NUMBER):
            found = _number(number[0])
        else:
            word = self.word()
            if word not in _WORDS:
                raise self.wrong()
            return _WORDS[word]
        self._space()
        return found

    def _string(self, mark: str) -> str:
        found = bytearray()
        self._at += 1
        while not self._source.startswith(mark, self._at):
            if plain := self._match(_PLAIN):
                found += plain[0].encode(errors="replace")
            elif escape := self._match(_ESCAPE):
                found += _escaped(escape)
            elif self._source[self._at : self._at + 1] in {'"', "'"} and not self.done():
                found += self._source[self._at].encode()
                self._at += 1
            else:
                raise self.wrong()
        self._at += 1
        return found.decode(errors="replace")

    def _table(self, depth: int) -> Value:
        found: dict[Value, Value] = {}
        count = 0
        while not self.skip("}"):
            if self._source.startswith("[", self._at) and not _LONG.match(self._source, self._at):
                self.skip("[")
                key = self.value(depth)
                if not (self.skip("]") and self.skip("=")) or isinstance(key, (list, dict)):
                    raise self.wrong()
            elif (name := _NAME.match(self._source, self._at)) and self._is_key(name.end()):
                key = self.word()
                self.skip("=")
            else:
                count += 1
                key = count
            found[key] = self.value(depth)
            if not self.skip(",") and not self.skip(";") and not self._source.startswith("}", self._at):
                raise self.wrong()
        whole = all(isinstance(key, int) for key in found) and sorted(found) == list(range(1, len(found) + 1))
        return [found[key] for key in sorted(found)] if found and whole else found

    def _is_key(self, end: int) -> bool:
        space = _SPACE.match(self._source, end)
        return self._source.startswith("=", space.end() if space else end)


def _number(words: str) -> int | float:
    if "x" in words.lower():
        return int(words, 16)
    return float(words) if re.search(r"[.eE]", words) else int(words)


def _escaped(escape: re.Match[str]) -> bytes:
    decimal, hexadecimal, point, space, letter = escape.groups()
    if decimal is not None:
        return bytes((min(int(decimal), 0xFF),))
    if hexadecimal is not None:
        return bytes.fromhex(hexadecimal)
    if point is not None:
        return chr(min(int(point, 16), _LAST)).encode(errors="replace")
    if space is not None:
        return b""
    code = _LETTERS.get(letter)
    return bytes((code,)) if code else b"\n" if letter == "\r\n" else letter.encode(errors="replace")
