"""What can be wrong with a file, and what the reader is told."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage import readers
from storage.errors import DocumentError

ROOT = Path(__file__).resolve().parents[2]


def refused(path: Path) -> str:
    with pytest.raises(DocumentError) as caught:
        readers.read(path)
    assert path.name in str(caught.value)
    return str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    assert "is not there" in refused(tmp_path / "gone.txt")


def test_a_file_below_a_file_is_missing(tmp_path):
    (tmp_path / "a.txt").write_text("a")
    assert "is not there" in refused(tmp_path / "a.txt" / "b.txt")


def test_a_folder_is_not_a_document(tmp_path):
    assert "folder" in refused(tmp_path)


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n ", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n", "\u2003\u3000\n".encode()])
def test_an_empty_file_is_called_so(tmp_path, data):
    path = tmp_path / "empty.txt"
    path.write_bytes(data)
    assert "nothing to read" in refused(path)


def test_markdown_without_text_has_nothing_to_read(tmp_path):
    path = tmp_path / "comment.md"
    path.write_text("<!-- only a comment -->\n\n```\n```\n")
    assert "nothing to read" in refused(path)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"PK\x03\x04\x14\0\0\0", "ZIP"),
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
        (b"{\\rtf1\\ansi Hello}", "RTF"),
        (b"GIF89a", "GIF"),
        (b"words and \0 a NUL and more words", "binary"),
        (bytes(range(256)) * 4, "binary"),
        (bytes(range(1, 32)) * 10 + b"\xff\xfe\xfd" * 40, "binary"),
    ],
)
def test_what_is_not_text_is_named(tmp_path, data, what):
    path = tmp_path / "thing.txt"
    path.write_bytes(data)
    message = refused(path)
    assert what in message
    assert "convert it" in message


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(1_000_000_000)
    message = refused(path)
    assert "1,000 MB" in message
    assert "67 MB" in message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path):
    path = tmp_path / "pipe.txt"
    os.mkfifo(path)
    assert "not an ordinary file" in refused(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text("x")
    path.chmod(0)
    assert "may not be read" in refused(path)


def test_a_permission_error_is_told_in_a_sentence(tmp_path, monkeypatch):
    path = tmp_path / "secret.txt"
    path.write_text("x")

    def deny(_path: Path) -> os.stat_result:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "stat", deny)
    assert "may not be read" in refused(path)


def test_a_name_that_cannot_be_a_file_is_told_safely():
    with pytest.raises(DocumentError, match="cannot be read"):
        readers.read(Path("a\0b.txt"))
    with pytest.raises(DocumentError) as caught:
        readers.read(Path("a\x1b[31m\nb.txt"))
    assert "\x1b" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_can_be_read_is_told_by_suffix():
    assert readers.can_read(Path("notes.TXT"))
    assert readers.can_read(Path("notes.md"))
    assert not readers.can_read(Path("notes.exe"))
    assert not readers.can_read(Path("txt"))
    assert {".txt", ".md", ".markdown"} <= readers.SUFFIXES


def test_an_unknown_suffix_is_read_as_plain_text(tmp_path):
    path = tmp_path / "README"
    path.write_text("# not a heading\n")
    assert readers.read(path).string == "# not a heading"


def test_the_hash_is_that_of_the_bytes():
    text = readers.parse(b"one\r\n", "a.txt")
    assert text.file_hash == hashlib.sha256(b"one\r\n").hexdigest()
    assert text.file_hash != readers.parse(b"one\n", "a.txt").file_hash
    assert text.hash == readers.parse(b"one\n", "a.txt").hash


def test_plain_text_loads_no_parser_it_does_not_need():
    code = (
        "import sys; from pathlib import Path; from storage import readers; "
        f"readers.read(Path({str(ROOT / 'seeds' / '000_79abe80ec42c10f0.txt')!r})); "
        "print(*[name for name in ('markdown_it', 'charset_normalizer', 'sentencex', 'wcwidth', 'storage.visible',"
        " 'dataclasses', 'unicodedata', 'html') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
