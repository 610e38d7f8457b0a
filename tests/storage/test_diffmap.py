"""Following passages from one version of a text to another."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.diffmap import DiffMap, reanchor

ROOT = Path(__file__).resolve().parents[2]

WORDS = [
    "river",
    "stone",
    "market",
    "engine",
    "letter",
    "window",
    "garden",
    "shadow",
    "paper",
    "silver",
    "bridge",
    "music",
    "copper",
    "valley",
    "winter",
]
LEAD = "The council closed the old bridge on Monday because the river had risen."
THAI = "สภาเมืองปิดสะพานเก่าในวันจันทร์เพราะแม่น้ำสูงขึ้น"
CHINESE = "市议会星期一关闭了旧桥因为河水上涨。"
JAPANESE = "市議会は月曜日に古い橋を閉鎖した。"


def seeded(number):
    return random.Random(number)  # texts that are the same at every run, nothing secret


def follow(old, new, passage, nth=0):
    """Return what `passage` of `old`, where it stands for the nth time, is in `new`, and the confidence."""
    start = -1
    for _ in range(nth + 1):
        start = old.index(passage, start + 1)
    place = reanchor(old, new, start, start + len(passage))
    return place and (new[place[0] : place[1]], place[2])


def sentence(rng):
    words = [rng.choice(WORDS) + str(rng.randrange(400)) for _ in range(rng.randint(6, 14))]
    return " ".join(words).capitalize() + "."


def paragraphs(rng, count):
    return [[sentence(rng) for _ in range(rng.randint(2, 4))] for _ in range(count)]


def text_of(document):
    return "\n\n".join(" ".join(paragraph) for paragraph in document)


def test_identical_texts_keep_every_place():
    assert reanchor.batch(LEAD, LEAD, [(4, 11), (0, len(LEAD))]) == [(4, 11, 1.0), (0, len(LEAD), 1.0)]


def test_nothing_is_left_in_an_empty_text():
    assert reanchor.batch(LEAD, "", [(4, 11), (0, len(LEAD))]) == [None, None]
    assert reanchor("", LEAD, 0, 0) is None


def test_white_space_is_free():
    reflowed = LEAD.replace(" ", "\n  ")
    assert follow(LEAD, f"New first line.\n{reflowed}", "the old bridge on Monday") == (
        "the\n  old\n  bridge\n  on\n  Monday",
        1.0,
    )


def test_quotation_marks_and_dashes_of_another_shape_are_the_same():
    assert follow("He said 'no' - twice.", "First. He said ‘no’ – twice.", "'no' - twice") == ("‘no’ – twice", 1.0)


def test_parts_of_words_and_spaces_at_the_edges_stay():
    new = f"It was so: {LEAD}"
    assert follow(LEAD, new, "ridge on Mon") == ("ridge on Mon", 1.0)
    assert follow(LEAD, new, " bridge ") == (" bridge ", 1.0)


@pytest.mark.parametrize("gone", [0, 1])
def test_of_two_equal_sentences_the_one_that_is_left_keeps_its_highlight(gone):
    between = "Nobody was hurt, said a spokeswoman, and the trams still ran along the other bank."
    parts = ["It rained for days.", LEAD, between, LEAD, "The mayor will speak on Friday."]
    old = " ".join(parts)
    del parts[3 if gone else 1]
    new = " ".join(parts)
    starts = old.index(LEAD), old.rindex(LEAD)
    places = reanchor.batch(old, new, [(start, start + len(LEAD)) for start in starts])
    assert places[gone] is None
    assert places[1 - gone] == (new.index(LEAD), new.index(LEAD) + len(LEAD), 1.0)


def test_repeated_passages_are_told_apart_by_order():
    rng = seeded(5)
    parts = [part for _ in range(6) for part in (LEAD, sentence(rng))]
    old, new = " ".join(parts), " ".join([sentence(rng), *parts[:4], sentence(rng), *parts[4:]])
    spans = [(at, at + len(LEAD)) for at in range(len(old)) if old.startswith(LEAD, at)]
    wanted = [(at, at + len(LEAD)) for at in range(len(new)) if new.startswith(LEAD, at)]
    assert [place and place[:2] for place in reanchor.batch(old, new, spans)] == wanted


def test_an_edited_passage_is_followed_with_less_confidence():
    rng = seeded(1)
    before, after = text_of(paragraphs(rng, 3)), text_of(paragraphs(rng, 3))
    edited = "The council has closed the old stone bridge since Monday because the river had risen."
    found = follow(f"{before}\n\n{LEAD}\n\n{after}", f"{before}\n\n{edited}\n\n{after}", LEAD)
    assert found
    assert found[0] == edited
    assert 0.6 < found[1] < 0.95


def test_what_is_put_in_behind_a_sentence_is_not_of_it():
    new = LEAD + " It may open again in May. Nobody knows."
    assert follow(LEAD + " Nobody knows.", new, LEAD) == (LEAD, 1.0)


def test_a_deleted_passage_is_not_put_elsewhere():
    rng = seeded(2)
    document = paragraphs(rng, 12)
    old = text_of(document)
    lost = document[5][0]
    assert follow(old, old.replace(lost, ""), lost) is None
    assert follow(old, old.replace(lost, sentence(rng)), lost) is None


def test_a_moved_paragraph_is_found_and_doubted_a_little():
    document = paragraphs(seeded(3), 20)
    old, moved = text_of(document), document[4][0]
    document.insert(16, document.pop(4))
    found = follow(old, text_of(document), moved)
    assert found
    assert found[0] == moved
    assert 0.8 < found[1] < 1


@pytest.mark.parametrize("passage", [THAI, CHINESE, JAPANESE])
def test_scripts_without_spaces(passage):
    rng = seeded(4)
    letters = sorted({*THAI, *CHINESE, *JAPANESE})

    def other():
        return "".join(rng.choices(letters, k=60))

    first, second, third = other(), other(), other()
    old = first + passage + second
    inner = passage[3:-3]
    assert follow(old, third + first + passage + second, inner) == (inner, 1.0)
    edited = passage[:6] + passage[8:]
    found = follow(old, first + edited + second, passage)
    assert found
    assert found[0] == edited
    assert follow(old, first + second, passage) is None
    assert follow(old + third, first + third + passage + second, passage) == (passage, pytest.approx(0.9, abs=0.11))


EDITS = st.lists(st.tuples(st.sampled_from(["keep", "delete", "insert", "reflow", "edit"]), st.integers(0, 99)))


@settings(max_examples=60, derandomize=True)
@given(st.integers(0, 10_000), EDITS)
def test_random_edits_whose_truth_is_known(seed, edits):
    rng = seeded(seed)
    old_parts, new_parts, truth = [], [], []
    for number in range(30):
        kind, choice = edits[number % len(edits)] if edits else ("keep", 0)
        part = sentence(rng)
        words = part.split(" ")
        new = part
        if kind == "delete" and choice < 50:
            new = ""
        elif kind == "insert":
            new_parts.append(sentence(rng))
        elif kind == "reflow":
            new = "\n".join(words)
        elif kind == "edit" and 0 < (at := choice % len(words)) < len(words) - 1:
            new = " ".join([*words[:at], "otherwise", *words[at + 1 :]])
        old_parts.append(part)
        if new:
            new_parts.append(new)
        truth.append(new)
    old, new_text = "\n".join(old_parts), "\n".join(new_parts)
    spans = [(old.index(part), old.index(part) + len(part)) for part in old_parts]
    found = [place and new_text[place[0] : place[1]] for place in reanchor.batch(old, new_text, spans)]
    assert [part or "" for part in found] == truth


@settings(max_examples=100, derandomize=True)
@given(st.text("ab c\n.\u0e01\u4e00", max_size=80), st.text("ab c\n.\u0e01\u4e00", max_size=80), st.data())
def test_any_two_texts_give_ranges_of_the_new_one(old, new, data):
    start = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(start, len(old)))
    place = reanchor(old, new, start, end)
    if place:
        assert 0 <= place[0] < place[1] <= len(new) or old == new
        assert 0 < place[2] <= 1
        assert place[2] < 1 or new[place[0] : place[1]].split() == old[start:end].split() or old != new


@settings(max_examples=40, derandomize=True)
@given(st.text("abcd ", max_size=200), st.text("abcd ", max_size=200))
def test_partners_are_equal_tokens_and_none_has_two(old, new):
    mapped = DiffMap(old, new)
    partners = [partner for partner in mapped.partners if partner >= 0]
    assert len(set(partners)) == len(partners)
    for at, partner in enumerate(mapped.partners):
        assert partner < 0 or mapped.old.ids[at] == mapped.new.ids[partner]


def test_nothing_slow_is_imported_before_it_is_needed():
    code = "import sys, storage.diffmap, storage.fuzzy; print('rapidfuzz' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_offsets_go_along_with_their_words():
    rng = seeded(6)
    document = paragraphs(rng, 8)
    old, gone = text_of(document), document[3][0]
    new = "Something new.\n\n" + old.replace(gone, "")
    mapped = DiffMap(old, new)
    inside = old.index(document[5][0]) + 3
    assert new[mapped.offset(inside) :][:20] == old[inside : inside + 20]
    assert new[mapped.offset(old.index(gone) + 2) :].startswith(document[3][1])
    assert mapped.offset(len(old)) == len(new)
    assert DiffMap(old, "").offset(5) == 0


def test_the_share_of_work_done_is_told_and_never_falls():
    rng = seeded(7)
    document = paragraphs(rng, 300)
    told: list[float] = []
    DiffMap(text_of(document), text_of([*document[100:], *paragraphs(rng, 40), *document[:60]]), told.append)
    assert told == sorted(told)
    assert 0 <= told[0] < told[-1] <= 1


def test_an_alignment_is_turned_round():
    rng = seeded(8)
    document = paragraphs(rng, 10)
    old = text_of(document)
    reworded = document[6][0].replace(" ", " really ", 2)
    moved = document[2][0]
    document[6][0] = reworded
    document.append(document.pop(2))
    new = text_of(document)
    back = DiffMap(old, new).turn()
    start = new.index(moved)
    place = back.place(start, start + len(moved))
    assert place is not None
    assert old[place[0] : place[1]] == moved
    start = new.index(reworded)
    place = back.place(start, start + len(reworded))
    assert place is not None
    assert old[place[0] : place[1]] == reworded.replace(" really ", " ")


SCRIPTS = {
    "latin": ("", " ", "."),
    "chinese": ("".join(map(chr, range(0x4E00, 0x4F00))), "", "。"),
    "japanese": ("".join(map(chr, range(0x3042, 0x3094))), "", "。"),
    "thai": ("".join(map(chr, range(0x0E01, 0x0E2F))), "", " "),
}


def phrase(rng, script):
    letters, space, stop = SCRIPTS[script]
    if not letters:
        return sentence(rng)
    return space.join(rng.choices(letters, k=rng.randint(18, 40))) + stop


@pytest.mark.parametrize("script", SCRIPTS)
@settings(max_examples=25, derandomize=True)
@given(number=st.integers(0, 10_000), edits=st.integers(1, 12))
def test_random_edits_in_every_script(script, number, edits):
    """Sentences are deleted, put in, and moved at random; each is found where it went, or not at all."""
    rng = seeded(number)
    old_parts = [phrase(rng, script) for _ in range(40)]
    parts = list(old_parts)
    for _ in range(edits):
        kind, at = rng.choice(["delete", "insert", "move"]), rng.randrange(len(parts))
        if kind == "delete":
            del parts[at]
        elif kind == "insert":
            parts.insert(at, phrase(rng, script))
        else:
            parts.insert(rng.randrange(len(parts)), parts.pop(at))
    old, new = "\n".join(old_parts), "\n".join(parts)
    spans, at = [], 0
    for part in old_parts:
        spans.append((at, at + len(part)))
        at += len(part) + 1
    for part, place in zip(old_parts, reanchor.batch(old, new, spans), strict=True):
        if part in parts:
            assert place is not None
            assert new[place[0] : place[1]].strip(" \n.。") == part.strip(" .。")
        else:
            assert place is None


HARD = {
    "nothing in common": "a, b = (' '.join(map(str, range(first, first + 60_000))) for first in (0, 10**6))",
    "a few words again and again": (
        "import random; r = random.Random(1); a, b = (' '.join(r.choices('abcdefgh', k=60_000)) for _ in 'ab')"
    ),
}


PEAK = """
import pathlib, re, resource, sys
status = pathlib.Path("/proc/self/status")
if status.exists():  # what the parent had counts in getrusage there
    print(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1])
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1))
"""
"""Prints the kilobytes of memory that the process had at most."""


@pytest.mark.parametrize("texts", HARD.values(), ids=HARD)
def test_memory_does_not_grow_with_the_square_of_the_length(texts):
    """60,000 words against 60,000: a matrix of them would be 3.6 thousand million cells."""
    code = f"{texts}; from storage.diffmap import DiffMap; DiffMap(a, b)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{PEAK}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 250 * 1024
