"""Taking a document over to a new version: fates, the report in words, and what moves along."""

from pathlib import Path

import pytest

from storage import readers
from storage.library import Library
from storage.model import DOUBTFUL, ReadingPosition, doubtful
from storage.renewal import Renewal, Report, StoppedError
from tests.storage.making import place

LEAD = "The council closed the old bridge on Monday."
PARTS = [
    "It rained for days and the river rose to the quay.",
    LEAD,
    "Nobody was hurt, said a spokeswoman in the afternoon.",
    LEAD,
    "The trams still ran along the other bank of the river.",
    "A choir sang in the square until the lights went out.",
    "The mayor will speak on Friday at the town hall.",
    "Shops along the quay stayed shut for the whole week.",
]


@pytest.fixture
def library(file: Path, state: Path) -> Library:
    return Library.open(file, state=state)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text("\n\n".join(PARTS))
    return path


def marked(library, path, *quotes):
    """Highlight (quote, nth) pairs and return the annotations."""
    text = readers.read(path)
    document = library.receive(path, text)
    return [library.annotate(document.uuid, [place(text.string, *quote)], text=text) for quote in quotes]


def renewed(library, path, parts):
    path.write_text("\n\n".join(parts))
    renewal = library.renewal(path, readers.read(path))
    renewal.run()
    return renewal


def changed():
    """Return the parts with the second lead gone, the spokeswoman's sentence reworded and the choir's moved."""
    parts = [*PARTS[:3], *PARTS[4:]]
    parts[2] = "Nobody was hurt, said the town's spokeswoman on Monday."
    parts.append(parts.pop(4))
    return parts


def test_every_fate_is_told_in_words(library, path):
    kept, edited, lost, moved, other = marked(
        library, path, (LEAD, 1), (PARTS[2],), (LEAD, 2), (PARTS[5],), (PARTS[6],)
    )
    renewal = renewed(library, path, changed())
    fates = {uuid: followed.fate for uuid, followed in renewal.fates.items()}
    assert fates == {
        kept.uuid: "kept",
        other.uuid: "kept",
        edited.uuid: "edited",
        lost.uuid: "lost",
        moved.uuid: "moved",
    }
    assert str(renewal.report).startswith("2 kept, 1 moved, 1 edited, 1 lost")
    assert renewal.report.total == 5


def test_nothing_is_written_until_it_is_taken_in_and_then_in_one_step(library, path):
    made = marked(library, path, (LEAD, 1), (PARTS[5],))
    renewal = renewed(library, path, changed())
    assert [library.annotation(one.uuid) for one in made] == made
    document = library.take_in(renewal)
    assert all(library.annotation(one.uuid).text == renewal.text.hash for one in made)
    outcome = library.undo()
    assert outcome.label == "new version"
    assert [library.annotation(one.uuid)._replace(updated=one.updated) for one in made] == made
    assert library.document(document.uuid).texts[-1] == renewal.text.hash


def test_what_is_annotated_while_it_runs_is_followed_too(library, path):
    (first,) = marked(library, path, (LEAD, 1))
    old = readers.read(path)
    renewal = renewed(library, path, changed())
    late = library.annotate(first.document, [place(old.string, PARTS[6])], text=old)
    library.edit(first.uuid, note="Said since.")
    library.take_in(renewal)
    found = library.annotation(late.uuid)
    assert renewal.text.string[found.start : found.end] == PARTS[6]
    assert (library.annotation(first.uuid).note, library.annotation(first.uuid).text) == (
        "Said since.",
        renewal.text.hash,
    )


