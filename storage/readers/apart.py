"""Readers that may crash or be made to do harm run in a process of their own, with bounds on time and memory.

The parent writes one line of JSON (name, form, password) and the file's bytes, the child answers with a word and a line
end: ``text`` and the text as a snapshot (`storage.texts`), or ``error`` or ``locked`` and a sentence. Whatever else
becomes of the child is an error that names the file. Nothing that the child or a library in it prints reaches the
terminal.
"""

# ruff: noqa: PLC0415  # imported when first used: each side needs little of this

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from storage.errors import DocumentError, LockedError

if TYPE_CHECKING:
    from storage.text import Text

SECONDS = 60
"""Processor time that reading one file may take."""
PATIENCE = 120
"""Seconds after which it is given up, whatever it was waiting for."""
MEMORY = 2 << 30
"""Bytes of address space that it may take; macOS does not hold to this bound."""
ANSWER = 512 << 20
"""Bytes that an answer may have."""

_ROOT = Path(__file__).resolve().parents[2]
_CODE = "import sys; sys.path.insert(0, sys.argv[1]); from storage.readers import apart; apart.main()"
_NO_TIME, _NO_MEMORY = "time", "memory"


def parse(data: bytes, name: str, form: str = "") -> Text:
    """Read the bytes of a file called `name` in a process of its own. Raises DocumentError."""
    from io import BytesIO

    from storage import texts

    answer = _ask(data, name, form)
    word, _, rest = answer.partition(b"\n")
    if word == b"locked":
        raise LockedError(rest.decode(errors="replace"), name)
    if word == b"error":
        raise DocumentError(rest.decode(errors="replace"))
    if word in {_NO_TIME.encode(), _NO_MEMORY.encode()}:
        raise DocumentError(_gave_up(name, word.decode()))
    try:
        return texts.unpack(BytesIO(rest))
    except ValueError:
        raise DocumentError(_gave_up(name, "")) from None


def _ask(data: bytes, name: str, form: str) -> bytes:
    """Return what the child answers, or the word for why it did not."""
    import json
    import subprocess

    from storage.readers import password_of

    with subprocess.Popen(  # noqa: S603  # our own code, in the same Python
        [sys.executable, "-P", "-c", _CODE, str(_ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            head = json.dumps({"name": name, "form": form, "password": password_of(name)}).encode() + b"\n"
            answer, _ = process.communicate(head + data, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            return _NO_TIME.encode()
        finally:
            process.kill()
    if process.returncode < 0 and -process.returncode in _time_signals():
        return _NO_TIME.encode()
    return answer if len(answer) <= ANSWER else b""


def _time_signals() -> set[int]:
    import signal

    return {signal.SIGXCPU, signal.SIGKILL}


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
    import json
    import os

    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    _set_bounds()
    head = json.loads(sys.stdin.buffer.readline())
    if head["password"]:
        from storage.readers import unlock

        unlock(head["name"], head["password"])
    try:
        for part in _answer(sys.stdin.buffer.read(), head["name"], head["form"]):
            out.write(part)
    except MemoryError:
        out.write(_NO_MEMORY.encode() + b"\n")
    out.flush()
    os._exit(0)  # nothing that was made needs to be taken apart


def _answer(data: bytes, name: str, form: str) -> list[bytes]:
    from storage import readers, texts
    from storage.visible import one_line

    try:
        return [b"text\n", *texts.pack(readers.parse_here(data, name, form), level=0)]
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


def _set_bounds() -> None:
    from contextlib import suppress

    with suppress(ImportError):  # a system without them has none of these bounds
        import resource

        for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
            with suppress(ValueError, OSError):  # one that is lower already stays
                resource.setrlimit(kind, (most, most))
