"""Kindle's `My Clippings.txt`, in any of the languages that Kindles speak: highlights, and the notes on them.

An entry is a title with the author in its last brackets, a line that says what it is, where and when, an empty line,
the text, and a row of ``=``. Notes are entries of their own at the place where their highlight ends. What was changed
on the device stands there again, and older states are not taken away: of highlights that begin alike at one place the
longest is taken. The line that says what it is is kept in the field `FIELD`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from storage.exchange.parcel import MONTHS, Parcel, clean, empty, line, time
from storage.model import Annotation, Document

if TYPE_CHECKING:
    from storage.exchange.sample import Sample

_ALIKE = 10
"""Characters by which, with its place, a highlight is the same after it was made longer on the device."""

FIELD = "kindle"
"""The field of an annotation that keeps what the device says of it: page, location, time."""

_BETWEEN = re.compile(r"^={6,}[ \t]*$", re.MULTILINE)
_AUTHOR = re.compile(r"^(.*?)\s*[(（]((?:[^()（）]|[(（][^()（）]*[)）])*)[)）]\s*$")
_PLACE = re.compile(r"(?<!\d)(\d{1,15})(?!\d)(?:\s*[-–]\s*(\d{1,15})(?!\d))?")
_NUMBER = re.compile(r"\d+")
_DATED = 3
"""Numbers in a date with its time, at least; clocks are written in many ways, as 16H23'12" or 21 h 05."""
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?\s*(am|pm)?", re.IGNORECASE)
_DAY = re.compile(r"(?:([A-Za-z]{3,9}) (\d{1,2}),|(\d{1,2}) ([A-Za-z]{3,9})) (\d{4})")
_LIMIT = re.compile(r"\W*You have (?:exceeded|reached) (?:your|the) clippings? limit", re.IGNORECASE)

_NOTES = (
    "note",
    "notiz",
    "nota",
    "notitie",
    "笔记",
    "筆記",
    "メモ",
    "메모",
    "заметка",
    "notatka",
    "anteckning",
    "not ",
)
_MARKS = (
    "bookmark",
    "lesezeichen",
    "signet",
    "marcador",
    "segnalibro",
    "bladwijzer",
    "书签",
    "書籤",
    "ブックマーク",
    "북마크",
    "закладка",
    "zakładka",
)


class _Clipping(NamedTuple):
    """One entry. `first` and `last` are its locations, -1 where it has none."""

    document: str
    kind: str
    first: int
    last: int
    said: str
    text: str


def recognises(sample: Sample) -> bool:
    """Tell whether a file is a list of clippings."""
    if sample.suffix != ".txt":
        return False
    head = sample.text[: 1 << 14].replace("\r", "")
    return re.search(r"\A\ufeff?[^\n]+\n- [^\n]*\d[^\n]*\n\n", head) is not None and _BETWEEN.search(head) is not None


def load(sample: Sample) -> Parcel:
    """Return the highlights and notes of a file; bookmarks have no words to be found by, and are told."""
    parcel = empty()
    clippings: list[_Clipping] = []
    for number, entry in enumerate(_BETWEEN.split(clean(sample.text)), 1):
        if not entry.strip("\n\ufeff "):
            continue
        found = _clipping(entry, parcel)
        if isinstance(found, str):
            parcel.problems.append(f"Clipping {number} {found} and was left out.")
        else:
            clippings.append(found)
    parcel.annotations.extend(_annotations(clippings))
    return parcel


