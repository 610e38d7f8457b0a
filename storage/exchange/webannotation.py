"""W3C Web Annotations in JSON-LD: a collection with one page, each annotation also whole by itself; and back.

The model is the Recommendation of 23 February 2017; offsets are code points, as it demands. What it has no term for
(colour and place in doubt, fields, relations) stands under ``manicula:``, which the context declares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from storage.errors import UsageError
from storage.exchange.jsonfile import encode, kept
from storage.exchange.naming import named
from storage.exchange.pieces import quotes
from storage.exchange.webmodel import CONTEXT, Object, is_iri, is_time, listed
from storage.exchange.webreading import FIELD, OWN, load, recognises, stylesheet, usual_motivation

if TYPE_CHECKING:
    from storage.exchange.entry import Collection, Entry
    from storage.model import Document

__all__ = ["dump", "load", "recognises"]

_CONTEXTS = [CONTEXT, {OWN: "urn:manicula:"}]
_GENERATOR = {"id": "urn:manicula", "type": "Software", "name": "Manicula"}


def dump(collection: Collection, out: TextIO) -> None:
    """Write `collection` to `out` as it comes; the total stands at the end."""
    name = named("w3c", *(document.uuid for document in collection.annotated()))
    head = {"@context": _CONTEXTS, "id": f"urn:uuid:{name}", "type": "AnnotationCollection"}
    page = {"id": f"urn:uuid:{named('w3c', name, 'page 1')}", "type": "AnnotationPage", "partOf": head["id"]}
    out.write(f'{encode(head)[:-1]},\n"label": "Annotations",\n"last": "{page["id"]}",\n')
    out.write(f'"first": {encode({**page, "startIndex": 0})[:-1]}, "items": [')
    gap, total = "\n", 0
    for entry in collection:
        out.write(gap + encode(annotation(entry, collection)))
        gap, total = ",\n", total + 1
    out.write(f'\n]}},\n"total": {total}\n}}\n')


def annotation(entry: Entry, collection: Collection) -> Object:
    """Return an entry as a Web Annotation."""
    one = entry.annotation
    beyond = kept(one, FIELD)
    made: Object = {
        "@context": _CONTEXTS,
        "id": beyond.pop("id", f"urn:uuid:{one.uuid}"),
        "type": "Annotation",
        "motivation": beyond.pop("motivation", usual_motivation(one)),
        "body": [*_bodies(entry, collection), *listed(beyond.pop("body", None))],
        "target": [*_targets(entry), *listed(beyond.pop("target", None))],
    }
    if one.reply_to:
        made["target"].append(_iri(one.reply_to, collection))
    for part in ("body", "target"):
        if len(made[part]) == 1:  # in a list a single IRI is none
            (made[part],) = made[part]
    if made["body"] == []:
        del made["body"]
    if one.color:
        made["stylesheet"] = beyond.pop("stylesheet", stylesheet(one.color))
    if one.creator:
        made["creator"] = {
            "id": f"urn:uuid:{one.creator}",
            "type": "Person",
            "name": entry.creator,
            "nickname": collection.creator(one.creator),
        }
    made.update({key: when for key, when in (("created", one.created), ("modified", one.updated)) if is_time(when)})
    return {**made, "generator": _GENERATOR, **_own(entry), **beyond}


def _iri(uuid: str, collection: Collection) -> str:
    """Return what an annotation is called: what another program called it, else its own id."""
    try:
        return str(kept(collection.library.annotation(uuid), FIELD).get("id", f"urn:uuid:{uuid}"))
    except UsageError:  # it is not here
        return f"urn:uuid:{uuid}"


def _bodies(entry: Entry, collection: Collection) -> list[Object]:
    one = entry.annotation
    bodies: list[Object] = [{"type": "TextualBody", "value": tag, "purpose": "tagging"} for tag in entry.tags]
    if one.note:
        purpose = "replying" if one.reply_to else "commenting"
        bodies.append({"type": "TextualBody", "value": one.note, "format": "text/plain", "purpose": purpose})
    for link in one.links:
        body: Object = {"type": "SpecificResource", "source": _iri(link.to, collection), "purpose": "linking"}
        body[f"{OWN}:relation"] = link.type
        bodies.append({**body, f"{OWN}:note": link.note} if link.note else body)
    return bodies


def _own(entry: Entry) -> Object:
    """Return what the model has no term for, where there is something to say."""
    one = entry.annotation
    said: Object = {
        "text": one.text,
        "reader": one.reader,
        "confidence": one.confidence if one.confidence < 1 else "",
        "state": one.state if one.state != "anchored" else "",
        "fields": {name: value for name, value in one.fields.items() if name != FIELD},
    }
    return {f"{OWN}:{name}": value for name, value in said.items() if value not in ("", {})}


def _targets(entry: Entry) -> list[Any]:
    """Return what the annotation is about: the document, or one passage of it for each piece."""
    one, source = entry.annotation, source_of(entry.document)
    if not one.ranges:
        color = {"type": "SpecificResource", "source": source, "styleClass": one.color}
        return [color if one.color else source]
    targets = []
    for quote, (start, end) in quotes(one):
        position = {"type": "TextPositionSelector", "start": start, "end": end}
        target: Object = {"type": "SpecificResource", "source": source, "selector": [quote, position]}
        targets.append({**target, "styleClass": one.color} if one.color else target)
    return targets


def source_of(document: Document) -> Object:
    """Return a document as a web resource: its address where it has one, else its id; with what tells it elsewhere."""
    own = f"urn:uuid:{document.uuid}"
    there = is_iri(document.source)
    made: Object = {"id": document.source if there else own, "type": "Text"}
    made.update({"canonical": own} if there else {})
    said: Object = {
        "language": document.language,
        "dcterms:title": document.title,
        "dcterms:creator": list(document.authors),
        "dcterms:date": document.date,
        "schema:sha256": document.files[-1] if document.files else "",
        f"{OWN}:text": document.texts[-1] if document.texts else "",
        f"{OWN}:path": document.paths[-1] if document.paths else "",
        f"{OWN}:length": document.length,
        f"{OWN}:format": document.format,
    }
    return {**made, **{key: value for key, value in said.items() if value}}
