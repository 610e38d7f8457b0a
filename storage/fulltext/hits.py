"""Finding in the index: which documents a question holds of, and the passages in them that answer it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from storage.folding import fold
from storage.fulltext.asking import All, Any, Asked, Leaf, Node, patterns
from storage.fulltext.index import KINDS, TEXT, TITLE, Index, SearchError
from storage.marking import Passage

MOST = 500
"""Passages that are returned at most."""

_SHORTEST_GRAM = 3
_TOGETHER = 500
"""Words that are looked up at once: SQLite takes no expression deeper than a thousand."""
Range = tuple[int, int]


class Hit(NamedTuple):
    """A passage that answers, `text`, of a `kind` (see `storage.fulltext.index`), and where in it the words stand.

    `document` is a uuid, and so is `about`, that of the annotation which it belongs to, if any. Offsets are code
    points, ranges half-open; `marks` count in `text`, so that ``start + mark`` counts in the document.
    """

    document: str
    kind: int
    start: int
    about: str
    text: str
    marks: tuple[Range, ...]


def search(index: Index, asked: Asked, *, within: Collection[str] | None = None, most: int = MOST) -> list[Hit]:
    """Return the passages that answer, the best first; `within` are the documents to look in, all where it is None.

    Raises SearchError, also where `index.database.interrupt` was called meanwhile.
    """
    leaves = asked.leaves()
    if asked.words is None or not leaves:
        return []
    try:
        rows = _rows(index.database, asked.words, leaves, within, most)
    except sqlite3.OperationalError as error:
        raise SearchError(f"The search was given up: {error}") from error
    except sqlite3.DatabaseError as error:
        raise SearchError(f"{index.path} is damaged: {error}. It may be deleted, and is made again then.") from error
    wanted = patterns(leaves)
    return [Hit(*row, marks=_marks(row[-1], wanted)) for row in rows]


def _rows(
    database: sqlite3.Connection, node: Node, leaves: list[Leaf], within: Collection[str] | None, most: int
) -> list[tuple[str, int, int, str, str]]:
    """Return document, kind, start, annotation and string of the passages."""
    bounds, values = _bounds(database, node, within)
    columns = "SELECT d.uuid, p.kind, p.start, p.about, p.text"
    found: dict[int, tuple[str, int, int, str, str]] = {}
    worded = [leaf for leaf in leaves if not leaf.spaceless]
    if worded:
        expression = " OR ".join(f"({leaf.expression()})" for leaf in worded)
        rows = database.execute(
            f"{columns}, p.id FROM words JOIN passages p ON p.id = words.rowid JOIN documents d ON d.id = p.document "
            f"WHERE words MATCH ?{bounds} ORDER BY words.rank LIMIT ?",
            (expression, *values, most),
        )
        found.update((row[-1], row[:-1]) for row in rows)
    for leaf in leaves:
        if leaf.spaceless and len(found) < most:
            inner, inside = _passages(leaf)
            rows = database.execute(
                f"{columns}, p.id FROM passages p JOIN documents d ON d.id = p.document "
                f"WHERE p.id IN ({inner}){bounds} ORDER BY p.id LIMIT ?",
                (*inside, *values, most - len(found)),
            )
            found.update((row[-1], row[:-1]) for row in rows)
    return list(found.values())


def _bounds(database: sqlite3.Connection, node: Node, within: Collection[str] | None) -> tuple[str, list[str]]:
    """Return what more is to be asked of a passage's document, and the values for that."""
    bounds, values = "", list[str]()
    if not isinstance(node, Leaf):
        inner, values = _documents(node)
        bounds = f" AND p.document IN ({inner})"
    if within is not None:
        database.execute("CREATE TEMP TABLE IF NOT EXISTS within (uuid TEXT PRIMARY KEY)")
        database.execute("DELETE FROM within")
        database.executemany("INSERT OR IGNORE INTO within VALUES (?)", ((uuid,) for uuid in within))
        bounds += " AND d.uuid IN (SELECT uuid FROM within)"
    return bounds, values


def _looked_up(leaf: Leaf) -> str:
    """Return the table of the index that a leaf is looked up in; none has what is shorter than a gram."""
    return "words" if not leaf.spaceless else "grams" if len(leaf.words[0]) >= _SHORTEST_GRAM else ""