def _clipping(entry: str, parcel: Parcel) -> _Clipping | str:
    """Return a clipping, or what is wrong with it."""
    lines = entry.lstrip("\n\ufeff").split("\n")
    if len(lines) < 2 or not lines[1].lstrip().startswith("-"):  # noqa: PLR2004  # a title and what it is
        return "is none"
    said, text = line(lines[1].lstrip("- ")), "\n".join(lines[2:]).strip("\n")
    kind = _kind(said)
    if kind == "bookmark":
        return "is a bookmark"
    if not text.strip() or _LIMIT.match(text):
        return "has no text, or none that its publisher lets out"
    title = line(lines[0])
    found = _AUTHOR.match(title)
    name, author = (line(found[1]), line(found[2])) if found and found[1] else (title, "")
    if not name:
        return "has no title"
    key = f"{name}\n{author}"
    authors = (author,) if author else ()
    parcel.documents.setdefault(key, Document("", name, authors))
    return _Clipping(key, kind, *_location(said), said, text)


def _kind(said: str) -> str:
    words = said.partition("|")[0].lower()
    if any(word in words for word in _MARKS):
        return "bookmark"
    return "note" if any(word in f"{words} " for word in _NOTES) else "highlight"


def _location(said: str) -> tuple[int, int]:
    """Return the first and last location: the last numbers before the date, whatever they are called."""
    first, *others = said.split("|")
    parts = [first, *(part for part in others if len(_NUMBER.findall(part)) < _DATED)]
    found = [match for part in parts if not _CLOCK.search(part) for match in _PLACE.finditer(part)]
    if not found:
        return -1, -1
    begin, end = found[-1].groups()
    if end and len(end) < len(begin):  # 1208-12 is 1208-1212
        end = begin[: -len(end)] + end
    return int(begin), int(end or begin)


def _time(said: str) -> str:
    """Return when an English device says it was, taken as UTC; empty for any other."""
    day = _DAY.search(said)
    clock = _CLOCK.search(said)
    if not day or not clock:
        return ""
    month, number = (day[1], day[2]) if day[1] else (day[4], day[3])
    at = [name for name in MONTHS if month.lower().startswith(name)]
    if not at:
        return ""
    half = (clock[4] or "").lower()
    hour = int(clock[1]) % 12 + (12 if half == "pm" else 0) if half else int(clock[1])
    return time(f"{day[5]}-{MONTHS.index(at[0]) + 1:02}-{int(number):02}T{hour:02}:{clock[2]}:{clock[3] or '00'}Z")


def _annotations(clippings: list[_Clipping]) -> list[Annotation]:
    """Return highlights with their notes; a note without a highlight is about the whole document."""
    marks = _newest([one for one in clippings if one.kind == "highlight"])
    marks_of: dict[str, list[int]] = {}
    for index, one in enumerate(marks):
        marks_of.setdefault(one.document, []).append(index)
    notes: dict[int, list[str]] = {}
    alone = []
    for note in (one for one in clippings if one.kind == "note"):
        place = next((index for index in marks_of.get(note.document, ()) if _is_on(note, marks[index])), -1)
        if place < 0:
            alone.append(
                Annotation(f"{note.document}\n{note.said}", note.document, note=note.text, created=_time(note.said))
            )
        elif note.text not in notes.setdefault(place, []):
            notes[place].append(note.text)
    made = [
        Annotation(
            f"{one.document}\n{one.first}\n{one.text[:_ALIKE]}",
            one.document,
            exact=one.text,
            note="\n\n".join(notes.get(index, ())),
            fields={FIELD: one.said},
            created=_time(one.said),
        )
        for index, one in enumerate(marks)
    ]
    return made + alone


def _is_on(note: _Clipping, mark: _Clipping) -> bool:
    return mark.first <= note.last <= mark.last and note.last >= 0


def _newest(marks: list[_Clipping]) -> list[_Clipping]:
    """Return the highlights without earlier states of them: same place, and one's words begin the other's."""
    kept: dict[tuple[str, int], list[_Clipping]] = {}
    for one in marks:
        there = kept.setdefault((one.document, one.first), [])
        alike = [each for each in there if one.text.startswith(each.text) or each.text.startswith(one.text)]
        there[:] = [each for each in there if each not in alike]
        there.append(max([one, *alike], key=lambda each: len(each.text)))
    return [one for there in kept.values() for one in there]
