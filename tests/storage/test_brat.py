"""brat's standoff: its own samples go through a library unchanged, and what changes there changes in the lines."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import exchange
from storage.errors import UsageError
from storage.exchange import brat, bratlines, bratwriting
from storage.exchange.brat import load
from storage.exchange.bratlines import parsed, token
from storage.exchange.bratwriting import Writing
from storage.exchange.destination import ExistsError
from storage.exchange.entry import Entry
from storage.exchange.parcel import tag_path
from storage.exchange.sample import Sample
from storage.library import Library
from storage.model import Annotation, Document, Link
from storage.passages import placed
from storage.places import Place
from storage.readers.plain import verbatim
from tests.conftest import ROOT
from tests.storage.exchange_library import Desk, text_of
from tests.storage.importing import imported, written
from tests.storage.making import content

SHARED = ROOT.parent / "shared" / "conformance" / "brat" / "bio"
NAMES = sorted(path.stem for path in SHARED.glob("*.ann"))
TEXT = "The \U0001f98a fox sat.\nIt slept, and then it ran."
LINES = """T1\tAnimal 4 9\t\U0001f98a fox
T2\tSit 10 13\tsat
E1\tSit:T2 Who:T1
A1\tNegation E1
A2\tConfidence E1 Likely
N1\tReference T1 Wikipedia:4242\tFox
#1\tAnnotatorNotes T1\tA fox!
#2\tAnnotatorNotes E1\tIt sat.\x20
T3\tRun 18 23;37 40\tslept ran
R1\tthen Arg1:T2 Arg2:T3\t
#3\tAnnotatorNotes R1\tafter that
#4\tOther T3\tkept as it is
T4\tAll 4 14;15 17\t\U0001f98a fox sat. It
*\tEquiv T1 T4
"""


@pytest.fixture
def library(tmp_path):
    (tmp_path / "library").mkdir()
    with Library.open(tmp_path / "library" / "library.json", state=tmp_path / "state") as library:
        yield library


@pytest.fixture
def fox(tmp_path, library):
    written(tmp_path, "fox.txt", TEXT)
    path = written(tmp_path, "fox.ann", LINES)
    assert imported(library, path).whole
    string = library.text(one_document(library)).string
    return {string[one.start : one.end]: one for one in library.annotations()}


def one_document(library):
    (document,) = library.documents()
    return document


def out(library, folder, name="fox"):
    exchange.export(library, "", "brat", f"{folder}/out/", force=True)
    return (folder / "out" / f"{name}.ann").read_text()


def test_texts_are_written_beside_as_they_come(tmp_path, monkeypatch):
    (tmp_path / "library").mkdir()
    desk = Desk(tmp_path / "library")
    for title in ("One", "Two"):
        desk.mark(desk.receive(f"{title}.txt", text_of(title, ("paragraph", f"Words of {title}."))), "Words")
    made: list[str] = []

    def told(name):
        own = getattr(brat, name)

        def tell(*given):
            made.append(name)
            own(*given)

        return tell

    for name in ("dump", "beside"):
        monkeypatch.setattr(brat, name, told(name))
    with desk.library as library:
        exchange.export(library, "", "brat", f"{tmp_path}/out/")
    assert made == ["dump", "beside"] * 2
    assert (tmp_path / "out" / "Two.txt").read_text() == "Words of Two.\n"


def test_many_lines_of_one_name_are_numbered_in_one_go():
    looked: list[str] = []

    class Taken(dict[str, str]):
        def __contains__(self, name: object) -> bool:
            looked.append(str(name))
            return super().__contains__(name)

    taken, numbers = Taken({"Reference 3": ""}), dict[str, int]()
    for _ in range(100):
        taken[bratlines._free("Reference", taken, numbers)] = ""
    assert list(taken)[:4] == ["Reference 3", "Reference", "Reference 2", "Reference 4"]
    assert list(taken)[-1] == "Reference 101"
    assert len(looked) < 300


def test_what_goes_with_a_line_is_found_by_what_is_about_it(monkeypatch):
    chain = ["T1\tRun 0 3\tThe", "E0\tRun:gone", *(f"E{n + 1}\tRun:T1 Then:E{n}" for n in range(100))]
    notes = [f"#{n}\tAnnotatorNotes {there}\twords" for n, there in enumerate(("E0", "#0", "#1", "#2", "E1"))]
    lines = [bratwriting._line(raw) for raw in [*chain, *notes, "*\tEquiv T1 E0", "*\tEquiv T1 E1 E0"]]
    own, looked = bratwriting._cut, list[str]()

    def cut(line, alive):
        looked.append(line.id)
        return own(line, alive)

    monkeypatch.setattr(bratwriting, "_cut", cut)
    left = [line.raw for line in bratwriting._referring(lines)]
    assert left == [chain[0], "E1\tRun:T1", *chain[3:], notes[-1], "*\tEquiv T1 E1"]
    assert len(looked) < 3 * len(lines)


@pytest.mark.skipif(not NAMES, reason="brat's samples are not here")
def test_its_own_samples_come_back_unchanged(library, tmp_path):
    reports = [imported(library, SHARED / f"{name}.ann") for name in NAMES]
    assert all(report.whole and not report.unplaced and not report.doubtful for report in reports)
    result = exchange.export(library, "", "brat", f"{tmp_path}/out/")
    lines = "\n".join((SHARED / f"{name}.ann").read_text() for name in NAMES)
    assert result.count == sum(line.startswith("T") for line in lines.splitlines())
    for name in NAMES:
        for suffix in (".ann", ".txt"):
            gone, came = (folder / f"{name}{suffix}" for folder in (tmp_path / "out", SHARED))
            assert gone.read_bytes().rstrip() == came.read_bytes().rstrip(), name
            assert suffix == ".txt" or gone.read_bytes() == came.read_bytes()
    before = content(library)
    again = [imported(library, SHARED / f"{name}.ann") for name in NAMES]
    assert {fate for report in again for _, fate in report.fates} == {"there"}
    assert content(library) == before


def test_what_the_lines_say_is_here(library, fox):
    first, sat, both = fox["\U0001f98a fox"], fox["sat"], fox["slept, and then it ran"]
    assert (library.tag_paths(first), first.note) == (["Animal"], "A fox!")
    assert first.fields["Reference"] == "Wikipedia:4242 Fox"
    assert (sat.note, sat.fields["Negation"], sat.fields["Confidence"]) == ("It sat. ", "true", "Likely")
    assert [(link.to, link.type, link.note) for link in sat.links] == [
        (first.uuid, "Who", ""),
        (both.uuid, "then", "after that"),
    ]
    assert [tuple(each) for each in both.ranges] == [(18, 23), (37, 40)]
    assert [tuple(each) for each in fox["\U0001f98a fox sat.\nIt"].ranges] == [(4, 17)]


@pytest.mark.usefixtures("fox")
def test_lines_come_back_as_they_were(library, tmp_path):
    assert out(library, tmp_path) == LINES
    assert (tmp_path / "out" / "fox.txt").read_text() == f"{TEXT}\n"


def changed(library, tmp_path):
    """Return the lines that are no longer there, and those that are new."""
    now, before = out(library, tmp_path).splitlines(), LINES.splitlines()
    return [line for line in before if line not in now], [line for line in now if line not in before]


def test_what_is_changed_here_changes_in_the_lines_alone(library, fox, tmp_path):
    first, sat = fox["\U0001f98a fox"], fox["sat"]
    library.edit(first.uuid, note="No fox.\nA dog.")
    gone, new = changed(library, tmp_path)
    assert gone == ["#1\tAnnotatorNotes T1\tA fox!"]
    assert new == [
        "#5\tAnnotatorNotes T1\tNo fox. A dog.",
        '#6\tManicula T1\t{"note": "No fox.\\nA dog."}',
    ]
    library.undo()
    library.unlink(sat.uuid, first.uuid, "Who")
    assert changed(library, tmp_path) == (["E1\tSit:T2 Who:T1"], ["E1\tSit:T2"])
    library.undo()
    library.link(first.uuid, sat.uuid, "source of", "says so")
    assert changed(library, tmp_path)[1] == [
        "R2\tsource_of Arg1:T1 Arg2:T2",
        "#5\tAnnotatorNotes R2\tsays so",
        '#6\tManicula R2\t{"type": "source of"}',
    ]
    library.undo()
    library.delete(first.uuid)
    gone, new = changed(library, tmp_path)
    assert [line.split("\t")[0] for line in gone] == ["T1", "E1", "N1", "#1", "*"]
    assert new == ["E1\tSit:T2"]


def test_what_has_no_place_there_comes_back_all_the_same(tmp_path):
    folder = tmp_path / "desk"
    folder.mkdir()
    desk = Desk(folder)
    uuid = desk.receive("one.txt", text_of("One", ("paragraph", "Alpha beta gamma."), ("paragraph", "Delta.")))
    desk.mark(uuid, "Alpha", tags=["a b", "c/d"], note=" odd\tnote\n", fields={"n": 2, "two words": "x", "k": "v w"})
    desk.mark(uuid, "gamma.\nDelta")
    desk.mark(uuid, "", note="On all.")
    desk.mark(uuid, "\n")  # between two lines there is nothing that a line could hold
    with desk.library as library:
        result = exchange.export(library, "", "brat", str(tmp_path / "One.ann"))
        assert (result.count, result.lacks) == (2, {"page notes": 1})
        lines = (tmp_path / "One.ann").read_text()
        assert "T1\ta_b 0 5\tAlpha\n" in lines
        assert "T2\thighlight 11 17;18 23\tgamma. Delta\n" in lines
        assert "A1\tk T1 v w\n" in lines
        before = library.annotations()
        report = imported(library, tmp_path / "One.ann")
        assert (report.fates["annotations", "there"], report.fates["annotations", "new"]) == (2, 0)
        assert library.annotations() == before
        assert (tmp_path / "One.txt").read_text() == "Alpha beta gamma.\nDelta.\n"
        (tmp_path / "other").mkdir()
        with Library.open(tmp_path / "other" / "library.json", state=tmp_path / "state") as other:
            assert imported(other, tmp_path / "One.ann").whole
            (one, two) = other.annotations()
            assert (other.tag_paths(one), one.note, one.fields["n"], one.fields["two words"], one.fields["k"]) == (
                ["a b", "c/d"],
                " odd\tnote\n",
                2,
                "x",
                "v w",
            )
            assert (two.exact, two.tags) == ("gamma.\nDelta", ())
            exchange.export(other, "", "brat", str(tmp_path / "again.ann"))
        assert (tmp_path / "again.ann").read_text() == lines


def test_two_documents_need_a_folder_and_nothing_is_written_over(tmp_path):
    folder = tmp_path / "desk"
    folder.mkdir()
    desk = Desk(folder)
    for name in ("one", "two"):
        desk.mark(desk.receive(f"{name}.txt", text_of(name, ("paragraph", f"Text {name}."))), "Text")
    with desk.library as library:
        with pytest.raises(UsageError, match="give a folder"):
            exchange.export(library, "", "brat", str(tmp_path / "x.ann"))
        assert not (tmp_path / "x.ann").exists()
        written(tmp_path, "two.txt", "mine")
        with pytest.raises(ExistsError, match="two"):
            exchange.export(library, "", "brat", str(tmp_path))
        assert not (tmp_path / "one.ann").exists()
        written(tmp_path, "two.txt", "Text two.")
        assert len(exchange.export(library, "", "brat", str(tmp_path)).paths) == 2


def test_what_is_no_line_is_told_and_the_rest_is_taken(library, tmp_path):
    written(tmp_path, "x.txt", b"\xef\xbb\xbfOne\r\ntwo three.")
    odd = (
        "T1\tA 0 3\tOne\r\nT2\tB 5 8\ttwo\r\nnonsense\r\nT3\tC x y\tz\r\nR1\tr Arg1:T1 Arg2:T9\r\nA1\tn T9\r\n"
        "T1\tD 9 14\tthree\r\nT4\tE 90 99\tfar\r\n"
    )
    report = imported(library, written(tmp_path, "x.ann", odd))
    assert sorted(one.exact for one in library.annotations()) == ["One", "far", "three", "two"]
    assert [problem.split()[1] for problem in report.problems] == ["3", "4", "5", "6", "7"]
    assert library.annotations()[0].links == ()


def test_without_its_text_the_document_has_to_be_here(library, tmp_path):
    path = written(tmp_path, "fox.ann", LINES)
    assert imported(library, path).strangers == {"fox": 4}
    document, _ = library.add(written(tmp_path / "library", "fox.txt", f"Before.\n\n{TEXT}"))
    assert imported(library, path).fates["annotations", "new"] == 4
    string = library.text(document).string
    assert {string[one.start : one.end] for one in library.annotations()} >= {"\U0001f98a fox", "sat"}


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_every_tag_is_a_type(tag):
    line = parsed(f"T1\t{token(tag)} 0 1\tx", 1)
    assert line is not None
    assert line.type == token(tag)


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t_ -/:;"))
TAGS = st.text(st.sampled_from("ab_-/ é.")).map(tag_path).filter(bool)
FIELDS = st.dictionaries(st.text(st.sampled_from("ab_ :"), min_size=1), WORDS | st.integers(-9, 9), max_size=3)
STRING = "Ab \U0001f98a cd.\nEf gh,\n\nij kl."


PASSAGES = st.tuples(st.sets(TAGS, max_size=3), WORDS, FIELDS, st.integers(0, len(STRING) - 5), TAGS)


@settings(max_examples=50)
@given(st.lists(PASSAGES, min_size=1, max_size=4))
def test_whatever_a_passage_has_comes_back_from_its_lines(tmp_path_factory, passages_said):
    text = verbatim(STRING)
    made = []
    for number, (tags, note, fields, start, kind) in enumerate(passages_said):
        link = (Link(str(number - 1), kind.replace("/", " "), note),) if number else ()
        one = Annotation(str(number), "d", tags=tuple(sorted(tags)), note=note, fields=fields, links=link)
        made.append(placed(one, text, [(start, start + 4)]))
    entries = [Entry(one, Document("d", "T"), text, one.tags, "", Place()) for one in made]
    standing = [entry for entry in entries if Writing.stands(entry)]
    lines = "".join(f"{line}\n" for line in Writing(standing).lines())
    folder = tmp_path_factory.mktemp("brat")
    written(folder, "x.txt", STRING)
    parcel = load(Sample(written(folder, "x.ann", lines or "\n")))
    assert parcel.problems == []
    names = {entry.annotation.uuid: one.uuid for entry, one in zip(standing, parcel.annotations, strict=True)}
    for entry, found in zip(standing, parcel.annotations, strict=True):
        one = entry.annotation
        fields = {name: value for name, value in found.fields.items() if name != "brat"}
        assert (found.tags, found.note, fields) == (one.tags, one.note, one.fields)
        assert found.exact.split() == one.exact.split()
        links = [link._replace(to=names[link.to]) for link in one.links if link.to in names]
        assert list(found.links) == links


@pytest.mark.usefixtures("fox")
def test_a_text_that_is_a_document_here_is_refused_before_anything_is_written(library, tmp_path):
    path = tmp_path / "fox.txt"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n") + b"\nMore.\n")
    before = path.read_bytes()
    lines = (tmp_path / "fox.ann").read_text()
    with pytest.raises(UsageError, match="a document of the library"):
        exchange.export(library, "", "brat", str(tmp_path / "fox.ann"), force=True)
    assert (path.read_bytes(), (tmp_path / "fox.ann").read_text()) == (before, lines)
