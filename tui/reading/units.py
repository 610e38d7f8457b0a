"""What a text is made of, as half-open ranges in order: words, quotations, paragraphs and chapters.

Sentences come from `storage.sentences`. A word is a run of letters, digits and marks with the apostrophes, hyphens and
full stops inside it: as in UAX #29, but a compound with hyphens is one word, and initials like U.S. keep their last
stop. Where no spaces part the words, each ideograph is one and each run of hiragana or katakana.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from storage.text import Text
from tui.reading import cells

Ranges = Sequence[tuple[int, int]]

_HAN = "々〆〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HIRAGANA = "\u3041-\u3096\u309d-\u309f"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_MARK_BLOCKS = (
    (0x300, 0x1E00),
    (0x20D0, 0x2100),
    (0x2CE0, 0x30A0),
    (0xA660, 0xAC00),
    (0xFB1E, 0xFE30),
    (0x10A00, 0x12000),
)
_JOINERS = "\u00ad\u200c\u200d\u2060\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\U000e0100-\U000e01ef"
_PREFIXES = "\u0600-\u0605\u06dd\u070f\u08e2"


def words(text: Text, index: int) -> Ranges:
    """Return the words of one block."""
    block, string = text.blocks[index], text.string
    pattern = _plain_word() if cells.is_simple(string, block.start, block.end) else _any_word()
    return [match.span() for match in pattern.finditer(string, block.start, block.end)]


@lru_cache(maxsize=1)
def _plain_word() -> re.Pattern[str]:
    return _word("")


@lru_cache(maxsize=1)
def _any_word() -> re.Pattern[str]:
    import unicodedata  # noqa: PLC0415  # only scripts with marks need it

    marks: list[list[int]] = []
    for code in (code for block in _MARK_BLOCKS for code in range(*block)):
        if unicodedata.category(chr(code))[0] == "M":
            if marks and marks[-1][1] == code - 1:
                marks[-1][1] = code
            else:
                marks.append([code, code])
    return _word("".join(f"{chr(first)}-{chr(last)}" for first, last in marks) + _JOINERS, f"[{_PREFIXES}]*")


def _word(marks: str, prefix: str = "") -> re.Pattern[str]:
    letter = rf"{prefix}[^\W{_HAN}{_HIRAGANA}{_KATAKANA}]"
    tail = f"[{marks}]*" if marks else ""
    initials = rf"(?:{letter}\.){{2,}}(?!{letter})"
    inner = rf"(?:['’ʼ.\-‐‑·](?={letter})|(?<=\d)[,:٫٬](?=\d))"
    ideographs = f"[{_HAN}]{tail}|(?:[{_HIRAGANA}]{tail})+|(?:[{_KATAKANA}]{tail})+"
    return re.compile(f"{ideographs}|{initials}|{letter}{tail}(?:{letter}{tail}|{inner})*")


def paragraphs(text: Text, index: int) -> Ranges:
    """Return the one range of a block without the white space at its end, none where it is empty or a rule."""
    block = text.blocks[index]
    end = trimmed(text.string, block.start, block.end)
    return [(block.start, end)] if end > block.start and block.kind != "rule" else []


def chapters(text: Text) -> Ranges:
    """Return the pieces between headings, whatever their levels; what stands before the first heading is one."""
    if not text.blocks:
        return []
    first, last = text.blocks[0].start, text.blocks[len(text.blocks) - 1].end
    starts = sorted({first, *(section.start for section in text.sections)})
    ends = [*starts[1:], last]
    return [(start, trimmed(text.string, start, end)) for start, end in zip(starts, ends, strict=True)]


def trimmed(string: str, start: int, end: int) -> int:
    """Return where ``string[start:end]`` ends without the white space at its end."""
    while end > start and string[end - 1].isspace():
        end -= 1
    return end


class _Open(NamedTuple):
    offset: int
    closers: str


_MARKS = re.compile('[“”„‟«»‹›"‘’‚「」『』]')
_CLOSERS = {
    "“": "”",
    "‟": "”",
    "”": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "‘": "’",
    "‚": "‘’",
    "「": "」",
    "『": "』",
    '"': '"',
}
_BEFORE = frozenset("([{—–-/“‘„«»›‹")
_ALWAYS_OPEN = frozenset("“‟„«‹‚「『")


def quotations(text: Text, index: int) -> Ranges:
    """Return the quotations of one block, their marks included, by start; those inside others too.

    Known are “ ”, ‘ ’, " ", « », » «, ‹ ›, „ “, „ ”, ” ”, 「 」 and 『 』. An apostrophe is no mark; a mark without its
    partner in the block is none either.
    """
    block, string = text.blocks[index], text.string
    found: list[tuple[int, int]] = []
    opened: list[_Open] = []
    for match in _MARKS.finditer(string, block.start, block.end):
        at, mark = match.start(), match.group()
        before = string[at - 1] if at > block.start else " "
        after = string[at + 1] if at + 1 < block.end else " "
        partner = _partner(opened, mark)
        if partner is not None and _closes(string, at, block.end, before, after):
            found.append((opened[partner].offset, at + 1))
            del opened[partner:]
        elif _opens(mark, before, after):
            if mark == '"' and partner is not None:
                del opened[partner:]
            opened.append(_Open(at, _CLOSERS[mark]))
    return sorted(found)


def _partner(opened: list[_Open], mark: str) -> int | None:
    for i in range(len(opened) - 1, -1, -1):
        if mark in opened[i].closers:
            return i
    return None


def _opens(mark: str, before: str, after: str) -> bool:
    if mark in _ALWAYS_OPEN:
        return True
    return mark in _CLOSERS and not after.isspace() and (before.isspace() or before in _BEFORE or before >= "\u3000")


def _closes(string: str, at: int, end: int, before: str, after: str) -> bool:
    """Tell whether the mark at `at`, for which a quotation is open, ends it."""
    mark = string[at]
    if mark == '"':
        return not before.isspace() or not after.isalnum()
    if mark in "’‘":
        return not after.isalnum() and not (mark == "’" and _is_possessive(string, at, end))
    return True


def _is_possessive(string: str, at: int, end: int) -> bool:
    """Tell whether ’ stands for a genitive (the boys’ toys): a word follows, and a better closing mark after that."""
    if string[at - 1] not in "sxz" or string[at + 1 : at + 2] != " " or not string[at + 2 : at + 3].islower():
        return False
    later = re.compile(r"‘|[.,;:!?…]’|’(?!\w)[.,;:!?]").search(string, at + 1, end)
    return later is not None and later.group() != "‘"
