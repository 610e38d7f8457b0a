"""What Hypothesis' client exported or its API answered, as annotations of a library."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from storage.errors import DocumentError
from storage.exchange.jsonfile import encode
from storage.exchange.parcel import Parcel, clean, empty, line, tag_paths, time
from storage.exchange.pieces import Piece, passage
from storage.exchange.webmodel import NEVER, listed
from storage.model import Annotation, Creator, Document

if TYPE_CHECKING:
    from storage.exchange.sample import Sample

    Object = dict[str, Any]

FIELD = "hypothesis"
"""The field of an annotation that keeps what only Hypothesis has."""

NOBODY = "manicula"
"""The authority of accounts that are none of Hypothesis'."""

_UUID_BYTES = 16
_HERE = {"id", "created", "updated", "user", "user_info", "uri", "text", "tags", "target", "references", "document"}
_DEFAULTS: Mapping[str, object] = {
    "group": "__world__",
    "links": {},
    "hidden": False,
    "flagged": False,
    "moderation_status": "APPROVED",
    "actions": [],
}


def permissions(user: str) -> Object:
    """Return what an annotation that everybody may read permits."""
    return {"read": ["group:__world__"], "update": [user], "delete": [user], "admin": [user]}


def named_id(uuid: str) -> str:
    """Return a UUID as Hypothesis writes it."""
    return urlsafe_b64encode(bytes.fromhex(uuid.replace("-", ""))).decode().rstrip("=")


def uuid_of(name: str) -> str:
    """Return the UUID that an id of Hypothesis is, the id itself where it is none."""
    try:
        found = urlsafe_b64decode(f"{name}==")
    except (binascii.Error, ValueError):
        return name
    if len(found) != _UUID_BYTES or named_id(found.hex()) != name:
        return name
    digits = found.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def recognises(sample: Sample) -> bool:
    """Tell whether a file is JSON with objects of the API."""
    found = _objects(sample.json) if sample.mentions('"uri"') else []
    one = found[0] if found else None
    return isinstance(one, dict) and "uri" in one and not one.keys().isdisjoint({"target", "user", "text", "tags"})


def _objects(whole: Any) -> list[Any]:  # noqa: ANN401  # any JSON value
    """Return the annotations of an export, of an answer to a search, of a list, or the one that the file is."""
    if isinstance(whole, dict):
        for name in ("annotations", "rows"):
            if isinstance(whole.get(name), list):
                found: list[Any] = [*whole[name], *listed(whole.get("replies"))]
                return found
        return [whole]
    return whole if isinstance(whole, list) else []


def load(sample: Sample) -> Parcel:
    """Return what such a file holds. Raises DocumentError when it holds no annotation."""
    objects = _objects(sample.whole)
    if not objects:
        raise DocumentError(f"{sample.path} has no annotations in it.")
    parcel = empty(utf16=True)
    ids = {str(one.get("id")) for one in objects if isinstance(one, dict)}
    for number, one in enumerate(objects, 1):
        flaw = _flaw(one)
        if flaw:
            parcel.problems.append(f"Annotation {number} {flaw} and was left out.")
        else:
            parcel.annotations.append(_annotation(one, parcel, ids))
    return parcel


def _flaw(one: Any) -> str:  # noqa: ANN401  # any JSON value
    if not isinstance(one, dict):
        return "is no object"
    if not isinstance(one.get("uri"), str) or not one["uri"].strip():
        return "names no document"
    if not isinstance(one.get("id", ""), str):
        return "has an id that is no text"
    targets = one.get("target", [])
    return "" if isinstance(targets, list) and all(isinstance(each, dict) for each in targets) else "has an odd target"


def _annotation(one: Object, parcel: Parcel, ids: set[str]) -> Annotation:
    """Return what an object says; of a thread that begins elsewhere than at one of `ids` the names are kept."""
    uri, name = line(one["uri"]), line(one.get("id"))
    if uri not in parcel.documents:
        parcel.documents[uri] = _document(one, uri)
    references = one.get("references")
    answered = references[-1] if isinstance(references, list) and references else ""
    answered = answered if isinstance(answered, str) else ""
    pieces, targets = _pieces(one)
    uuid = uuid_of(name)
    created, updated = ("" if (when := time(one.get(key))) == NEVER else when for key in ("created", "updated"))
    kept = _kept(one, targets, uuid)
    if answered and uuid_of(answered) == answered and answered not in ids:
        kept["references"] = references
    return Annotation(
        uuid,
        uri,
        _creator(one, parcel),
        **passage(pieces),
        tags=tag_paths(one.get("tags")),
        note=clean(one.get("text")),
        fields={FIELD: encode(kept)} if kept else {},
        reply_to=uuid_of(answered),
        created=created or updated,
        updated=updated or created,
    )


def _document(one: Object, uri: str) -> Document:
    said = one.get("document")
    titles = said.get("title") if isinstance(said, dict) else None
    title = line(titles[0]) if isinstance(titles, list) and titles else line(titles)
    if uri.startswith("urn:uuid:"):
        return Document(uri, title)
    from urllib.parse import unquote  # noqa: PLC0415  # imported when first used

    path = unquote(uri.removeprefix("file://")) if uri.startswith("file://") else ""
    return Document("", title or uri, source="" if path else uri, paths=(path,) if path else ())


def _creator(one: Object, parcel: Parcel) -> str:
    user = line(one.get("user"))
    if not user or user in parcel.creators:
        return user
    info = one.get("user_info")
    shown = line(info.get("display_name")) if isinstance(info, dict) else ""
    name, _, authority = user.removeprefix("acct:").partition("@")
    parcel.creators[user] = Creator("", shown or name, name if authority == NOBODY else user)
    return user


def _pieces(one: Object) -> tuple[list[Piece], list[Object]]:
    """Return the passages of an annotation, and what else its targets say."""
    pieces, rest = [], []
    for target in one.get("target", []):
        piece = Piece()
        others = [each for each in listed(target.get("selector")) if not piece.take(each)]
        pieces.append(piece)
        left = {key: value for key, value in target.items() if key not in {"source", "selector"}}
        rest.append({**left, "selector": others} if others else left)
    return pieces, rest if any(rest) else []


def _kept(one: Object, targets: list[Object], uuid: str) -> Object:
    """Return what has no place here and is not what we would write ourselves."""
    defaults = {**_DEFAULTS, "permissions": permissions(line(one.get("user")))}
    kept = {key: value for key, value in one.items() if key not in _HERE and defaults.get(key) != value}
    if targets:
        kept["target"] = targets
    if one.get("id") and uuid == one["id"] and "-" not in uuid:
        kept["id"] = one["id"]
    for key in ("created", "updated"):
        if isinstance(one.get(key), str) and one[key] != f"{time(one[key]).removesuffix('Z')}.000000+00:00":
            kept[key] = one[key]
    document = one.get("document")
    if isinstance(document, dict) and document.keys() - {"title"}:
        kept["document"] = document
    return kept
