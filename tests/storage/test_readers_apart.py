"""Reading in a process of its own: what comes back, and what becomes of a reader that breaks off."""

import os
import sys
from pathlib import Path

import pytest

from storage import readers
from storage.errors import DocumentError
from storage.library import Library
from storage.readers import apart
from tests.storage import rendering
from tests.storage.refusing import PAGE, leave_while_reading, refused


@pytest.fixture
def instead(monkeypatch):
    """Have the child run other code."""

    def use(code: str) -> None:
        monkeypatch.setattr(apart, "_CODE", code)

    return use


def test_what_comes_back_is_what_was_read():
    assert rendering.rendered(apart.parse(PAGE, "page.html", "")) == rendering.rendered(
        readers.parse_here(PAGE, "page.html")
    )


def test_an_error_of_the_reader_is_the_error():
    assert "nothing to read" in refused(b"<p> </p>")


def test_a_name_of_any_kind_is_told_safely():
    with pytest.raises(DocumentError) as caught:
        readers.parse(b"<p></p>", "a\x1b[31m\0\udc80\n.html")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "code",
    ["import os; os.abort()", "print('text\\nnonsense')", "pass", "import sys; sys.exit(3)", "import os; os._exit(0)"],
)
def test_a_reader_that_breaks_off_is_told(instead, code):
    instead(code)
    assert "its reader broke off" in refused()


def test_who_leaves_waits_for_no_reader(instead):
    instead("import time; time.sleep(600)")
    assert len(leave_while_reading(lambda: len(apart._running))) == 2
    assert not apart._running


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to all of the bounds")
def test_time_and_memory_have_bounds(instead, monkeypatch):
    bounded = "import sys; sys.path.insert(0, sys.argv[1]); from storage.readers import apart; apart.SECONDS = 1;"
    instead(f"{bounded} apart.set_bounds()\nwhile True: pass")
    assert "takes longer than" in refused()
    instead(f"{bounded} from storage import readers; readers.parse_here = lambda *_: bytes(3 << 30); apart.main()")
    assert "more than 2 GB of memory" in refused()
    instead("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert "more than 2 GB of memory" in refused()
    monkeypatch.setattr(apart, "PATIENCE", 0.3)
    instead("import time; time.sleep(60)")
    assert "takes longer than" in refused()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no descriptors to look at")
def test_what_the_reader_prints_reaches_nobody(instead, capfd):
    instead(
        "import sys; sys.path.insert(0, sys.argv[1]); from storage import readers; from storage.readers import apart\n"
        "real = readers.parse_here\n"
        "def loud(*args):\n    print('\\x1b[31mloud', flush=True); print('loud', file=sys.stderr); return real(*args)\n"
        "readers.parse_here = loud; apart.main()"
    )
    assert apart.parse(PAGE, "page.html", "").string == "Heading\n\nSome words."
    assert capfd.readouterr() == ("", "")


def test_a_known_file_is_not_read_again(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    path.write_bytes(PAGE)
    with Library.open(tmp_path / "library.json", state=tmp_path / "state") as library:
        document, _ = library.add(path)
        monkeypatch.setattr(apart, "parse", _never)
        assert library.read(path).string == "Heading\n\nSome words."
        assert library.text(document).meta.title == "A page"
        path.write_bytes(PAGE + b"<p>More.</p>")
        with pytest.raises(AssertionError):
            library.read(path)


def _never(*_: object) -> None:
    raise AssertionError


def test_a_page_that_was_read_whole_is_read_whole_again(tmp_path):
    path = tmp_path / "page.html"
    page = "<nav>Menu</nav><article><p>" + "Words of it. " * 60 + "</p></article>"
    path.write_text(page)
    with Library.open(tmp_path / "library.json", state=tmp_path / "state") as library:
        document, _ = library.add(path, "html-whole")
        assert library.read(path).string.startswith("Menu")
        path.write_text(page + "<p>More.</p>")
        assert library.read(path).string.startswith("Menu")
        assert document.format == "html-whole"
    assert not readers.read(Path(path)).string.startswith("Menu")
