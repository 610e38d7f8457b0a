from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import UsageError
from storage.exchange.entry import Collection
from storage.library import Library
from storage.model import COLORS, Alternative, Annotation, Document, Link, Range
from storage.query import FIELDS, Subject, parse
from storage.text import Text

DOCUMENT = Document(
    "d",
    "Letters of Étienne",
    paths=("/home/papers/l.txt",),
    attributes={"age": 41, "site": "North", "day": "2026-01-31", "first name": "A"},
    state="done",
)
ANNOTATION = Annotation(
    "a",
    "d",
    ranges=(Range(0, 3),),
    exact="Nicolás said “no”\nto the two words",
    note="A draft — unsure",
    tags=("t1", "t2"),
    color="red",
    links=(Link("b", "supports"),),
    alternatives=(Alternative("note", "another", "d", 1),),
    updated="2026-01-15T10:00:00Z",
)
TAGS = ("source/official", "Claim", "date")
BARE = Annotation("b", "d", updated="2025-12-31T23:59:59Z")

MATCHING = [
    *["", "  ", "nicolas", "NICOLÁS", '"two words"', "“two words”", "to the", '"no" draft', "wor", "unsure*"],
    *["tag:source", "tag:source/official", "tag:OFFICIAL", "tag:claim", "tag:sour*", "tag:off*", "tag:source/"],
    *["colour:red", "color:RED", "has:note", "has:tag", "has:link", "has:colour", "has:color", "has:alternative"],
    *["is:highlight", "by:anna", "by:müller", "before:2026-02", "before:2027", "after:2026-01", "after:2026-01-15"],
    *["after:2026-01-15T10:00:00Z", "before:2026-01-15T11", "in:etienne", "in:papers", 'in:"of e"', "state:done"],
    *["doc.age>40", "doc.age>=41", "doc.age<41.5", "doc.age=41.0", "doc.age!=40", "doc.site=north", "doc.site:north"],
    *["doc.day>=2026-01", "doc.day<2026-02-01", "doc.age", 'doc."first name"=a', "doc.other!=x", "link:supports"],
    *["-tag:sourc", "-tag:draft", "-colour:blue", "-doc.other", '-"words two"', "-untagged:"],
    *["tag:source colour:red -by:bob nicolas", '"source/official"', "draft -final"],
]

NOT_MATCHING = [
    *["nikolas", '"words two"', "tag:off", "tag:sou", "tag:source/off", "colour:blue", "is:orphan", "is:note"],
    *["untagged:", "by:nna", "by:bob", "before:2026-01", "before:2026-01-15", "after:2026-02", "in:diary"],
    *["state:new", "doc.age>41", "doc.age<5", "doc.site=south", "doc.other", "doc.other=1", "doc.other<1"],
    *["link:source", "-nicolas", "-has:note", "-doc.age>40", "nicolas missing", "-tag:source"],
]


def matches(source: str, annotation: Annotation = ANNOTATION, tags: tuple[str, ...] = TAGS) -> bool:
    return parse(source).holds(Subject(annotation, DOCUMENT, tags, "Anna Müller"))


@pytest.mark.parametrize("source", MATCHING)
def test_it_matches(source: str) -> None:
    assert matches(source)


@pytest.mark.parametrize("source", NOT_MATCHING)
def test_it_does_not_match(source: str) -> None:
    assert not matches(source)


def test_a_query_says_which_fields_it_asks() -> None:
    asked = parse('-BY:carl has:link "link: tag:" doc.by=1')
    assert [name for name in FIELDS if asked.asks(name)] == ["has", "by"]
    assert asked.asks("link", "has")
    assert not parse("").asks(*FIELDS)


