"""Web Annotations that others wrote, as annotations of a library: collections, pages, lists of them, or one alone.

What has no place here (other bodies, selectors and targets, rights, audience) is kept as JSON in the field `FIELD` and
written back. One that the model does not allow is left out, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from storage.errors import DocumentError
from storage.exchange.jsonfile import encode
from storage.exchange.parcel import Parcel, clean, empty, is_value, line, tag_path, time
from storage.exchange.pieces import Piece, passage
from storage.exchange.webmodel import CONTEXT, Object, flaws, is_iri, listed
from storage.model import COLORS, Annotation, Creator, Document, Link
from storage.texts import is_version

if TYPE_CHECKING:
    from storage.exchange.sample import Sample

FIELD = "w3c"
"""The field of an annotation that keeps what only the W3C's model says."""

OWN = "manicula"
"""The prefix of our own terms."""

_UUID = "urn:uuid:"
_NOTES = {"commenting", "describing", "replying", ""}
_HERE = {
    "@context",
    "id",
    "type",
    "motivation",
    "body",
    "bodyValue",
    "target",
    "creator",
    "created",
    "modified",
    "generator",
}


def recognises(sample: Sample) -> bool:
    """Tell whether a file is JSON with the context of the Web Annotations."""
    return sample.mentions(CONTEXT) and any(CONTEXT in listed(one.get("@context")) for one in _tops(sample.json))


def _tops(whole: Any) -> list[Object]:  # noqa: ANN401  # any JSON value
    return [one for one in listed(whole) if isinstance(one, dict)]


def load(sample: Sample) -> Parcel:
    """Return what a file of Web Annotations holds. Raises DocumentError when there are none in it."""
    reading = _Reading()
    found = 0
    tops = _tops(sample.whole)
    for top in tops:
        for number, one in enumerate(_annotations(top), 1):
            found += 1
            reading.take(one, number, context=one is top)
    if not found:
        raise DocumentError(f"{sample.path} has no Web Annotations in it.")
    said = sum(total for top in tops if type(total := top.get("total")) is int and total > 0)
    if said > found:
        reading.complain(f"{said - found} of {said} annotations are on pages that are not in the file.")
    return reading.parcel()


def _annotations(top: Object) -> Iterator[Any]:
    """Yield the annotations of a collection with the pages in it, of a page, or the one that `top` is."""
    kinds = listed(top.get("type"))
    pages = "AnnotationCollection" in kinds or "AnnotationPage" in kinds
    if pages or ("items" in top and "target" not in top):
        yield from listed(top.get("items"))
        for page in (page for name in ("first", "next", "last") for page in listed(top.get(name))):
            yield from _annotations(page) if isinstance(page, dict) else ()
    else:
        yield top


class _Reading:
    """Takes annotations one at a time; replies find the document of what they answer at the end."""

    def __init__(self) -> None:
        self._parcel = empty()

    def take(self, one: Any, number: int, *, context: bool) -> None:  # noqa: ANN401  # any JSON value
        found = flaws(one, context=context)
        if found:
            name = one.get("id") if isinstance(one, dict) else None
            self._parcel.problems.append(f"Annotation {number}{f' ({name})' if name else ''}: {' '.join(found)}")
            return
        try:
            self._parcel.annotations.append(_Annotation(one, self._parcel).made())
        except ValueError as error:
            self._parcel.problems.append(f"Annotation {number} ({one['id']}): {error}")

    def complain(self, problem: str) -> None:
        """Tell that something could not be read."""
        self._parcel.problems.append(problem)

    def parcel(self) -> Parcel:
        """Return everything; a reply without a document of its own belongs to that of what it answers."""
        by_id = {one.uuid: one for one in self._parcel.annotations}
        found = []
        for one in self._parcel.annotations:
            answered, steps = one, 0
            while not answered.document and answered.reply_to in by_id and steps < len(by_id):
                answered, steps = by_id[answered.reply_to], steps + 1
            found.append(one._replace(document=answered.document))
        for one in found:
            if not one.document:
                self._parcel.problems.append(f"{one.uuid} answers something that is not in the file; it was left out.")
        return self._parcel._replace(annotations=[one for one in found if one.document])


