"""A page that is read apart, and what is common to the tests of what reads it: the refusal, and leaving."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from storage.errors import DocumentError
from storage.readers import apart

PAGE = b"<title>A page</title><h1>Heading</h1><p>Some <b>words</b>.</p>"
_PATIENCE = 60.0


def refused(data: bytes = PAGE, name: str = "page.html") -> str:
    """Read a page that cannot be read, and return the sentence that says so."""
    with pytest.raises(DocumentError) as caught:
        apart.parse(data, name, "")
    assert str(caught.value).startswith("page.html ")
    return str(caught.value)


def leave_while_reading(begun: Callable[[], int], files: int = 2) -> list[str]:
    """Leave once as many files are being read as `begun` counts, and return what was said of each."""
    told: list[str] = []
    threads = [threading.Thread(target=lambda: told.append(refused())) for _ in range(files)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + _PATIENCE
    while begun() < files:
        assert time.monotonic() < until, "they are not read"
        time.sleep(0.01)
    apart.stop()
    for thread in threads:
        thread.join(_PATIENCE)
    return told
