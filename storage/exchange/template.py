"""The reader's own format: a template in the language of Jinja2 (https://jinja.palletsprojects.com).

A template may come from anybody, so that it is filled in by a process of its own (`storage.exchange.rendering`), in
Jinja's sandbox, with bounds on time, memory and what it writes. It sees `documents`, `annotations` and `tags`; the
names in their records are those of `_document`, `_annotation` and `_tag`.
"""

# ruff: noqa: PLC0415  # imported when first used

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

from storage.errors import DocumentError, UsageError
from storage.exchange.aspects import ALL
from storage.exchange.table import Format

if TYPE_CHECKING:
    from typing import BinaryIO

    from storage.exchange.entry import Collection, Entry
    from storage.model import Document, Tag

Record = dict[str, Any]

SUFFIX = ".jinja"
PREFIX = "template:"
"""What the name of a format begins with that is a template."""
OUTPUT = 1 << 30
"""Bytes that a template may write."""
LARGEST = 1 << 20
"""Bytes that a template may have."""

_ROOT = Path(__file__).resolve().parents[2]
_CODE = (
    "import sys; sys.path.insert(0, sys.argv[1]); from storage.readers import apart; apart.set_bounds();"
    " from storage.exchange import rendering; rendering.main(int(sys.argv[2]))"
)
_HTML = re.compile(r"\.(?:x?html?|xml|svg)\.jinja$", re.IGNORECASE)


class TemplateFormat(Format):
    """A template as a format; `module` is the path of its file."""

    __slots__ = ()

    def dump(self, collection: Collection, out: TextIO) -> None:
        """Fill the template in with `collection`. Raises DocumentError that names its file and line."""
        _fill(Path(self.module), collection, out)


def named(name: str) -> TemplateFormat:
    """Return the template called `name`: one of the reader's, one that comes along, or a file. Raises UsageError."""
    known = {path.name.partition(".")[0]: path for path in (*_shipped(), *_own())}
    found = known.get(name)
    if found is None:
        with suppress(OSError, RuntimeError, ValueError):  # no such user, or no name of a file
            path = Path(name).expanduser()
            found = path if path.is_file() else None
    if found is None:
        raise UsageError(f"There is no template {name}: name a file, or one of {', '.join(sorted(known))}.")
    return _format(name, found)


def _format(name: str, path: Path) -> TemplateFormat:
    suffix = Path(path.name.removesuffix(SUFFIX)).suffix or ".txt"
    return TemplateFormat(f"{PREFIX}{name}", suffix, str(path), "a template", ALL)


def own() -> list[TemplateFormat]:
    """Return the reader's templates, which lie in ``templates`` beside the configuration."""
    return [_format(path.name.partition(".")[0], path) for path in _own()]


def _own() -> list[Path]:
    from storage import paths

    return sorted((paths.config_file().parent / "templates").glob(f"*{SUFFIX}"))


def _shipped() -> list[Path]:
    return sorted(Path(str(files("storage.exchange").joinpath("templates"))).glob(f"*{SUFFIX}"))


def _fill(path: Path, collection: Collection, out: TextIO) -> None:
    import subprocess
    from io import TextIOWrapper
    from shutil import copyfileobj
    from tempfile import TemporaryFile

    from storage.readers.apart import PATIENCE

    head = {"source": _source(path), "html": bool(_HTML.search(path.name))}
    with TemporaryFile() as written, TemporaryFile() as wrong:
        with subprocess.Popen(  # noqa: S603  # our own code, in the same Python
            [sys.executable, "-P", "-c", _CODE, str(_ROOT), str(OUTPUT)],
            stdin=subprocess.PIPE,
            stdout=written,
            stderr=wrong,
            start_new_session=True,
        ) as process:
            try:
                _send(cast("BinaryIO", process.stdin), head, collection)
                status = process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                status = -1
            finally:
                process.kill()
        if status:
            raise DocumentError(_said(path, wrong))
        written.seek(0)
        with TextIOWrapper(written, "utf-8", newline="") as text:
            copyfileobj(text, out)


def _source(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise DocumentError(f"{path} is larger than {LARGEST >> 20} MB, which no template is.")
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentError(f"{path} is not in UTF-8.") from None
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror}.") from error


def _send(pipe: BinaryIO, head: Record, collection: Collection) -> None:
    """Write the head and the records; a child that ends early is asked why afterwards."""
    from contextlib import suppress

    try:
        with suppress(BrokenPipeError):
            pipe.writelines(json.dumps(record).encode() + b"\n" for record in chain([head], records(collection)))
    finally:
        with suppress(BrokenPipeError):
            pipe.close()


def _said(path: Path, wrong: BinaryIO) -> str:
    """Return a sentence about what the child complained of; one that was killed says nothing."""
    wrong.seek(0)
    try:
        found = json.loads(wrong.read(1 << 16))
        line, said = int(found["line"]), str(found["said"])
    except (ValueError, KeyError, TypeError):
        line, said = 0, "it takes too long, or too much memory, and was given up"
    return f"The template {path}{f', line {line}' if line else ''}: {said.rstrip('.')}."


def records(collection: Collection) -> Iterator[Record]:
    """Yield what a template is filled in with: each document before its annotations, then the tags."""
    from storage import config
    from storage.exchange.sources import citekeys

    keys, pattern = citekeys(collection.library.documents()), config.load().citation
    document, used = "", Counter[str]()
    for entry in collection:
        if entry.document.uuid != document:
            document = entry.document.uuid
            yield {"document": _document(entry.document, keys[document])}
        used.update(entry.tags)
        yield {"annotation": _annotation(entry, collection, keys[document], pattern)}
    yield from ({"tag": _tag(tag, used[tag.path])} for tag in collection.library.tags() if used[tag.path])


def _document(document: Document, key: str) -> Record:
    from storage import citing

    return {
        "uuid": document.uuid,
        "key": key,
        "title": document.title,
        "authors": list(document.authors),
        "date": document.date,
        "year": citing.year(document),
        "language": document.language,
        "source": document.source,
        "path": document.paths[-1] if document.paths else "",
        "state": document.state,
        "attributes": dict(document.attributes),
    }


def _annotation(entry: Entry, collection: Collection, key: str, pattern: str) -> Record:
    from storage import citing

    one, place = entry.annotation, entry.place
    last = entry.last_page
    quote = " ".join(one.exact.split())
    passage = citing.Passage(quote, entry.document, key, place, last, entry.tags, one.note, one.uuid)
    return {
        "uuid": one.uuid,
        "id": one.uuid[:8],
        "quote": quote,
        "paragraphs": entry.quoted(),
        "prefix": one.prefix,
        "suffix": one.suffix,
        "note": one.note,
        "tags": list(entry.tags),
        "color": collection.library.color_of(one),
        "creator": entry.creator,
        "created": one.created,
        "updated": one.updated,
        "state": one.state,
        "where": entry.where(),
        "place": citing.locator(place, last),
        "page": place.page,
        "paragraph": place.paragraph,
        "percent": place.percent,
        "sections": list(place.sections),
        "start": one.start,
        "end": one.end,
        "fields": dict(one.fields),
        "links": [link._asdict() for link in one.links],
        "reply_to": one.reply_to,
        "citation": citing.cite(pattern, passage),
    }


def _tag(tag: Tag, count: int) -> Record:
    return {"path": tag.path, "color": tag.color, "description": tag.description, "count": count}
