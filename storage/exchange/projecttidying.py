"""Taking out of a project what the library holds, until only that is left which has to be kept."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from storage.exchange.parcel import line
from storage.exchange.projectparts import FORM, OWN, SPACE, TEXTS, derived, local, section, tagged, words_of
from storage.model import Memo
from storage.records import KEPT

_HELD = {"CodeBook", "Notes", "Links", "Sources", "Variables"}
"""The sections that are nothing by themselves."""


def remains(root: Element) -> Iterator[Memo]:
    """Yield memos with what is left of a project and of each of its texts, where there is anything."""
    variables = root.find(tagged("Variables"))
    for one in section(root, "Variables"):
        usual = one.get("guid") == derived("variable", line(one.get("name")))
        if usual and not len(one) and variables is not None:
            variables.remove(one)
    strip(root, "origin", *(key for key in root.attrib if key.startswith("{")), name=OWN)
    _tidy(root)
    register_namespace("", SPACE)
    sources = root.find(tagged("Sources"))
    for source in [one for one in section(root, "Sources") if local(one) in TEXTS and sources is not None]:
        sources.remove(source)  # type: ignore[union-attr]  # it is in there
        guid = source.get("guid", "")
        whole = Element(root.tag)
        SubElement(whole, tagged("Sources")).append(source)
        yield Memo(derived("source", guid), f"{KEPT}{FORM}:{guid}", tostring(whole, encoding="unicode"))
    for part in list(root):
        if local(part) in _HELD and not len(part):
            root.remove(part)
    if len(root) or root.attrib:
        name = derived("project", root.get("name", ""), root.get("creationDateTime", ""))
        yield Memo(name, f"{KEPT}{FORM}", tostring(root, encoding="unicode"))


def strip(element: Element, *names: str, **usual: str) -> None:
    """Take attributes out of an element: `names`, and those that are as they are written anyway."""
    for name in names:
        element.attrib.pop(name, None)
    for name, value in usual.items():
        if element.get(name, "") == value:
            element.attrib.pop(name, None)


def strip_words(element: Element, name: str, words: str) -> None:
    """Take out what an element says by a child, where that is `words`."""
    if words_of(element, name) == words:
        drop(element, name)


def drop(element: Element, name: str) -> None:
    """Take the children of that name out of an element."""
    element[:] = [each for each in element if each.tag != tagged(name)]


def _tidy(root: Element) -> None:
    """Take out what says nothing any more but its id: codes, texts and notes that the library holds."""
    for name in ("Code", "TextSource", "Note", "Codes", "CodeBook", "Sources", "Notes"):
        for parent in list(root.iter()):
            for one in [each for each in reversed(parent) if each.tag == tagged(name)]:
                _tidy_one(parent, one)


def _tidy_one(parent: Element, one: Element) -> None:
    for inner in [each for each in one if each.tag == one.tag]:
        _tidy_one(one, inner)
    if not len(one) and not set(one.attrib) - {"guid"}:
        parent.remove(one)
