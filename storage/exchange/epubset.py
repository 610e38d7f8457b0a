"""Annotation sets of EPUB (`.annotation`), as the W3C's draft "EPUB Annotations 1.0" of 2026 has them; and back.

A set is about one book and names it; an annotation has one body with words, tags and a colour, and one target: a part
of the book and selectors. Written are a text fragment and a quote, both proof against other offsets. What the draft has
no term for stands under ``manicula:``; what it has and a library has not is kept in the field `FORM` and written back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import quote, unquote

from storage.errors import DocumentError
from storage.exchange import ending
from storage.exchange.epubparts import Parts
from storage.exchange.jsonfile import encode, kept
from storage.exchange.naming import named
from storage.exchange.parcel import Parcel, clean, empty, line, tag_paths, time
from storage.exchange.webmodel import NEVER, Object, is_time, listed
from storage.exchange.webreading import OWN
from storage.model import COLORS, Annotation, Creator, Document, Link, Range

if TYPE_CHECKING:
    from storage.exchange.entry import Collection, Entry
    from storage.exchange.sample import Sample

FORM = "epub"
CONTEXT = "https://www.w3.org/ns/epub-anno.jsonld"
FRAGMENT = "https://wicg.github.io/scroll-to-text-fragment/"

_SET, _UUID = "AnnotationSet", "urn:uuid:"
_EPUB = "application/epub+zip"
_NEAREST = {"cyan": "blue", "red": "pink"}
"""The draft has six colours; these of ours are shown as others of them, and named in a term of our own."""

_LONG, _FEW = 300, 5
_HASH = re.compile(r"(?:nih:sha-256;|urn:sha256:)([0-9a-f]{64})")
_TEXT = re.compile(r".*:~:text=([^&]+)")
_OURS = ("text", "reader", "confidence", "state", "ranges", "color", "fields", "links", "reply_to", "prefix", "suffix")
_HERE = {"@context", "id", "type", "motivation", "created", "modified", "creator", "target", "body"}
_GENERATOR = {"id": "urn:manicula", "type": "Software", "name": "Manicula"}


def dump(collection: Collection, out: TextIO) -> None:
    """Write the annotations of the one document that `collection` has; the set's date is that of the latest change."""
    document = next(iter(collection.annotated()), None)
    name = named(FORM, document.uuid if document else "")
    about = _about(document) if document else {}
    head: Object = {"@context": CONTEXT, "id": f"{_UUID}{name}", "type": _SET, "generator": _GENERATOR}
    head.update({"title": document.title} if document and document.title else {}, about=about)
    out.write(f'{encode(head)[:-1]},\n"items": [')
    gap, latest = "\n", ""
    parts: Parts | None = None
    for entry in collection:
        parts = parts or Parts(collection.library, entry.document, entry.text)
        out.write(gap + encode(_annotation(entry, parts)))
        gap, latest = ",\n", max(latest, entry.annotation.updated)
    out.write("\n]")
    out.write(f',\n"generated": {encode(latest)}' if is_time(latest) else "")
    out.write("\n}\n")


def _about(document: Document) -> Object:
    isbn = str(document.attributes.get("isbn", ""))
    names = [f"{_UUID}{document.uuid}", f"urn:isbn:{isbn}" if isbn else ""]
    names += [f"nih:sha-256;{one}" for one in document.files[-1:]]
    said: Object = {
        "dc:identifier": [one for one in names if one],
        "dc:title": document.title,
        "dc:format": _EPUB if document.format == "epub" else "",
        "dc:creator": list(document.authors),
        "dc:date": document.date[:4] if document.date[:4].isdigit() else "",
        f"{OWN}:text": document.texts[-1] if document.texts else "",
        f"{OWN}:source": document.source,
        f"{OWN}:path": document.paths[-1] if document.paths else "",
    }
    return {key: value for key, value in said.items() if value}


