import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import UsageError
from tui.commands import BY_ID
from tui.keys import LARGEST_COUNT, Keymap, Machine, Run, Unknown, Waiting, key_name


def feed(keys: str, scope: str = "reader") -> list[object]:
    machine = Machine(Keymap())
    return [machine.feed(scope, key) for key in keys.split()]


@pytest.mark.parametrize(
    ("keys", "scope", "command", "times", "argument"),
    [
        ("j", "reader", "move.down", 0, ""),
        ("3 )", "reader", "move.sentence_next", 3, ""),
        ("1 0 j", "reader", "move.down", 10, ""),
        ("0", "reader", "move.row_start", 0, ""),
        ("g g", "reader", "move.document_start", 0, ""),
        ("] ]", "reader", "move.section_next", 0, ""),
        ("2 ] h", "reader", "move.highlight_next", 2, ""),
        ("c r", "reader", "mark.color", 0, "r"),
        ("i q", "extend", "select.inside", 0, "q"),
        ("o", "extend", "select.other_end", 0, ""),
        ("o", "reader", "pane.open", 0, ""),
        ("j", "sidebar", "list.down", 0, ""),
        ("u", "sidebar", "mark.undo", 0, ""),
    ],
)
def test_keys_run_commands(keys, scope, command, times, argument):
    assert feed(keys, scope)[-1] == Run(BY_ID[command], times, argument)


def test_waiting_shows_what_was_typed():
    assert feed("3 g")[-1] == Waiting("3g")
    assert feed("c")[-1] == Waiting("c")


def test_unknown_keys_are_named_and_forgotten():
    machine = Machine(Keymap())
    machine.feed("reader", "g")
    assert machine.feed("reader", "q") == Unknown("gq")
    assert machine.feed("reader", "j") == Run(BY_ID["move.down"])


def test_esc_forgets_a_count():
    machine = Machine(Keymap())
    machine.feed("reader", "4")
    assert machine.feed("reader", "esc") == Unknown("")
    assert machine.feed("reader", "j") == Run(BY_ID["move.down"])


def test_a_count_has_a_limit():
    machine = Machine(Keymap())
    for _ in range(30):
        machine.feed("reader", "9")
    assert machine.feed("reader", "j") == Run(BY_ID["move.down"], LARGEST_COUNT)


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        ({"mark.fly": ["x"]}, "no command"),
        ({"mark.tag": ["a"]}, "given to both"),
        ({"mark.tag": ["g"]}, "hides longer"),
    ],
)
def test_bad_keymaps_are_refused(overrides, says):
    with pytest.raises(UsageError, match=says):
        Keymap(overrides)


def test_own_keys_replace_the_defaults():
    machine = Machine(Keymap({"mark.tag": ["Q"]}))
    assert machine.feed("reader", "Q") == Run(BY_ID["mark.tag"])
    assert machine.feed("reader", "t") == Unknown("t")


@pytest.mark.parametrize(
    ("key", "character", "name"),
    [
        ("right_parenthesis", ")", ")"),
        ("space", " ", "space"),
        ("escape", "\x1b", "esc"),
        ("G", "G", "G"),
        ("f1", None, "f1"),
    ],
)
def test_key_names(key, character, name):
    assert key_name(key, character) == name


@given(st.lists(st.sampled_from([*"0123456789gc[]jhqn)", "esc", "enter", "ctrl+d"]), max_size=30))
def test_any_keys_leave_a_machine_that_works(keys):
    machine = Machine(Keymap())
    for key in keys:
        machine.feed("reader", key)
    machine.feed("reader", "esc")
    machine.reset()
    assert machine.feed("reader", "j") == Run(BY_ID["move.down"])
