"""Readers that may crash or be made to do harm run in a process of their own, with bounds on time and memory.

The parent writes one line of JSON (name, password; form, part or picture) and the file's bytes, the child answers with
a word and a line end: ``text`` and the text as a snapshot (`storage.texts`), ``picture`` and the file of one, ``none``,
or ``error`` or ``locked`` and a sentence. Whatever else becomes of the child is an error that names the file. Nothing
that the child or a library in it prints reaches the terminal.
"""

# ruff: noqa: PLC0415  # imported when first used: each side needs little of this

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from storage.errors import DocumentError, LockedError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from storage.readers.forks import Forks
    from storage.text import Text

SECONDS = 60
"""Processor time that reading one file may take."""
PATIENCE = 120
"""Seconds after which it is given up, whatever it was waiting for."""
MEMORY = 2 << 30
"""Bytes of address space that it may take; macOS does not hold to this bound."""
GARBAGE = 200_000
"""Objects after which cycles among them are looked for: what is read is kept, and nearly none of it is garbage."""

ROOT = Path(__file__).resolve().parents[2]
_CODE = "import sys; sys.path.insert(0, sys.argv[1]); from storage.readers import apart; apart.main()"
_NO_TIME, _NO_MEMORY, _NONE = "time", "memory", "none"
_running: set[subprocess.Popen[bytes]] = set()
_forks: list[Forks] = []
_lasting: list[bool] = []


def parse(data: bytes, name: str, form: str = "") -> Text:
    """Read the bytes of a file called `name` in a process of its own. Raises DocumentError."""
    text = _told(name, _ask(data, {"name": name, "form": form}))
    if text is None:
        raise DocumentError(_gave_up(name, ""))
    return text


def beginning(data: bytes, name: str) -> Text | None:
    """Read the beginning of a file the same way; None where only the whole can be read. Raises DocumentError."""
    return _told(name, _ask(data, {"name": name, "part": True}))


def picture(data: bytes, name: str, target: str) -> bytes:
    """Return the picture that a span with `target` stands for, as the file of one. Raises DocumentError."""
    word, rest = _heard(name, _ask(data, {"name": name, "picture": target}))
    if word != b"picture":
        raise DocumentError(_gave_up(name, ""))
    return rest


@contextmanager
def many() -> Iterator[None]:
    """Have files read faster as long as this lasts, where the system can: by forks of one process (`forks`)."""
    _lasting.append(True)
    try:
        yield
    finally:
        _lasting.pop()
        while _forks and not _lasting:
            _forks.pop().stop()


def _to_fork() -> Forks | None:
    """Return what forks for the next file; None where files are read one at a time, or the system has no forks."""
    if not _lasting:
        return None
    from storage.readers import forks

    if not _forks and forks.POSSIBLE:
        _forks.append(forks.Forks())  # it starts nothing yet; another that a thread adds meanwhile is stopped as well
    return next(iter(_forks), None)


def stop() -> None:
    """End all reading that is under way, in whatever thread: who wanted it leaves, and would wait for it."""
    for one in _forks.copy():
        one.stop()
    for process in list(_running):
        process.kill()


def _told(name: str, answer: bytes) -> Text | None:
    """Return the text that the child answers; None where it says that there is none. Raises DocumentError."""
    from io import BytesIO

    from storage import texts

    word, rest = _heard(name, answer)
    if word == _NONE.encode():
        return None
    try:
        return texts.unpack(BytesIO(rest))
    except ValueError:
        raise DocumentError(_gave_up(name, "")) from None


def _heard(name: str, answer: bytes) -> tuple[bytes, bytes]:
    """Return the word that the child answers and what follows. Raises DocumentError where it is no good news."""
    word, _, rest = answer.partition(b"\n")
    if word == b"locked":
        raise LockedError(rest.decode(errors="replace"), name)
    if word == b"error":
        raise DocumentError(rest.decode(errors="replace"))
    if word in {_NO_TIME.encode(), _NO_MEMORY.encode()}:
        raise DocumentError(_gave_up(name, word.decode()))
    return word, rest


