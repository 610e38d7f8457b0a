"""Random histories on several devices, with merges in between: what must hold of merging whatever happened."""

import itertools
from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import identity
from storage.codec import Tables, checksum
from storage.dots import SHAPES, alternatives, values
from storage.merge import merge
from storage.transactions import Changes
from storage.twins import TWINNED, identities
from tests.storage import deeds
from tests.storage.deeds import EVERYTHING, PLAIN, TWINS, Act
from tests.storage.devices import World, merged, redirects, root, text

Step = tuple[Act, int, int, int]

ROUNDS = 8

UNJOURNALED = {deeds.restore, deeds.turn_back}
"""A journal ends where a backup is restored; times that went back are not merged as they were written."""


def steps_of(acts: tuple[Act, ...]):
    numbers = st.integers(0, 11)
    return st.lists(st.tuples(st.sampled_from(acts), numbers, numbers, numbers), max_size=40)


def lived(steps: list[Step], count: int = 3) -> World:
    """A world whose devices had a document and two tags in common, and then did `steps`."""
    world = World(count)
    first = world.devices[0]
    with world.time():
        deeds.add_document(first, 0, 0)
        deeds.add_tag(first, 0, 0)
        deeds.add_tag(first, 1, 0)
        deeds.annotate(first, 1, 0)
        for device in world.devices[1:]:
            device.receive(first.tables, first.known)
        for act, number, a, b in steps:
            world.clock += 7
            act(world.devices[number % count], a, b)
    return world


def meet(world: World) -> Tables:
    """Let everybody merge with everybody until nothing changes any more; return what all have then."""
    with world.time():
        for _ in range(ROUNDS):
            before = [device.tables for device in world.devices]
            for one, other in itertools.permutations(world.devices, 2):
                one.receive(other.tables, other.known)
            if before == [device.tables for device in world.devices]:
                break
    tables = world.devices[0].tables
    assert all(device.tables == tables for device in world.devices)
    return tables


def check_sound(tables: Tables) -> None:
    """All records are sealed, under their own keys; no twins; no reference leads to a redirect."""
    into = redirects(tables)
    for name, table in tables.items():
        for key, record in table.items():
            assert name == "meta" or record["sum"] == checksum(record)
            assert key == identity.doc_id(record["uuid"])
            if name in SHAPES:
                assert set(record["dots"]) == set(values(SHAPES[name], record))
                assert not {record.get("document"), record.get("creator"), *record.get("tags", ())} & set(into)
                assert not any(path.partition("/")[2] in into for path in record["dots"])
                assert key not in tables.get("tombstones", {})
    for name in TWINNED:
        shared = [each for record in tables.get(name, {}).values() for each in identities(name, record)]
        assert len(shared) == len(set(shared))
    assert not set(into) & set(into.values())


def check_values(world: World, tables: Tables) -> None:
    """What nobody replaced knowingly is there, shown or beside it, and nothing else."""
    expected: dict[str, dict[str, set[str]]] = {}
    for uuid, paths in world.expected().items():
        for path, wanted in paths.items():
            head, _, name = path.partition("/")
            path_now = f"tags/{root(tables, name)}" if head == "tags" else path
            expected.setdefault(root(tables, uuid), {}).setdefault(path_now, set()).update(wanted)
    gone = {grave["uuid"] for grave in tables.get("tombstones", {}).values() if grave.get("forgotten")}
    found: dict[str, dict[str, set[str]]] = {}
    for name in SHAPES:
        for record in tables.get(name, {}).values():
            mine = found[record["uuid"]] = {}
            for path, value in values(SHAPES[name], record).items():
                mine[path] = {text(value)}
            for other in alternatives(record):
                mine.setdefault(other["field"], set()).add(text(other["value"]))
            assert record.get("document") not in gone
    for uuid, values_of in expected.items():
        if not {uuid, root(tables, world.documents.get(uuid, ""))} & gone:
            assert found.pop(uuid, {}) == values_of
    assert not any(found.values())


def check_order(one: Tables, two: Tables, three: Tables, *, strictly: bool) -> None:
    """It does not matter in which order three copies are merged; where twins came apart they agree once they meet."""
    left, right = merged(merged(one, two), three), merged(one, merged(two, three))
    if strictly or redirects(left) == redirects(right):
        assert left == right
    assert merged(left, right) == merged(right, left)
    assert not merge(left, left).changes


def check_history(steps: list[Step], *, strictly: bool) -> None:
    world = lived(steps)
    with world.time():
        check_order(*(device.tables for device in world.devices), strictly=strictly)
    tables = meet(world)
    check_sound(tables)
    check_values(world, tables)


def replayed(tables: Tables, journal: Iterable[Changes]) -> Tables:
    """What is made of `tables` by merging what each line of a journal put."""
    for line in journal:
        put: Tables = {name: {key: each for key, each in table.items() if each} for name, table in line.items()}
        tables = merged(tables, put)
    return tables


def without_twins(steps: list[Step]) -> None:
    check_history(steps, strictly=True)


def with_twins(steps: list[Step]) -> None:
    check_history(steps, strictly=True)


def where_twins_come_apart(steps: list[Step]) -> None:
    check_history(steps, strictly=False)


def with_a_journal_in_any_order(steps: list[Step], random: Random) -> None:
    world = lived([step for step in steps if step[0] not in UNJOURNALED])
    for device in world.devices:
        lines = random.sample(device.journal, len(device.journal))
        with world.time():
            assert replayed(replayed({}, lines), device.journal) == device.tables


def with_a_journal_of_which_some_is_there(steps: list[Step], taken: int) -> None:
    world = lived([step for step in steps if step[0] not in UNJOURNALED])
    for device in world.devices:
        with world.time():
            half = replayed({}, device.journal[:taken])
            assert replayed(half, device.journal) == device.tables


def held(holds, cases, examples: int) -> None:
    patient = settings(max_examples=examples)
    patient(given(*cases)(holds))()


histories = pytest.mark.parametrize(
    ("holds", "cases"),
    [
        (without_twins, [steps_of(PLAIN)]),
        (with_twins, [steps_of(TWINS)]),
        (where_twins_come_apart, [steps_of(EVERYTHING)]),
        (with_a_journal_in_any_order, [steps_of(PLAIN), st.randoms(use_true_random=False)]),
        (with_a_journal_of_which_some_is_there, [steps_of(EVERYTHING), st.integers(0, 30)]),
    ],
)


@histories
def test_merging_holds(holds, cases) -> None:
    held(holds, cases, 60)


@pytest.mark.long
@histories
def test_merging_holds_for_long(holds, cases) -> None:
    held(holds, cases, 20_000)
