"""What a project marks: selections, the pieces that several of them are together, and the codes on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from storage.exchange.counting import CUT, Passage
from storage.exchange.parcel import clean, time
from storage.exchange.projectparts import Coding, derived
from storage.model import Annotation, Range
from storage.records import JOINT

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_WHOLE = re.compile(r"[+-]?\d{1,15}")


def pieces(here: Mapping[str, Annotation]) -> dict[str, str]:
    """Return which annotations are further pieces of which others, in order."""
    found: dict[str, str] = {}
    for uuid in list(here):
        number = 1
        while (piece := derived("piece", uuid, str(number))) in here:
            found[piece] = uuid
            number += 1
    return found


def joined(first: Annotation, piece: Annotation) -> Annotation:
    """Return an annotation with one more piece."""
    return first._replace(
        ranges=(*first.ranges, *piece.ranges), exact=f"{first.exact}{JOINT}{piece.exact}", suffix=piece.suffix
    )


def usual(one: Annotation, codings: Iterable[Coding]) -> bool:
    """Tell whether the codes on something are as they are written when nothing is kept of them."""
    return all(
        coding.guid == derived("coding", one.uuid, coding.code)
        and coding.user == one.creator
        and time(coding.time) == one.created
        and not coding.notes
        for coding in codings
    )


def passage_of(one: Element) -> Passage | None:
    """Return where a selection says that it stands; None where it says nothing of the kind."""
    start, end = (one.get(name, "").strip() for name in ("startPosition", "endPosition"))
    if not _WHOLE.fullmatch(start) or not _WHOLE.fullmatch(end) or not 0 <= int(start) <= int(end):
        return None
    return Passage(int(start), int(end), one.get("name", ""))


def unplaced(made: Annotation, passage: Passage) -> Annotation:
    """Return an annotation whose words only its name may say."""
    words = clean(passage.words)
    length = passage.end - passage.start
    cut = words.endswith(CUT) and len(words) <= length
    words = words.removesuffix(CUT).rstrip() if cut else words if len(words) == length else ""
    end = passage.start + (len(words) or length)
    return made._replace(ranges=(Range(passage.start, end),) if length else (), exact=words)
