"""The variables of a project: a document's attributes as REFI-QDA has them, each with a type for all documents."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from storage.exchange.parcel import clean
from storage.exchange.projectparts import derived, local, references, worded, written
from storage.exchange.webmodel import is_time

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from storage.exchange.projectkept import Kept
    from storage.model import Document, Value

_WHOLE = re.compile(r"[+-]?\d{1,15}")
_FRACTION = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?")
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d)")


class Variables:
    """The variables that `documents` have; those that are `kept` keep their id and type, and with `whole` all stay."""

    def __init__(self, documents: Iterable[Document], kept: Kept, *, whole: bool) -> None:
        self._kept = kept
        values: dict[str, list[Value]] = {}
        for document in documents:
            for name, value in document.attributes.items():
                values.setdefault(name, []).append(value)
        self._known = {name: (derived("variable", name), _type(each)) for name, each in values.items()}
        for one in kept.section("Variables"):
            name = " ".join((one.get("name") or "").split())
            if name in self._known or whole:
                self._known[name] = one.get("guid", ""), one.get("typeOfVariable", "Text")

    def ids(self) -> Iterator[str]:
        """Yield their ids."""
        return (guid for guid, _ in self._known.values())

    def declared(self) -> Iterator[str]:
        """Yield the variables as elements."""
        for name, (guid, kind) in self._known.items():
            attributes = {"guid": guid, "name": name, "typeOfVariable": kind}
            yield written("Variable", attributes, self._kept.rest(guid, "Description"))

    def values(self, document: Document) -> str:
        """Return what a document has of them as elements."""
        found = ((*self._known[name], value) for name, value in document.attributes.items())
        return "".join(
            f"<VariableValue>{references('VariableRef', [guid])}{_worded(kind, value)}</VariableValue>\n"
            for guid, kind, value in found
        )


def value_of(said: Element) -> Value:
    """Return the value that an element of a project holds."""
    words = clean(said.text or "").strip()
    if local(said) == "IntegerValue" and _WHOLE.fullmatch(words):
        return int(words)
    if local(said) == "FloatValue" and _FRACTION.fullmatch(words):
        return float(words)
    return words if local(said) != "TextValue" else clean(said.text or "")


def _type(values: list[Value]) -> str:
    """Return the type of a variable that has these values."""
    if all(isinstance(each, int) for each in values):
        return "Integer"
    if all(isinstance(each, (int, float)) for each in values):
        return "Float"
    dates = all(isinstance(each, str) and _DATE.fullmatch(each) for each in values)
    return "Date" if dates else "DateTime" if all(is_time(each) for each in values) else "Text"


def _worded(kind: str, value: Value) -> str:
    """Return the value of a variable, as text where it is not of its type."""
    said = json.dumps(value) if isinstance(value, bool) else str(value)
    fits = {
        "Integer": isinstance(value, int),
        "Float": isinstance(value, (int, float)),
        "Boolean": said in {"true", "false", "1", "0"},
        "Date": bool(_DATE.fullmatch(said)),
        "DateTime": is_time(value),
    }
    if kind == "Float" and fits[kind]:
        said = format(Decimal(repr(value)), "f")
    return worded(f"{kind}Value" if fits.get(kind) else "TextValue", said)
