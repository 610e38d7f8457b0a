"""CSL-JSON: the documents as sources, as citation processors read them; and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from storage.errors import DocumentError
from storage.exchange import sources
from storage.exchange.jsonfile import write_list
from storage.exchange.parcel import Parcel, empty

if TYPE_CHECKING:
    from storage.exchange.entry import Collection
    from storage.exchange.sample import Sample
    from storage.model import Document


def dump(collection: Collection, out: TextIO) -> None:
    """Write the documents of `collection` to `out`."""
    documents = collection.documents()
    write_list(out, sources.items(documents, sources.citekeys(collection.library.documents())))
    out.write("\n")
    collection.count += len(documents)


def recognises(sample: Sample) -> bool:
    """Tell whether a file is a list of items with types and titles."""
    found = sample.json if sample.first_line.lstrip()[:1] == "[" else None
    first = found[0] if isinstance(found, list) and found else None
    return isinstance(first, dict) and "type" in first and "id" in first and "target" not in first


def load(sample: Sample) -> Parcel:
    """Return the documents that a file tells of. Raises DocumentError when it is no list."""
    whole = sample.whole
    if not isinstance(whole, list):
        raise DocumentError(f"{sample.path} is no CSL-JSON: that is a list of items.")
    parcel = empty()
    for number, item in enumerate(whole, 1):
        if not isinstance(item, dict) or not isinstance(item.get("title", ""), str):
            parcel.problems.append(f"Item {number} is no source and was left out.")
            continue
        add(parcel, sources.document(item), f"Item {number}")
    return parcel


def add(parcel: Parcel, document: Document, name: str) -> None:
    """Add a source to `parcel`; one that nothing tells, or that stands twice, is told."""
    key = str(document.attributes.get(sources.CITEKEY, "")) or document.title
    if not document.title and not document.source and "doi" not in document.attributes:
        parcel.problems.append(f"{name} has neither title, address nor DOI and was left out.")
    elif key in parcel.documents:
        parcel.problems.append(f"{name} has the key {key}, which stands twice; the first counts.")
    else:
        parcel.documents[key] = document
