"""Who made what, and in which colour it is shown: what a session knows of creators and of tags. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from storage.library import Library
from storage.model import PLAIN, Annotation


class People:
    """The creators of one library. With `only_mine`, what others made is hidden."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.only_mine = False
        self._state: object = None
        self._names: dict[str, str] = {}
        self._letters: dict[str, str] = {}
        self._me = ""

    def _fresh(self) -> None:
        state = self.library.tags_state
        if self._state == state:
            return
        self._state = state
        self._paths: dict[tuple[str, ...], list[str]] = {}
        creators = self.library.creators()
        self._me = self.library.me().uuid
        self._names = {one.uuid: one.name for one in creators}
        self._letters = _letters({one.uuid: one.name for one in creators if one.uuid != self._me})

    @property
    def state(self) -> object:
        """What is the same as long as names, letters and colours are."""
        return self.library.tags_state, self.only_mine

    def paths(self, annotation: Annotation) -> list[str]:
        """Return the paths of an annotation's tags, sorted; kept for every set of tags there is."""
        self._fresh()
        found = self._paths.get(annotation.tags)
        if found is None:
            found = self._paths[annotation.tags] = self.library.tag_paths(annotation)
        return found

    def name(self, annotation: Annotation) -> str:
        """Return the name of who made an annotation."""
        self._fresh()
        return self._names.get(annotation.creator, "")

    def letter(self, annotation: Annotation) -> str:
        """Return the margin letter of who made an annotation, empty where it is the reader."""
        self._fresh()
        return self._letters.get(annotation.creator, "")

    def color(self, annotation: Annotation) -> str:
        """Return the colour an annotation is shown in."""
        return self.library.color_of(annotation) or PLAIN

    def visible(self, annotations: Sequence[Annotation]) -> Sequence[Annotation]:
        """Return the annotations that are shown: all, or only the reader's own."""
        if not self.only_mine:
            return annotations
        self._fresh()
        return [one for one in annotations if one.creator in {self._me, ""}]


def _letters(names: dict[str, str]) -> dict[str, str]:
    """Return a small letter for each creator: the first of the name that no other has, where there is one."""
    taken: set[str] = set()
    letters = {}
    for uuid, name in sorted(names.items(), key=lambda item: (item[1].casefold(), item[0])):
        candidates = [letter for letter in name.lower() if letter.isalnum() and len(letter) == 1] or ["?"]
        letters[uuid] = next((letter for letter in candidates if letter not in taken), candidates[0])
        taken.add(letters[uuid])
    return letters
