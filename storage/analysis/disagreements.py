"""Where creators disagree on a tag, and what was decided on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from storage.analysis.agreement import Measured
from storage.analysis.coding import Coding
from storage.analysis.judging import SETTLED, SETTLED_TAG, UNITS, judge

if TYPE_CHECKING:
    from storage.library import Library
    from storage.model import Document

VERDICTS = ("stands", "falls")
"""What can be decided on a tag that some gave a passage and others not."""


class Disagreement(NamedTuple):
    """A stretch ``[start, end)`` of a document to which some of those who worked on it gave a tag, and others not.

    `tag` is a path, empty for having been marked at all; creators are uuids, in the order of the library. `settled` is
    ``stands`` or ``falls`` where somebody said so, by the annotation `by`.
    """

    document: Document
    tag: str
    start: int
    end: int
    holders: tuple[str, ...]
    others: tuple[str, ...]
    settled: str = ""
    by: str = ""


def disagreements(coding: Coding, document: Document, by: str = "", tag: str | None = None) -> list[Disagreement]:
    """Return where creators disagree in a document, on one tag (None: on each), in order."""
    judged = judge(coding, document, coding.of_document(document))
    if judged is None:
        return []
    measured = Measured(coding.sentences, [judged], by or UNITS[0])
    order = [one.uuid for one in coding.creators]
    found = []
    for each in sorted(judged.tags) if tag is None else [tag]:
        if not each and tag is None:
            continue  # whoever disagrees on a tag is told so there
        for start, end, holders in measured.stretches(judged, each):
            if holders and holders != judged.coders:
                having = tuple(sorted(holders, key=order.index))
                lacking = tuple(sorted(judged.coders - holders, key=order.index))
                found.append(Disagreement(document, each, start, end, having, lacking))
    found.sort(key=lambda one: (one.start, one.end, one.tag))
    return with_decisions(coding.library, document, found)


def with_decisions(library: Library, document: Document, found: Iterable[Disagreement]) -> list[Disagreement]:
    """Return disagreements with what was decided on them since."""
    decided = [one for one in library.annotations(document.uuid) if SETTLED in one.fields and one.ranges]
    made = []
    for each in found:
        tag = library.tag_by_path(each.tag) if each.tag else None
        uuid = tag.uuid if tag is not None else ""
        over = [
            one
            for one in decided
            if one.fields.get(SETTLED_TAG, "") == uuid and one.start <= each.start and each.end <= one.end
        ]
        last = max(over, key=lambda one: (one.updated, one.uuid), default=None)
        settled = str(last.fields[SETTLED]) if last is not None else ""
        made.append(each._replace(settled=settled, by=last.uuid if last is not None else ""))
    return made


def settle(library: Library, one: Disagreement, verdict: str) -> None:
    """Decide on a disagreement, as one step: ``stands``, ``falls``, or nothing, which takes a decision back.

    What the creators marked stays as it is, and so do the figures. The decision is a highlight of one's own, with the
    tag where it stands. Raises UsageError, DocumentError, LibraryError.
    """
    text = library.snapshots.load(one.document.texts[-1])
    about = one.tag or "a highlight"
    with library.step(f"settle {about}" if verdict else f"unsettle {about}"):
        if one.by:
            library.delete(one.by)
        if verdict:
            tag = library.ensure_tag(one.tag) if one.tag else None
            stands = verdict == "stands" and tag is not None
            library.annotate(
                one.document.uuid,
                [(one.start, one.end)],
                tags=[one.tag] if stands else [],
                note="" if stands else f"Settled: {about} {verdict} here.",
                fields={SETTLED: verdict, SETTLED_TAG: tag.uuid if tag else ""},
                text=text,
            )
