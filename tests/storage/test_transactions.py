import copy
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tinydb import TinyDB, where
from tinydb.operations import delete, increment
from tinydb.storages import MemoryStorage
from tinydb.table import Document

from storage.store import Store
from storage.transactions import Changes, Database, Hooks, Transactions


def opened(path: Path) -> Store:
    store = Store(path)
    store.open()
    return store


@pytest.fixture(params=["memory", "disk"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Transactions:
    return Transactions() if request.param == "memory" else Store(tmp_path / "db.json")


@pytest.fixture
def db(storage: Transactions) -> Database:
    return Database(storage)


def test_tinydb_works_on_top(db: Database) -> None:
    table = db.table("things")
    ids = table.insert_multiple([{"n": n, "odd": bool(n % 2)} for n in range(6)])
    assert table.count(where("odd") == True) == 3  # noqa: E712  # TinyDB's grammar
    assert table.update(increment("n"), where("odd") == True) == ids[1::2]  # noqa: E712  # as above
    assert [record["n"] for record in table] == [0, 2, 2, 4, 4, 6]
    table.update(delete("odd"), doc_ids=ids[:1])
    assert table.get(doc_id=ids[0]) == {"n": 0}
    assert table.upsert({"n": 9}, where("n") == 0) == ids[:1]
    assert table.upsert({"n": 7}, where("n") == 8)
    assert table.remove(where("n") > 5) == [ids[0], ids[5], table.all()[-1].doc_id] or len(table) == 4
    table.insert(Document({"n": 1}, doc_id=5))
    assert table.get(doc_id=5) == {"n": 1}
    with pytest.raises(ValueError, match="already exists"):
        table.insert(Document({"n": 2}, doc_id=5))
    table.truncate()
    assert len(table) == 0


def test_ids_fit_into_53_bits_and_are_not_counted(db: Database) -> None:
    ids = db.table("things").insert_multiple([{} for _ in range(50)])
    assert len(set(ids)) == 50
    assert all(0 < doc_id < 2**53 for doc_id in ids)


def test_a_raising_updater_changes_nothing(db: Database, storage: Transactions) -> None:
    table = db.table("things")
    ids = table.insert_multiple([{"n": [n]} for n in range(3)])
    before = copy.deepcopy(storage.tables)

    def spoil(record) -> None:
        record["n"].append("spoilt")
        if record["n"][0] == 2:
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        table.update(spoil)
    assert storage.tables == before
    assert table.get(doc_id=ids[0]) == {"n": [0]}


def test_what_a_query_returns_is_not_the_store(db: Database) -> None:
    db.table("things").insert({"n": 1})
    db.table("things").all()[0]["n"] = 2
    assert db.table("things").all() == [{"n": 1}]


def test_several_changes_are_one_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = Store(tmp_path / "db.json")
    db, saves = Database(storage), []
    real = storage._persist

    def counted(changes: Changes) -> None:
        saves.append(sorted(changes))
        real(changes)

    monkeypatch.setattr(storage, "_persist", counted)
    with storage.transaction():
        db.table("a").insert({"x": 1})
        db.table("b").insert({"y": 1})
        db.table("a").update({"x": 2})
        assert db.table("a").all() == [{"x": 2}]
        assert not storage.tables
    assert saves == [["a", "b"]]
    db.close()
    with TinyDB(tmp_path / "db.json") as stock:
        assert stock.table("a").all() == [{"x": 2}]


def test_an_outer_body_that_raises_takes_all_back(db: Database, storage: Transactions) -> None:
    db.table("a").insert({"x": 1})
    with pytest.raises(KeyError), storage.transaction():  # noqa: PT012  # what came before the error is the point
        db.table("a").update({"x": 2})
        db.table("b").insert({"y": 1})
        raise KeyError
    assert db.table("a").all() == [{"x": 1}]
    assert db.tables() - {"meta"} == {"a"}


def test_an_inner_body_that_raises_takes_itself_back_alone(db: Database, storage: Transactions) -> None:
    with storage.transaction():
        db.table("a").insert(Document({"x": 1}, 1))
        with pytest.raises(KeyError), storage.transaction():  # noqa: PT012  # as above
            db.table("a").update({"x": 2})
            db.table("a").insert(Document({"x": 3}, 2))
            raise KeyError
    assert db.table("a").all() == [{"x": 1}]


def test_another_thread_sees_only_what_is_done(db: Database, storage: Transactions) -> None:
    seen = []
    with storage.transaction():
        db.table("a").insert({"x": 1})
        other = threading.Thread(target=lambda: seen.append(db.table("a").all()))
        other.start()
        other.join()
    assert seen == [[]]
    assert db.table("a").all() == [{"x": 1}]


def test_hooks_hear_before_and_after(storage: Transactions) -> None:
    heard: list[tuple[Changes, Changes]] = []

    class Listening(Hooks):
        def committed(self, before: Changes, after: Changes) -> None:
            heard.append((before, after))

    storage.hooks = Listening()
    with storage.transaction():
        storage.put("a", "1", {"x": 1})
    with storage.transaction():
        storage.put("a", "1", {"x": 2})
        storage.put("a", "2", None)
    assert heard == [
        ({"a": {"1": None}}, {"a": {"1": {"x": 1}}}),
        ({"a": {"1": {"x": 1}, "2": None}}, {"a": {"1": {"x": 2}, "2": None}}),
    ]


def test_dropping_tables(db: Database) -> None:
    db.table("a").insert({"x": 1})
    db.table("b").insert({"x": 1})
    db.drop_table("a")
    assert len(db.table("a")) == 0
    assert len(db.table("b")) == 1
    db.drop_tables()
    assert len(db.table("b")) == 0


operations = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), st.integers(1, 6), st.integers(0, 3)),
        st.tuples(st.just("update"), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("remove"), st.integers(0, 3), st.just(0)),
        st.tuples(st.just("upsert"), st.integers(1, 6), st.integers(0, 3)),
        st.tuples(st.just("truncate"), st.just(0), st.just(0)),
    ),
    max_size=12,
)


def perform(db: TinyDB, operation: tuple[str, int, int]) -> object:
    name, first, second = operation
    table = db.table("t")
    try:
        match name:
            case "insert":
                return table.insert(Document({"v": second}, first))
            case "update":
                return sorted(table.update({"v": second}, where("v") == first))
            case "remove":
                return sorted(table.remove(where("v") == first))
            case "upsert":
                return table.upsert(Document({"v": second, "u": 1}, first))
            case _:
                table.truncate()
                return None
    except ValueError as error:
        return str(error)


@given(operations, st.booleans())
def test_it_behaves_as_tinydb_does(steps: list[tuple[str, int, int]], together: bool) -> None:
    storage = Transactions()
    ours, stock = Database(storage), TinyDB(storage=MemoryStorage)
    if together:
        with storage.transaction():
            for step in steps:
                assert perform(ours, step) == perform(stock, step)
    else:
        for step in steps:
            assert perform(ours, step) == perform(stock, step)
    assert {each.doc_id: each for each in ours.table("t")} == {each.doc_id: each for each in stock.table("t")}
