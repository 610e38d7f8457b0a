from hypothesis import given
from hypothesis import strategies as st

from storage.model import Annotation, Range
from tui.reading.highlights import Highlights
from tui.widgets.cards import beside

spans = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda s: (s[0], s[0] + s[1])), max_size=20)


def make(pairs):
    return [Annotation(str(i), "d", ranges=(Range(*pair),)) for i, pair in enumerate(pairs)]


@given(spans, st.integers(0, 80), st.integers(0, 30))
def test_between_finds_what_a_scan_finds(pairs, start, length):
    end = start + length
    found = {mark.annotation.uuid for mark in Highlights(make(pairs)).between(start, end)}
    assert found == {str(i) for i, (a, b) in enumerate(pairs) if a < end and b > start and length}


@given(spans)
def test_walking_visits_every_mark_once_in_order(pairs):
    highlights = Highlights(make(pairs))
    seen, offset, active = [], -1, ""
    while (mark := highlights.after(offset, active)) is not None:
        seen.append(mark)
        offset, active = mark.start, mark.annotation.uuid
    assert seen == highlights.marks
    back = []
    offset, active = 10**6, ""
    while (mark := highlights.before(offset, active)) is not None:
        back.append(mark)
        offset, active = mark.start, mark.annotation.uuid
    assert back == highlights.marks[::-1]


def test_the_innermost_comes_first():
    highlights = Highlights(make([(0, 50), (10, 20), (12, 15)]))
    assert [mark.annotation.uuid for mark in highlights.at(13)] == ["2", "1", "0"]
    assert highlights.exactly(10, 20) is not None
    assert highlights.exactly(10, 21) is None


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 40)), max_size=12), st.integers(5, 60))
def test_cards_stand_in_order_without_touching_where_they_fit(cards, height):
    cards = sorted(cards, key=lambda card: card[1])
    heights, wanted = [tall for tall, _ in cards], [row for _, row in cards]
    tops = beside(heights, wanted, height)
    if sum(heights) + len(heights) <= height:
        assert all(top + tall < after for top, tall, after in zip(tops, heights, tops[1:], strict=False))
        assert all(top >= 0 and top + tall <= height for top, tall in zip(tops, heights, strict=True))


@given(spans, spans, st.data())
def test_mended_highlights_are_those_made_anew(pairs, more, data):
    before = make(pairs)
    gone = data.draw(st.lists(st.sampled_from(before), unique_by=id)) if before else []
    come = [one._replace(uuid=f"new {one.uuid}") for one in make(more)]
    mended = Highlights(before).changed(gone, come)
    anew = Highlights([one for one in before if one not in gone] + come)
    assert mended.marks == anew.marks
    for offset in range(0, 80, 7):
        assert mended.between(offset, offset + 5) == anew.between(offset, offset + 5)
