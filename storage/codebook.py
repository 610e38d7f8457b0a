"""The codebook: tags merged, deleted, described and grouped, each over all documents and as one undo step.

A tag's `group` names tags of which an annotation has one at most: setting one takes its sisters off. A tag beneath one
of them counts as that one. A new tag joins the group that all its sisters share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from storage import records
from storage.editing import Editing, clean_aliases, clean_path
from storage.errors import UsageError
from storage.model import Annotation, Tag
from storage.transactions import Changes


class Reach(NamedTuple):
    """What a change of a tag touches: the tags (itself and those beneath), annotations that have one, documents."""

    tags: int
    annotations: int
    documents: int

    def __str__(self) -> str:
        """Return it in words: ``12 annotations in 3 documents, 2 tags beneath``."""
        parts = [_counted(self.annotations, "annotation")]
        if self.annotations:
            parts[0] += f" in {_counted(self.documents, 'document')}"
        if self.tags > 1:
            parts.append(f"{_counted(self.tags - 1, 'tag')} beneath")
        return ", ".join(parts)


def _inherited(path: str, colors: Mapping[str, str]) -> str:
    """Return the colour of the tag at `path`, or of the nearest tag above it that has one."""
    while path and path not in colors:
        path = path.rpartition("/")[0]
    return colors.get(path, "")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


class Codebook(Editing):
    """What can be done to tags beyond one annotation."""

    _changes = 0
    _colors: tuple[int, dict[str, str]] = (-1, {})
    _aliases: tuple[int, dict[str, tuple[str, ...]]] = (-1, {})

    def reloaded(self) -> None:
        """Count that everything may have changed."""
        super().reloaded()
        self._changes += 1

    def received(self, before: Changes, after: Changes) -> None:
        """Count that tags or creators have changed."""
        super().received(before, after)
        self._changes += "tags" in before or "creators" in before

    @property
    def tags_state(self) -> int:
        """What is the same as long as no tag and no creator has changed."""
        return self._changes

    def color_of(self, annotation: Annotation) -> str:
        """Return the colour an annotation is shown in: its own, else that of its first tag that has or inherits one.

        Empty where there is none.
        """
        if annotation.color or not annotation.tags:
            return annotation.color
        if self._colors[0] != self._changes:
            colors = {tag.path: tag.color for tag in self.tags() if tag.color}
            made = {tag.uuid: _inherited(tag.path, colors) for tag in self.tags()} if colors else {}
            self._colors = (self._changes, made)
        return next((found for tag in annotation.tags if (found := self._colors[1].get(tag, ""))), "")

    def aliases(self, annotation: Annotation) -> tuple[str, ...]:
        """Return the other names of what an annotation's tags stand for."""
        if self._aliases[0] != self._changes:
            self._aliases = (self._changes, {tag.uuid: tag.aliases for tag in self.tags() if tag.aliases})
        known = self._aliases[1]
        return tuple(name for tag in annotation.tags for name in known.get(tag, ())) if known else ()

    def beneath(self, tag: Tag) -> list[Tag]:
        """Return a tag and those beneath it, by path."""
        return [each for each in self.tags() if each.path == tag.path or each.path.startswith(f"{tag.path}/")]

    def reach(self, uuid: str) -> Reach:
        """Return what renaming, merging or deleting a tag touches. Raises UsageError when there is no such tag."""
        found = self.beneath(self.tag(uuid))
        carrying = list(self._carrying({each.uuid for each in found}))
        return Reach(len(found), len(carrying), len({each.document for each in carrying}))

    def _carrying(self, tags: set[str]) -> Iterator[Annotation]:
        self._file.complete()
        table = self._file.table("annotations")
        for key, record in table.items():
            if not tags.isdisjoint(record.get("tags") or ()):
                yield self._model("annotations", key, record, records.annotation)

    def rename_tag(self, uuid: str, path: str) -> Tag:
        """Give a tag another path; those beneath go along, and where a tag of that path exists they are merged.

        Raises UsageError when the path is none, or lies beneath the tag itself.
        """
        with self.step(f"rename tag to {path}"):
            path = clean_path(path)
            other = self.tag_by_path(path)
            if other is not None and other.uuid != uuid:
                return self.merge_tags(uuid, other.uuid)
            self.edit_tag(uuid, path=path)
        return self.tag(uuid)

    def _move_tag(self, tag: Tag, path: str) -> None:
        """Move a tag with those beneath it; a group goes by its parent's new path, the tag itself joins its sisters."""
        moving = {each.uuid for each in self.beneath(self.tag(tag.uuid))}
        super()._move_tag(tag, path)
        for uuid in moving:
            each = self.tag(uuid)
            group = each.path.rpartition("/")[0] if each.group else ""
            if uuid == tag.uuid and each.path.rpartition("/")[0] != tag.path.rpartition("/")[0]:
                group = self._group_beneath(each)
            if group != each.group:
                self._change("tags", records.plain_record(each._replace(group=group)))

    def merge_tags(self, uuid: str, into: str) -> Tag:
        """Make one tag of two: what has `uuid` has `into` afterwards, also what lies beneath; `uuid` is gone.

        What `into` lacks of key, colour and description it takes over. Raises UsageError when one lies beneath the
        other, or when they are the same.
        """
        with self.step("merge tags"):
            old, kept = self.tag(uuid), self.tag(into)
            if old.uuid == kept.uuid:
                raise UsageError(f"The tag {old.path} cannot be merged with itself.")
            if kept.path.startswith(f"{old.path}/"):
                raise UsageError(f"The tag {kept.path} lies beneath {old.path}; rename it first.")
            gone = [old]
            for each in self.beneath(old)[1:]:
                target = kept.path + each.path.removeprefix(old.path)
                there = self.tag_by_path(target)
                if there is None:
                    self.edit_tag(each.uuid, path=target)
                elif there.uuid != each.uuid:
                    self._merge_one(each, there)
                    gone.append(each)
            self._merge_one(old, kept)
            for each in reversed(gone):
                self._drop("tags", each.uuid)
        return self.tag(into)

    def _merge_one(self, old: Tag, kept: Tag) -> None:
        for each in list(self._carrying({old.uuid})):
            tags = [kept.uuid if tag == old.uuid else tag for tag in each.tags]
            self._change("annotations", records.annotation_record(each._replace(tags=tuple(dict.fromkeys(tags)))))
        merged = kept._replace(
            color=kept.color or old.color,
            description=kept.description or old.description,
            key=kept.key or old.key,
            aliases=clean_aliases((*kept.aliases, *old.aliases), kept.path),
        )
        self._change("tags", records.plain_record(merged))

    def delete_tag(self, uuid: str) -> None:
        """Delete a tag and those beneath it, and take them off every annotation. Raises UsageError."""
        with self.step(f"delete tag {self.tag(uuid).path}"):
            doomed = [each.uuid for each in self.beneath(self.tag(uuid))]
            for each in list(self._carrying(set(doomed))):
                kept = tuple(tag for tag in each.tags if tag not in doomed)
                self._change("annotations", records.annotation_record(each._replace(tags=kept)))
            for tag in reversed(doomed):
                self._drop("tags", tag)

    def set_one_of(self, uuid: str, *, one_of: bool) -> Tag:
        """Make the tags just beneath a tag exclude each other, or let them stand together again.

        What carries several of them keeps them until one is set anew. Raises UsageError where there are none.
        """
        with self.step("one of a group" if one_of else "no group"):
            parent = self.tag(uuid)
            sisters = self._children(parent.path)
            if not sisters:
                raise UsageError(f"There are no tags beneath {parent.path} that could exclude each other.")
            for each in sisters:
                self._change("tags", records.plain_record(each._replace(group=parent.path if one_of else "")))
        return self.tag(uuid)

    def one_of(self, tag: Tag) -> bool:
        """Tell whether the tags just beneath a tag exclude each other."""
        sisters = self._children(tag.path)
        return bool(sisters) and all(each.group for each in sisters)

    def _children(self, path: str) -> list[Tag]:
        return [each for each in self.tags() if each.path.rpartition("/")[0] == path]

    def _group_beneath(self, tag: Tag) -> str:
        """Return the group that all sisters of a tag share, empty where there are none or they differ."""
        parent = tag.path.rpartition("/")[0]
        groups = {each.group for each in self._children(parent) if each.uuid != tag.uuid} if parent else set()
        return groups.pop() if len(groups) == 1 else ""

    def ensure_tag(self, path: str) -> Tag:
        """Return the tag at `path`, made with its parents when absent; it joins the group of its sisters."""
        path = clean_path(path)
        if known := self.tag_by_path(path):
            return known
        with self.step(f"new tag {path}"):
            made = super().ensure_tag(path)
            if group := self._group_beneath(made):
                made = made._replace(group=group)
                self._change("tags", records.plain_record(made))
        return made

    def _excluded(self, tag: Tag, has: Sequence[str]) -> set[str]:
        """Return which of the tags `has` (uuids) must go because `tag` excludes them."""
        coming = self._member(tag)
        if coming is None:
            return set()
        others = {uuid: self._member(self.tag(uuid)) for uuid in has if self._find("tags", uuid)}
        return {uuid for uuid, found in others.items() if found and found[0] == coming[0] and found[1] != coming[1]}

    def _member(self, tag: Tag) -> tuple[str, str] | None:
        """Return the group that a tag counts in, by itself or through one above it, and which member it counts as."""
        path = tag.path
        while path:
            found = self.tag_by_path(path)
            if found is not None and found.group:
                return found.group, found.uuid
            path = path.rpartition("/")[0]
        return None
