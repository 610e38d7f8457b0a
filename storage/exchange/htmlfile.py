"""HTML: each document whole, its passages marked, the notes in the margin; one file that needs nothing else.

All that is foreign is escaped. A content security policy in the head allows the one style and the one script that are
written here, by their hashes, and nothing else: no other script, no connection, no frame, no form.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, TextIO

from storage.exchange.entry import Collection, Entry, origin, paragraphs
from storage.exchange.htmltext import Page, escaped, marks
from storage.model import COLORS, PLAIN

if TYPE_CHECKING:
    from storage.model import Annotation, Document

_POLICY = "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'"


def dump(collection: Collection, out: TextIO) -> None:
    """Write `collection` to `out`, a document after the other, and after a whole library its memos."""
    style, script = (files("storage.exchange").joinpath(name).read_text("utf-8") for name in ("page.css", "page.js"))
    title = collection.candidates[0].title if len(collection.candidates) == 1 else "Annotations"
    policy = _POLICY.format(_hash(style), _hash(script))
    out.write(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="generator" content="Manicula">\n<title>{escaped(title) or "Untitled"}</title>\n'
        f"<style>{style}</style>\n</head>\n<body>\n<main>\n"
    )
    tags: dict[str, list[str]] = {}
    for number, (_, entries) in enumerate(groupby(collection, key=lambda entry: entry.document.uuid), 1):
        _document(out, Writing(collection, list(entries), f"d{number}", tags))
    _memos(out, collection)
    out.write("</main>\n")
    out.writelines(_navigation(tags))
    out.write(f"<script>{script}</script>\n</body>\n</html>\n")


def _hash(string: str) -> str:
    return f"'sha256-{b64encode(sha256(string.encode()).digest()).decode()}'"


class Writing:
    """The annotations of one document on their way out; `tags` are those of all that were written, by uuid."""

    def __init__(self, collection: Collection, entries: list[Entry], name: str, tags: dict[str, list[str]]) -> None:
        self.entries = {entry.annotation.uuid: entry for entry in entries}
        self.document, self.text = entries[0].document, entries[0].text
        self.name = name
        self._color_of = collection.library.color_of
        tags.update({uuid: list(entry.tags) for uuid, entry in self.entries.items()})

    def color(self, annotation: Annotation) -> str:
        """Return the colour in which `annotation` is shown."""
        color = self._color_of(annotation)
        return color if color in COLORS else PLAIN

    def placed(self) -> list[Annotation]:
        """Return the annotations that stand in the text."""
        if self.text is None:
            return []
        return [
            one
            for one in (entry.annotation for entry in self.entries.values())
            if one.ranges and one.state == "anchored" and one.text in {"", self.text.hash}
        ]


def _document(out: TextIO, writing: Writing) -> None:
    document, placed = writing.document, writing.placed()
    language = f' lang="{escaped(document.language)}"' if document.language else ""
    out.write(f'<article id="{writing.name}"{language}>\n{_head(document)}')
    here = {one.uuid for one in placed}
    rest = [one for one in (entry.annotation for entry in writing.entries.values()) if one.uuid not in here]
    for one in rest:
        if not one.exact:
            out.write(f'<div class="b">{_note(writing, one, quoted=True)}</div>\n')
    if writing.text is not None:
        found = marks([(one, writing.color(one)) for one in placed])
        for html, begun in Page(writing.text, found, writing.name).blocks():
            margin = "".join(_note(writing, one) for one in begun if _says(one))
            out.write(f'<div class="b">{f"""<div class="m">{margin}</div>""" if margin else ""}{html}</div>\n')
    for one in rest:
        if one.exact:
            out.write(f'<div class="b">{_note(writing, one, quoted=True)}</div>\n')
    out.write("</article>\n")


def _head(document: Document) -> str:
    facts = ["; ".join(document.authors), document.date, *origin(document)]
    shown = " · ".join(escaped(fact) for fact in facts if fact)
    title = escaped(" ".join(document.title.split())) or "Untitled"
    return f"<header><h1>{title}</h1>" + (f'<p class="facts">{shown}</p>' if shown else "") + "</header>\n"


def _says(one: Annotation) -> bool:
    """Tell whether there is anything to say of an annotation beside its passage."""
    return bool(one.note or one.tags or one.fields or one.links or one.reply_to)


def _note(writing: Writing, one: Annotation, *, quoted: bool = False) -> str:
    """Return an annotation as it stands in the margin."""
    entry = writing.entries[one.uuid]
    name = escaped(one.uuid)
    parts = [f'<p class="q">{_lines(part)}</p>' for part in entry.quoted()] if quoted and one.exact else []
    if entry.tags:
        parts.append(f'<p class="t">{" ".join(f"#{escaped(tag)}" for tag in entry.tags)}</p>')
    parts += [f"<p>{_lines(part)}</p>" for part in paragraphs(one.note)]
    if one.fields:
        said = "".join(f"<dt>{escaped(key)}</dt><dd>{escaped(str(value))}</dd>" for key, value in one.fields.items())
        parts.append(f"<dl>{said}</dl>")
    parts += [
        f'<p>{escaped(link.type)} <a href="#n-{escaped(link.to)}">↗</a> {_lines(link.note)}</p>' for link in one.links
    ]
    if one.reply_to:
        parts.append(f'<p>replies to <a href="#n-{escaped(one.reply_to)}">↗</a></p>')
    where = [escaped(entry.where()), escaped(entry.creator)]
    back = "" if quoted else f' <a href="#a-{name}">↩</a>'
    parts.append(f'<p class="w">{" · ".join(filter(None, where))}{back}</p>')
    return f'<aside class="n c-{writing.color(one)}" id="n-{name}">{"".join(parts)}</aside>'


def _lines(string: str) -> str:
    return escaped(string).replace("\n", "<br>")


def _memos(out: TextIO, collection: Collection) -> None:
    memos = collection.memos()
    if memos:
        out.write("<article>\n<header><h1>Memos</h1></header>\n")
        for subject, note in memos:
            said = "".join(f"<p>{_lines(part)}</p>" for part in paragraphs(note))
            out.write(f'<div class="b"><h2>On {escaped(subject)}</h2>{said}</div>\n')
        out.write("</article>\n")


def _navigation(tags: dict[str, list[str]]) -> Iterator[str]:
    """Yield what filters and searches, and the tags of each annotation; nothing of it is shown without the script."""
    yield '<nav hidden aria-label="Search and filter"><div>\n'
    yield '<input type="search" placeholder="Search text and notes (/)" aria-label="Search text and notes">\n'
    yield '<label><input type="checkbox"> only what is marked</label>\n<output role="status"></output>\n'
    yield '<div class="tags" role="group" aria-label="Tags">\n'
    for path, count in sorted(_counts(tags.values()).items()):
        name = escaped(path)
        yield f'<button type="button" aria-pressed="false" data-tag="{name}">{name} {count}</button>\n'
    data = json.dumps(tags, ensure_ascii=True).replace("<", "\\u003c")
    yield f'</div>\n</div></nav>\n<script type="application/json" id="tags">{data}</script>\n'


def _counts(tags: Iterable[list[str]]) -> Counter[str]:
    """Return how many annotations have each tag or one beneath it."""
    found: Counter[str] = Counter()
    for paths in tags:
        found.update({path[:at] for path in paths for at in _ends(path)})
    return found


def _ends(path: str) -> Iterator[int]:
    yield from (at for at, letter in enumerate(path) if letter == "/")
    yield len(path)
