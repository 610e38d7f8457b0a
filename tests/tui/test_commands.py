from collections import Counter

from tui.actions import actions
from tui.commands import COMMANDS, GROUPS, INHERITS, LIST_GROUPS, in_scope, key_label, key_table, scopes_of


def test_ids_are_unique():
    assert [name for name, n in Counter(command.id for command in COMMANDS).items() if n > 1] == []


def test_every_command_has_words_for_people():
    for command in COMMANDS:
        assert command.title
        assert command.help.endswith("."), command.id
        assert command.scope in INHERITS
        assert command.id.partition(".")[0] in {*GROUPS, *LIST_GROUPS}


def test_no_key_twice_in_a_scope():
    for scope in INHERITS:
        keys = Counter(key for command in COMMANDS if command.scope == scope for key in command.keys)
        assert [key for key, n in keys.items() if n > 1] == []


def test_only_the_other_end_shadows_an_inherited_key():
    shadowed = set()
    for scope in INHERITS:
        own = {key for command in COMMANDS if command.scope == scope for key in command.keys}
        for parent in scopes_of(scope)[1:]:
            shadowed |= {
                (scope, key) for command in COMMANDS if command.scope == parent for key in command.keys if key in own
            }
    assert shadowed <= {("extend", "o"), ("reshape", "o")}


def test_every_command_has_an_action_and_every_action_a_command():
    assert set(actions()) == {command.id for command in COMMANDS}


def test_scopes_inherit():
    assert scopes_of("sidebar") == ["sidebar", "list", "global"]
    assert {"mark.undo", "list.down", "sidebar.edit"} <= {command.id for command in in_scope("sidebar")}


def test_labels():
    assert key_label("g g") == "gg"
    assert key_label("ctrl+d") == "ctrl+d"


def test_key_table_names_every_command():
    table = key_table()
    assert all(command.title in table for command in COMMANDS)
