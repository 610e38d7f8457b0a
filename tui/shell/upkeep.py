"""The commands about the library itself: undo, redo, info, config."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.desk import declare_json, library_path, open_library
from tui.shell.output import complain, counted, say, say_json

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping


def declare_undo(parser: ArgumentParser) -> None:
    """Declare the arguments of ``undo``: none."""
    parser.description = "Take the last change back, also one made on the screen; manicula redo does it again."


def undo(args: Namespace) -> int:
    """Take the last change back."""
    return _step(args, "undo", "Undone")


def declare_redo(parser: ArgumentParser) -> None:
    """Declare the arguments of ``redo``: none."""
    parser.description = "Do the last undone change again."


def redo(args: Namespace) -> int:
    """Do the last undone change again."""
    return _step(args, "redo", "Done again")


def _step(args: Namespace, which: str, done: str) -> int:
    with open_library(args) as library:
        outcome = library.undo() if which == "undo" else library.redo()
    if outcome is None:
        complain(f"There is nothing to {which}.")
        return 1
    touched = f" ({counted(len(outcome.annotations), 'annotation')})" if outcome.annotations else ""
    say(f"{done}: {outcome.label}{touched}.")
    for sentence in outcome.skipped:
        complain(sentence)
    return 1 if outcome.skipped else 0


def info(args: Namespace) -> int:
    """Say where the library is, how large, and what is in it."""
    with open_library(args) as library:
        facts = library.info()
    if args.json:
        say_json(facts)
    else:
        _say_facts(facts)
    return 0


def show_config(args: Namespace) -> int:
    """Show the settings and places in use."""
    from storage import config, paths
    from tui.presets import keymap_of

    settings = config.load()
    seeds = paths.seeds_dir()
    facts = {
        **config.effective(settings),
        "library": str(library_path(args)),
        "file": str(paths.config_file()),
        "state": str(paths.state_dir()),
        "seeds": str(seeds) if seeds else None,
        "keymap": {command: list(keys) for command, keys in keymap_of(settings).keys.items()},
    }
    if args.json:
        say_json(facts)
    else:
        _say_facts(facts)
    return 0


def _say_facts(facts: Mapping[str, object], prefix: str = "") -> None:
    for name, value in facts.items():
        if isinstance(value, dict):
            _say_facts(value, f"{prefix}{name} ")
        elif isinstance(value, list):
            say(f"{prefix}{name}: {'  '.join(map(str, value)) or 'none'}")
        elif isinstance(value, bool):
            say(f"{prefix}{name}: {'yes' if value else 'no'}")
        else:
            say(f"{prefix}{name}: {'none' if value in {None, ''} else value}")


COMMANDS = {
    "undo": (declare_undo, undo),
    "redo": (declare_redo, redo),
    "info": (declare_json, info),
    "config": (declare_json, show_config),
}
