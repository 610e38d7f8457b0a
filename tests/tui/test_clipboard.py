import os
from pathlib import Path

from textual.app import App

from storage import paths
from tui import clipboard


class Terminal(App[None]):
    def __init__(self):
        super().__init__()
        self.sent: list[str] = []

    def copy_to_clipboard(self, text):
        self.sent.append(text)


def test_over_ssh_it_says_that_the_terminal_was_asked_and_keeps_a_file(monkeypatch):
    monkeypatch.setenv("SSH_CONNECTION", "1")
    terminal = Terminal()
    message = clipboard.copy(terminal, "two words")
    assert terminal.sent == ["two words"]
    assert message.startswith("Sent 2 words to the terminal")
    assert (paths.state_dir() / "last-copy.txt").read_text(encoding="utf-8") == "two words"


def test_a_local_program_gets_the_words(monkeypatch, tmp_path):
    for name in ("SSH_CONNECTION", "TMUX", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    program = tmp_path / "xclip"
    got = tmp_path / "got"
    program.write_text(f"#!/bin/sh\ncat > {got}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    terminal = Terminal()
    assert clipboard.copy(terminal, "one") == "Copied 1 word with xclip"
    assert Path(got).read_text(encoding="utf-8") == "one"
    assert terminal.sent == []
