"""Many files read by forks of one process: the same answers, the same bounds, and nothing left over."""

import os
import signal
import threading

import pytest

from storage import readers
from storage.errors import DocumentError
from storage.readers import apart, forks
from tests.storage import rendering
from tests.storage.refusing import PAGE, leave_while_reading, refused

pytestmark = pytest.mark.skipif(not forks.POSSIBLE, reason="this system cannot fork")
PATCHED = (
    "import os, signal, sys, time; sys.path.insert(0, sys.argv[1])\n"
    "from storage import readers; from storage.readers import apart, forks\n"
)


@pytest.fixture
def instead(monkeypatch):
    """Have the reader in the forks be other code, and no process started but for them."""

    def use(code: str, before: str = "") -> None:
        monkeypatch.setattr(forks, "_CODE", f"{PATCHED}{before}\nreaders.parse_here = {code}\nforks.main()")

    return use


def test_what_comes_back_is_what_was_read_and_the_process_goes_on():
    with apart.many():
        for number in range(3):
            page = PAGE + b"<p>%d</p>" % number
            found = apart.parse(page, "page.html", "")
            assert rendering.rendered(found) == rendering.rendered(readers.parse_here(page, "page.html"))
        process = apart._forks[0]._process
        assert process is not None
        assert process.poll() is None
    assert process.poll() is not None
    assert not apart._forks


def test_nothing_is_started_where_nothing_is_read():
    with apart.many():
        readers.parse(b"Words.", "article.txt")
        assert not apart._forks


def test_files_are_read_beside_each_other():
    found: dict[int, str] = {}

    def read(number: int) -> None:
        found[number] = apart.parse(b"<p>%d</p>" % number + b"<p>more</p>" * 20_000, "page.html", "").string[:6]

    with apart.many():
        threads = [threading.Thread(target=read, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == {number: f"{number}\n\nmor" for number in range(4)}


def test_an_error_of_the_reader_is_the_error():
    with apart.many(), pytest.raises(DocumentError, match="nothing to read"):
        apart.parse(b"<p> </p>", "page.html", "")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("lambda *_: os.abort()", "its reader broke off"),
        ("lambda *_: os._exit(3)", "its reader broke off"),
        ("lambda *_: 1 / 0", "is damaged and cannot be read"),
        ("lambda *_: os.kill(os.getpid(), signal.SIGKILL)", "more than 2 GB of memory"),
        ("lambda *_: bytes(3 << 30)", "more than 2 GB of memory"),
        ("lambda *_: os.kill(os.getpid(), signal.SIGXCPU)", "takes longer than"),
    ],
)
def test_a_reader_that_breaks_off_is_told_and_the_next_file_is_read(instead, code, said):
    instead(f"lambda data, *more, real=readers.parse_here: real(data, *more) if b'good' in data else ({code})(0)")
    with apart.many():
        assert said in refused()
        assert apart.parse(b"<p>good</p>", "page.html", "").string == "good"


def test_a_reader_that_waits_is_given_up(instead):
    instead("lambda *_: time.sleep(60)", "apart.PATIENCE = 0.2")
    with apart.many():
        assert "takes longer than" in refused()


def test_where_the_process_is_gone_a_file_is_read_by_one_of_its_own():
    with apart.many():
        apart.parse(PAGE, "page.html", "")
        process = apart._forks[0]._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert apart.parse(PAGE, "page.html", "").string == "Heading\n\nSome words."


def test_who_leaves_waits_for_no_fork(instead):
    instead("lambda *_: time.sleep(600)")
    with apart.many():
        told = leave_while_reading(lambda: sum(len(each.waiting) for each in apart._forks))
    assert len(told) == 2
    assert not apart._running
