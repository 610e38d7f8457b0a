r"""From bytes to clean characters: finds the encoding, and leaves out what steers a terminal instead of being read.

Order: byte order mark, strict UTF-8, UTF-16 without a mark, Windows-1252 where every foreign byte is plausible in it,
charset-normalizer, Windows-1252. Of what is decoded, line ends of every kind become ``\n`` (form feed and paragraph
separator an empty line), tabs are expanded to stops of 4 columns, whole terminal sequences, overstrikes, lone controls,
byte order marks and bidirectional overrides are left out; joiners, soft hyphens and direction marks stay.
"""

from __future__ import annotations

import re

from storage.errors import DocumentError

TAB = 4
"""Columns from one tab stop to the next."""

_CONTROLS = bytes((*range(9), *range(11, 32), 127))
_CLEAN = bytes((10, *range(32, 127)))
_UNCLEAN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_CONTROL = "\x00-\x1f\x7f-\x9f"
_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # ECMA-48: a control sequence
    rf"|(?:\x1b[PX\]^_]|[\x90\x98\x9d-\x9f])[^{_CONTROL}]*(?:\x07|\x1b\\|\x9c)"  # a control string
    r"|\x1b[ -/]*[0-~]"  # any other escape sequence
)
_OVERSTRIKE = re.compile("[^\n\x08]\x08")
_NAMED = re.compile(rb"&#(?:0*(?:[12]?[0-9]|3[01]|127)(?![0-9])|[xX]0*(?:[01]?[0-9a-fA-F]|7[fF])(?![0-9a-fA-F]))")
_LONE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BREAKS = (
    ("\r\n", "\n"),
    ("\r", "\n"),
    ("\x0b", "\n"),
    ("\x0c", "\n\n"),
    ("\x85", "\n"),
    ("\u2028", "\n"),
    ("\u2029", "\n\n"),
)
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive, as EPUB, DOCX and ODT files are"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Office document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a sound, film or WebP file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "an SQLite database"),
)
_WESTERN = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŒœŠšŽž‘’‚“”„–—…•«»°§©®™€£·¿¡ºª\xa0")
_SAMPLE = 1 << 18
_TRUNCATED = "The file ends in the middle of a character: it may be incomplete."


def decode(data: bytes, name: str, *, stripped: bool = False) -> tuple[str, list[str]]:
    """Return the clean text of `data` and what the reader should know about it; `stripped` of white space at its end.

    Raises DocumentError, naming the file, when the bytes are not text.
    """
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise DocumentError(_not_text(name, what))
    if data.isascii() and not data.translate(None, _CLEAN):
        end = len(data.rstrip()) if stripped else len(data)
        return str(memoryview(data)[:end], "ascii"), []  # a large text is not to be there twice
    string, warnings = _decoded(data, name)
    cleaned, more = clean(string)
    return cleaned.rstrip() if stripped else cleaned, warnings + more


def clean(string: str) -> tuple[str, list[str]]:
    r"""Return `string` with ``\n`` line ends and without what is not meant to be read, and what was left out."""
    if not _UNCLEAN.search(string):
        return string, []
    warnings = []
    string = string.replace("\ufeff", "")
    for old, new in _BREAKS:
        string = string.replace(old, new)
    string, sequences = _SEQUENCE.subn("", string)
    string, lone = _LONE.subn("", _OVERSTRIKE.sub("", string) if "\x08" in string else string)
    if sequences + lone:
        warnings.append(f"Control characters were left out in {_places(sequences + lone)}.")
    string, turns = _DIRECTION.subn("", string)
    if turns:
        warnings.append(f"Characters that turn the reading direction were left out in {_places(turns)}.")
    return string.expandtabs(TAB), warnings


def safe(string: str) -> str:
    """Return a piece of text, which an entity may have put together, without what is not meant to be read."""
    return string if string.isprintable() else clean(string)[0]


def without_controls(data: bytes) -> bool:
    """Tell whether no ASCII text in a page of HTML can have a control character: none is in it, or named by number."""
    named = b"&#" in data and _NAMED.search(data)
    return not named and len(data.translate(None, _CONTROLS)) == len(data)


def one_line(string: str) -> str:
    """Return a title, name or address on one line, without what is not meant to be read."""
    if string.isprintable() and " " not in string:
        return string
    return " ".join(safe(string).split())


def _places(count: int) -> str:
    return "1 place" if count == 1 else f"{count} places"


def _decoded(data: bytes, name: str) -> tuple[str, list[str]]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _forgiving(data[len(mark) :], encoding)
    if b"\0" in data:
        wide = _wide(data)
        if not wide:
            raise DocumentError(_not_text(name, "binary data"))
        string, warnings = _forgiving(data, wide)
        return string, [*warnings, f"Read as {wide.upper()}, which the file does not say itself."]
    try:
        return data.decode(), []
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start:
            return data[: error.start].decode(), [_TRUNCATED]
    return _legacy(data, name)


def _forgiving(data: bytes, encoding: str) -> tuple[str, list[str]]:
    """Decode what is marked as `encoding`, with U+FFFD for what is not; a cut at the end is a warning of its own."""
    try:
        return data.decode(encoding), []
    except UnicodeDecodeError as error:
        if error.reason in {"unexpected end of data", "truncated data"}:
            return data[: error.start].decode(encoding, "replace"), [_TRUNCATED]
    return data.decode(encoding, "replace"), [f"Some bytes are not {encoding.upper()} and are shown as \ufffd."]


def _wide(data: bytes) -> str:
    """Return which UTF-16 the NUL bytes of `data` speak for, or nothing."""
    sample = data[:_SAMPLE]
    even, odd, half = sample[::2].count(0), sample[1::2].count(0), len(sample) // 2
    if odd * 4 > half and even * 20 < odd:
        return "utf-16-le"
    if even * 4 > half and odd * 20 < even:
        return "utf-16-be"
    return ""


def _legacy(data: bytes, name: str) -> tuple[str, list[str]]:
    """Decode an 8-bit or East Asian encoding of the time before UTF-8, and say which one was guessed."""
    foreign = {bytes((byte,)).decode("cp1252", "replace") for byte in set(data) if byte >= 0x80}  # noqa: PLR2004  # ASCII ends
    guess = "cp1252" if foreign <= _WESTERN and not _pairs(data) else _guess(data)
    string = data.decode(guess, "replace")
    controls = sum(1 for character in string[:_SAMPLE] if character < " " and character not in "\t\n\r\f\x1b")
    if controls * 10 > len(string[:_SAMPLE]):
        raise DocumentError(_not_text(name, "binary data"))
    return string, [f"The encoding was guessed: {guess}. If letters look wrong, save the file as UTF-8."]


def _pairs(data: bytes) -> bool:
    """Tell whether foreign bytes mostly stand next to each other, as in encodings other than the Western ones."""
    runs = re.findall(rb"[\x80-\xff]+", data[:_SAMPLE])
    return sum(map(len, runs)) > 2 * len(runs)


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415  # imported when first used

    sample = data if len(data) <= _SAMPLE else data[: data.rfind(b"\n", 0, _SAMPLE) + 1] or data[:_SAMPLE]
    best = from_bytes(sample).best()
    return best.encoding if best and best.encoding not in {"utf_8", "ascii"} else "cp1252"


def _not_text(name: str, what: str) -> str:
    from storage.visible import one_line  # noqa: PLC0415  # only an error needs it

    return f"{one_line(name)} looks like {what}, not like text. Give it the suffix of what it is, or convert it."
