"""Our check of Web Annotations, held against the W3C's own assertions and samples."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from referencing import Registry
from referencing.jsonschema import DRAFT4

from storage.exchange.webmodel import CONTEXT, flaws
from tests.conftest import ROOT

W3C = ROOT.parent / "shared" / "conformance" / "w3c"
GOOD = {
    "@context": CONTEXT,
    "id": "urn:x:1",
    "type": "Annotation",
    "target": {"source": "urn:x:2", "selector": {"type": "TextQuoteSelector", "exact": "x"}},
}


def changed(**values):
    return {key: value for key, value in {**GOOD, **values}.items() if value is not None}


def selector(**values):
    return changed(target={"source": "urn:x:2", "selector": values})


@pytest.mark.parametrize(
    ("annotation", "says"),
    [
        (changed(**{"@context": "http://example.org"}), "@context"),
        (changed(id=None), "id is not one IRI"),
        (changed(id=["urn:a", "urn:b"]), "id is not one IRI"),
        (changed(type="Note"), "type is not Annotation"),
        (changed(target=None), "no target"),
        (changed(target="not an iri"), "no IRI"),
        (changed(target={"type": "TextualBody", "value": "x"}), "none of the resources"),
        (changed(body="urn:a", bodyValue="x"), "both body and bodyValue"),
        (changed(bodyValue=["a", "b"]), "bodyValue"),
        (changed(body={"items": ["urn:a"]}), "none of the resources"),
        (changed(body={"type": "Choice", "items": ["urn:a"], "value": "x"}), "must not have value"),
        (changed(body={"id": "urn:a", "purpose": "tagging"}), "must not have purpose"),
        (changed(body={"id": "urn:a", "textDirection": "up"}), "textDirection"),
        (changed(body={"type": "TextualBody", "value": "x", "created": "yesterday"}), "created"),
        (changed(created="yesterday"), "created"),
        (changed(rights="all"), "rights"),
        (changed(canonical=["urn:a", "urn:b"]), "canonical"),
        (changed(target={"id": "urn:a", "styleClass": "red"}), "styleClass"),
        (selector(type="TextQuoteSelector", prefix="x"), "selector"),
        (selector(type="TextPositionSelector", start=-1, end=2), "selector"),
        (selector(type="SvgSelector"), "selector"),
        (selector(type="CssSelector", value="x", refinedBy={"type": "No"}), "refined"),
        (selector(type="RangeSelector", startSelector={"type": "XPathSelector", "value": "/"}), "selector"),
        (changed(target={"source": "urn:a", "state": {"type": "TimeState"}}), "state"),
        (selector(type=["TextQuoteSelector"], exact="x"), "selector"),
        (selector(type={"a": []}, exact="x"), "selector"),
        (selector(type="CssSelector", value="x", refinedBy={"type": []}), "refined"),
        (changed(target={"source": "urn:a", "purpose": [{}]}), "none of the resources"),
        (changed(body={"id": "urn:a", "textDirection": [[]]}), "textDirection"),
    ],
)
def test_what_the_model_does_not_allow_is_named(annotation, says):
    assert any(says in flaw for flaw in flaws(annotation))


@pytest.mark.parametrize("value", [GOOD, changed(target="http://example.org/"), selector(id="urn:x")])
def test_what_it_allows_is(value):
    assert flaws(value) == []


def test_no_value_is_too_odd_to_be_checked():
    odds: list[object] = [None, 3, "x", [], [[]], {"target": [[1]], "body": {"items": 3}, "id": {}}]
    for odd in odds:
        assert flaws(odd)


def assertions():
    """Return the W3C's MUST assertions, each as a validator."""
    files = (W3C / "definitions").glob("*.json")
    resources = ((path.name, DRAFT4.create_resource(json.loads(path.read_text()))) for path in files)
    registry = Registry().with_resources(resources)
    suite = json.loads((W3C / "annotations" / "annotationMusts.test").read_text())
    for name in suite["assertions"]:
        schema = json.loads((W3C / name).read_text())
        checker = jsonschema.FormatChecker()
        yield name, jsonschema.Draft4Validator(schema, registry=registry, format_checker=checker)


def failed(annotation) -> list[str]:
    return [name for name, validator in VALIDATORS if not validator.is_valid(annotation)]


THERE = (W3C / "annotations").is_dir()
VALIDATORS = list(assertions()) if THERE else []
needs_w3c = pytest.mark.skipif(not THERE, reason="the W3C's assertions are not beside the project")


def samples() -> list[Path]:
    folders = ("samples/correct", "samples/incorrect", "rec-examples")
    return [path for folder in folders for path in sorted((W3C / folder).glob("*.json"))]


@needs_w3c
@pytest.mark.parametrize("path", samples(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_our_check_says_what_the_assertions_say(path):
    try:
        annotation = json.loads(path.read_text())
    except ValueError:
        assert path.parent.name == "incorrect"
        return
    assert bool(flaws(annotation)) == bool(failed(annotation)), (flaws(annotation), failed(annotation))
