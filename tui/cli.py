"""The `manicula` command: finds out what was asked for and imports only that.

Owns the grammar of the command line, the exit codes and what becomes of errors. Nothing heavy is imported here:
``--help``, ``--version`` and a mistyped command must answer at once, and the screen is loaded only to be opened.
"""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False  # `typing` itself would cost a fifth of the time that a usage error may take
if TYPE_CHECKING:
    from argparse import ArgumentParser

VERSION = "0.1.0"

DONE, FAILED, USAGE, UNUSABLE, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes: all done; part of it failed; not understood; the library cannot be used; interrupted."""

COMMANDS = {
    "add": ("adding", "Add files, and the readable files of folders."),
    "list": ("documents", "List the documents: number, annotations, state, title, path."),
    "show": ("documents", "Show what is known of and marked in a document, or its text."),
    "set": ("describing", "Set attributes and states of documents: k=v, or a CSV file."),
    "open": ("screen", "Open the screen at a document or an annotation."),
    "annotate": ("annotating", "Highlight a passage; tag it, note on it."),
    "annotations": ("annotating", "List annotations: id, document, place, tags, quote, note."),
    "refresh": ("refreshing", "Read changed files again; annotations go along or say so."),
    "search": ("searching", "Search the texts, titles and notes of the whole library."),
    "repeats": ("repeats", "List the sentences that stand in several documents."),
    "concordance": ("concordance", "List the places of a word, expression or tag in context."),
    "tags": ("annotating", "List the tags: number of annotations, path."),
    "count": ("counting", "Count tags, documents, creators, what stands together."),
    "names": ("naming", "List the names proposed from all texts; --accept tags them."),
    "dates": ("naming", "List the dates in a document; --accept marks them."),
    "timeline": ("naming", "List what is dated, in the order of time."),
    "disagreements": ("counting", "List where creators disagree on a tag."),
    "export": ("exporting", "Take annotations away, in any of two dozen formats."),
    "import": ("importing", "Bring annotations in, of Manicula or other programs."),
    "undo": ("upkeep", "Take the last change back."),
    "redo": ("upkeep", "Do the last undone change again."),
    "merge": ("merging", "Merge other copies of the library into this one."),
    "merge-driver": ("merging", "Merge versions of a library file for git."),
    "choose": ("choosing", "Choose among what several devices wrote at the same time."),
    "info": ("upkeep", "Say where the library is, how large, and what is in it."),
    "check": ("care", "Look through the library for damage; --repair mends it."),
    "pack": ("packing", "Pack library, texts and documents into one zip file."),
    "unpack": ("packing", "Make a library of a pack, in an empty place."),
    "forget": ("care", "Remove a document, its text and notes from everywhere, for good."),
    "config": ("upkeep", "Show the settings and places in use."),
}
"""The subcommands: the module of `tui.shell` that has each, and what it does."""

HELP = """\
usage: manicula [--library FILE] [PATH ...]
       manicula COMMAND [ARGUMENT ...]

Read in the terminal; highlight, tag and note. With files or folders, or with
nothing, the screen opens. Everything is also done by a command, line by line;
they print plain lines and never need the screen.

commands:
{commands}

options:
  --library FILE  the library to use; otherwise that of the variable
                  MANICULA_LIBRARY, otherwise the one in the usual place
  --version       say which version this is
  --help          say this; manicula COMMAND --help says more of one command

A file that is named like a command is opened with its folder: manicula ./list

Exit codes: 0 done, 1 part of it failed (standard error says what), 2 not
understood, 3 the library cannot be used.
"""

NO_TERMINAL = """\
The screen needs a terminal, and there is none here. The same work is done line by line:
  manicula add FILE
  manicula show 1 --sentences
  manicula annotate 1 --sentence 3 --tag source/official --note "Check this."
  manicula export --format markdown
