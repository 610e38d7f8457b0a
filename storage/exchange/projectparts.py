"""What reading and writing a project of REFI-QDA have in common: its names, its ids, and what is kept of one.

What a project says that has no place in a library (cases, sets, graphs, media, looks, who changed what) is kept as the
project itself without what the library holds, in a memo of its own. What is kept of a selection stands in the field
`FORM` of its annotation, as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from storage.exchange.naming import named
from storage.visible import in_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


FORM = "qdpx"
"""The format's name: of the field and the memos that keep what only it says."""

SPACE = "urn:QDA-XML:project:1.0"
OWN = "Manicula"
"""What a project is called that was made here."""

PAGE_NOTE = "Page note"
"""The name of a note that is a page note; any other on a source is the memo on its document."""

REPLY = "reply to"
"""The name of a link that leads from a reply, which is a selection too, to what it answers."""

ALONE = "alone"
"""The mark, in what is kept, of a note that is about nothing; it is never written."""

TEXTS = ("TextSource", "PDFSource")
"""The sources that can have a text."""

_ORDER = (
    *("Description", "PlainTextContent", "SyncPoint", "TranscriptSelection", "TextDescription", "Transcript"),
    *("PDFSelection", "Representation", "PlainTextSelection", "PictureSelection", "AudioSelection", "VideoSelection"),
    *("CodeRef", "Coding", "NoteRef", "Code", "VariableRef", "VariableValue", "SourceRef", "SelectionRef"),
    *("MemberCode", "MemberSource", "MemberNote", "Vertex", "Edge"),
)
"""In which order the schema has the children of whatever has them."""

_NAMED = frozenset(
    (
        *("User", "Code", "Variable", "Case", "Note", "Link", "Set", "Graph", "Vertex", "Edge", "Coding"),
        *("TextSource", "PictureSource", "PDFSource", "AudioSource", "VideoSource", "Representation", "Transcript"),
        *("PlainTextSelection", "PictureSelection", "PDFSelection", "AudioSelection", "VideoSelection"),
        *("TranscriptSelection", "TextDescription", "SyncPoint"),
    )
)
"""The elements that must have an id."""

REFERRING = frozenset(
    ("CodeRef", "SourceRef", "SelectionRef", "NoteRef", "VariableRef", "MemberCode", "MemberSource", "MemberNote")
)
"""The elements that refer to something."""

_LONGEST_NAME = 100
_GUID = re.compile(r"\{?([0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12})\}?")
_NAME = re.compile(r"[A-Za-z]\w*")
_IDS = frozenset(
    (
        *("guid", "targetGUID", "originGUID", "representedGUID", "sourceVertex", "targetVertex"),
        *("creatingUser", "modifyingUser", "creatingUserGUID", "modifyingUserGUID", "fromSyncPoint", "toSyncPoint"),
    )
)


def _place(element: Element) -> int:
    name = local(element)
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


class Coding(NamedTuple):
    """A code on something: `code` is the code's id, `notes` those of its notes."""

    guid: str
    code: str
    user: str = ""
    time: str = ""
    notes: tuple[str, ...] = ()


def derived(*words: str) -> str:
    """Return the id of something that the library has no id for."""
    return named("refi-qda", *words)


def tagged(name: str) -> str:
    """Return an element's name with its namespace."""
    return f"{{{SPACE}}}{name}"


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.removeprefix(f"{{{SPACE}}}") if isinstance(element.tag, str) else ""


def children(element: Element | None, name: str) -> Iterator[Element]:
    """Yield the children of that name."""
    return iter(element.findall(tagged(name)) if element is not None else ())


def section(root: Element, name: str) -> list[Element]:
    """Return what stands in a section of a project."""
    found = root.find(tagged(name))
    return list(found) if found is not None else []


def words_of(element: Element | None, name: str) -> str:
    """Return the text of the first child of that name."""
    found = element.find(tagged(name)) if element is not None else None
    return (found.text or "") if found is not None else ""


def settle_ids(root: Element) -> None:
    """Write all ids as UUIDs in small letters; one that is none, or lacks, becomes one, always the same.

    What refers to something by its own id, or by its words, as drafts of the standard had it, refers as it does now.
    """
    for number, element in enumerate(root.iter()):
        if local(element) in _NAMED and not element.get("guid"):
            element.set("guid", derived("lacking", local(element), str(number)))
        if local(element) in REFERRING and "targetGUID" not in element.attrib:
            element.attrib["targetGUID"] = element.attrib.pop("guid", "") or (element.text or "")
            element.text = None
        for name in _IDS & element.attrib.keys():
            found = _GUID.fullmatch(element.attrib[name].strip())
            element.attrib[name] = found[1].lower() if found else derived("id", element.attrib[name])


def ids_in(element: Element) -> Iterator[str]:
    """Yield the ids of everything in an element."""
    return (guid for each in element.iter() if (guid := each.get("guid")))


def codings_of(element: Element) -> list[Coding]:
    """Return the codes on something."""
    return [
        Coding(
            one.get("guid", ""),
            code.get("targetGUID", ""),
            one.get("creatingUser", ""),
            one.get("creationDateTime", ""),
            tuple(each.get("targetGUID", "") for each in children(one, "NoteRef")),
        )
        for one in children(element, "Coding")
        for code in children(one, "CodeRef")
    ]


def name_of(quote: str) -> str:
    """Return the name of a selection: the first words of it."""
    words = " ".join(quote.split())
    return words if len(words) <= _LONGEST_NAME else f"{words[: _LONGEST_NAME - 1]}…"


def written(name: str, attributes: Mapping[str, str], content: str = "") -> str:
    """Return an element; attributes that are empty are left out, and ids are written in capitals."""
    said = "".join(
        f" {key}={quoteattr(in_xml(value.upper() if key in _IDS else value))}"
        for key, value in attributes.items()
        if value and _NAME.fullmatch(key)
    )
    return f"<{name}{said}>{content}</{name}>\n" if content else f"<{name}{said}/>\n"


def worded(name: str, words: str) -> str:
    """Return an element that holds words."""
    return f"<{name}>{escape(in_xml(words))}</{name}>\n"


def path_of(guid: str) -> str:
    """Return where the text of a source lies in a project."""
    return f"internal://{guid.upper()}.txt"


def references(name: str, guids: Iterable[str]) -> str:
    """Return elements that refer to something."""
    return "".join(written(name, {"targetGUID": guid}) for guid in guids)


def again(element: Element) -> str:
    """Return an element as it came, its children in the order of the schema; nothing for one of another language."""
    if not _NAME.fullmatch(local(element)):
        return ""
    content = "".join(map(again, sorted(element, key=_place))) or escape(
        in_xml((element.text or "") if (element.text or "").strip() else "")
    )
    return written(local(element), element.attrib, content)
