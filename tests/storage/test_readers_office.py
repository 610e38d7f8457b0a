"""Word documents and OpenDocument texts."""

import random

import pytest

from storage import readers
from storage.errors import DocumentError
from storage.text import Text
from tests.storage import rendering, samples
from tests.storage.soundness import mutations, read_or_told

PARTS = {
    "report.docx": samples.word_parts(samples.WORD_BODY, "", ""),
    "report.odt": samples.odt_parts(),
}


@pytest.mark.parametrize("name", PARTS)
def test_samples_read_as_stored(name):
    text = readers.parse(rendering.made()[name], name)
    assert rendering.rendered(text) == (rendering.GOLDENS / f"{name}.golden").read_text(encoding="utf-8")


def passages(text: Text) -> list[str]:
    return [text.string[block.start : block.end] for block in text.blocks][3:]


def test_both_have_the_same_passages():
    word, odt = (readers.parse_here(rendering.made()[name], name) for name in PARTS)
    shared = set(passages(word)) & set(passages(odt))
    assert {"One", "What somebody said.", "Name    │ Number\nHarbour │ 12", "The end.", "What the note says."} <= shared


@pytest.mark.parametrize("name", PARTS)
def test_mutated_documents_and_parts_are_read_or_told(name):
    chance = random.Random(17)
    for made in mutations(rendering.made()[name], chance, 40):
        read_or_told(made, name)
    for part, content in PARTS[name].items():
        for made in mutations(str(content).encode(), chance, 10):
            read_or_told(samples.archive({**PARTS[name], part: made}), name)


@pytest.mark.parametrize("name", PARTS)
def test_entities_are_not_expanded(name):
    laughs = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    part = "word/document.xml" if name.endswith("x") else "content.xml"
    content = f"<!DOCTYPE x [{laughs}]>{PARTS[name][part]!s}".replace("The ", "&l11; ")
    text = read_or_told(samples.archive({**PARTS[name], part: content}), name)
    assert text is None or len(text) < 1_000


@pytest.mark.parametrize("name", PARTS)
def test_deep_nesting_ends(name):
    if name.endswith("x"):
        parts = samples.word_parts("<w:sdt><w:sdtContent>" * 9_000 + samples.w("x"))
    else:
        parts = samples.odt_parts("<text:section>" * 9_000 + "<text:p>x</text:p>")
    with pytest.raises(DocumentError, match=f"^{name} "):
        readers.parse(samples.archive(parts), name)


@pytest.mark.parametrize("name", PARTS)
def test_what_is_none_is_told(name):
    for data in (b"PK\x03\x04", samples.archive({"a": "b"}), b"words"):
        with pytest.raises(DocumentError, match=f"^{name} is damaged"):
            readers.parse_here(data, name)
