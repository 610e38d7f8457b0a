"""Our own Markdown comes in again: what was escaped, where equal words belong, and what somebody wrote around it."""

from __future__ import annotations

import io
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import exchange
from storage.errors import DocumentError
from storage.exchange import markdown
from storage.exchange.entry import Entry, paragraphs
from storage.exchange.markdownreading import load, recognises
from storage.exchange.sample import Sample
from storage.model import Annotation, Document, Range
from storage.places import Place
from storage.visible import visible
from tests.storage.exchange_library import Desk, text_of
from tests.storage.importing import exported, imported, written

NOTES = st.text(
    st.sampled_from("ab*_#`[]()<>|~&;:\\ \n-+=1.)—“”\U0001f98a\t") | st.characters(exclude_categories=["Cs"])
)


class Entries:
    """What a collection is for the export of Markdown."""

    def __init__(self, *entries: Entry) -> None:
        self._entries = entries

    def __iter__(self):
        return iter(self._entries)

    def memos(self):
        return []


def sample(tmp_path, text, name="x.md"):
    return Sample(written(tmp_path, name, text))


@given(NOTES, NOTES, st.lists(st.text("abc/-_#.ü", min_size=1).filter(lambda tag: all(tag.split("/")))))
def test_what_was_escaped_comes_back(tmp_path_factory, note, quote, tags):
    quote = "\n\n".join(paragraphs(quote))
    one = Annotation("u", "d", ranges=(Range(0, 1),) if quote else (), exact=quote, note=note, color="red")
    place = Place(3, 40) if quote else Place()
    entry = Entry(one, Document("d", "T", paths=("a/t.txt",)), None, tuple(sorted(set(tags))), "", place)
    out = io.StringIO()
    markdown.dump(cast("Any", Entries(entry)), out)
    (found,) = load(sample(tmp_path_factory.mktemp("m"), out.getvalue())).annotations
    assert found.note == "\n\n".join(visible(part) for part in paragraphs(note))
    assert found.exact == "\n\n".join(visible(part) for part in paragraphs(quote))
    assert found.tags == tuple(sorted(set(tags)))
    assert (found.color, found.ranges) == ("red", ((3, 43),) if quote else ())


@pytest.fixture
def desk(tmp_path):
    folder = tmp_path / "library"
    folder.mkdir()
    desk = Desk(folder)
    yield desk
    desk.library.close()


SAME = "The fox sat there, and the fox sat."


def test_equal_words_stand_where_they_stood(desk, tmp_path):
    blocks = [("heading", "The fox"), *((("paragraph", f"{SAME} Number {number}.")) for number in range(40))]
    text = text_of("One", *blocks)
    one = desk.receive("one.txt", text)
    library = desk.library
    places = [at for at in range(len(text)) if text.string.startswith(SAME, at)]
    for at in (places[7], places[23], places[24]):
        library.annotate(one, [(at, at + len(SAME))], text=text)
    library.annotate(one, [(0, 7)], text=text)
    library.annotate(one, [(places[3], places[3] + 7), (places[3] + 19, places[3] + 26)], text=text)
    library.annotate(one, [(places[9] + 19, places[10] + 7)], text=text)
    path = written(tmp_path, "out.md", exported(library, "markdown"))
    before = [(one.ranges, one.exact) for one in library.annotations()]
    documents = library.documents()
    report = imported(library, path)
    assert ({fate for _, fate in report.fates}, report.doubtful) == ({"there"}, 0)
    assert library.documents() == documents
    folder = tmp_path / "other"
    folder.mkdir()
    other = Desk(folder)
    other.receive("one.txt", text)
    with other.library as there:
        imported(there, path)
        assert [(one.ranges, one.exact) for one in there.annotations()] == before


def test_in_another_text_passages_are_looked_for(desk, tmp_path):
    one = desk.receive("one.txt", text_of("One", ("paragraph", "Alpha beta."), ("paragraph", "Gamma delta epsilon.")))
    desk.mark(one, "Gamma delta", note="Here.")
    path = written(tmp_path, "out.md", exported(desk.library, "markdown"))
    folder = tmp_path / "other"
    folder.mkdir()
    other = Desk(folder)
    text = text_of("One", *((("paragraph", "Something new.")) for _ in range(9)), ("paragraph", "Gamma delta epsilon."))
    uuid = other.receive("one.txt", text)
    with other.library as there:
        imported(there, path)
        (found,) = there.annotations(uuid)
        assert (found.note, text.string[found.start : found.end]) == ("Here.", "Gamma delta")


