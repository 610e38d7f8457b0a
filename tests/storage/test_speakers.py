"""Turns of speakers in transcripts, and what asks for them."""

import pytest

from storage.exchange.entry import Collection
from storage.library import Library
from storage.places import Places
from storage.query import parse
from storage.readers import parse as read
from storage.speakers import Turns
from storage.text import Block, Meta, Text
from tests.storage import samples

TALK = "I: Where were you born?\nB: In Lodz.\nI: And then?\nB: We moved.\nOften.\n"
MEETING = "Minutes\n\nAnna: Hello\n\nBen: Hi\n\nMore of Ben.\n\nAnna: Yes\n\nNote: once\n\nBen: No\n"
CLOCKS = "[00:00:12] ANNA: Hello\n\n[00:00:15] BEN: Hi\n\n[0:01:15] ANNA: Yes\n\n[0:02:00] BEN: No\n\nOP: Once\n"
LINES = "Anna Meier  0:03\nHello you.\n\nBen  0:05\nHi!\n\nAnna Meier  0:10\nMore\n\n1:00:10 Ben\nEnd\n"


def turns(string, name="talk.txt"):
    text = read(string.encode() if isinstance(string, str) else string, name)
    return [(turn.speaker, turn.time, text.string[turn.words : turn.end]) for turn in Turns.of(text).turns]


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        (TALK, ["I||Where were you born?", "B||In Lodz.", "I||And then?", "B||We moved.\nOften."]),
        (MEETING, ["Anna||Hello", "Ben||Hi\n\nMore of Ben.", "Anna||Yes\n\nNote: once", "Ben||No"]),
        (CLOCKS, ["ANNA|00:00:12|Hello", "BEN|00:00:15|Hi", "ANNA|0:01:15|Yes", "BEN|0:02:00|No", "OP||Once"]),
        (LINES, ["Anna Meier|0:03|Hello you.", "Ben|0:05|Hi!", "Anna Meier|0:10|More", "Ben|1:00:10|End"]),
        (
            "S1 (laughs): A\n\nS2 [0:12]: B\n\ns1: C\n\nS1: D\n\nS2: E\n",
            ["S1||A", "S2|0:12|B\n\ns1: C", "S1||D", "S2||E"],
        ),
        ("0:01 One.\n\n0:05 Two!\n", ["|0:01|One.", "|0:05|Two!"]),
        ("甲：你好\n\n乙：好\n\n甲：再见\n\n乙：再见\n", ["甲||你好", "乙||好", "甲||再见", "乙||再见"]),
        ("Note: One.\n\nNote: Two.\n\nhttps://example.org/\n", []),
        ("note: One.\n\nsee: Two.\n\nnote: One.\n\nsee: Two.\n", []),
        ("Just words.\n\nAt 10:00 sharp.\n", []),
    ],
)
def test_turns_are_told_by_what_repeats_at_the_start_of_paragraphs(string, expected):
    assert ["|".join(turn) for turn in turns(string)] == expected


def test_a_turn_ends_at_a_heading():
    string = "A: x\n\n# Part\n\nWords.\n\nB: y\n\nA: z\n\nB: w\n"
    assert turns(string, "talk.md") == [("A", "", "x"), ("B", "", "y"), ("A", "", "z"), ("B", "", "w")]


def test_a_line_in_the_midst_of_a_wrapped_paragraph_needs_capitals():
    string = "ANNA: and so said the old\nKing: not now.\nBEN: yes, said the\nKing: now.\nANNA: no.\nBEN: well."
    text = Text(string, [Block(0, len(string))], meta=Meta(format="plain"), fill=60)
    assert [turn.speaker for turn in Turns.of(text).turns] == ["ANNA", "BEN", "ANNA", "BEN"]


def test_subtitles_have_their_speakers_and_times():
    cues = "".join(f"00:0{n}:00.000 --> 00:0{n}:02.000\n<v {name}>Words {n}.\n\n" for n, name in enumerate("AABA", 1))
    assert [turn[:2] for turn in turns(f"WEBVTT\n\n{cues}", "talk.vtt")] == [
        ("A", "0:01:00"), ("A", "0:02:00"), ("B", "0:03:00"), ("A", "0:04:00"),
    ]  # fmt: skip


def test_word_documents_have_turns():
    body = "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in ("I: One", "B: Two", "I: Three", "B: Four"))
    talk = samples.archive(samples.word_parts(body))
    assert turns(talk, "talk.docx") == [("I", "", "One"), ("B", "", "Two"), ("I", "", "Three"), ("B", "", "Four")]


@pytest.fixture
def talk(tmp_path):
    path = tmp_path / "talk.txt"
    path.write_text(CLOCKS)
    with Library.open(tmp_path / "library.json", state=tmp_path / "state") as library:
        document, _ = library.add(path)
        text = library.text(document)
        for words in ("Hello", "Hi", "Yes"):
            start = text.string.index(words)
            library.annotate(document.uuid, [(start, start + len(words))], text=text)
        library.annotate(document.uuid, [], note="page note", text=text)
        yield library


@pytest.mark.parametrize(
    ("query", "expected"),
    [("speaker:anna", ["Hello", "Yes"]), ("speaker:BEN", ["Hi"]), ("speaker:nna", []), ("-speaker:anna", ["", "Hi"])],
)
def test_annotations_are_found_by_who_speaks(talk, query, expected):
    assert [entry.annotation.exact for entry in Collection(talk, parse(query))] == expected


def test_a_place_says_who_speaks_and_when(talk):
    entries = list(Collection(talk, parse("speaker:ben")))
    assert str(entries[0].place).startswith("BEN, 00:00:15, ¶ 2")
    assert Places(None, 10).turns.turns == ()
