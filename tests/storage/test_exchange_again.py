"""Out, in to an empty library, and out again: the same bytes also where much has one time or one place."""

from __future__ import annotations

import json

import pytest

from storage import exchange
from storage.exchange.table import FORMATS
from storage.library import Library
from tests.storage.exchange_library import Desk, opened, text_of
from tests.storage.importing import exported, imported, saved
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


@pytest.mark.parametrize("form", ["hypothesis", "qdpx", "readwise"])
def test_what_a_format_keeps_for_itself_is_not_among_what_it_cannot_carry(tmp_path, form):
    own = FORMATS[form].field
    with opened(tmp_path, Desk) as desk:
        one = desk.receive("one.txt", text_of("One", ("paragraph", "Alpha beta.")))
        desk.mark(one, "Alpha", fields={own: json.dumps({"hidden": True, "modifyingUser": "x"})})
        assert exchange.export(desk.library, "", form, str(tmp_path / "x")).lacks == {}
        desk.mark(one, "beta", fields={own: "{}", "age": 5})
        desk.mark(one, "Alpha beta", fields={"age": 5})
        assert exchange.export(desk.library, "", form, str(tmp_path / "y")).lacks == {"fields": 2}


def test_pieces_of_which_a_file_has_the_words_alone_stand_one_after_another(tmp_path):
    with opened(tmp_path, Desk) as desk:
        one = desk.receive("one.txt", text_of("One", ("paragraph", "Alpha beta gamma. Delta … gamma. Epsilon.")))
        first = desk.library.annotate(one, [(0, 5), (11, 16)], note="Why?", text=desk._texts[one])
        desk.library.annotate(one, [(6, 10), (33, 40)], text=desk._texts[one])
        desk.mark(one, "Delta … gamma")
        before = exported(desk.library, "json")
        path = saved(desk.library, "readwise", tmp_path / "x.csv")
        assert {fate for _, fate in imported(desk.library, path).fates} == {"there"}
        assert exported(desk.library, "json") == before
        desk.library.delete(first.uuid)
        assert imported(desk.library, path).doubtful == 1
        back = next(each for each in desk.library.annotations() if each.note)
        assert (back.ranges, back.exact) == (first.ranges, first.exact)
