"""What is kept of the projects that came into a library, on its way out again: what it refers to has to go out too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import TYPE_CHECKING

from storage.errors import DocumentError
from storage.exchange.codebook import parsed
from storage.exchange.projectparts import REFERRING, TEXTS, again, children, ids_in, local, section, tagged

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from storage.model import Memo

_NEEDING = {"Coding": "CodeRef", "VariableValue": "VariableRef"}
_ENDS = ("originGUID", "targetGUID")


class Kept:
    """What is kept of the projects that came into a library, as one."""

    def __init__(self, memos: Iterable[Memo]) -> None:
        self.roots: list[Element] = []
        for memo in memos:
            try:
                self.roots.append(parsed(memo.note.encode(), "what is kept"))
            except DocumentError:
                continue
        self._by_id = {each.get("guid", ""): each for root in self.roots for each in root.iter()}

    def of(self, guid: str) -> Element | None:
        """Return what is kept of something."""
        return self._by_id.get(guid)

    def attributes(self, guid: str) -> dict[str, str]:
        """Return the attributes that are kept of something."""
        found = self._by_id.get(guid)
        return {key: value for key, value in found.attrib.items() if key != "guid"} if found is not None else {}

    def rest(self, guid: str, *names: str) -> str:
        """Return the children of those names that are kept of something."""
        found = self._by_id.get(guid)
        return "".join(again(each) for name in names for each in children(found, name))

    def section(self, name: str) -> Iterator[Element]:
        """Yield what is kept in a section of the project, each once."""
        seen = set()
        for root in self.roots:
            for one in section(root, name):
                if one.get("guid") not in seen:
                    seen.add(one.get("guid"))
                    yield one

    def own(self) -> dict[str, str]:
        """Return the attributes of the project, where there is just one."""
        found = [root for root in self.roots if root.attrib]
        return dict(found[0].attrib) if len(found) == 1 else {}

    def known(self, known: set[str], guid: str, name: str) -> str:
        """Return the children of that name that are kept of something, without references to what is not `known`."""
        found = (pruned(each, known) for each in children(self._by_id.get(guid), name))
        return "".join(again(one) for one in found if one is not None)

    def beyond(self, known: set[str], mine: set[str]) -> dict[str, str]:
        """Return what the library has no place for, by section, and make it known.

        References to what is not known are left away. Links between two of `mine` are the library's own affair.
        """
        found = {name: list(self.section(name)) for name in ("Cases", "Sources", "Sets", "Graphs")}
        found["Sources"] = [one for one in found["Sources"] if local(one) not in TEXTS]
        known.update(guid for each in found.values() for one in each for guid in ids_in(one))
        links = (one for one in self.section("Links") if one.get("guid") not in known)
        found["Links"] = [one for one in links if _leads(one, known, mine)]
        known.update(one.get("guid", "") for one in found["Links"])
        return {
            name: "".join(again(one) for each in parts if (one := pruned(each, known)) is not None)
            for name, parts in found.items()
        }


def _leads(link: Element, known: set[str], mine: set[str]) -> bool:
    ends = [guid for end in _ENDS if (guid := link.get(end))]
    return known.issuperset(ends) and not (len(ends) == len(_ENDS) and mine.issuperset(ends))


def pruned(element: Element, known: set[str]) -> Element | None:
    """Return an element without references to what is not `known`; None where nothing is left of it."""
    made = deepcopy(element)
    _prune(made, known)
    needed = _NEEDING.get(local(made))
    return None if needed and made.find(tagged(needed)) is None else made


def _prune(element: Element, known: set[str]) -> None:
    for each in list(element):
        _prune(each, known)
        needed = _NEEDING.get(local(each))
        gone = local(each) in REFERRING and each.get("targetGUID") not in known
        if gone or (needed and each.find(tagged(needed)) is None):
            element.remove(each)
    if element.get("representedGUID", "") not in known:
        element.attrib.pop("representedGUID", None)