class _Annotation:
    """One Web Annotation on its way: what is understood goes into an annotation, the rest is kept."""

    def __init__(self, one: Object, parcel: Parcel) -> None:
        self._one = one
        self._parcel = parcel
        self._kept: Object = {key: value for key, value in one.items() if key not in _HERE and not _is_own(key)}
        self._tags: list[str] = []
        self._notes: list[str] = []
        self._links: list[Link] = []
        self._pieces: list[Piece] = []
        self._color = ""
        self._document = ""
        self._answers = ""

    def made(self) -> Annotation:
        """Return the annotation. Raises ValueError where it is about nothing that can be told."""
        one = self._one
        for body in [*listed(one.get("bodyValue")), *listed(one.get("body"))]:
            self._body(body)
        for target in listed(one["target"]):
            self._target(target)
        if not self._document and not self._answers:
            raise ValueError("It is about nothing that can be told.")
        if self._kept.get("stylesheet") == stylesheet(self._color):
            del self._kept["stylesheet"]
        name = str(listed(one["id"])[0])
        if not name.startswith(_UUID):
            self._kept["id"] = name
        made = self._placed(
            Annotation(
                name,
                self._document,
                self._creator(one.get("creator")),
                tags=tuple(dict.fromkeys(self._tags)),
                color=self._color,
                note="\n\n".join(self._notes),
                links=tuple(self._links),
                reply_to=self._answers,
                created=time(_first(one.get("created"))),
                updated=time(_first(one.get("modified"))) or time(_first(one.get("created"))),
            )
        )
        if one.get("motivation", usual_motivation(made)) != usual_motivation(made):
            self._kept["motivation"] = one["motivation"]
        return made._replace(fields={**made.fields, FIELD: encode(self._kept)}) if self._kept else made

    def _placed(self, made: Annotation) -> Annotation:
        """Add the passage, and our own terms where the annotation was ours."""
        one = self._one
        confidence = one.get(f"{OWN}:confidence", 1.0)
        fields = one.get(f"{OWN}:fields")
        said = fields if isinstance(fields, dict) else {}
        own = {str(name): value for name, value in said.items() if is_value(value)}
        return made._replace(
            **passage(self._pieces),
            text=line(one.get(f"{OWN}:text")),
            reader=line(one.get(f"{OWN}:reader")),
            confidence=confidence if isinstance(confidence, float) and 0 <= confidence <= 1 else 1.0,
            state="orphan" if one.get(f"{OWN}:state") == "orphan" else "anchored",
            fields=own,
        )

    def _keep(self, key: str, value: object) -> None:
        self._kept.setdefault(key, []).append(value)

    def _body(self, body: Any) -> None:  # noqa: ANN401  # any JSON value
        if isinstance(body, str) and not is_iri(body):
            self._notes.append(clean(body))
        elif not isinstance(body, dict):
            self._keep("body", body)
        elif body.get("purpose") == "linking" and f"{OWN}:relation" in body:
            link = Link(str(body.get("source")), line(body[f"{OWN}:relation"]), clean(body.get(f"{OWN}:note")))
            self._links.append(link)
        elif set(body) - {"type", "value", "purpose", "format"} or not isinstance(body.get("value"), str):
            self._keep("body", body)
        elif self._purpose(body) == "tagging" and (path := tag_path(body["value"])):
            self._tags.append(path)
        elif self._purpose(body) in _NOTES and body.get("format", "text/plain") == "text/plain":
            self._notes.append(clean(body["value"]))
        else:
            self._keep("body", body)

    def _purpose(self, body: Object) -> str:
        """Return the purpose of a body, else, where it is the only one, the motivation of the annotation."""
        purpose = _first(body.get("purpose"))
        alone = len(listed(self._one.get("body"))) == 1
        return str(purpose or (_first(self._one.get("motivation")) if alone else "") or "")

    def _target(self, target: Any) -> None:  # noqa: ANN401  # any JSON value
        """Take a document or a passage of it; what is answered has a uuid and no source."""
        answering = "replying" in listed(self._one.get("motivation"))
        if isinstance(target, str) and answering and (target.startswith(_UUID) or not self._document):
            self._answers = target
            return
        source = target.get("source") if isinstance(target, dict) and "source" in target else target
        key = self._source(source)
        if not key or (self._document and key != self._document):
            self._keep("target", target)
            return
        self._document = key
        if isinstance(target, dict) and "source" in target:
            self._specific(target)

    def _specific(self, target: Object) -> None:
        color = _first(target.get("styleClass"))
        self._color = color if color in COLORS else self._color
        piece = Piece()
        self._pieces.append(piece)
        rest = {key: value for key, value in target.items() if key not in {"type", "selector", "styleClass"}}
        odd = [] if color in (None, *COLORS) else [target["styleClass"]]
        odd += [each for each in listed(target.get("selector")) if not _take(each, piece)]
        if odd or set(rest) - {"source"}:
            self._keep("target", target)

    def _source(self, source: Any) -> str:  # noqa: ANN401  # any JSON value
        """Take note of a document and return its key; empty for what is none."""
        said = source if isinstance(source, dict) else {"id": source}
        key = str(_first(said.get("id")) or "")
        if key and key not in self._parcel.documents:
            self._parcel.documents[key] = document(said, key)
        return key

    def _creator(self, said: Any) -> str:  # noqa: ANN401  # any JSON value
        one = _first(said)
        agent = one if isinstance(one, dict) else {"id": one}
        key = str(_first(agent.get("id")) or line(_first(agent.get("name"))))
        if not one or not key:
            return ""
        if isinstance(said, list) and len(said) > 1:
            self._kept["creator"] = said
        name = line(_first(agent.get("name"))) or line(_first(agent.get("nickname"))) or key
        identity = line(_first(agent.get("nickname"))) if key.startswith(_UUID) else key
        self._parcel.creators.setdefault(key, Creator(key, name, identity))
        return key


