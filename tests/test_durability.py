"""Nothing is written but through `storage.files`, which writes whole, synced and private: held by reading the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

WRITING_METHODS = {"write_text", "write_bytes", "touch", "hardlink_to", "symlink_to", "truncate"}
RENAMING_METHODS = {"rename"}
MODULE_CALLS = {
    "os": {"open", "replace", "rename", "link", "write", "ftruncate", "truncate", "makedirs", "mkdir"},
    "shutil": {"copy", "copy2", "copyfile", "copytree", "move", "copyfileobj"},
    "tempfile": {"mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryFile", "TemporaryDirectory"},
}
READING = {"r", "rb", "rt", "b", ""}

EXCUSED = {
    ("storage/exchange/destination.py", "writing"): "a pipe or a device is written as it is",
    ("storage/exchange/destination.py", "_replacing"): "the file of `files.whole` again, with a larger buffer",
    ("storage/exchange/xlsx.py", "dump"): "the parts of a workbook, in a private folder that goes with the export",
    ("storage/journal.py", "append"): "the journal's own line, synced there, and cut off again where that fails",
    ("storage/journal.py", "_opened"): "the same",
    ("storage/journal.py", "_sync"): "the same",
    ("storage/lock.py", "_lock_file"): "a lock holds nothing",
    ("storage/lock.py", "_present"): "the same",
    ("storage/backups.py", "set_aside"): "a whole file moves into the backups under a name of its own",
    ("storage/readers/forks.py", "_reap"): "a socket",
    ("storage/unpacking.py", "_place"): "folders of whole, synced files move to where nothing is",
    ("tui/outside.py", "show_bytes"): "a picture for another program, in a private folder that goes when Manicula ends",
    ("tui/cli.py", "_drop_output"): "the null device",
    ("tui/prepaint.py", "_write"): "the terminal",
}
"""Where else something is opened to be written, or renamed, and why that is right."""


def offences(source: str) -> Iterator[tuple[str, str]]:
    """Yield the function and the code of each call that writes, renames, or makes a file."""
    for function, node in _calls(ast.parse(source), "module"):
        if _writes(node):
            yield function, ast.unparse(node)


def _calls(node: ast.AST, function: str) -> Iterator[tuple[str, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        name = child.name if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)) else function
        if isinstance(child, ast.Call):
            yield name, child
        yield from _calls(child, name)


def _writes(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id=module), attr=name) if module in MODULE_CALLS:
            return name in MODULE_CALLS[module] and not (name == "open" and _reads_only(call))
        case ast.Name(id="open"):
            return any(map(_changes, [*_named_mode(call), *call.args[1:2]]))
        case ast.Attribute(attr="open"):  # of a path, or of much else that has such a method
            literal = [mode for mode in call.args[:1] if isinstance(mode, ast.Constant)]
            return any(map(_changes, [*_named_mode(call), *literal]))
        case ast.Attribute(attr=name):
            return name in WRITING_METHODS | RENAMING_METHODS or (name == "replace" and len(call.args) == 1)
    return False


def _named_mode(call: ast.Call) -> list[ast.expr]:
    return [word.value for word in call.keywords if word.arg == "mode"]


def _changes(mode: ast.expr) -> bool:
    """Tell whether a file is opened to be written; a mode that is no literal counts as if it were."""
    return not isinstance(mode, ast.Constant) or (set(str(mode.value)) <= set("rwaxbt+") and mode.value not in READING)


def _reads_only(call: ast.Call) -> bool:
    """Tell whether the flags of ``os.open`` make nothing and change nothing."""
    flags = {node.attr for argument in call.args[1:2] for node in ast.walk(argument) if isinstance(node, ast.Attribute)}
    return "O_RDONLY" in flags and not flags & {"O_CREAT", "O_TRUNC", "O_APPEND"}


def found() -> dict[tuple[str, str], list[str]]:
    """Return what the code of the project writes by itself: file and function -> the calls."""
    calls: dict[tuple[str, str], list[str]] = {}
    for path in sorted([*ROOT.glob("storage/**/*.py"), *ROOT.glob("tui/**/*.py")]):
        name = path.relative_to(ROOT).as_posix()
        if name != "storage/files.py":
            for function, code in offences(path.read_text("utf-8")):
                calls.setdefault((name, function), []).append(code)
    return calls


def test_nothing_else_writes_files() -> None:
    assert {place: code for place, code in found().items() if place not in EXCUSED} == {}


def test_every_excuse_is_needed() -> None:
    assert set(EXCUSED) <= set(found())


@pytest.mark.parametrize(
    "code",
    [
        "open(name, 'w')",
        "open(name, mode='ab')",
        "open(name, mode)",
        "path.open('x')",
        "path.open(mode='r+b')",
        "path.write_text('words')",
        "path.write_bytes(data)",
        "path.rename(other)",
        "path.replace(other)",
        "os.open(name, os.O_RDWR | os.O_CREAT)",
        "os.replace(one, other)",
        "shutil.copy(one, other)",
        "with tempfile.NamedTemporaryFile() as file: pass",
    ],
)
def test_what_writes_is_seen(code: str) -> None:
    assert [name for name, _ in offences(f"def save(path):\n    {code}\n")] == ["save"]


@pytest.mark.parametrize(
    "code",
    ["open(name)", "open(name, 'rb')", "path.open('rb')", "word.replace('a', 'b')", "os.open(name, os.O_RDONLY)"],
)
def test_what_reads_is_not(code: str) -> None:
    assert list(offences(code)) == []