def test_a_page_note_without_anything() -> None:
    for source in ["is:note", "untagged:", "-has:note", "-has:tag", "before:2026", "-colour:red"]:
        assert matches(source, BARE, ())


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("foo:bar", "There is no foo: in queries. There are tag:, colour:, "),
        ("http://x", 'As words: "http://x"'),
        ('"not closed', "not closed"),
        ('tag:"not closed', "not closed"),
        ("tag:", "tag: needs a value, such as tag:source"),
        ("colour:mauve", "colour: can be yellow, green, .* or red; “mauve” is none"),
        ("has:", "has: can be note, tag, colour, color, alternative or link; it needs one"),
        ("is:lost", "is: can be orphan, doubtful, note or highlight; “lost” is none"),
        ("state:gone", "state: can be new, reading or done"),
        ("before:tomorrow", "before: takes a date such as 2026, 2026-01 or 2026-01-31, not “tomorrow”"),
        ("after:", "after: takes a date"),
        ("untagged:x", "write -tag:x"),
        ("by:", "by: needs a value"),
        ("-", "A - stands before the word"),
    ],
)
def test_what_is_wrong_is_said(source: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        parse(f"fine {source}")


def test_documents_are_asked_what_concerns_them() -> None:
    for source in ["", "state:done", "in:letters tag:anything", "doc.age>40", "etienne", "has:note -colour:red"]:
        assert parse(source).matches_document(DOCUMENT)
    for source in ["state:new", "-in:letters", "doc.age<40", "nicolas"]:
        assert not parse(source).matches_document(DOCUMENT)


def test_only_a_query_without_terms_is_empty() -> None:
    assert parse(" \t").empty
    assert not parse("x").empty


letters = st.text('aäb:/"“”-* .<>=!2é', max_size=20)


@given(
    letters | st.text(max_size=20) | st.lists(st.sampled_from([*FIELDS, ":", "doc.", "x", "-", '"', " "])).map("".join)
)
def test_anything_is_parsed_or_refused_with_a_sentence(source: str) -> None:
    with suppress(UsageError):
        query = parse(source)
        assert query.holds(Subject(ANNOTATION, DOCUMENT, TAGS)) in {True, False}
        assert query.matches_document(DOCUMENT) in {True, False}


terms = st.sampled_from([source for source in (*MATCHING, *NOT_MATCHING) if source.strip() and " " not in source])


@given(terms)
def test_a_minus_turns_a_term_round(term: str) -> None:
    turned = term[1:] if term.startswith("-") else f"-{term}"
    assert matches(turned) != matches(term)


@given(st.lists(terms, max_size=4), st.randoms())
def test_all_terms_must_match_in_any_order(parts: list[str], random) -> None:
    expected = all(matches(part) for part in parts)
    random.shuffle(parts)
    assert matches("  ".join(parts)) == expected


words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=6)


@given(st.lists(words, min_size=1, max_size=3), words, st.sampled_from(COLORS))
def test_what_an_annotation_has_finds_it(path: list[str], note: str, color: str) -> None:
    annotation = ANNOTATION._replace(note=f"x {note} y", color=color)
    tag = "/".join(path)
    for source in [f'"{note}"', f'tag:"{tag}"', f'tag:"{path[0]}"', f'tag:"{path[-1]}"', f"colour:{color}"]:
        assert matches(source, annotation, (tag,))


@given(st.dates(), st.integers(4, 10))
def test_before_and_after_part_the_time(date, length: int) -> None:
    said = date.isoformat()[: {5: 4, 6: 4, 8: 7, 9: 7}.get(length, length)]
    assert matches(f"before:{said}") != matches(f"after:{said}")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("colour:green", ["by its tag", "by the tag above"]),
        ("colour:red", ["its own"]),
        ("colour:yellow", ["none"]),
        ("has:colour", ["its own", "by its tag", "by the tag above"]),
        ("-has:colour", ["none"]),
    ],
)
def test_a_colour_is_what_is_seen(
    library: Library, document: Document, fox: Text, source: str, found: list[str]
) -> None:
    library.edit_tag(library.ensure_tag("source").uuid, color="green")
    library.ensure_tag("plain")
    for start, (note, color, tag) in enumerate(
        [
            ("its own", "red", "source"),
            ("by its tag", "", "source"),
            ("by the tag above", "", "source/official"),
            ("none", "", "plain"),
        ]
    ):
        library.annotate(document.uuid, [(start, start + 1)], tags=[tag], note=note, color=color, text=fox)
    assert [entry.annotation.note for entry in Collection(library, parse(source))] == found
