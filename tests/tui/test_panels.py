import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.model import Tag
from tui.lineedit import LineEdit
from tui.panels.picker import narrow
from tui.panels.prompt import Prompt
from tui.panels.tags import TagPanel

TAGS = [Tag("1", "claim", key="1"), Tag("3", "source"), Tag("2", "source/official", key="2"), Tag("4", "méthode")]


def typed(panel, keys):
    for key in keys:
        panel.key(key, key if len(key) == 1 else None)


def picker(has=(), *, then_note=False):
    applied = []
    panel = TagPanel(TAGS, {}, has, lambda add, remove: applied.append((list(add), list(remove))), then_note=then_note)
    return panel, applied


@pytest.mark.parametrize(
    ("keys", "has", "expected"),
    [
        (["s", "o", "u", "enter"], (), (["source"], [])),
        (["o", "f", "f", "enter"], (), (["source/official"], [])),
        (["2"], (), (["source/official"], [])),
        (["m", "e", "t", "h", "enter"], (), (["méthode"], [])),
        (["n", "e", "w", "/", "b", "enter"], (), (["new/b"], [])),
        (["s", "o", "u", "r", "c", "e", "enter"], ("source",), ([], ["source"])),
        (["c", "tab", "o", "f", "f", "tab", "m", "e", "enter"], (), (["claim", "source/official", "méthode"], [])),
        (["c", "l", "tab", "enter"], (), (["claim"], [])),
        (["enter"], (), (["claim"], [])),
    ],
)
def test_picking_tags(keys, has, expected):
    panel, applied = picker(has)
    typed(panel, keys)
    assert applied == [expected]
    assert panel.closed


def test_annotate_goes_on_without_a_tag():
    panel, applied = picker(then_note=True)
    typed(panel, ["enter"])
    assert applied == [([], [])]


def test_esc_applies_nothing():
    panel, applied = picker()
    typed(panel, ["s", "esc"])
    assert applied == []
    assert panel.closed


def test_a_digit_without_a_tag_says_so():
    panel, applied = picker()
    typed(panel, ["9"])
    assert applied == []
    assert "9" in panel.problem


def test_a_leading_space_lets_a_name_begin_with_a_digit():
    panel, applied = picker()
    typed(panel, [" ", "9", "enter"])
    assert applied == [(["9"], [])]


def test_the_best_fit_comes_first():
    names = ["s-o-u-r-c-e", "resource", "open source", "a/source", "sourceful", "source", "sorcerer", "src"]
    best = ["source", "sourceful", "a/source", "open source", "resource", "s-o-u-r-c-e"]
    assert narrow("Source ", names, lambda name: name) == best
    assert narrow("", names, lambda name: name) == names
    assert narrow("xyz", names, lambda name: name) == []


def test_a_prompt_tells_what_is_typed_and_may_refuse():
    seen: list[str] = []

    def hear(value: str) -> str:
        seen.append(value)
        return ""

    prompt = Prompt("find:", typed=hear, accept=lambda value: "no" if value == "a" else None)
    typed(prompt, ["a", "enter"])
    assert (seen, prompt.problem, prompt.closed) == (["a"], "no", False)
    typed(prompt, ["b", "enter"])
    assert (seen, prompt.closed) == (["a", "ab"], True)


@given(
    st.lists(
        st.sampled_from(
            [
                "left",
                "right",
                "backspace",
                "delete",
                "home",
                "end",
                "ctrl+w",
                "ctrl+u",
                "ctrl+k",
                "a",
                "é",
                "/",
                " ",
                "👩‍👧",
            ]
        )
    )
)
def test_a_line_keeps_its_cursor_inside(keys):
    line = LineEdit()
    for key in keys:
        if not line.key(key):
            line.insert(key)
        assert 0 <= line.cursor <= len(line.value)


def test_deleting_takes_whole_clusters():
    line = LineEdit("e\u0301👩‍👧")
    line.backspace()
    assert line.value == "e\u0301"
    line.backspace()
    assert line.value == ""