def _annotation(entry: Entry, parts: Parts) -> Object:
    one, beyond = entry.annotation, kept(entry.annotation, FORM)
    target = beyond.pop("target", None)
    same = isinstance(target, dict) and bool(one.exact) and _leads(target, one)
    made: Object = {
        "id": beyond.pop("id", f"{_UUID}{one.uuid}"),
        "type": "Annotation",
        "motivation": beyond.pop("motivation", _motivation(one)),
        "created": one.created if is_time(one.created) else NEVER,
        "target": target if same or (target and not one.exact) else _target(entry, parts),
    }
    made.update({"modified": one.updated} if is_time(one.updated) and one.updated != one.created else {})
    if one.creator:
        made["creator"] = {"id": f"{_UUID}{one.creator}", "type": "Person", "name": entry.creator}
    body = _body(entry, beyond.pop("body", None))
    made.update({"body": body} if body else {})
    return {**made, **_own(one), **beyond}


def _leads(target: Object, one: Annotation) -> bool:
    """Tell whether a target that came in is still that of an annotation."""
    said = _passage(target)
    return one.exact in {said["exact"], said["first"]} or bool(
        said["last"] and ending.is_of(one.exact, said["first"], said["last"])
    )


def _motivation(one: Annotation) -> str:
    return "commenting" if one.note or not one.exact else "highlighting"


def _body(entry: Entry, beyond: object) -> Object:
    one = entry.annotation
    more = beyond if isinstance(beyond, dict) else {}
    if not (one.note or one.color or entry.tags or more):
        return {}
    body: Object = {"type": "TextualBody", "value": one.note, "format": "text/plain"}
    body.update({"tags": list(entry.tags)} if entry.tags else {})
    body.update({"color": _NEAREST.get(one.color, one.color)} if one.color else {})
    return {**body, **more}


def _target(entry: Entry, parts: Parts) -> Object:
    one = entry.annotation
    made: Object = {"source": parts.of(one)}
    if one.exact:
        quoted: Object = {"type": "TextQuoteSelector", "exact": one.exact}
        quoted.update({name: words for name, words in (("prefix", one.prefix), ("suffix", one.suffix)) if words})
        made["selector"] = [
            {"type": "FragmentSelector", "conformsTo": FRAGMENT, "value": fragment(one.exact, one.prefix, one.suffix)},
            quoted,
        ]
    return made


