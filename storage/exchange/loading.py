"""From the records of our own JSON back to model values, one at a time; what is no record is told and left out.

Some records refer to others, so that everything is put together at the end: a memo on a tag names the tag's path.
"""

from __future__ import annotations

from typing import Any

from storage import records
from storage.exchange.parcel import Parcel, empty, line, tag_path, tag_paths, time
from storage.model import COLORS, STATES, Memo
from storage.texts import is_version

TABLES = ("documents", "tags", "creators", "annotations", "memos", "bookmarks")
"""The tables of our own JSON, in its order."""


class Loading:
    """Collects records; :meth:`parcel` is what they are together."""

    def __init__(self) -> None:
        self._parcel = empty(complete=True)
        self._counts = dict.fromkeys(TABLES, 0)
        self._paths: dict[str, str] = {}

    def complain(self, problem: str) -> None:
        """Tell that something could not be read."""
        self._parcel.problems.append(problem)

    def take(self, table: str, record: Any) -> None:  # noqa: ANN401  # whatever a file holds
        """Take a record of `table`, which is one of `TABLES`."""
        self._counts[table] += 1
        name = f"{table[:-1].capitalize()} {self._counts[table]}"
        if not isinstance(record, dict) or not isinstance(record.get("uuid"), str) or not record["uuid"]:
            self.complain(f"{name} has no id and was left out.")
            return
        problem = getattr(self, f"_take_{table}")(record)
        if problem:
            self.complain(f"{name} {problem} and was left out.")

    def parcel(self) -> Parcel:
        """Return everything, as far as what it refers to is there."""
        found = self._parcel
        kept = [one for one in found.annotations if one.document in found.documents]
        if lost := len(found.annotations) - len(kept):
            self.complain(f"{lost} of the annotations belong to no document of the file and were left out.")
        memos = [one._replace(about=about) for one in found.memos if (about := self._about(one))]
        if lost := len(found.memos) - len(memos):
            self.complain(f"{lost} of the memos are about nothing in the file and were left out.")
        return found._replace(annotations=kept, memos=memos)

    def _about(self, memo: Memo) -> str:
        kind, _, uuid = memo.about.partition(":")
        if kind == "tag":
            return f"tag:{self._paths[uuid]}" if uuid in self._paths else ""
        return memo.about if kind in {"document", "library", "kept"} else ""

    def _take_documents(self, record: dict[str, Any]) -> str:
        made = records.document(record)
        state = made.state if made.state in STATES else "new"
        self._parcel.documents[made.uuid] = made._replace(
            title=line(made.title),
            authors=tuple(filter(None, map(line, made.authors))),
            state=state,
            texts=tuple(filter(is_version, made.texts)),
            length=max(0, made.length),
            added=time(made.added),
        )
        return ""

    def _take_tags(self, record: dict[str, Any]) -> str:
        made = records.tag(record)
        path = tag_path(made.path)
        if not path:
            return "has no path"
        self._paths[made.uuid] = path
        key = made.key if made.key in set("123456789") else ""
        self._parcel.tags.append(
            made._replace(path=path, color=_color(made.color), key=key, created=time(made.created))
        )
        return ""

    def _take_creators(self, record: dict[str, Any]) -> str:
        made = records.creator(record)
        self._parcel.creators[made.uuid] = made._replace(name=line(made.name), id=line(made.id))
        return ""

    def _take_annotations(self, record: dict[str, Any]) -> str:
        beside = record.get("alternatives")
        others = [_dotted(other) for other in beside if isinstance(other, dict)] if isinstance(beside, list) else []
        made = records.annotation({**record, "anchor": record, "alternatives": others})
        if any(start < 0 or end < start for start, end in made.ranges):
            return "has a range that is none"
        state = made.state if made.state in {"anchored", "orphan"} else "anchored"
        self._parcel.annotations.append(
            made._replace(
                state=state,
                tags=tag_paths(record.get("tags")),
                color=_color(made.color),
                created=time(made.created),
                updated=time(made.updated),
            )
        )
        return ""

    def _take_memos(self, record: dict[str, Any]) -> str:
        made = records.memo(record)
        self._parcel.memos.append(made._replace(created=time(made.created), updated=time(made.updated)))
        return ""

    def _take_bookmarks(self, record: dict[str, Any]) -> str:
        made = records.bookmark(record)
        if len(made.name) != 1 or not made.name.isalnum() or made.offset < 0:
            return "has no letter or no place"
        self._parcel.bookmarks.append(made._replace(created=time(made.created)))
        return ""


def _color(name: str) -> str:
    return name if name in COLORS else ""


def _dotted(other: dict[str, Any]) -> dict[str, Any]:
    return {**other, "dot": [other.get("device"), other.get("stamp")]}
