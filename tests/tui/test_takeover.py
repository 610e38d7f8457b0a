"""What was typed before the app was there is what it would have been afterwards."""

from __future__ import annotations

import os

import pytest
from textual import events

if os.name == "nt":
    pytest.skip("there is no such terminal", allow_module_level=True)

from tui.takeover import typed_ahead


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("", []),
        ("jjk", ["j", "j", "k"]),
        ("so\x1bq", ["s", "o", "escape", "q"]),
        ("\x1b", ["escape"]),
        ("\x1b\x1b", ["escape", "escape"]),
        ("\x1b[A\x1b[Bj", ["up", "down", "j"]),
        ("\x1bOPx", ["f1", "x"]),
        ("/a\r", ["slash", "a", "enter"]),
        ("/a\n", ["slash", "a", "enter"]),
        ("\x03é", ["ctrl+c", "é"]),
    ],
)
def test_keys_typed_ahead_are_the_keys_that_were_pressed(typed: str, keys: list[str]) -> None:
    found = [event.key for event in typed_ahead(typed) if isinstance(event, events.Key)]
    assert [key.replace("latin_small_letter_e_with_acute", "é") for key in found] == keys
