"""``python -m tests.bench.merging``: what a merge costs, against the checksums of all records, in one run.

A merge has to check what it takes over, so the checksums of 10,000 annotations are the floor for merging as many.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from storage import codec, identity
from storage.codec import Record, Tables
from storage.merge import merge
from storage.sealing import Sealer
from storage.transactions import Changes
from tests.storage.devices import applied

TAGS = 200


def library(device: str, size: int) -> Tables:
    """A library of its own device: documents with a hundred annotations each, two tags on each annotation."""
    documents = [identity.new_uuid() for _ in range(max(1, size // 100))]
    tags = [identity.new_uuid() for _ in range(TAGS)]
    made: Changes = {
        "documents": {identity.doc_id(uuid): {"uuid": uuid, "title": uuid, "texts": [uuid]} for uuid in documents},
        "tags": {identity.doc_id(uuid): {"uuid": uuid, "path": f"tag/{n}"} for n, uuid in enumerate(tags)},
        "annotations": {},
    }
    for number in range(size):
        uuid = identity.new_uuid()
        made["annotations"][identity.doc_id(uuid)] = {
            "uuid": uuid,
            "document": documents[number % len(documents)],
            "ranges": [[number, number + 60]],
            "anchor": {"exact": "a passage of sixty characters " * 2, "prefix": "x" * 32, "suffix": "y" * 32},
            "tags": sorted([tags[number % TAGS], tags[number * 7 % TAGS - 1]]),
            "color": "yellow",
            "note": f"what is to be said of passage {number}",
            "created": identity.now(),
            "updated": identity.now(),
            "alternatives": [],
        }
    return applied({}, Sealer({}, device, 1000).seal(made))


def edited(tables: Tables, device: str, word: str) -> Tables:
    """The same with every note changed."""
    changes: dict[str, Record | None] = {
        key: {**record, "note": f"{record['note']} {word}"} for key, record in tables["annotations"].items()
    }
    return applied(tables, Sealer(tables, device, 2000).seal({"annotations": changes}))


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of `work`, the best of three."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def lines(ours: Tables, theirs: Tables) -> None:
    """Merge the annotations of `theirs` one by one, as the lines of a journal."""
    for key, record in theirs["annotations"].items():
        merge(ours, {"annotations": {key: record}})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=10_000, help="annotations in each library")
    size = parser.parse_args().size
    one, two = library("one", size), library("two", size)
    later, aside = edited(one, "one", "later"), edited(one, "two", "aside")
    floor = seconds(lambda: [codec.checksum(record) for record in one["annotations"].values()])
    print(f"checksums of {size} annotations: {floor * 1000:.0f} ms, {floor / size * 1e6:.1f} µs each")
    for what, work in {
        "another library, tags alike": lambda: merge(one, two),
        "the same library": lambda: merge(one, one),
        "a later state": lambda: merge(one, later),
        "an earlier state": lambda: merge(later, one),
        "every note edited on both sides": lambda: merge(later, aside),
        "a later state, line by line": lambda: lines(one, later),
    }.items():
        took = seconds(work)
        print(f"{what}: {took * 1000:.0f} ms, {took / size * 1e6:.1f} µs each, {took / floor:.1f}x")


if __name__ == "__main__":
    main()