manicula --help lists all commands."""


_SHORT_LIFE = (100_000, 50, 100)
"""Thresholds of the garbage collector: a command ends before collecting would pay."""


def main(argv: list[str] | None = None) -> int:
    """Run the command line `argv`, by default that of the process without its name, and return the exit code."""
    _prepare_streams()
    if argv is None:
        gc.set_threshold(*_SHORT_LIFE)
    try:
        status = _dispatch(list(sys.argv[1:] if argv is None else argv))
        if sys.stdout is not None:
            sys.stdout.flush()
    except SystemExit as leaving:  # argparse has said what there was to say
        return leaving.code if isinstance(leaving.code, int) else FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return DONE
    except OSError as error:
        _drop_output()
        _complain(f"{error.filename or 'The output'} cannot be written or read: {error.strerror or error}.")
        return FAILED
    finally:
        _restore()
    return status


def _dispatch(words: list[str]) -> int:
    before, rest = _split(words)
    word = rest[0] if rest else ""
    if "--version" in before:
        print(f"manicula {VERSION}")
        return DONE
    if word in COMMANDS:
        return _command(word, before + rest[1:])
    if "--help" in words or "-h" in words:
        commands = "\n".join(f"  {name:<13} {summary}" for name, (_, summary) in COMMANDS.items())
        print(HELP.format(commands=commands), end="")
        return DONE
    if word not in {"", "--"} and not os.path.lexists(word):
        return _unknown(word)
    _prepaint(before, rest)
    return _command("open", [*before, *rest], paths=True)


def _prepaint(before: list[str], paths: list[str]) -> None:
    """Show what was last seen of what is going to be opened, where that is known at once."""
    if (not before or (len(before) == 2 and before[0] == "--library")) and "--" not in paths:  # noqa: PLR2004  # FILE
        from tui import prepaint

        prepaint.show(before[1] if before else "", paths)
        prepaint.mind_signals()


def _restore() -> None:
    """Give the terminal back where nobody came to use it."""
    prepaint = sys.modules.get("tui.prepaint")
    if prepaint is not None:
        prepaint.abandon()


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """Split `words` before the first that is neither an option nor an option's value."""
    index = 0
    while index < len(words) and words[index].startswith("-") and words[index] not in {"-", "--"}:
        index += 2 if words[index] == "--library" else 1
    return words[:index], words[index:]


def _command(name: str, words: list[str], *, paths: bool = False) -> int:
    """Run the subcommand `name`; `paths` means the screen opened without naming a command."""
    from importlib import import_module

    module, summary = COMMANDS[name]
    declare, run = import_module(f"tui.shell.{module}").COMMANDS["" if paths else name]
    parser = _parser("manicula" if paths else f"manicula {name}", summary)
    declare(parser)
    args = parser.parse_args(words)

    from storage.errors import LibraryError, ManiculaError, UsageError

    try:
        return int(run(args))
    except ManiculaError as error:
        _complain(str(error))
        return UNUSABLE if isinstance(error, LibraryError) else USAGE if isinstance(error, UsageError) else FAILED


def _parser(program: str, summary: str) -> ArgumentParser:
    """Return a parser with what every command takes; its help is plain and 80 columns wide, whatever the terminal."""
    import argparse

    argparse.__dict__["_"] = str  # Python brings no translations of it; looking for them in vain takes over 1 ms
    parser = argparse.ArgumentParser(
        prog=program,
        description=summary,
        allow_abbrev=False,
        formatter_class=lambda prog: argparse.HelpFormatter(prog, width=80),
    )
    parser.color = False  # type: ignore[attr-defined,unused-ignore]  # Python 3.14 has it; colour imports dataclasses
    parser.add_argument("--library", metavar="FILE", help="the library to use")
    return parser


def _unknown(word: str) -> int:
    """Say that `word` is neither a command nor a file, and what may have been meant."""
    if "." in word or "/" in word or os.sep in word:
        _complain(f"There is no file {word}.")
        return FAILED
    from difflib import get_close_matches

    close = get_close_matches(word, COMMANDS, n=1)
    hint = f"Did you mean manicula {close[0]}?" if close else "manicula --help lists the commands."
    _complain(f"There is no command and no file {word}. {hint}")
    return USAGE


def _complain(message: str) -> None:
    _restore()
    from tui.shell.output import complain

    complain(message)


def _prepare_streams() -> None:
    """Let no character that the terminal's encoding lacks end the program."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Point standard output at nothing, so that Python does not fail once more on it while leaving."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):  # there is no such descriptor, as under a test
        return


if __name__ == "__main__":
    sys.exit(main())
