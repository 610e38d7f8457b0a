"""Plain text: what is to be read without any marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from storage.visible import one_line, visible

if TYPE_CHECKING:
    from storage.exchange.entry import Collection, Entry


def dump(collection: Collection, out: TextIO) -> None:
    """Write `collection` to `out`, and after a whole library its memos."""
    document, gap = "", ""
    for entry in collection:
        if entry.document.uuid != document:
            document = entry.document.uuid
            title = one_line(entry.document.title) or "Untitled"
            out.write(f"{gap}{title}\n{'=' * len(title)}\n")
        out.write(f"\n{_annotation(entry)}")
        gap = "\n\n"
    for subject, note in collection.memos():
        out.write(f"{gap}On {one_line(subject)}\n{visible(note)}\n")
        gap = "\n"


def _annotation(entry: Entry) -> str:
    one = entry.annotation
    facts = [entry.where(), one.color, *(f"#{one_line(tag)}" for tag in entry.tags)]
    parts = [f"“{visible(one.exact)}”" if one.exact else "", visible(one.note), f"({', '.join(filter(None, facts))})"]
    return "".join(f"{part}\n" for part in parts if part)
