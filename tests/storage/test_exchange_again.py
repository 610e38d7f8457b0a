"""Out, in to an empty library, and out again: the same bytes also where much has one time or one place."""

from __future__ import annotations

from storage.library import Library
from tests.storage.exchange_library import Desk, opened, text_of
from tests.storage.importing import imported, saved
from tests.storage.projects import project_of

NOON = "2026-01-01T12:00:00Z"


def test_notes_of_one_second_keep_their_order_in_a_project(tmp_path):
    with opened(tmp_path, Desk) as desk:
        one = desk.receive("one.txt", text_of("One", ("paragraph", "Alpha beta.")))
        made = desk.mark(one, "", note="A page note", created=NOON)
        alpha = desk.mark(one, "Alpha", note="A highlight", created=NOON)
        for answered in (made, alpha, made):
            desk.mark(one, "", note="An answer", reply_to=answered.uuid, created=NOON)
        first = saved(desk.library, "qdpx", tmp_path / "x.qdpx")
    (tmp_path / "other").mkdir()
    with Library.open(tmp_path / "other" / "library.json", state=tmp_path / "state") as other:
        imported(other, first)
        assert project_of(saved(other, "qdpx", tmp_path / "y.qdpx")) == project_of(first)
