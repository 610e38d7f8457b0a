r"""doccano: JSON Lines, a text with its labels on each; and back, also with other column names or as one JSON value.

A label is a tag on a passage: ``"label": [[0, 5, "LOC"]]``. Where there are relations it is ``"entities"`` and
``"relations"``, for a project of that kind. Tags of page notes are ``"cats"``, their words ``"Comments"``, what else a
line has are attributes of the document. Offsets count UTF-16 units, as doccano's pages do; where a file must have been
counted in code points that is seen by the ends of words. Highlights without a tag have the label `UNTAGGED`.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING, Any, TextIO

from storage import passages
from storage.errors import DocumentError
from storage.exchange.bratlines import UNTAGGED
from storage.exchange.counting import Counted
from storage.exchange.jsonfile import encode
from storage.exchange.parcel import Parcel, clean, empty, line, tag_path
from storage.exchange.placing import to_utf16
from storage.model import Annotation, Document, Link, Value

if TYPE_CHECKING:
    from storage.exchange.entry import Collection, Entry
    from storage.exchange.sample import Sample
    from storage.text import Text

    Object = dict[str, Any]

TEXTS = ("text", "data", "column_data")
LABELS = ("label", "labels", "entities", "column_label")
"""The names that the columns have, in the order in which they are looked for."""

_COMMENTS, _WHOLE, _RELATIONS, _TITLE = "Comments", "cats", "relations", "title"
_LONGEST = 60
_LARGEST = 1 << 53


def dump(collection: Collection, out: TextIO) -> None:
    """Write `collection` to `out`, a document at a time."""
    library = collection.library
    related = any(one.links for each in collection.annotated() for one in library.annotations(each.uuid))
    numbers, relations = count(), count()
    for document in collection.documents():
        part = collection.only(document)
        entries = list(part)
        collection.add(part)
        try:
            text = entries[0].text if entries else library.text(document)
        except DocumentError:
            text = None
        standing = [one for one in entries if _stands(one)]
        whole = [one for one in entries if _is_whole(one)] if text else []
        collection.count -= len(entries) - len(standing) - len(whole)
        if text is None:
            collection.met["orphans"] += sum(one.annotation.state != "orphan" for one in entries)
            continue
        made = _line(document, text, whole)
        units = to_utf16(text.string)
        spans = [(entry, span) for entry in standing for span in _spans(entry, units)]
        if related:
            made.update(_related(spans, numbers, relations))
        else:
            made["label"] = [list(span) for _, span in spans]
        collection.met["page notes"] -= len(whole)
        collection.met["notes"] -= sum(bool(one.annotation.note) for one in whole)
        out.write(f"{encode({**made, **_meta(document)})}\n")


def _line(document: Document, text: Text, whole: list[Entry]) -> Object:
    """Return what is said of a text and of the whole of it."""
    made: Object = {"text": text.string}
    comments = [one.annotation.note for one in whole if one.annotation.note]
    tags = [tag for one in whole for tag in one.tags]
    made.update({_COMMENTS: comments} if comments else {})
    made.update({_WHOLE: list(dict.fromkeys(tags))} if tags else {})
    made.update({_TITLE: document.title} if document.title != title_of(text.string) else {})
    return made


def _stands(entry: Entry) -> bool:
    one = entry.annotation
    return entry.text is not None and bool(one.ranges) and one.state == "anchored" and one.text == entry.text.hash


def _is_whole(entry: Entry) -> bool:
    """Tell whether an entry is a page note that has a place: words, or tags, but not both."""
    one = entry.annotation
    return not one.ranges and not one.exact and not one.reply_to and bool(one.note) != bool(entry.tags)


def _spans(entry: Entry, units: Any) -> Iterator[tuple[int, int, str]]:  # noqa: ANN401  # an array
    for start, end in entry.annotation.ranges:
        for label in entry.tags or (UNTAGGED,):
            yield start + bisect_left(units, start), end + bisect_left(units, end), label


def _related(spans: list[tuple[Entry, tuple[int, int, str]]], numbers: Iterator[int], others: Iterator[int]) -> Object:
    """Return passages as entities with ids, and what relates them."""
    first: dict[str, int] = {}
    entities = []
    for entry, (start, end, label) in spans:
        number = next(numbers)
        first.setdefault(entry.annotation.uuid, number)
        entities.append({"id": number, "label": label, "start_offset": start, "end_offset": end})
    found = {entry.annotation.uuid: entry.annotation for entry, _ in spans}
    relations = [
        {"id": next(others), "from_id": first[one.uuid], "to_id": first[link.to], "type": link.type}
        for one in found.values()
        for link in one.links
        if link.to in first
    ]
    return {"entities": entities, _RELATIONS: relations}


def _meta(document: Document) -> Object:
    """Return a document's attributes; one that is the JSON of something is that again."""
    taken = {*TEXTS, *LABELS, _COMMENTS, _WHOLE, _RELATIONS, _TITLE}
    return {name: _unpacked(value) for name, value in document.attributes.items() if name not in taken}


