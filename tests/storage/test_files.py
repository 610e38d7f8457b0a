import errno
import os
import stat
from pathlib import Path

import pytest

from storage import files

WRITE_CALLS = ["open", "write", "fsync", "replace"]


def listing(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def fail_at(monkeypatch: pytest.MonkeyPatch, call: str, number: int, error: int = errno.ENOSPC) -> list[str]:
    """Make the `number`-th call of ``os.call`` fail; the list returned tells whether it came to that."""
    real, hits, failed = getattr(os, call), iter(range(1, 1000)), []

    def failing(*args, **kwargs):
        if next(hits) == number:
            failed.append(call)
            raise OSError(error, os.strerror(error))
        return real(*args, **kwargs)

    monkeypatch.setattr(os, call, failing)
    return failed


def test_the_new_content_is_private_and_alone(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"old")
    target.chmod(0o644)
    status = files.replace(target, [b"new ", b"content"])
    assert target.read_bytes() == b"new content"
    assert (status.st_ino, status.st_size) == (target.stat().st_ino, 11)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert listing(tmp_path) == {"file"}


def test_two_versions_never_have_the_same_time(tmp_path: Path) -> None:
    times = {files.replace(tmp_path / "file", [b"same"]).st_mtime_ns for _ in range(20)}
    assert len(times) == 20


def test_a_short_write_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, bytes(data)[:3]))
    files.replace(tmp_path / "file", [b"ten bytes!"])
    assert (tmp_path / "file").read_bytes() == b"ten bytes!"


@pytest.mark.parametrize("call", WRITE_CALLS)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_failure_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"old")
    failed = fail_at(monkeypatch, call, number, errno.EIO)
    try:
        files.replace(target, [b"new ", b"content"])
    except OSError:
        assert target.read_bytes() == b"old"
    else:
        assert not failed
        assert target.read_bytes() == b"new content"
    assert listing(tmp_path) == {"file"}


def test_a_first_file_that_cannot_be_synced_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_at(monkeypatch, "fsync", 2, errno.EIO)
    with pytest.raises(OSError, match="Input/output"):
        files.replace(tmp_path / "file", [b"new"])
    assert not listing(tmp_path)


def test_a_folder_that_cannot_be_synced_at_all_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_at(monkeypatch, "fsync", 2, errno.EINVAL)
    files.replace(tmp_path / "file", [b"new"])
    assert (tmp_path / "file").read_bytes() == b"new"


def test_an_append_is_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "log"
    files.append(target, b"one\n")
    real = os.write

    def torn(fd, data):
        if len(data) < 4:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(fd, bytes(data)[:2])

    monkeypatch.setattr(os, "write", torn)
    with pytest.raises(OSError, match="No space"):
        files.append(target, b"two\n")
    assert target.read_bytes() == b"one\n"


@pytest.mark.parametrize("links", [True, False])
def test_a_kept_copy_has_the_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    if not links:
        fail_at(monkeypatch, "link", 1, errno.EPERM)
    target = tmp_path / "file"
    target.write_bytes(b"content")
    files.keep_copy(target, tmp_path / "kept" / "copy")
    files.replace(target, [b"later"])
    assert (tmp_path / "kept" / "copy").read_bytes() == b"content"


def test_only_the_first_creates(tmp_path: Path) -> None:
    files.create(tmp_path / "file", b"first")
    with pytest.raises(FileExistsError):
        files.create(tmp_path / "file", b"second")
    assert (tmp_path / "file").read_bytes() == b"first"
    assert listing(tmp_path) == {"file"}


def test_what_a_crash_left_is_swept(tmp_path: Path) -> None:
    for name in ["file", ".file.0a1b.manicula-tmp", ".file.0a1b.manicula-tmp.old", ".other.0a1b.manicula-tmp"]:
        (tmp_path / name).touch()
    files.sweep(tmp_path, "file")
    assert listing(tmp_path) == {"file", ".other.0a1b.manicula-tmp"}


def test_folders_are_private(tmp_path: Path) -> None:
    files.make_folder(tmp_path / "a" / "b")
    assert all(stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o700 for name in ["a", "a/b"])