def _take(selector: Any, piece: Piece) -> bool:  # noqa: ANN401  # any JSON value
    """Take what a selector says of a passage, else what refines it; False where it has to be kept as it is."""
    refined = isinstance(selector, dict) and "refinedBy" in selector
    taken = piece.take(selector)
    for inner in listed(selector["refinedBy"]) if refined and not taken else ():
        _take(inner, piece)
    return taken and not refined


def document(said: Object, key: str) -> Document:
    """Return what a source says of its document; `key` is its IRI, which a uuid of ours may be."""
    own = str(_first(said.get("canonical")) or key)
    hashes = [line(said.get(name)) for name in ("schema:sha256", f"{OWN}:text", f"{OWN}:path")]
    files, texts, paths = (tuple(filter(None, [value])) for value in hashes)
    length = said.get(f"{OWN}:length")
    return Document(
        own if own.startswith(_UUID) else "",
        line(said.get("dcterms:title")) or (key if not key.startswith(_UUID) else ""),
        tuple(filter(None, map(line, listed(said.get("dcterms:creator"))))),
        line(said.get("dcterms:date")),
        line(_first(said.get("language"))),
        "" if key.startswith(_UUID) else key,
        line(said.get(f"{OWN}:format")),
        files,
        tuple(filter(is_version, texts)),
        paths,
        length if isinstance(length, int) and length > 0 else 0,
    )


def stylesheet(color: str) -> Object:
    """Return the stylesheet that an annotation of this colour is written with; all of ours are colours of CSS too."""
    return {"type": "CssStylesheet", "value": f".{color} {{ background-color: {color}; }}"}


def usual_motivation(one: Annotation) -> str:
    """Return the motivation that an annotation of ours is written with."""
    if one.reply_to:
        return "replying"
    return "highlighting" if one.ranges or one.exact else "commenting" if one.note else "bookmarking"


def _first(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    found = listed(value)
    return found[0] if found else None


def _is_own(key: str) -> bool:
    return key.startswith(f"{OWN}:")