def _unpacked(value: Value) -> Any:  # noqa: ANN401  # any JSON value
    if isinstance(value, str) and (value[:1] in "[{" or value in {"true", "false", "null"}):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def title_of(string: str) -> str:
    """Return what a text is called that has no title: its first words."""
    words = line(string[: 4 * _LONGEST])
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rstrip()}…"


def recognises(sample: Sample) -> bool:
    """Tell whether a file is JSON with texts and labels in it."""
    if sample.suffix not in {".jsonl", ".json"} and sample.data[:1] not in {b"{", b"["}:
        return False
    first = next(iter(_objects(sample)), (0, None))[1]
    return isinstance(first, dict) and all(_columns(first))


def _objects(sample: Sample) -> list[tuple[int, Any]]:
    """Return the objects of a file with the lines that they stand on."""
    import orjson  # noqa: PLC0415  # imported when first used

    try:
        orjson.loads(sample.text.lstrip().partition("\n")[0])
    except ValueError:
        whole = sample.json
        return [(1, each) for each in whole] if isinstance(whole, list) else [(1, whole)]
    found: list[tuple[int, Any]] = []
    for number, each in enumerate(sample.text.split("\n"), 1):
        if each.strip():
            try:
                found.append((number, orjson.loads(each)))
            except ValueError:
                found.append((number, None))
    if len(found) == 1 and isinstance(found[0][1], list):
        return [(1, each) for each in found[0][1]]
    return found


def _columns(one: Object) -> tuple[str, str]:
    """Return the names of the columns with the text and with the labels, empty where there are none."""
    text = next((name for name in TEXTS if isinstance(one.get(name), str)), "")
    names = (*LABELS, *(name for name in one if name not in LABELS))
    return text, next((name for name in names if isinstance(one.get(name), list) and _is_labels(one[name])), "")


def _is_labels(found: list[Any]) -> bool:
    return all(isinstance(each, str) or _span(each) is not None for each in found)


def _span(each: Any) -> tuple[int, int, str] | None:  # noqa: ANN401  # any JSON value
    if isinstance(each, dict):
        each = [each.get("start_offset"), each.get("end_offset"), each.get("label")]
    if not isinstance(each, list) or len(each) != 3:  # noqa: PLR2004  # from, to and label
        return None
    start, end, label = each
    whole = all(isinstance(at, int) and not isinstance(at, bool) and 0 <= at < _LARGEST for at in (start, end))
    return (start, end, label) if whole and isinstance(label, str) else None


def load(sample: Sample) -> Parcel:
    """Return what such a file holds. Raises DocumentError when there is no text in it."""
    parcel = empty(complete=True, local=True)
    again = 0
    for number, one in _objects(sample):
        text, labels = _columns(one) if isinstance(one, dict) else ("", "")
        if not text or not one[text].strip():
            parcel.problems.append(f"Line {number} has no text with labels and was left out.")
            continue
        again += not _take(one, text, labels, number, parcel)
    if not parcel.documents:
        raise DocumentError(f"{sample.path} has no texts with labels in it.")
    if again:
        parcel.problems.append(f"{again} of the texts stand there more than once; each is one document here.")
    return parcel


