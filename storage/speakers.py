"""Who speaks where in a transcript: turns told from the text itself, by what stands at the start of a paragraph.

A turn begins with a name and a colon (``ANNA:``, ``I:``, ``Speaker 1 [0:12]:``), with a time and a name, with a line
that is nothing but both (``Anna Meier  0:03``), or with a time alone. It goes on to the next one or to a heading.

Names are believed when two or more of them stand twice or more often, so that a lone “Note:” makes no speaker; in
subtitles those that are marked up are. Where all of these are in capitals, so is a name that stands once. Where there
are no names, times that stand twice or more often make turns of nobody.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from storage.text import Block, Text

FORMATS = frozenset({"plain", "markdown", "docx", "odt", "rtf", "org", "subtitles"})
"""The formats of documents that may be transcripts."""

_LEAST = 2
_MOST_WORDS = 5
_KINDS = frozenset({"paragraph", "item", "quote"})
_COLONS, _COLON = re.compile("[:：]"), re.compile(":")  # of one alone many times as fast
_TIME = r"[\[(<#]{{0,2}}(?P<{0}>\d{{1,3}}:\d\d(?::\d\d)?)(?:[.,:]\d{{1,3}})?[\])>#]{{0,2}}"
_NAME = r"(?P<name{0}>[^\W_][\w.'’&/-]*(?: [\w.'’&/-]+){{0,4}})"
_LABEL = re.compile(
    rf"(?:{_TIME.format('before')}[ \t]*[-–—:]?[ \t]*)?"
    rf"{_NAME.format('')}[ ]?(?:{_TIME.format('after')}|[\[(][^\]()\n]{{1,40}}[\])])?[ ]?(?::(?=[ \n]|$)|：)[ \n]*"
)
_LINE = re.compile(
    rf"(?:{_NAME.format(1)}[ ,–—-]+{_TIME.format('time1')}|{_TIME.format('time2')}[ ,–—-]+{_NAME.format(2)})"
    r"[ ]*(?:\n|$)"
)
_CLOCK = re.compile(rf"{_TIME.format('before')}(?:[ ]+[-–—]?[ ]*|\n|$)")


class Turn(NamedTuple):
    """What one speaker says at a stretch: ``[start, end)``, in code points, the words alone ``[words, end)``.

    `speaker` is the name as it stands there first, empty where nobody is named; `time` when it begins, or empty.
    """

    start: int
    words: int
    end: int
    speaker: str
    time: str = ""


class Turns:
    """The turns of one text, in order."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self.turns = tuple(turns)
        self._starts = [turn.start for turn in turns]

    @classmethod
    def of(cls, text: Text) -> Turns:
        """Return the turns of a text; none where it is no transcript."""
        return cls(_turns(text) if text.meta.format in FORMATS else [])

    def at(self, offset: int) -> Turn | None:
        """Return the turn that `offset` stands in."""
        index = bisect_right(self._starts, offset) - 1
        return self.turns[index] if index >= 0 and offset < self.turns[index].end else None

    def by(self, speaker: str) -> list[Turn]:
        """Return all turns of one speaker, by the name that turns have."""
        return [turn for turn in self.turns if turn.speaker == speaker]


class _Found(NamedTuple):
    """What looks like the begin of a turn; `clock` is where a time that it begins with ends, 0 where there is none."""

    start: int
    words: int
    name: str
    time: str
    sure: bool
    clock: int = 0


def _turns(text: Text) -> list[Turn]:
    found = list(_labels(text))
    shown = {each.name.casefold(): each.name for each in reversed(found)} | {"": ""}
    kept = _kept(found)
    ends = [each.start for each in kept[1:]] + [len(text)] * bool(kept)
    headings = [text.blocks[index].start for index in text.blocks.of_kind("heading")]
    turns = []
    for each, following in zip(kept, ends, strict=True):
        after = bisect_right(headings, each.start)
        end = min(following, *headings[after : after + 1], len(text))
        end = each.start + len(text.string[each.start : end].rstrip())
        if each.words < end:
            time = each.time or next((label for label in (text.page_at(each.start),) if ":" in label), "")
            turns.append(Turn(each.start, each.words, end, shown[each.name.casefold()], time))
    return turns


def _kept(found: Sequence[_Found]) -> list[_Found]:
    """Return what begins a turn, of what looks like it."""
    believed = _believed(found)
    if believed:
        return [each for each in found if each.name.casefold() in believed]
    clocks = [each._replace(name="", words=each.clock) for each in found if each.clock]
    return clocks if len(clocks) >= _LEAST else []


def _believed(found: Sequence[_Found]) -> set[str]:
    """Return the names, casefolded, that are those of speakers."""
    counts = Counter(each.name.casefold() for each in found if each.name)
    repeated = {name for name, count in counts.items() if count >= _LEAST}
    believed = {each.name.casefold() for each in found if each.sure}
    if len(repeated) >= _LEAST:
        believed |= repeated
        if all(each.name.isupper() for each in found if each.name.casefold() in repeated):
            believed |= {each.name.casefold() for each in found if each.name.isupper()}
    return believed


def _labels(text: Text) -> Iterator[_Found]:
    """Yield what looks like the begin of a turn; inside a paragraph whose lines a program broke, only capitals."""
    string, subtitles = text.string, text.meta.format == "subtitles"
    marked = {(span.start, span.end) for span in text.spans if span.kind == "strong"} if subtitles else set()
    for block, start in _lines(text):
        found = _label(string, start, block.end)
        if found and (start == block.start or not text.fill or found.name.isupper()):
            yield found._replace(sure=(start, start + len(found.name)) in marked)


def _lines(text: Text) -> Iterator[tuple[Block, int]]:
    """Yield the lines that have a colon, which names and times do not go without: the block and where one starts."""
    string, last = text.string, -1
    for colon in (_COLONS if "：" in string else _COLON).finditer(string):
        block = text.blocks[text.blocks.at(colon.start())]
        if block.kind in _KINDS and block.start <= colon.start() < block.end:
            start = max(block.start, string.rfind("\n", block.start, colon.start()) + 1)
            if start != last:
                yield block, start
            last = start


def _label(string: str, start: int, end: int) -> _Found | None:
    """Return what stands at a line's start, where it looks like the begin of a turn."""
    clock = _CLOCK.match(string, start, end)
    after = clock.end() if clock else 0
    if label := _LABEL.match(string, start, end):
        name, time = label["name"], label["before"] or label["after"] or ""
        return _Found(start, label.end(), name, time, sure=False, clock=after) if _is_name(name) else None
    if (line := _LINE.match(string, start, end)) and _is_name(line["name1"] or line["name2"]):
        name, time = line["name1"] or line["name2"], line["time1"] or line["time2"]
        return _Found(start, line.end(), name, time, sure=False, clock=after)
    return _Found(start, after, "", clock["before"], sure=False, clock=after) if clock else None


def _is_name(name: str) -> bool:
    return not name[0].islower() and not name.isdecimal() and len(name.split()) <= _MOST_WORDS
