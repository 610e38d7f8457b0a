"""Records with ids that begin alike come in together, and what refers to them still does."""

from __future__ import annotations

import json
from typing import Any

from storage.library import Library
from tests.storage.importing import exported, imported, written

ID = "00000000-0000-4000-8000-{:012}"


def whole(order=1):
    """Return a library that another program wrote, whose ids differ at the end only."""
    documents = [{"uuid": ID.format(n), "title": f"Document {n}"} for n in (1, 2)]
    creators = [{"uuid": ID.format(n), "name": f"Reader {n}", "id": f"r{n}"} for n in (1, 2)]
    annotations = [
        {
            "uuid": ID.format(n),
            "document": ID.format(1 + n % 2),
            "creator": ID.format(1 + n % 2),
            "note": f"Note {n}",
            "tags": ["a", "b"],
            "reply_to": ID.format(n - 1) if n > 1 else "",
            "links": [{"to": ID.format(n % 4 + 1), "type": "next"}],
        }
        for n in (1, 2, 3, 4)
    ]
    memos = [{"uuid": ID.format(n), "about": f"document:{ID.format(n)}", "note": f"On {n}"} for n in (1, 2)]
    tags = [{"uuid": ID.format(n), "path": path} for n, path in enumerate(("a", "b"), 1)]
    tables: dict[str, list[Any]]
    tables = {"documents": documents, "creators": creators, "annotations": annotations, "memos": memos, "tags": tags}
    return json.dumps({"format": "manicula", "version": 1, **{name: made[::order] for name, made in tables.items()}})


def said(library):
    """Return what the annotations say: their notes, documents, readers, what they answer and lead to."""
    notes = {one.uuid: one.note for one in library.annotations()}
    people = {one.uuid: one.name for one in library.creators()}
    return sorted(
        (
            one.note,
            library.document(one.document).title,
            people[one.creator],
            notes.get(one.reply_to, ""),
            [notes[link.to] for link in one.links],
            library.tag_paths(one),
        )
        for one in library.annotations()
    )


def test_everything_comes_in_and_leads_where_it_led(tmp_path):
    expected = [
        (
            f"Note {n}",
            f"Document {1 + n % 2}",
            f"Reader {1 + n % 2}",
            f"Note {n - 1}" if n > 1 else "",
            [f"Note {n % 4 + 1}"],
            ["a", "b"],
        )
        for n in (1, 2, 3, 4)
    ]
    with Library.open(tmp_path / "library.json", state=tmp_path / "state") as library:
        report = imported(library, written(tmp_path, "x.json", whole()))
        assert report.problems == ["7 ids begin like others and were replaced, so that nothing is lost."]
        assert said(library) == expected
        assert sorted(library.memo_subject(one.about) for one in library.memos()) == [
            "document Document 1",
            "document Document 2",
        ]
        before = exported(library, "json")
        for order in (1, -1):
            report = imported(library, written(tmp_path, "x.json", whole(order)))
            assert {fate for _, fate in report.fates} == {"there"}
        assert exported(library, "json") == before
        library.undo()
        assert (library.annotations(), library.tags(), library.memos()) == ([], [], [])