def fragment(exact: str, prefix: str = "", suffix: str = "") -> str:
    """Return a text fragment that leads to a passage; a long one, or one over several lines, by its ends."""
    words = exact.split()
    pieces = [" ".join(words)]
    if len(exact) > _LONG or "\n" in exact.strip():
        few = min(_FEW, max(1, len(words) // 2))
        pieces = [" ".join(words[:few]), " ".join(words[-few:])]
    before, after = " ".join(prefix.split()[1:]), " ".join(suffix.split()[:-1])
    said = [f"{_quoted(before)}-"] if before else []
    said += map(_quoted, pieces)
    said += [f"-{_quoted(after)}"] if after else []
    return f":~:text={','.join(said)}"


def _quoted(words: str) -> str:
    return quote(words, safe="").replace("-", "%2D")


def _own(one: Annotation) -> Object:
    """Return what the draft has no term for, where there is something to say."""
    said: Object = {
        "text": one.text,
        "reader": one.reader,
        "confidence": one.confidence if one.confidence < 1 else "",
        "state": one.state if one.state != "anchored" else "",
        "ranges": [list(each) for each in one.ranges],
        "color": one.color if one.color in _NEAREST else "",
        "fields": {name: value for name, value in one.fields.items() if name != FORM},
        "links": [link._asdict() for link in one.links],
        "reply_to": one.reply_to,
    }
    return {f"{OWN}:{name}": value for name, value in said.items() if value not in ("", {}, [])}


def recognises(sample: Sample) -> bool:
    """Tell whether a file is JSON that is a set, or one annotation of one."""
    if not (sample.mentions(_SET) or sample.mentions(CONTEXT)):
        return False
    whole = sample.json
    return isinstance(whole, dict) and (_SET in listed(whole.get("type")) or CONTEXT in listed(whole.get("@context")))


def load(sample: Sample) -> Parcel:
    """Return what a set holds. Raises DocumentError when it is none."""
    whole = sample.whole
    alone = isinstance(whole, dict) and "Annotation" in listed(whole.get("type"))
    items = listed(whole.get("items")) if isinstance(whole, dict) else []
    if not alone and not items:
        raise DocumentError(f"{sample.path} has no annotations in it.")
    parcel = empty()
    said = whole.get("about")
    document = _document(said if isinstance(said, dict) else {}, sample.path.stem)
    key = document.title
    parcel.documents[key] = document
    for number, one in enumerate([whole] if alone else items, 1):
        flaw = _flaw(one)
        if flaw:
            parcel.problems.append(f"Annotation {number} {flaw} and was left out.")
        else:
            parcel.annotations.append(_read(one, key, parcel))
    return parcel


def _flaw(one: Any) -> str:  # noqa: ANN401  # any JSON value
    if not isinstance(one, dict):
        return "is no object"
    if "Annotation" not in listed(one.get("type")):
        return "is of another type"
    if not isinstance(one.get("id"), str) or not one["id"]:
        return "has no id"
    return "" if isinstance(one.get("target"), dict) else "has no target"


def _document(about: Object, stem: str) -> Document:
    names = [line(each) for each in listed(about.get("dc:identifier"))]
    isbn = next((each.rpartition(":")[2] for each in names if each.lower().startswith("urn:isbn:")), "")
    hashes = tuple(found[1] for each in names if (found := _HASH.fullmatch(each)))
    own = next((each for each in names if each.startswith(_UUID)), "") if f"{OWN}:text" in about else ""
    path, text, title = (line(about.get(f"{OWN}:path")), line(about.get(f"{OWN}:text")), _words(about.get("dc:title")))
    return Document(
        own,
        title or line(stem),
        tuple(filter(None, (_words(each) for each in listed(about.get("dc:creator"))))),
        line(about.get("dc:date")),
        source=line(about.get(f"{OWN}:source")),
        files=hashes,
        texts=(text,) if text else (),
        paths=(path,) if path else (),
        attributes={"isbn": isbn} if isbn else {},
    )


def _words(value: Any) -> str:  # noqa: ANN401  # any JSON value
    """Return localizable text: a string, an object with a value, or words by language, of which the first is taken."""
    if isinstance(value, list):
        return _words(value[0]) if value else ""
    if isinstance(value, dict):
        found = value.get("value", value.get("@value", next(iter(value.values()), "")))
        return clean(found) if isinstance(found, str) else ""
    return clean(value)


def _read(one: Object, key: str, parcel: Parcel) -> Annotation:
    body = one["body"] if isinstance(one.get("body"), dict) else {}
    passage, target = _passage(one["target"]), one["target"]
    if passage["last"]:
        parcel.ends[passage["exact"]] = passage["first"], passage["last"]
    color = str(one.get(f"{OWN}:color", body.get("color", "")))
    created = time(one.get("created"))
    created = "" if created == NEVER else created
    tags = tag_paths(body.get("tags"))
    made = Annotation(
        one["id"],
        key,
        _creator(one.get("creator"), parcel),
        exact=passage["exact"],
        prefix=passage["prefix"],
        suffix=passage["suffix"],
        tags=tags,
        color=color if color in COLORS else "",
        note=_words(body.get("value")),
        created=created,
        updated=time(one.get("modified")) or created,
    )
    made = _with_own(made, one)
    beyond: Object = {
        name: value for name, value in one.items() if name not in _HERE and not name.startswith(f"{OWN}:")
    }
    if not one["id"].startswith(_UUID):
        beyond["id"] = one["id"]
    if one.get("motivation", _motivation(made)) != _motivation(made):
        beyond["motivation"] = one["motivation"]
    if not any(f"{OWN}:{name}" in one for name in ("ranges", "text")) and (set(target) - {"source"} or made.exact):
        beyond["target"] = target
    ours = {"type": "TextualBody", "value": made.note, "format": "text/plain", "tags": list(tags)}
    ours["color"] = _NEAREST.get(made.color, made.color)
    more = {name: value for name, value in body.items() if ours.get(name) != value and name != "value"}
    beyond.update({"body": more} if more else {})
    return made._replace(fields={**made.fields, FORM: encode(beyond)}) if beyond else made


def _with_own(made: Annotation, one: Object) -> Annotation:
    """Add our own terms, where the annotation was ours; nothing of them is sure to be what it should."""
    said = {name: one.get(f"{OWN}:{name}") for name in _OURS}
    ranges = said["ranges"] if isinstance(said["ranges"], list) else []
    pairs = [each for each in ranges if isinstance(each, list) and len(each) == 2]  # noqa: PLR2004  # from and to
    kept_ranges = tuple(Range(*each) for each in pairs if all(isinstance(at, int) and at >= 0 for at in each))
    fields = said["fields"] if isinstance(said["fields"], dict) else {}
    links = [each for each in listed(said["links"]) if isinstance(each, dict)]
    confidence = said["confidence"]
    return made._replace(
        ranges=tuple(each for each in kept_ranges if each.start < each.end) if made.exact else (),
        text=line(said["text"]),
        reader=line(said["reader"]),
        confidence=confidence if isinstance(confidence, float) and 0 <= confidence <= 1 else 1.0,
        state="orphan" if said["state"] == "orphan" else "anchored",
        fields={
            str(name): value
            for name, value in fields.items()
            if isinstance(value, (str, int, float)) and not isinstance(value, bool)
        },
        links=tuple(Link(str(each.get("to")), line(each.get("type")), clean(each.get("note"))) for each in links),
        reply_to=line(said["reply_to"]),
    )


def _passage(target: Object) -> dict[str, str]:
    """Return the words of a passage and what stands around them, as far as any selector tells.

    Of a fragment that has no more of it these are its `first` and `last` words.
    """
    found = dict.fromkeys(("exact", "prefix", "suffix", "first", "last"), "")
    waiting = [each for each in listed(target.get("selector")) if isinstance(each, dict)]
    fragments = []
    while waiting:
        one = waiting.pop(0)
        waiting += [each for each in listed(one.get("refinedBy")) if isinstance(each, dict)]
        if one.get("type") == "TextQuoteSelector" and clean(one.get("exact")):
            return {name: clean(one.get(name)) for name in found}
        if one.get("type") == "FragmentSelector" and (said := _TEXT.match(clean(one.get("value")))):
            fragments.append(said[1])
    for said_words in fragments[:1]:
        pieces = [unquote(each) for each in said_words.split(",")]
        if pieces[0].endswith("-") and len(pieces) > 1:
            found["prefix"] = pieces.pop(0)[:-1]
        if pieces[-1].startswith("-") and len(pieces) > 1:
            found["suffix"] = pieces.pop()[1:]
        found["first"], found["last"] = pieces[0], pieces[1] if len(pieces) > 1 else ""
        found["exact"] = ending.joined(*pieces[:2]) if found["last"] else pieces[0]
    return found


def _creator(said: Any, parcel: Parcel) -> str:  # noqa: ANN401  # any JSON value
    agent = said if isinstance(said, dict) else {"id": said}
    key, name = line(agent.get("id")), _words(agent.get("name"))
    if not key and not name:
        return ""
    key = key or name
    identity = "" if key.startswith(_UUID) else key
    parcel.creators.setdefault(key, Creator(key if key.startswith(_UUID) else "", line(name) or key, identity))
    return key
