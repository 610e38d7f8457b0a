"""brat's standoff format: a text, and beside it a file of annotations (`.ann`), two files for each document; and back.

A tag is a type, a note an annotator's note, a field an attribute or normalisation, a link a relation or a role of an
event. The lines that a file had for a passage are kept in the field `FORM` of its annotation, and written back in their
order as far as they still say what it says. What has no place there (several tags, spaces in a tag, lines in a note)
stands in a note of the type ``Manicula``.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, TextIO

from storage import passages
from storage.errors import DocumentError
from storage.exchange.bratlines import Line, View, owner, owners, parsed, view
from storage.exchange.counting import Counted, Passage
from storage.exchange.jsonfile import encode
from storage.exchange.parcel import Parcel, empty, line
from storage.model import Annotation, Document, Link, Range
from storage.records import JOINT

if TYPE_CHECKING:
    from storage.exchange.entry import Collection
    from storage.exchange.sample import Sample
    from storage.text import Text

FORM = "brat"

_GAP = re.compile(r"\s*\n\s*")


def dump(collection: Collection, out: TextIO) -> None:
    """Write the annotations of the one document that `collection` has."""
    from storage.exchange.bratwriting import Writing  # noqa: PLC0415  # imported when first used

    entries = list(collection)
    writing = Writing([entry for entry in entries if Writing.stands(entry)])
    collection.count -= len(entries) - len(writing.entries)
    collection.met["orphans"] += sum(entry.text is None and entry.annotation.state != "orphan" for entry in entries)
    out.writelines(f"{each}\n" for each in writing.lines())


def beside(collection: Collection, out: TextIO) -> None:
    """Write the text of the one document that `collection` has."""
    for document in collection.documents():
        try:
            out.write(f"{collection.library.text(document).string.rstrip()}\n")
        except DocumentError:
            return


def recognises(sample: Sample) -> bool:
    """Tell whether a file is one of annotations: by its name and its first line, which an empty one has not."""
    if sample.suffix != ".ann":
        return False
    return not sample.data.strip() or parsed(sample.first_line, 1) is not None


def load(sample: Sample) -> Parcel:
    """Return what such a file and the text beside it hold. Without the text documents are known by their name."""
    parcel = empty(complete=True, local=True)
    lines = []
    for number, raw in enumerate(sample.text.replace("\r\n", "\n").split("\n"), 1):
        found = parsed(raw, number)
        if found:
            lines.append(found)
        elif raw.strip():
            parcel.problems.append(f"Line {number} is none of brat's and was left out.")
    text, counted, document = _text(sample, lines)
    key = f"{sample.path.stem} {text.hash}" if text else sample.path.stem
    parcel.documents[key] = document
    if text is not None:
        parcel.texts[key] = text
    known = owners(lines)
    for name, group in _groups(lines, known, parcel.problems).items():
        made = _annotation(name, group, key, known)
        parcel.annotations.append(_placed(made, group[0], text, counted))
    if text is not None:
        parcel.annotations[:] = _plain(parcel.annotations, text, document, [each.raw for each in lines])
    return parcel._replace(complete=text is not None)


def _plain(annotations: list[Annotation], text: Text, document: Document, lines: list[str]) -> list[Annotation]:
    """Return annotations that keep no lines where those are just as they are written of such annotations."""
    from storage.exchange.bratwriting import Writing  # noqa: PLC0415  # imported when first used
    from storage.exchange.entry import Entry  # noqa: PLC0415  # the same
    from storage.places import Place  # noqa: PLC0415  # the same
    from storage.reading import reading_order  # noqa: PLC0415  # the same

    bare = [one._replace(fields={key: each for key, each in one.fields.items() if key != FORM}) for one in annotations]
    bare.sort(key=reading_order)
    entries = [Entry(one, document, text, tuple(sorted(one.tags)), "", Place()) for one in bare]
    whole = all(map(Writing.stands, entries)) and Writing(entries).lines() == lines
    return bare if whole else annotations


def _groups(lines: list[Line], known: dict[str, str], problems: list[str]) -> dict[str, list[Line]]:
    """Return the lines of each passage, by its id; of two with one id the second has another."""
    groups: dict[str, list[Line]] = {each.id: [] for each in lines if each.kind == "T"}
    for each in lines:
        home = owner(each, known)
        if each.kind == "T" and groups[each.id]:
            problems.append(f"Line {each.number} has the id {each.id} of another; what refers to that means the first.")
            groups[f"{each.id} {each.number}"] = [each]
        elif home not in groups:
            problems.append(f"Line {each.number} is about nothing in the file and was left out.")
        else:
            groups[home].append(each)
            if each.kind in "RE*" and any(target not in known for _, target in each.targets):
                problems.append(f"Line {each.number} relates something to what is not in the file.")
    return groups


def _text(sample: Sample, lines: list[Line]) -> tuple[Text | None, Counted | None, Document]:
    """Return the text beside a file, how its offsets count in it, and its document."""
    from storage.exchange.sample import Sample as Beside  # noqa: PLC0415  # imported when first used
    from storage.readers.plain import verbatim  # noqa: PLC0415  # the same

    title, path = line(sample.path.stem), sample.path.with_suffix(".txt")
    if not path.is_file():
        return None, None, Document("", title, paths=(path.name,))
    from hashlib import sha256  # noqa: PLC0415  # the same

    file = Beside(path)
    passages_told = [Passage(each.spans[0][0], each.spans[0][1], each.words) for each in lines if len(each.spans) == 1]
    counted = Counted(file.text, passages_told)
    text = verbatim(counted.string.rstrip(), title)
    document = Document(
        "",
        title,
        format=text.meta.format,
        files=(sha256(file.data).hexdigest(),),
        texts=(text.hash,),
        paths=(str(path.absolute()),),
        length=len(text),
    )
    return text, counted, document


def _annotation(name: str, group: list[Line], key: str, known: dict[str, str]) -> Annotation:
    """Return what the lines about a passage say, without its place."""
    said: View = view(group)
    links = {
        (kind, there): Link(_name(key, there), kind.replace("/", "\N{DIVISION SLASH}"), note)
        for _, kind, target, note in said.links
        if (there := known.get(target, "")) and there != name
    }
    fields = {field: value for field, (_, value) in said.fields.items()}
    kept = encode([[each.number, each.raw] for each in group])
    return Annotation(
        _name(key, name),
        key,
        tags=said.tags,
        note=said.note,
        fields={**fields, FORM: kept},
        links=tuple(links.values()),
    )


def _name(key: str, name: str) -> str:
    return f"{key}\n{name}"


def _placed(made: Annotation, first: Line, text: Text | None, counted: Counted | None) -> Annotation:
    if text is None or counted is None:
        ranges = tuple(Range(*each) for each in first.spans)
        exact = first.words if len(ranges) == 1 else JOINT.join(_pieces(first))
        return made._replace(ranges=ranges, exact=exact)
    ranges = tuple(Range(*each) for each in joined([counted.place(*each) for each in first.spans], text.string))
    ends = [0, *(end for _, end in ranges)]
    fits = all(before <= start < end <= len(text) for before, (start, end) in zip(ends, ranges, strict=False))
    if not fits:
        return made._replace(ranges=ranges[:1], exact=first.words)
    return passages.placed(made, text, ranges)


def _pieces(first: Line) -> list[str]:
    at, found = 0, []
    for start, end in first.spans:
        found.append(first.words[at : at + end - start])
        at += end - start + 1
    return found


def joined(spans: list[tuple[int, int]], string: str) -> list[tuple[int, int]]:
    """Return spans in which those that only a line end parts are one: brat cuts passages there."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and _GAP.fullmatch(string, found[-1][1], max(start, found[-1][1])):
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def kept_lines(annotation: Annotation) -> list[Line]:
    """Return the lines that a file had for an annotation; what may come from anywhere is looked at first."""
    value = annotation.fields.get(FORM)
    try:
        found = json.loads(value) if isinstance(value, str) else []
    except (ValueError, RecursionError):
        return []
    lines = []
    for each in found if isinstance(found, list) else ():
        number, raw = each if isinstance(each, list) and len(each) == 2 else (0, "")  # noqa: PLR2004  # number and line
        if isinstance(number, int) and isinstance(raw, str) and "\n" not in raw and (one := parsed(raw, number)):
            lines.append(one)
    return lines if [each.kind for each in lines].count("T") == 1 else []
