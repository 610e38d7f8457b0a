import pytest

from tests import marked
from tui.reading.selection import Selection


@pytest.mark.parametrize("written", ["the [quick|] fox", "the [|quick] fox", "the |quick fox", "|", "[all|]"])
def test_marked_strings_say_the_same_both_ways(written):
    assert marked.show(*marked.parse(written)) == written


def test_a_selection_reaches_from_the_smaller_to_the_larger_end():
    backwards = Selection(9, 4)
    assert (backwards.start, backwards.end, backwards.empty) == (4, 9, False)
    assert backwards.flip() == Selection(4, 9)
    assert backwards.extend(9).empty
    assert backwards.move(2) == Selection(2, 2)
