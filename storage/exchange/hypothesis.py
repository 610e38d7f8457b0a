"""Hypothesis: the JSON that its client exports and imports, an object of its API for each annotation; and back.

The API's objects are those of h, `docs/_extra/api-reference/schemas/annotation.yaml`; an id is a UUID in 22 characters
of URL-safe Base64. Positions count UTF-16 code units, as the client's do; without the document's text none are written.
What has no place here (group, permissions, other selectors) is kept as JSON in the field `FIELD` and written back.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, TextIO

from storage.errors import UsageError
from storage.exchange.hypothesisreading import FIELD, NOBODY, load, named_id, permissions, recognises
from storage.exchange.jsonfile import encode, kept
from storage.exchange.pieces import quotes
from storage.exchange.placing import to_utf16
from storage.exchange.webmodel import NEVER, listed

if TYPE_CHECKING:
    from array import array

    from storage.exchange.entry import Collection, Entry
    from storage.model import Annotation
    from storage.text import Text

    Object = dict[str, Any]

__all__ = ["FIELD", "dump", "load", "recognises"]

_DEEPEST = 100
_LONGEST_NAME, _SHORTEST_NAME = 30, 3


def dump(collection: Collection, out: TextIO) -> None:
    """Write `collection` to `out` as it comes; the export's date is that of its latest change."""
    units = _Units()
    out.write('{"client_version": "manicula", "export_userid": "", "annotations": [')
    gap, latest = "\n", ""
    for entry in collection:
        out.write(gap + encode(_object(entry, collection, units)))
        gap, latest = ",\n", max(latest, entry.annotation.updated)
    out.write(f'\n], "export_date": {encode(latest)}}}\n')


class _Units:
    """Offsets in UTF-16 units; the characters of the last text that take two of them are kept."""

    def __init__(self) -> None:
        self._text: Text | None = None
        self._wide: array[int] | None = None

    def of(self, text: Text, offset: int) -> int:
        """Return an offset of `text`, in code points, in units."""
        if text is not self._text or self._wide is None:
            self._text, self._wide = text, to_utf16(text.string)
        return offset + bisect_left(self._wide, offset)


def _object(entry: Entry, collection: Collection, units: _Units) -> Object:
    one, beyond = entry.annotation, kept(entry.annotation, FIELD)
    user = _user(entry, collection)
    uri = entry.document.source or f"urn:uuid:{entry.document.uuid}"
    targets = [each for each in listed(beyond.pop("target", None)) if isinstance(each, dict)]
    made: Object = {
        "id": beyond.pop("id", named_id(one.uuid)),
        "created": _time(one.created, beyond.pop("created", "")),
        "updated": _time(one.updated, beyond.pop("updated", "")),
        "user": user,
        "user_info": {"display_name": entry.creator or None},
        "uri": uri,
        "text": one.note,
        "tags": list(entry.tags),
        "group": "__world__",
        "permissions": permissions(user),
        "target": _targets(entry, uri, units),
        "document": {"title": [entry.document.title]},
        "links": {},
        "hidden": False,
        "flagged": False,
        "moderation_status": "APPROVED",
        "actions": [],
    }
    for place, target in enumerate(targets[: len(made["target"])]):
        made["target"][place].setdefault("selector", []).extend(listed(target.pop("selector", None)))
        made["target"][place].update(target)
    if thread := _thread(one, collection):
        made["references"] = thread
    return {**made, **beyond}


def _time(ours: str, theirs: str) -> str:
    """Return a time as the API writes it; exactly as it came where it is still the same."""
    from storage.exchange.parcel import time  # noqa: PLC0415  # imported when first used

    return theirs if theirs and time(theirs) == ours else f"{(ours or NEVER).removesuffix('Z')}.000000+00:00"


def _user(entry: Entry, collection: Collection) -> str:
    """Return the account that a creator has or, elsewhere than with Hypothesis, might have."""
    known = collection.creator(entry.annotation.creator) or entry.creator
    if known.startswith("acct:"):
        return known
    name = "".join(letter for letter in known if letter.isascii() and (letter.isalnum() or letter in "._"))
    return f"acct:{name[:_LONGEST_NAME].ljust(_SHORTEST_NAME, '_')}@{NOBODY}"


def _targets(entry: Entry, uri: str, units: _Units) -> list[Object]:
    one = entry.annotation
    if not one.exact:
        return [{"source": uri}]
    targets = []
    for quote, (start, end) in quotes(one):
        selectors = [quote]
        if entry.text is not None and one.text == entry.text.hash:
            ends = {"start": units.of(entry.text, start), "end": units.of(entry.text, end)}
            selectors.insert(0, {"type": "TextPositionSelector", **ends})
        targets.append({"source": uri, "selector": selectors})
    return targets


def _thread(one: Annotation, collection: Collection) -> list[str]:
    """Return the ids of what an annotation answers, the first of the thread first."""
    found: list[str] = []
    seen: set[str] = set()
    while one.reply_to and one.reply_to not in seen and len(found) < _DEEPEST:
        seen.add(one.reply_to)
        try:
            answered = collection.library.annotation(one.reply_to)
        except UsageError:
            return [*found, named_id(one.reply_to)][::-1]
        found.append(kept(answered, FIELD).get("id", named_id(answered.uuid)))
        one = answered
    return found[::-1]
