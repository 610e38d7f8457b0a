"""What the W3C Web Annotation Data Model demands of an annotation: its MUSTs, as of 23 February 2017.

The demands are those of the W3C's own test assertions: the annotation (sections 3.1, 3.3), bodies and targets (3.2),
and specific resources with their selectors and states (4). Everything here is pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

CONTEXT = "http://www.w3.org/ns/anno.jsonld"

NEVER = "1970-01-01T00:00:00Z"
"""What stands where a format demands a time and none is known."""

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_DIRECTIONS = ("ltr", "rtl", "auto")
_PURPOSES = (
    "assessing",
    "bookmarking",
    "classifying",
    "commenting",
    "describing",
    "editing",
    "highlighting",
    "identifying",
    "linking",
    "moderating",
    "questioning",
    "replying",
    "tagging",
)
_VALUES = ("FragmentSelector", "CssSelector", "XPathSelector", "HttpRequestState")
"""Tuples: a file may have a list where a word should be, which can be looked for in no set."""

Object = dict[str, Any]


def flaws(annotation: Any, *, context: bool = True) -> list[str]:  # noqa: ANN401  # any JSON value
    """Return a sentence for each demand that `annotation` does not meet, in the order of the model.

    Without `context` it is part of a page or collection, whose context it shares.
    """
    if not isinstance(annotation, dict):
        return ["It is no object."]
    return list(_flaws(annotation, context=context))


def _flaws(annotation: Object, *, context: bool) -> Iterator[str]:
    if context and CONTEXT not in listed(annotation.get("@context")):
        yield f"Its @context is not {CONTEXT}."
    if not _one(annotation.get("id"), is_iri):
        yield "Its id is not one IRI."
    if "Annotation" not in listed(annotation.get("type")):
        yield "Its type is not Annotation."
    if "target" not in annotation or annotation["target"] in (None, []):
        yield "It has no target."
    if "body" in annotation and "bodyValue" in annotation:
        yield "It has both body and bodyValue."
    if "bodyValue" in annotation and not _one(annotation["bodyValue"], _is_text):
        yield "Its bodyValue is not one text."
    yield from _common(annotation, "It")
    if "generated" in annotation and not _one(annotation["generated"], is_time):
        yield "Its generated is not one time."
    resources = [(role, each) for role in ("body", "target") for each in listed(annotation.get(role))]
    for role, resource in resources:
        yield from _resource(resource, role)
    if "stylesheet" not in annotation and any(_is_styled(each) for _, each in resources):
        yield "It has a styleClass, but no stylesheet."


def listed(value: Any) -> list[Any]:  # noqa: ANN401  # any JSON value
    """Return a value as JSON-LD means it: a list as it is, nothing as an empty one, another as a list of one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def is_iri(value: object) -> bool:
    """Tell whether a value is an absolute IRI (RFC 3987), as far as its form tells."""
    return isinstance(value, str) and _IRI.fullmatch(value) is not None


def is_time(value: object) -> bool:
    """Tell whether a value is a date-time of RFC 3339."""
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _one(value: object, fits: Callable[[object], bool]) -> bool:
    """Tell whether there is exactly one value and it fits."""
    found = listed(value)
    return len(found) == 1 and fits(found[0])


def _all(value: object, fits: Callable[[object], bool]) -> bool:
    found = listed(value)
    return bool(found) and all(map(fits, found))


def _common(resource: Object, name: str) -> Iterator[str]:
    """Yield what is wrong with values that annotations, resources and their sources all may have (3.3)."""
    for key in ("created", "modified"):
        if key in resource and not _one(resource[key], is_time):
            yield f"{name} has a {key} that is not one time."
    for key in ("rights", "via"):
        if key in resource and not _all(resource[key], is_iri):
            yield f"{name} has {key} that are no IRIs."
    if "canonical" in resource and not _one(resource["canonical"], is_iri):
        yield f"{name} has a canonical that is not one IRI."


def _resource(resource: Any, role: str) -> Iterator[str]:  # noqa: ANN401  # any JSON value
    name = f"A {role}"
    if isinstance(resource, str):
        if not is_iri(resource):
            yield f"{name} is no IRI."
        return
    if not isinstance(resource, dict):
        yield f"{name} is neither an IRI nor an object."
        return
    kind = _kind(resource)
    if not kind or (role == "target" and kind == "text"):
        yield f"{name} is none of the resources that the model knows."
    yield from _forbidden(resource, kind, name)
    yield from _details(resource, name)
    for item in listed(resource.get("items")) if kind == "choice" else ():
        if isinstance(item, dict):
            yield from _forbidden(item, _kind(item), f"An item of a {role}")
            yield from _details(item, f"An item of a {role}")


