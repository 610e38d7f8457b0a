"""Sentences of a `Text`, block by block: where each starts and ends.

Segmentation is sentencex's, in the document's language or in one guessed from its letters. A heading is one sentence;
in code and tables each line is. Offsets count from the start of the text, and no sentence has space around it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

from storage.text import Block, Text

_KEPT = 2_048
_SCRIPTS = (
    ("ja", "\u3040", "\u30ff"),
    ("ko", "\uac00", "\ud7a3"),
    ("zh", "\u4e00", "\u9fff"),
    ("th", "\u0e00", "\u0e7f"),
    ("hi", "\u0900", "\u097f"),
    ("ar", "\u0600", "\u06ff"),
    ("he", "\u0590", "\u05ff"),
    ("hy", "\u0530", "\u058f"),
    ("el", "\u0370", "\u03ff"),
    ("ru", "\u0400", "\u04ff"),
)
_COMMON = {
    "en": "the of and to in is that it for was",
    "de": "der die und das ist nicht ein den von zu",
    "fr": "le la les et des est une dans que pour",
    "es": "el los las y del una que por con para",
    "it": "il che di non una per gli della sono con",
    "pt": "o os que não uma para com do da em",
    "nl": "de het een van en niet dat zijn op te",
}


class _Cache:
    """The sentences found in the text read last: one text, because one is read at a time."""

    __slots__ = ("found", "language", "text")

    def __init__(self, text: Text) -> None:
        self.text = text
        self.language = _language(text)
        self.found: dict[int, list[tuple[int, int]]] = {}


_cache: list[_Cache] = []


def boundaries(text: Text, block_index: int) -> list[tuple[int, int]]:
    """Return the ranges of the sentences in one block, in order; the list is shared, so do not change it."""
    cache = _cache[0] if _cache and _cache[0].text is text else _Cache(text)
    _cache[:] = [cache]
    found = cache.found.get(block_index)
    if found is None:
        if len(cache.found) >= _KEPT:
            cache.found.clear()
        found = cache.found[block_index] = list(_segment(text.string, text.blocks[block_index], cache.language))
    return found


def sentence_at(text: Text, offset: int) -> tuple[int, int] | None:
    """Return the sentence that holds `offset`, else the one before it in its block; None when nothing is there."""
    if not text.blocks:
        return None
    found = boundaries(text, text.blocks.at(offset))
    return found[max(0, bisect_right(found, (offset, len(text) + 1)) - 1)] if found else None


def sentences(text: Text) -> Iterator[tuple[int, int]]:
    """Yield the ranges of all sentences in order."""
    language = _language(text)
    for block in text.blocks:
        yield from _segment(text.string, block, language)


def _segment(string: str, block: Block, language: str) -> Iterator[tuple[int, int]]:
    body = string[block.start : block.end]
    if block.kind in {"code", "table"}:
        lengths = [len(line) + 1 for line in body.split("\n")]
    elif block.kind in {"heading", "rule", "image"}:
        lengths = [len(body)]
    else:
        from sentencex import get_sentence_boundaries  # noqa: PLC0415  # imported when first used

        found = get_sentence_boundaries(language, body.replace("\n", " "))
        lengths = [piece["end_index"] - piece["start_index"] for piece in found]
    at = 0
    for length in lengths:
        piece = body[at : at + length]
        start = at + len(piece) - len(piece.lstrip())
        end = at + len(piece.rstrip())
        if start < end:
            yield block.start + start, block.start + end
        at += length


def _language(text: Text) -> str:
    """Return the text's own language, else one guessed from the script and the commonest words of its beginning."""
    named = text.meta.language.replace("_", "-").partition("-")[0].lower()
    if named:
        return named
    sample = text.string[:4_000]
    if (len(sample) - len(sample.encode("ascii", "ignore"))) * 5 > len(sample):
        for language, first, last in _SCRIPTS:
            if sum(first <= character <= last for character in sample) * 5 > len(sample):
                return language
    words = sample.lower().split()
    counts = Counter(words)
    scores = {language: sum(counts[word] for word in common.split()) for language, common in _COMMON.items()}
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] > len(words) // 20 else "en"