def test_what_a_reader_wrote_around_the_marks_stays_out(desk, tmp_path):
    one = desk.receive("one.txt", text_of("One", ("paragraph", "Alpha beta gamma.")))
    made = desk.mark(one, "beta", note="Ours.")
    note = f"""# One

one.txt

> Their own quotation.

— 4 %

<!-- manicula {made.uuid} 0123abcd -->

> beta

#new

Ours, edited.

— ¶ 1, 35 %

<!-- /manicula -->

Their own words.

— 5 %
"""
    report = imported(desk.library, written(tmp_path, "x.md", note))
    assert report.fates["annotations", "new"] == 0
    (found,) = load(sample(tmp_path, note)).annotations
    assert (found.uuid, found.note, found.tags) == (made.uuid, "Ours, edited.", ("new",))


@pytest.mark.parametrize(
    "text",
    [
        "# A title\n\nSome text.\n",
        "## No title\n\n> quote\n\n— ¶ 1\n",
        "---\ntitle: x\n---\n\n# x\n\n— 5 %\n",
        "# x\n\n— Hello.\n",
    ],
)
def test_markdown_of_others_is_not_taken_for_ours(tmp_path, text):
    assert not recognises(sample(tmp_path, text))


def test_a_file_without_anything_is_refused_by_name(desk, tmp_path):
    with pytest.raises(DocumentError, match=r"x\.md has no annotations"):
        imported(desk.library, written(tmp_path, "x.md", "# A title\n\nSome text.\n"), form="markdown")


def test_what_has_no_place_after_it_is_told(desk, tmp_path):
    desk.receive("one.txt", text_of("One", ("paragraph", "Alpha beta gamma.")))
    report = imported(
        desk.library, written(tmp_path, "x.md", "# One\r\n\r\none.txt\r\n\r\n> beta\r\n\r\n— 35 %\r\n\r\n> gamma\r\n")
    )
    assert (report.fates["annotations", "new"], len(report.problems)) == (1, 1)


def test_a_note_that_is_brought_up_to_date_comes_in_with_what_was_edited_in_it(desk, tmp_path):
    one = desk.receive("one.txt", text_of("One", ("heading", "Part"), ("paragraph", "Alpha beta gamma.")))
    made = desk.mark(one, "beta", note="Ours.", tags=["a/b"], color="blue")
    exchange.update(desk.library, "", "markdown", str(tmp_path / "notes"))
    path = tmp_path / "notes" / "One.md"
    before = exported(desk.library, "json")
    assert {fate for _, fate in imported(desk.library, path).fates} == {"there"}
    assert exported(desk.library, "json") == before
    path.write_text(path.read_text().replace("Ours.", "Ours, edited.") + "\nTheir own words.\n")
    desk.library.delete(made.uuid)
    report = imported(desk.library, path)
    assert (report.fates["annotations", "new"], report.problems) == (1, [])
    (found,) = desk.library.annotations()
    assert (found.uuid, found.note, found.exact, found.color) == (made.uuid, "Ours, edited.", "beta", "blue")


def test_memos_follow_a_title_without_passages(desk, tmp_path):
    path = written(tmp_path, "x.md", "# One\n\n# Memos\n\n## On the library\n\nFirst.\n\nSecond.\n")
    imported(desk.library, path)
    assert [one.note for one in desk.library.memos()] == ["First.\n\nSecond."]


@pytest.mark.parametrize("note", ["— page note", "— ¶ 1, 7 %", "— p. 12, red", "Why?\n\n— ¶ 2", "—", "— Who said so?"])
def test_a_note_that_looks_like_a_place_comes_back(desk, tmp_path, note):
    one = desk.mark(desk.receive("one.txt", text_of("One", ("paragraph", SAME))), "", note=note)
    path = written(tmp_path, "x.md", exported(desk.library, "markdown"))
    count = len(desk.library.annotations())
    desk.library.delete(one.uuid)
    imported(desk.library, path)
    assert note in [each.note for each in desk.library.annotations()]
    assert len(desk.library.annotations()) == count