def _kind(resource: Object) -> str:
    """Return what a body or target is: choice, specific, external, text, or nothing that the model knows (3.2, 4)."""
    if resource.get("type") == "Choice" and listed(resource.get("items")):
        return "choice" if isinstance(resource["items"], list) else ""
    if "source" in resource and _is_source(resource["source"]):
        return "specific" if _is_specific(resource) else ""
    if _one(resource.get("id"), is_iri) and "source" not in resource and "value" not in resource:
        return "external"
    return "text" if isinstance(resource.get("value"), str) and "source" not in resource else ""


def _is_source(source: object) -> bool:
    return is_iri(source) or (isinstance(source, dict) and _one(source.get("id"), is_iri))


def _is_specific(resource: Object) -> bool:
    purposes = listed(resource.get("purpose"))
    named = bool(purposes) and all(each in _PURPOSES for each in purposes)
    return named or any(key in resource for key in ("selector", "state", "styleClass", "renderedVia", "scope"))


def _is_styled(resource: object) -> bool:
    """Tell whether a resource, or an item of it, has a style class (4.4)."""
    if not isinstance(resource, dict):
        return False
    return "styleClass" in resource or any(map(_is_styled, listed(resource.get("items"))))


def _forbidden(resource: Object, kind: str, name: str) -> Iterator[str]:
    """Yield the keys that a resource of its kind must not have."""
    keys = {
        "external": ("items", "purpose"),
        "choice": ("value", "source", "purpose"),
        "text": ("items", "source"),
        "specific": ("items", "value"),
    }.get(kind, ())
    yield from (f"{name} must not have {key}." for key in keys if key in resource)


def _details(resource: Object, name: str) -> Iterator[str]:
    source = resource.get("source")
    for part in (resource, source):
        if isinstance(part, dict):
            yield from _common(part, name)
            if "textDirection" in part and not _one(part["textDirection"], _DIRECTIONS.__contains__):
                yield f"{name} has a textDirection other than ltr, rtl, auto."
    if "styleClass" in resource and not ("source" in resource and _all(resource["styleClass"], _is_text)):
        yield f"{name} has a styleClass without a source, or one that is no text."
    for key in ("selector", "state"):
        if key in resource:
            yield from _selectors(resource[key], key, name)


def _selectors(value: Any, key: str, name: str) -> Iterator[str]:  # noqa: ANN401  # any JSON value
    """Yield what is wrong with selectors or states, and with what refines them (4.2, 4.3)."""
    if not listed(value):
        yield f"{name} has an empty {key}."
    for one in listed(value):
        if not (is_iri(one) or (isinstance(one, dict) and _selects(one, states=key != "selector"))):
            yield f"{name} has a {key} that the model does not know, or that lacks what it must have."
        elif isinstance(one, dict) and "refinedBy" in one:
            yield from _refined(one["refinedBy"], name)


def _refined(value: Any, name: str) -> Iterator[str]:  # noqa: ANN401  # any JSON value
    if not listed(value) or not all(
        is_iri(one) or (isinstance(one, dict) and (_selects(one, states=True) or _selects(one, states=False)))
        for one in listed(value)
    ):
        yield f"{name} is refined by something that the model does not know."


def _selects(one: Object, *, states: bool) -> bool:
    """Tell whether a selector, or a state, has what its type demands; another with an id is taken as it is."""
    kind = one.get("type")
    fits = _FITTING.get(str(kind))
    if kind in _VALUES and states == (kind == "HttpRequestState"):
        return isinstance(one.get("value"), str) and is_iri(one.get("conformsTo", "urn:"))
    if fits and states == (kind == "TimeState"):
        return fits(one)
    return _one(one.get("id"), is_iri)


def _quotes(one: Object) -> bool:
    return "exact" in one and all(isinstance(one.get(key, ""), str) for key in ("exact", "prefix", "suffix"))


def _positions(one: Object) -> bool:
    return all(_is_offset(one.get(key)) for key in ("start", "end"))


def _draws(one: Object) -> bool:
    return isinstance(one.get("value"), str) != _one(one.get("id"), is_iri)


def _spans(one: Object) -> bool:
    ends = (one.get("startSelector"), one.get("endSelector"))
    return all(isinstance(end, dict) and _selects(end, states=False) for end in ends)


def _is_offset(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_time_state(one: Object) -> bool:
    between = _one(one.get("sourceDateStart"), is_time) and _one(one.get("sourceDateEnd"), is_time)
    if "cached" in one and not is_iri(one["cached"]):
        return False
    return _all(one.get("sourceDate"), is_time) != between


_FITTING: dict[str, Callable[[Object], bool]] = {
    "TextQuoteSelector": _quotes,
    "TextPositionSelector": _positions,
    "DataPositionSelector": _positions,
    "SvgSelector": _draws,
    "RangeSelector": _spans,
    "TimeState": _is_time_state,
}