def test_progress_is_told_and_the_work_can_be_given_up(library, path):
    marked(library, path, (LEAD, 1), (PARTS[5],))
    renewal = renewed(library, path, changed())
    again = Renewal(
        path,
        renewal.text,
        renewal.document,
        renewal.annotations,
        library.snapshots,
        version=renewal.version,
        places=True,
    )
    said: list[str] = []
    again.run(said.append)
    assert said[0].startswith("comparing both versions: ")
    assert said[-2:] == ["0 of 2 passages followed", "1 of 2 passages followed"]
    calls = iter([False, False, True])
    for stopped in (lambda: True, lambda: next(calls)):
        again = Renewal(
            *(path, renewal.text, renewal.document, renewal.annotations, library.snapshots),
            version=renewal.version,
            places=True,
        )
        with pytest.raises(StoppedError):
            again.run(stopped=stopped)


def test_doubt_stays_until_it_is_confirmed(library, path):
    (made,) = marked(library, path, (PARTS[2],))
    reworded = "Nobody was harmed, says the town's speaker in the afternoon."
    library.take_in(renewed(library, path, [reworded if part == PARTS[2] else part for part in PARTS]))
    first = library.annotation(made.uuid)
    assert first.exact == reworded
    assert doubtful(first)
    library.take_in(renewed(library, path, ["News.", *(reworded if part == PARTS[2] else part for part in PARTS)]))
    second = library.annotation(made.uuid)
    assert second.confidence == first.confidence < DOUBTFUL
    library.confirm(made.uuid)
    assert library.annotation(made.uuid).confidence == 1.0
    assert library.undo().label == "confirm"
    assert doubtful(library.annotation(made.uuid))


def test_an_orphan_stands_again_when_its_very_version_comes_back(library, path):
    (lost,) = marked(library, path, (LEAD, 2))
    library.take_in(renewed(library, path, changed()))
    assert library.annotation(lost.uuid).state == "orphan"
    renewal = renewed(library, path, PARTS)
    assert str(renewal.report) == "0 kept, 1 found again"
    library.take_in(renewal)
    assert library.annotation(lost.uuid)._replace(updated=lost.updated) == lost


def test_an_orphan_is_put_where_the_reader_says(library, path):
    (lost,) = marked(library, path, (LEAD, 2))
    renewal = renewed(library, path, changed())
    library.take_in(renewal)
    there = place(renewal.text.string, "the lights went out")
    found = library.relink(lost.uuid, [there], renewal.text)
    assert (found.state, found.exact, found.confidence) == ("anchored", "the lights went out", 1.0)
    assert library.undo().label == "relink"
    assert library.annotation(lost.uuid).state == "orphan"


def test_the_reading_position_and_bookmarks_stay_on_their_words(library, path):
    (made,) = marked(library, path, (LEAD, 1))
    at = readers.read(path).string.index(PARTS[6]) + 4
    library.save_position(ReadingPosition(made.document, "", at, at, at))
    renewal = renewed(library, path, ["A new beginning of the report, which is long.", *PARTS])
    library.take_in(renewal)
    position = library.position(made.document)
    assert renewal.text.string[position.caret :].startswith("mayor will speak")


def test_another_reader_s_text_of_the_same_file_is_followed_the_same_way(library, path):
    (made,) = marked(library, path, (PARTS[5],))
    text = readers.read(path)
    newer = type(text)(
        text.string.replace("\n\n", "\n\n\n"), text.blocks, reader="plain/99", file_hash=text.file_hash, meta=text.meta
    )
    renewal = library.renewal(path, newer)
    renewal.run()
    assert renewal.document.uuid == made.document
    library.take_in(renewal)
    found = library.annotation(made.uuid)
    assert newer.string[found.start : found.end] == PARTS[5]
    assert (found.reader, found.text, found.confidence) == ("plain/99", newer.hash, 1.0)


@pytest.mark.parametrize(
    ("fates", "words"),
    [({}, "0 kept"), ({"kept": 38, "moved": 3, "edited": 1, "lost": 1}, "38 kept, 3 moved, 1 edited, 1 lost")],
)
def test_the_report_in_words(fates, words):
    report = Report(())
    report.counts |= fates
    assert str(report) == words