def _take(one: Object, column: str, labels: str, number: int, parcel: Parcel) -> bool:
    """Take a text with its labels; False where it stood there before."""
    from storage.readers.plain import verbatim  # noqa: PLC0415  # imported when first used

    found = one[labels] if labels else []
    spans = [_span(each) for each in found]
    counted = _counted(clean_but_ends(one[column]), [each for each in spans if each])
    text = verbatim(counted.string)
    key = text.hash
    new = key not in parcel.documents
    if new:
        title = line(one.get(_TITLE)) or title_of(text.string)
        parcel.documents[key] = Document(
            "",
            title,
            format=text.meta.format,
            texts=(key,),
            length=len(text),
            attributes={line(name): _packed(value) for name, value in one.items() if _is_meta(name, column, labels)},
        )
        parcel.texts[key] = text.described(text.meta._replace(title=title))
    marks: dict[tuple[int, int], list[str]] = {}
    ids: dict[Any, tuple[int, int]] = {}
    for each, span in zip(found, spans, strict=True):
        place = counted.place(span[0], span[1]) if span else (0, 0)
        if span and 0 <= place[0] < place[1] <= len(text):
            marks.setdefault(place, []).append(span[2])
            if isinstance(each, dict):
                ids[str(each.get("id"))] = place
        elif span:
            parcel.problems.append(f"Line {number}: {span[0]}-{span[1]} ({line(span[2])}) lies outside the text.")
    links = _links(one, ids, key, number, parcel.problems)
    for place, tags in marks.items():
        made = Annotation(_name(key, place), key, tags=_tags(tags), links=tuple(dict.fromkeys(links.get(place, []))))
        parcel.annotations.append(passages.placed(made, text, [place]))
    parcel.annotations.extend(_whole(one, [each for each in found if isinstance(each, str)], key))
    return new


def clean_but_ends(string: str) -> str:
    """Return foreign text without what cannot be encoded; its line ends are counted yet."""
    return string.encode(errors="replace").decode()


def _counted(raw: str, spans: list[tuple[int, int, str]]) -> Counted:
    """Return the text as its offsets count: in UTF-16 units, unless in code points more of them are ends of words."""
    ways = [Counted(raw, (), (utf16, False)) for utf16 in (True, False)]
    if not to_utf16(raw):
        return ways[0]
    return max(ways, key=lambda way: sum(_edges(way.string, *way.place(start, end)) for start, end, _ in spans))


def _edges(string: str, start: int, end: int) -> int:
    """Return how many of both ends of a passage are ends of words."""
    if not 0 <= start < end <= len(string):
        return -1
    outside = (string[start - 1 : start] if start else "", string[end : end + 1])
    inside = (string[start], string[end - 1])
    return sum(
        not (out.isalnum() and here.isalnum()) and not here.isspace() for out, here in zip(outside, inside, strict=True)
    )


def _links(
    one: Object, ids: dict[str, tuple[int, int]], key: str, number: int, problems: list[str]
) -> dict[tuple[int, int], list[Link]]:
    found: dict[tuple[int, int], list[Link]] = {}
    relations = one.get(_RELATIONS)
    for each in relations if isinstance(relations, list) else ():
        ends = [ids.get(str(each.get(end))) for end in ("from_id", "to_id")] if isinstance(each, dict) else [None, None]
        if ends[0] is None or ends[1] is None or ends[0] == ends[1]:
            problems.append(f"Line {number}: a relation leads to nothing that is there, and was left out.")
            continue
        kind = line(each.get("type")).replace("/", "\N{DIVISION SLASH}") or "relation"
        found.setdefault(ends[0], []).append(Link(_name(key, ends[1]), kind))
    return found


def _whole(one: Object, labels: list[str], key: str) -> Iterator[Annotation]:
    """Yield page notes for what is said of the whole text."""
    cats, comments = one.get(_WHOLE), one.get(_COMMENTS)
    tags = _tags([*labels, *(each for each in cats if isinstance(each, str))] if isinstance(cats, list) else labels)
    if tags:
        yield Annotation(f"{key}\n{_WHOLE}", key, tags=tags)
    for each in comments if isinstance(comments, list) else ():
        if isinstance(each, str) and each.strip():
            yield Annotation(f"{key}\n{each}", key, note=clean(each))


def _tags(labels: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(path for each in labels if each != UNTAGGED and (path := tag_path(each))))


def _name(key: str, place: tuple[int, int]) -> str:
    return f"{key}\n{place[0]} {place[1]}"


def _is_meta(name: str, text: str, labels: str) -> bool:
    return name not in {text, labels, _COMMENTS, _WHOLE, _RELATIONS, _TITLE} and bool(line(name))


def _packed(value: Any) -> Value:  # noqa: ANN401  # any JSON value
    """Return any JSON value as an attribute."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _LARGEST:
        return value
    return encode(value)
