"""One document in every format: a passage that is annotated in any of them has the same quote."""

import pytest

from storage import readers
from storage.library import Library
from storage.readers import SUFFIXES
from tests.storage import samples
from tests.storage.pdfs import pdf, set_lines

PARAGRAPHS = (
    "The harbour of the old town was opened again on Saturday, four years after the storm that had filled it.",
    (
        "“We have waited long enough,” the harbour master said, “and we know that the sand will come back as well.” The"
        " dredger – a well-known one – stays in the neighbouring basin."
    ),
)
PASSAGE = (
    "and we know that the sand will come back as well.” The dredger – a well-known one – stays in the neighbouring"
)


def broken(string: str, width: int = 58) -> list[str]:
    """Return a paragraph in lines as a typesetter breaks them, one word of it hyphenated."""
    lines, line = [], ""
    for word in string.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*lines, line]


def typeset() -> bytes:
    first, second = map(broken, PARAGRAPHS)
    second = [line.replace("neighbouring", "neighbour-\ning") for line in second]
    second = [piece for line in second for piece in line.split("\n")]
    return pdf([[*set_lines(first), *set_lines(second, top=720 - 14 * len(first) - 12)]])


def rich() -> bytes:
    written = "".join(f"\\pard {one}\\par\n" for one in PARAGRAPHS).replace("sand will", "{\\i sand} will")
    return ("{\\rtf1 " + "".join(one if one.isascii() else f"\\u{ord(one)}?" for one in written) + "}").encode()


HTML = "".join(f"<p>{one}</p>".replace("harbour master", "<b>harbour\n master</b>") for one in PARAGRAPHS)
SAID = [line for one in PARAGRAPHS for line in broken(one, 40)]
CUES = "".join(f"00:00:{n:02}.000 --> 00:00:{n + 1:02}.000\n{line}\n\n" for n, line in enumerate(SAID))
STRONG = HTML.replace("<b>", "<strong>").replace("</b>", "</strong>")
MADE = {
    "harbour.txt": "\n\n".join(PARAGRAPHS).encode(),
    "wrapped.txt": ("\n\n".join("\n".join(broken(one)) for one in PARAGRAPHS * 8)).encode(),
    "harbour.md": "\n\n".join(PARAGRAPHS).replace("sand will", "*sand* will").encode(),
    "harbour.html": HTML.encode(),
    "harbour.epub": samples.archive({**samples.book_parts(), "OEBPS/text/two.xhtml": samples.page(HTML)}),
    "harbour.fb2": f"<FictionBook><body>{STRONG}</body></FictionBook>".encode(),
    "harbour.srt": CUES.encode(),
    "harbour.vtt": f"WEBVTT\n\n{CUES}".encode(),
    "harbour.eml": ("Subject: Harbour\n\n" + "\n\n".join(PARAGRAPHS)).encode(),
    "harbour.rst": "\n\n".join(PARAGRAPHS).replace("sand will", "*sand* will").encode(),
    "harbour.org": "\n\n".join(PARAGRAPHS).replace("sand will", "/sand/ will").encode(),
    "harbour.rtf": rich(),
    "harbour.pdf": typeset(),
    "harbour.docx": samples.archive(samples.word_parts("".join(map(samples.w, PARAGRAPHS)))),
    "harbour.odt": samples.archive(samples.odt_parts("".join(f"<text:p>{one}</text:p>" for one in PARAGRAPHS))),
}


def test_every_format_is_here():
    missing = SUFFIXES - {name[name.index(".") :] for name in MADE}
    assert missing <= {".text", ".markdown", ".mdown", ".mkd", ".htm", ".xhtml"}


@pytest.mark.parametrize("name", MADE)
def test_a_passage_has_the_same_quote(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(MADE[name])
    with Library.open(tmp_path / "library.json", state=tmp_path / "state") as library:
        document, _ = library.add(path)
        text = library.text(document)
        start = text.string.replace("\n", " ").index(PASSAGE)
        made = library.annotate(document.uuid, [(start, start + len(PASSAGE))], text=text)
        assert " ".join(made.exact.split()) == PASSAGE
        assert readers.read(path).hash == document.texts[-1]
