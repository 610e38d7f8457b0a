"""Where the places of a document lie in its text: what links lead to, where pages begin, where comments stand."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from storage.readers import nodes
from storage.text import Page

MARK = "manicula-mark-"
"""How the `id` of a place begins that is the start or end of a comment's passage, whatever the prefix of the page."""

_PAGE = "page "


class Landmarks:
    """Places that were met wait for the block that follows; then they have an offset.

    `prefix` stands before every `id` of the page that is walked through.
    """

    def __init__(self) -> None:
        self.prefix = "#"
        self.places: dict[str, int] = {}
        self.pages: list[Page] = []
        self.marks: dict[str, int] = {}
        self._waiting: list[tuple[str, int]] = []

    def meet(self, name: str, inside: int) -> None:
        """Know that `name` is a place after `inside` characters of the block that is being collected."""
        self._waiting.append((name, inside))

    def meet_ids(self, attributes: dict[str, str | None], inside: int) -> None:
        """Know that what an element is called is a place."""
        for name in ("id", "name"):
            if value := attributes.get(name):
                self.meet(value if value.startswith(MARK) else f"{self.prefix}{value}", inside)

    def meet_page(self, node: LexborNode, attributes: dict[str, str | None], inside: int) -> bool:
        """Tell whether a page of the source begins at an element, and have it begin at the text that follows."""
        label = nodes.page_label(node, attributes)
        if label:
            self.meet(_PAGE + label, inside)
        if label is not None:
            self.meet_ids(attributes, inside)
        return label is not None

    def wait(self) -> None:
        """Have what was met in a block that came to nothing, or in cells, be at the start of the next one."""
        self._waiting = [(name, 0) for name, _ in self._waiting]

    def settle(self, start: int, string: str) -> None:
        """Give the places that were met in the block `string` their offsets; it stands at `start`."""
        if not self._waiting:
            return
        for name, inside in self._waiting:
            at = start + min(inside + string[inside : inside + 1].isspace(), len(string) - 1)
            if name.startswith(MARK):
                self.marks.setdefault(name, start + min(inside, len(string)))
            elif name.startswith(_PAGE):
                self.pages.append(Page(at, name.removeprefix(_PAGE)))
            else:
                self.places.setdefault(name, at)
        self._waiting.clear()

    def end(self, length: int) -> None:
        """Have the passages of comments that are open, or begin after all text, end with it; it has `length`."""
        for name, _ in self._waiting:
            if name.startswith(MARK):
                self.marks.setdefault(name, length)