def _passages(*leaves: Leaf) -> tuple[str, list[str]]:
    """Return the SELECT of the passages' ids in which any of leaves stands that are looked up alike, and its values."""
    table = _looked_up(leaves[0])
    if table:
        expression = " OR ".join(f"({leaf.expression()})" for leaf in leaves)
        return f"SELECT rowid FROM {table} WHERE {table} MATCH ?", [expression]  # noqa: S608  # one of two tables
    holds = " OR ".join(["holds(text, ?)"] * len(leaves))
    return f"SELECT id FROM passages WHERE spaceless AND ({holds})", [leaf.words[0] for leaf in leaves]  # noqa: S608  # values are bound


def _documents(node: Node) -> tuple[str, list[str]]:
    """Return the SELECT of the documents of which a node holds, and its values."""
    if isinstance(node, Leaf):
        return _having([node])
    joint = " UNION " if isinstance(node, Any) else " INTERSECT "
    parts = list(_alternatives(node)) if isinstance(node, Any) else [_documents(part) for part in node.parts]
    selects = joint.join(f"SELECT document FROM ({select})" for select, _ in parts)  # noqa: S608  # as above
    values = [value for _, inside in parts for value in inside]
    without = node.without if isinstance(node, All) else ()
    for part in without:
        select, inside = _documents(part)
        selects = f"SELECT document FROM ({selects}) EXCEPT SELECT document FROM ({select})"  # noqa: S608  # as above
        values += inside
    return selects, values


def _having(leaves: Sequence[Leaf]) -> tuple[str, list[str]]:
    inner, values = _passages(*leaves)
    return f"SELECT document FROM passages WHERE id IN ({inner})", values  # noqa: S608  # values are bound


def _alternatives(node: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield the SELECTs of the parts of a node: words of which any will do at once, however many there are."""
    alike: dict[str, list[Leaf]] = {}
    for part in node.parts:
        if isinstance(part, Leaf):
            alike.setdefault(_looked_up(part), []).append(part)
        else:
            yield _documents(part)
    for leaves in alike.values():
        yield from (_having(leaves[at : at + _TOGETHER]) for at in range(0, len(leaves), _TOGETHER))


def excerpt(hit: Hit, width: int = 160) -> list[tuple[str, bool]]:
    """Return about `width` characters of a hit around its first marks, in stretches that are marked or not.

    What was left out is an ellipsis; white space is as in the passage.
    """
    first = hit.marks[0][0] if hit.marks else 0
    start = 0 if len(hit.text) <= width else max(0, min(first - width // 4, len(hit.text) - width))
    if start:
        start = hit.text.find(" ", start, first) + 1 or start
    end = min(len(hit.text), start + width)
    parts, at = [("…", False)] if start else [], start
    for begin, stop in hit.marks:
        if start <= begin < end and at <= begin:
            parts += [(hit.text[at:begin], False), (hit.text[begin:stop], True)]
            at = stop
    parts.append((hit.text[at : max(at, end)], False))
    return [part for part in [*parts, ("…" if max(at, end) < len(hit.text) else "", False)] if part[0]]


def passages_of(hit: Hit, version: str) -> Iterator[Passage]:
    """Yield the places of what was found in a hit, in the text `version`; none of a title, note or lost quote."""
    for start, end in hit.marks if hit.kind == TEXT else ():
        yield Passage(hit.document, version, hit.start + start, hit.start + end, hit.text[start:end], hit.about)


def table(hits: Iterable[Hit], titles: Mapping[str, str]) -> Iterator[Sequence[object]]:
    """Yield hits as rows of a table, the names of the columns first; `titles` are those of documents, by uuid."""
    yield "document", "kind", "start", "passage", "found"
    for hit in hits:
        found = "; ".join(hit.text[start:end] for start, end in hit.marks)
        yield titles[hit.document], KINDS[hit.kind], hit.start, hit.text, found


def grouped(hits: Iterable[Hit]) -> dict[str, list[Hit]]:
    """Return hits by document, the document of the first first; in each its title, then in the order of the text."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.document, []).append(hit)
    return {uuid: sorted(group, key=lambda hit: (hit.kind != TITLE, hit.start)) for uuid, group in found.items()}


def _marks(text: str, wanted: re.Pattern[str]) -> tuple[Range, ...]:
    """Return where the words stand in a passage."""
    folded = fold(text)
    return tuple(
        (folded.origin(each.start()), folded.origin_end(each.end())) for each in wanted.finditer(folded.string)
    )