def _ask(data: bytes, wanted: dict[str, object]) -> bytes:
    """Return what the child answers, or the word for why it did not."""
    import json
    import subprocess

    from storage.readers import format_of, password_of

    head = json.dumps({**wanted, "password": password_of(str(wanted["name"]))}).encode() + b"\n"
    forks = _to_fork()
    if forks and (found := _forked(forks, format_of(str(wanted["name"])).name, head + data)) is not None:
        return found
    with subprocess.Popen(  # noqa: S603  # our own code, in the same Python
        [sys.executable, "-P", "-c", _CODE, str(ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        _running.add(process)
        try:
            answer, _ = process.communicate(head + data, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            return _NO_TIME.encode()
        finally:
            _running.discard(process)
            process.kill()
    return answer if process.returncode >= 0 else _ended_by(-process.returncode)


def _forked(forks: Forks, form: str, question: bytes) -> bytes | None:
    """Return what a fork answers, or the word for why it did not; None where there is none to ask."""
    try:
        found = forks.ask(form, question)
    except TimeoutError:
        return _NO_TIME.encode()
    except OSError:
        found = None
    if found is None:
        return b"" if forks.stopped else None
    answer, number = found
    return _ended_by(number) if number else answer


def _ended_by(number: int) -> bytes:
    """Return the word for a signal that ended the child; a system that is short of memory kills."""
    import signal

    words = {signal.SIGXCPU: _NO_TIME, signal.SIGALRM: _NO_TIME, signal.SIGKILL: _NO_MEMORY}
    return words.get(signal.Signals(number), "").encode()


def _gave_up(name: str, why: str) -> str:
    from storage.visible import one_line

    shown = one_line(name)
    if why == _NO_TIME:
        return f"{shown} takes longer than {SECONDS} seconds to read, and was given up. Save it in a simpler form."
    if why == _NO_MEMORY:
        return f"{shown} takes more than {MEMORY >> 30} GB of memory to read. Split it, or save it in a simpler form."
    return f"{shown} is damaged: its reader broke off. Open it in its own program and save it anew."


def main() -> None:
    """Be the child: read standard input, answer on standard output."""
    import gc
    import json
    import os

    gc.set_threshold(GARBAGE)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    set_bounds()
    head = json.loads(sys.stdin.buffer.readline())
    if password := head.pop("password"):
        from storage.readers import unlock

        unlock(head["name"], password)
    try:
        for part in _answer(sys.stdin.buffer.read(), **head):
            out.write(part)
    except MemoryError:
        out.write(_NO_MEMORY.encode() + b"\n")
    out.flush()
    os._exit(0)  # nothing that was made needs to be taken apart


def _answer(data: bytes, name: str, form: str = "", *, part: bool = False, picture: str = "") -> list[bytes]:
    from storage import readers, texts
    from storage.visible import one_line

    try:
        if picture:
            return [b"picture\n", readers.format_of(name).load().picture(data, name, picture)]
        text = readers.beginning_here(data, name) if part else readers.parse_here(data, name, form)
        return [b"text\n", *texts.pack(text, level=0)] if text is not None else [_NONE.encode()]
    except LockedError as error:
        return [b"locked\n", str(error).encode(errors="replace")]
    except DocumentError as error:
        return [b"error\n", str(error).encode(errors="replace")]
    except MemoryError:
        raise
    except ImportError as error:
        said = f"{one_line(name)} cannot be read: {error}. Install Manicula anew, with all that it needs."
        return [b"error\n", said.encode(errors="replace")]
    except Exception as error:  # noqa: BLE001  # a library may raise anything on a damaged file; the kind is told
        said = f"{one_line(name)} is damaged and cannot be read ({type(error).__name__})."
        return [b"error\n", f"{said} Open it in its own program and save it anew.".encode(errors="replace")]


def set_bounds() -> None:
    """Bound the processor time and the memory of this process, for good."""
    with suppress(ImportError):  # a system without them has none of these bounds
        import resource

        bounds = {
            resource.RLIMIT_AS: (MEMORY, MEMORY),
            resource.RLIMIT_CPU: (SECONDS, SECONDS + 1),  # the first is told by its signal, the second kills
            resource.RLIMIT_CORE: (0, 0),
        }
        for kind, most in bounds.items():
            with suppress(ValueError, OSError):  # one that is lower already stays
                resource.setrlimit(kind, most)
