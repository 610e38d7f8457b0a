"""Subtitles and transcripts (SubRip, WebVTT): who speaks and what, with the time at which it begins as its page.

Cues of one speaker, or of nobody named, that follow each other without a pause become one paragraph; a paragraph of a
named speaker begins with the name. Sources: WebVTT (W3C); SubRip has no standard.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from storage.readers import builder, encoding
from storage.readers.builder import Builder, Inline
from storage.text import Block, Meta, Page, Span, Text

NAME = "subtitles"
VERSION = 1

_TIMES = re.compile(
    r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})[ ]*-->[ ]*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
)
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^\s<>][^<>]*)>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<\d[\d:.]*>|\{\\[^{}]*\}")
_NAMED = re.compile(r"(?:-\s*)?([^\W\d_][\w .'’-]{0,40}):\s+(?=\S)")
_PAUSE = 3.0
_LONG = 600


class Cue(NamedTuple):
    """What is said from `start` to `end` (seconds), and by whom; `sure` where that is marked up as a name."""

    start: float
    end: float
    speaker: str
    string: str
    sure: bool


def parse(data: bytes, name: str, file_hash: str) -> Text:
    """Return the text of subtitles or a transcript. Raises DocumentError."""
    string, warnings = encoding.decode(data, name)
    made, pages = Builder(), []
    first = ""
    for cues in _turns(_certain(list(_cues(string)))):
        words, speaker = Inline(), cues[0].speaker
        for cue in cues:
            words.add(f" {cue.string}")
        said, _ = words.finish()
        whole, spans = (f"{speaker}: {said}", [Span(0, len(speaker), "strong")]) if speaker else (said, [])
        start = made.block(whole, spans, Block(0, 0))
        if start >= 0:
            pages.append(Page(start, _clock(cues[0].start)))
            first = first or said
    title = builder.stem(name)
    meta = Meta(title=encoding.one_line(title), format=NAME)
    return made.build(reader=f"{NAME}/{VERSION}", meta=meta, file_hash=file_hash, warnings=warnings, pages=pages)


def _cues(string: str) -> Iterator[Cue]:
    for part in re.split(r"\n[ \t]*\n", string):
        times = _TIMES.search(part)
        if times is None or part[: times.start()].count("\n") > 1:
            continue
        start, end = _seconds(*times.groups()[:4]), _seconds(*times.groups()[4:])
        words = part[times.end() :].partition("\n")[2]
        voice = _VOICE.search(words)
        said = encoding.one_line(unescape(_TAG.sub("", words)))
        named = None if voice else _NAMED.match(said)
        speaker = encoding.one_line(unescape(voice[1])) if voice else named[1].strip() if named else ""
        said = said[named.end() :] if named else said
        if said:
            yield Cue(start, end, speaker, said, bool(voice))


def _seconds(hours: str | None, minutes: str, seconds: str, rest: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{rest}")


def _certain(cues: list[Cue]) -> list[Cue]:
    """Return the cues; what looks like a name and stands once only is part of what is said."""
    times = Counter(cue.speaker for cue in cues)
    return [
        cue
        if cue.sure or not cue.speaker or times[cue.speaker] > 1
        else cue._replace(speaker="", string=f"{cue.speaker}: {cue.string}")
        for cue in cues
    ]


def _turns(cues: list[Cue]) -> Iterator[list[Cue]]:
    """Yield the cues of each paragraph."""
    turn: list[Cue] = []
    size = 0
    for cue in cues:
        last = turn[-1] if turn else None
        ended = last is not None and size > _LONG and last.string.endswith((".", "!", "?", "…", "”"))
        if last and (cue.speaker not in {"", last.speaker} or cue.start - last.end > _PAUSE or ended):
            yield turn
            turn, size = [], 0
        turn.append(cue)
        size += len(cue.string)
    if turn:
        yield turn


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
