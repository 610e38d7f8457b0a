"""Projects of REFI-QDA, out and in: everything comes back, the schema holds, what other programs wrote comes in."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
import xmlschema

from storage import exchange
from storage.errors import DocumentError, UsageError
from storage.exchange.projectparts import SPACE
from storage.forgetting import forget, plan
from storage.library import Library
from tests.conftest import ROOT
from tests.storage.exchange_library import Desk, text_of
from tests.storage.importing import exported, imported, saved, written
from tests.storage.making import content
from tests.storage.projects import GUID, note, packed, project, project_of, ref, selection, shape
from tests.storage.test_importing import Rich

SHARED = ROOT.parent / "shared" / "conformance" / "refi-qda"
SAMPLES = ("ponte-blank-atlas-project.qdpx", "ponte-target-atlas-project.qdpx", "sky-loom-TestProject.qdpx")
shared = pytest.mark.skipif(not SHARED.exists(), reason="the schema and the samples are not here")


@pytest.fixture(scope="module")
def schema():
    return xmlschema.XMLSchema10(str(SHARED / "Project.xsd"))


@pytest.fixture
def desk(tmp_path):
    folder = tmp_path / "library"
    folder.mkdir()
    desk = Rich(folder)
    library = desk.library
    library.edit_document(desk.one, attributes={"age": 41, "site": "the north", "share": 0.5, "when": "2019-02-03"})
    library.edit_document(desk.two, attributes={"age": "unknown"})
    desk.mark(desk.one, "", note="An answer.", reply_to=desk.fox.uuid)
    tagged = desk.mark(desk.two, "", tags=["b c"])
    odd = library.annotate(desk.one, [(0, 4), (6, 10)], tags=["t"], text=desk._texts[desk.one])
    library.link(odd.uuid, tagged.uuid, "same as")
    yield desk
    desk.library.close()


def empty(folder):
    folder.mkdir()
    return Library.open(folder / "library.json", state=folder / "state")


@shared
def test_what_is_written_is_valid(desk, schema, tmp_path):
    schema.validate(project_of(saved(desk.library, "qdpx", tmp_path / "out.qdpx")))
    schema.validate(project_of(saved(desk.library, "qdpx", tmp_path / "some.qdpx", "tag:t")))
    with empty(tmp_path / "nothing") as other:
        schema.validate(project_of(saved(other, "qdpx", tmp_path / "nothing.qdpx")))


def test_out_and_in_to_an_empty_library_and_out_again_gives_the_same_bytes(desk, tmp_path):
    first = saved(desk.library, "qdpx", tmp_path / "out.qdpx")
    with empty(tmp_path / "other") as other:
        report = imported(other, first)
        assert (report.problems, report.unplaced, report.doubtful) == ([], 0, 0)
        assert other.kept() == []
        assert [other.text(one).string for one in other.documents()] == [
            desk.library.text(one).string for one in desk.library.documents()
        ]
        assert project_of(saved(other, "qdpx", tmp_path / "again.qdpx")) == project_of(first)
        assert (tmp_path / "again.qdpx").read_bytes() == first.read_bytes()
        before = content(other)
        assert {fate for _, fate in imported(other, first).fates} == {"there"}
        assert content(other) == before
        other.undo()
        assert (other.annotations(), other.tags(), other.memos()) == ([], [], [])


def test_importing_what_was_just_exported_changes_nothing(desk, tmp_path):
    before = exported(desk.library, "json")
    report = imported(desk.library, saved(desk.library, "qdpx", tmp_path / "out.qdpx"))
    assert {fate for _, fate in report.fates} == {"there"}
    assert exported(desk.library, "json") == before


def test_what_has_no_place_there_is_said_in_numbers(desk, tmp_path):
    result = exchange.export(desk.library, "", "qdpx", str(tmp_path / "x.qdpx"))
    assert (result.count, result.unit) == (8, "annotation")
    assert result.lacks == {"colours": 1, "fields": 1, "bookmarks": 1}
    with pytest.raises(UsageError, match="an archive"):
        exchange.export(desk.library, "", "qdpx", io.StringIO())


def test_a_filtered_project_holds_only_what_was_asked_for(desk, tmp_path):
    whole = project_of(saved(desk.library, "qdpx", tmp_path / "some.qdpx", "tag:b"))
    assert whole.count("<TextSource") == 0
    whole = project_of(saved(desk.library, "qdpx", tmp_path / "some.qdpx", 'tag:"b c"'))
    assert (whole.count("<PlainTextSelection"), whole.count("<Note "), whole.count("<Link ")) == (1, 0, 0)


def inside(path):
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return archive.read(next(name for name in archive.namelist() if name.lower().endswith(".qde")))


@shared
@pytest.mark.parametrize("name", [*SAMPLES, "sky-loom-sample-Project.qde"])
def test_projects_of_other_programs_come_in_and_go_out_as_they_were(tmp_path, schema, name):
    sample = SHARED / name
    with empty(tmp_path / "other") as other:
        report = imported(other, sample)
        assert report.format == "qdpx"
        assert len(other.tags()) == inside(sample).count(b"<Code ")
        out = project_of(saved(other, "qdpx", tmp_path / "out.qdpx"))
        schema.validate(out)
        assert shape(out) == shape(inside(sample))
        assert {fate for _, fate in imported(other, sample).fates} == {"there"}
        about = [one.about for one in other.kept()]
        assert {one.partition(":")[0] for one in about} == {"kept"}
        assert about.count("kept:qdpx") == 1


INTERNAL = ' plainTextPath="internal://T.txt"'
RAW = "One \U0001f98a line.\r\nThe \U0001f98a sat.\r\nThe end."


def annex():
    """Return the project of another program that the standard prints at its end, which was made after a draft of it."""
    text = re.sub(r"\n*=== PAGE \d+\nREFI-QDA *\n\d+ *\n", "\n", (SHARED / "REFI-QDA-1-5.txt").read_text())
    start = text.index('<?xml version="1.0" encoding="UTF-8"?> \n<Project')
    return text[start : text.index("</Project>", start)] + "</Project>"


@shared
def test_the_project_in_the_annex_comes_in_and_goes_out_as_it_was(tmp_path):
    xml = annex()
    with empty(tmp_path / "other") as other:
        report = imported(other, written(tmp_path, "annex.qde", xml))
        assert (report.fates["annotations", "new"], report.fates["memos", "new"]) == (26, 41)
        out = shape(project_of(saved(other, "qdpx", tmp_path / "out.qdpx")))
        gone = [each for each in shape(xml) if each not in out]
        assert {path.rpartition("/")[2] for path, *_ in gone} == {"MemberSource", "MemberNote", "TranscriptSelection"}


@pytest.mark.parametrize(
    ("start", "end", "name", "origin"),
    [
        (13, 23, "The \U0001f98a sat.", "Other"),  # code points of the file, as the standard has it
        (12, 22, "The \U0001f98a sat.", "Other"),  # line ends as one character
        (14, 25, "The \U0001f98a sat.", "Other"),  # UTF-16 units
        (13, 24, "The \U0001f98a sat.", "Other"),  # units, line ends as one
        (12, 21, "The \U0001f98a sat.", "Other"),  # the end is the last character
        (12, 22, "The \U0001f98a…", "Other"),
        (12, 22, "named by hand", "ATLAS.ti 23"),
        (13, 23, "named by hand", "Other"),
    ],
)
def test_offsets_are_those_that_the_names_speak_for(tmp_path, start, end, name, origin):
    xml = project(selection(start, end, name), source=INTERNAL, origin=origin)
    with empty(tmp_path / "other") as other:
        report = imported(
            other, packed(tmp_path, xml, ("\ufeff" + RAW).encode(), name="Sources/t.TXT", project_name="Project.qde")
        )
        assert report.whole
        (one,) = other.annotations()
        assert (one.exact, one.state, other.tag_paths(one)) == ("The \U0001f98a sat.", "anchored", ["Code"])
        (document,) = other.documents()
        assert other.text(document).string == RAW.replace("\r\n", "\n")
        assert other.text(document).string[one.start : one.end] == one.exact


def test_a_project_finds_the_document_that_is_here_and_its_passages_in_another_text(tmp_path):
    folder = tmp_path / "library"
    folder.mkdir()
    desk = Desk(folder)
    uuid = desk.receive(
        "Talk.txt", text_of("Talk", ("heading", "New"), ("paragraph", "Before. One line. The fox sat. The end."))
    )
    tag = desk.library.ensure_tag("Code")
    raw = "One line.\nThe fox sat.\nThe end."
    cases = (
        f'<Cases><Case guid="{GUID.format("E1")}" name="Case"><CodeRef targetGUID="{GUID.format("C1")}"/>'
        f'<SourceRef targetGUID="{GUID.format("50")}"/></Case></Cases>'
    )
    xml = project(selection(10, 22), content=raw, more=cases)
    with desk.library as library:
        imported(library, packed(tmp_path, xml))
        (one,) = library.annotations(uuid)
        assert (one.exact, library.tag_paths(one)) == ("The fox sat.", ["Code"])
        out = project_of(saved(library, "qdpx", tmp_path / "out.qdpx"))
        case = out[out.index("<Case ") : out.index("</Case>")]
        assert tag.uuid.upper() in case
        assert uuid.upper() in case


def test_variables_notes_and_links_have_their_places(tmp_path):
    coded = f'<Coding guid="{GUID.format("D9")}">{ref("CodeRef", "C1")}</Coding>'
    values = "".join(
        f"<VariableValue>{ref('VariableRef', guid)}<{kind}Value>{words}</{kind}Value></VariableValue>"
        for guid, kind, words in (
            ("71", "Integer", "41"),
            ("72", "Boolean", "true"),
            ("73", "Float", "0.50"),
            ("74", "Date", "2019-02-03"),
        )
    )
    declared = "".join(
        f'<Variable guid="{GUID.format(guid)}" name="{name}" typeOfVariable="{kind}"/>'
        for guid, name, kind in (
            ("71", "age", "Integer"),
            ("72", "here", "Boolean"),
            ("73", "share", "Float"),
            ("74", "day", "Date"),
        )
    )
    notes = (
        "<Notes>"
        + "".join(
            (
                note("01", "on the source", name="Memo"),
                note("02", "on the passage"),
                note("03", "on the code"),
                note("04", "on nothing", name="Diary"),
                note("05", "on the whole", coded),
                note("06", "why"),
            )
        )
        + "</Notes>"
    )
    links = (
        f'<Links><Link guid="{GUID.format("91")}" name="supports" direction="Bidirectional"'
        f' originGUID="{GUID.format("A1")}" targetGUID="{GUID.format("A2")}">{ref("NoteRef", "06")}</Link></Links>'
    )
    marks = selection(0, 3, inner="<Description>said</Description>").replace(
        "</PlainTextSelection>", ref("NoteRef", "02") + "</PlainTextSelection>"
    )
    marks += selection(4, 8, guid="A2")
    xml = project(
        marks + ref("NoteRef", "01") + ref("NoteRef", "05") + values,
        content="One line.",
        more=f"<Variables>{declared}</Variables>",
        notes=notes + links,
        book=f'<Code guid="{GUID.format("C2")}" name="a/b" isCodable="false" color="#123456">'
        f"{ref('NoteRef', '03')}</Code>",
    )
    if SHARED.exists():
        xmlschema.XMLSchema10(str(SHARED / "Project.xsd")).validate(xml)
    with empty(tmp_path / "other") as other:
        report = imported(other, packed(tmp_path, xml))
        assert report.whole
        (document,) = other.documents()
        assert document.attributes == {"age": 41, "here": "true", "share": 0.5, "day": "2019-02-03"}
        assert {(other.memo_subject(one.about), one.note) for one in other.memos()} == {
            ("document Talk.txt", "Memo\n\non the source"),
            ("tag a∕b", "on the code"),
            ("the library", "Diary\n\non nothing"),
        }
        found = {one.uuid: one for one in other.annotations()}
        first, second = found[GUID.format("a1")], found[GUID.format("a2")]
        assert (first.note, [(link.to, link.type, link.note) for link in first.links]) == (
            "said",
            [(second.uuid, "supports", "why")],
        )
        assert found[GUID.format("02")].reply_to == first.uuid
        assert other.tag_paths(found[GUID.format("05")]) == ["Code"]
        out = project_of(saved(other, "qdpx", tmp_path / "out.qdpx"))
        before = [each for each in shape(xml.encode()) if "PlainTextContent" not in each[0] or "Note" in each[0]]
        lost = [each for each in before if each not in shape(out)]
        lost = [each for each in lost if ("name", "") not in each[1] and "{" not in str(each[1])]  # said otherwise
        assert [(path.rpartition("/")[2], words) for path, _, words in lost] == [
            ("TextSource", ""),
            ("FloatValue", "0.50"),
        ]


def test_what_is_deleted_here_does_not_come_back(tmp_path):
    sets = (
        f'<Sets><Set guid="{GUID.format("81")}" name="Set"><MemberCode targetGUID="{GUID.format("C1")}"/>'
        f'<MemberSource targetGUID="{GUID.format("50")}"/></Set></Sets>'
    )
    xml = project(selection(0, 3), content="One line.", notes=sets)
    with empty(tmp_path / "other") as other:
        imported(other, packed(tmp_path, xml))
        other.delete_tag(other.tags()[0].uuid)
        out = project_of(saved(other, "qdpx", tmp_path / "out.qdpx"))
        assert (out.count("<MemberSource"), out.count("<MemberCode"), out.count("<Coding")) == (1, 0, 0)


def test_a_source_without_its_text_waits_for_the_file_of_its_name(tmp_path):
    xml = project(selection(10, 17, "The fox"), source=INTERNAL)
    with empty(tmp_path / "other") as other:
        report = imported(other, packed(tmp_path, xml))
        assert "came without the text" in report.problems[0]
        (one,) = other.annotations()
        assert (one.exact, list(one.ranges)) == ("The fox", [(10, 17)])
        assert 'startPosition="10" endPosition="17"' in project_of(saved(other, "qdpx", tmp_path / "out.qdpx"))
        document, new = other.add(written(tmp_path, "Talk.txt", "It is here that\nthe text begins. The fox sat."))
        assert (document.uuid, new) == (GUID.format("50"), False)
        (one,) = other.annotations()
        assert (one.state, other.text(document).string[one.start : one.end]) == ("anchored", "The fox")


@pytest.mark.parametrize(
    ("xml", "says"),
    [
        ("<!DOCTYPE x [<!ENTITY a 'b'>]>" + project()[39:], "document type"),
        ("<Project", "no whole XML"),
        ('<Other xmlns="urn:QDA-XML:project:1.0"/>', "no project of REFI-QDA"),
    ],
)
def test_what_is_no_project_is_refused_by_name(tmp_path, xml, says):
    with empty(tmp_path / "other") as other, pytest.raises(DocumentError, match=says) as error:
        imported(other, packed(tmp_path, xml))
    assert "in.qdpx" in str(error.value)


def test_archives_made_to_do_harm_do_none(tmp_path):
    with empty(tmp_path / "other") as other:
        for path in ("../../secret.txt", "/etc/passwd", "..%2f..%2fsecret.txt"):
            written(tmp_path, "secret.txt", "A secret.")
            xml = project(selection(0, 3), source=f' plainTextPath="internal://{path}"')
            imported(other, packed(tmp_path, xml, "A secret.", name="../../secret.txt"))
            assert [one.texts for one in other.documents()] == [()]
            for kind in ("absolute", "relative"):
                imported(other, packed(tmp_path, project(source=f' plainTextPath="{kind}:///{tmp_path}/secret.txt"')))
            assert [one.texts for one in other.documents()] == [()]
        broken = written(tmp_path, "broken.qdpx", b"PK\x03\x04nothing")
        with pytest.raises(DocumentError, match="damaged"):
            imported(other, broken)
        with zipfile.ZipFile(tmp_path / "other.qdpx", "w") as archive:
            archive.writestr("x", "y")
        with pytest.raises(DocumentError, match=r"no project\.qde"):
            imported(other, tmp_path / "other.qdpx")


def test_odd_parts_are_told_and_the_rest_is_taken(tmp_path):
    odd = selection(3, "x", "first").replace(GUID.format("A1"), "not a guid") + selection(7, 3) + selection(0, 3)
    odd += selection(4, 8, guid="A1") + selection(90, 99, guid="A3")
    lacking = '<PlainTextSelection startPosition="0" endPosition="3"/>'
    odd = f"{lacking}{odd}"
    nameless = f'<Code guid="{GUID.format("C9")}" name="" isCodable="true"/>'
    with empty(tmp_path / "other") as other:
        report = imported(other, packed(tmp_path, project(odd, content="One line.", book=nameless)))
        assert len(report.problems) == 4
        assert sorted(one.exact for one in other.annotations()) == ["", "One", "One", "line"]


def test_what_is_kept_of_a_source_is_forgotten_with_it(tmp_path):
    xml = project(selection(0, 3), content="One line.", source=' richTextPath="internal://secret.docx"')
    with empty(tmp_path / "other") as other:
        imported(other, packed(tmp_path, xml))
        assert ["secret" in one.note for one in other.kept()] == [True, False]
        (document,) = other.documents()
        forget(other, plan(other, document.uuid), lambda *_: None)
        assert ["secret" in one.note for one in other.kept()] == [False]
        assert b"secret" not in other.path.read_bytes()


def test_a_project_that_is_nested_without_end_is_refused(tmp_path):
    deep = "<Case>" * 500 + "</Case>" * 500
    with empty(tmp_path / "other") as other, pytest.raises(DocumentError, match="nested too deeply"):
        imported(other, packed(tmp_path, project(more=f"<Cases>{deep}</Cases>")))


def test_what_is_kept_from_anywhere_leaves_a_sound_project(tmp_path):
    foreign = f"""<Project xmlns="{SPACE}" x:odd="1" xmlns:x="urn:x"><x:Other/><Sets><Set guid="{GUID.format("81")}"
 name="&lt;&quot;" x:odd="1"><x:Inner/><Description>a &amp; b</Description></Set></Sets></Project>"""
    kept = [foreign, "<no xml", "<Other/>", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>']
    records = [
        {"uuid": f"{number}0000000-0000-4000-8000-000000000000", "about": "kept:qdpx", "note": note}
        for number, note in enumerate(kept, 1)
    ]
    whole = {"format": "manicula", "version": 1, "memos": records}
    with empty(tmp_path / "other") as other:
        assert imported(other, written(tmp_path, "x.json", json.dumps(whole))).whole
        out = project_of(saved(other, "qdpx", tmp_path / "out.qdpx"))
        assert [(path.rpartition("/")[2], said, words) for path, said, words in shape(out)] == [
            ("Project", [("name", "Manicula")], ""),
            ("Sets", [], ""),
            ("Set", [("guid", GUID.format("81").upper()), ("name", '<"')], ""),
            ("Description", [], "a & b"),
        ]


def test_what_is_kept_is_no_memo_of_the_reader(tmp_path):
    xml = project(content="One line.", notes=f'<Sets><Set guid="{GUID.format("81")}" name="Set"/></Sets>')
    with empty(tmp_path / "other") as other:
        imported(other, packed(tmp_path, xml))
        assert (other.memos(), len(other.kept()), len(other.kept("qdpx")), other.kept("x")) == ([], 1, 1, [])
        json = written(tmp_path, "out.json", exported(other, "json"))
        with empty(tmp_path / "third") as third:
            imported(third, json)
            assert [one.note for one in third.kept()] == [one.note for one in other.kept()]
        other.undo()
        assert other.kept() == []
