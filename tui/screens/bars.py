"""What the status row says: what the next action takes, where the caret is, and the keys that matter now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.model import doubtful
from tui.commands import COMMANDS, key_label
from tui.panels.base import Panel
from tui.standing import also

if TYPE_CHECKING:
    from tui.screens.reader import ReaderScreen

CHARACTERS_A_MINUTE = 1_300
"""A usual reading speed of about 230 words a minute."""
_LONG = 120
"""Minutes from which hours are said."""
_SHOWN_HINTS = {
    "reshape": ("mark.highlight", "select.other_end", "app.escape"),
    "reader": ("mark.highlight", "mark.tag", "mark.annotate", "jump.hints", "find.find", "app.help"),
    "extend": ("mark.highlight", "mark.tag", "select.other_end", "app.escape"),
    "documents": ("list.choose", "documents.state", "list.filter", "list.sort", "list.leave"),
    "sidebar": ("list.choose", "sidebar.edit", "list.mark", "list.filter", "list.leave"),
    "everything": ("list.choose", "sidebar.edit", "list.mark", "list.filter", "list.leave"),
    "review": ("list.down", "list.up", "sidebar.tag", "sidebar.edit", "list.sort", "list.leave"),
    "codebook": ("codebook.rename", "codebook.merge", "codebook.describe", "codebook.key", "list.leave"),
    "memos": ("memos.edit", "list.filter", "list.leave"),
    "versions": ("versions.choose", "list.filter", "list.leave"),
    "names": ("list.choose", "list.mark", "names.tag", "names.part", "list.leave"),
    "timeline": ("list.choose", "timeline.dates", "list.filter", "list.leave"),
    "dates": ("list.choose", "list.mark", "dates.mark", "list.leave"),
    "disagreements": ("list.choose", "disagreements.stands", "disagreements.falls", "list.sort", "list.leave"),
    "table": ("list.choose", "table.choose", "table.by", "table.beneath", "table.copy", "list.leave"),
    "passages": ("list.choose", "list.mark", "passages.tag", "list.filter", "list.sort", "list.leave"),
}
_WORDS = {"app.escape": "leave", "select.other_end": "other end"}
_WORDS |= {"list.down": "next", "list.up": "back", "sidebar.tag": "tag"}
_FOOTERS = {command.id: command.footer for command in COMMANDS}


def place(screen: ReaderScreen) -> list[str]:
    """Return where the caret is, what matters most first: paragraph, percentage, section, time left."""
    text, head = screen.session.text, screen.view.selection.head
    if not len(text):
        return []
    here, count = screen.session.place(head), screen.session.places.paragraphs
    minutes = round((len(text) - head) / CHARACTERS_A_MINUTE)
    parts = [f"¶ {here.paragraph} of {count}"] if here.paragraph else []
    parts.append(f"{here.percent} %")
    if minutes:
        parts.append(f"{minutes} min left" if minutes < _LONG else f"{round(minutes / 60)} h left")
    return [*parts, here.sections[-1][:24]] if here.sections else parts


def next_target(screen: ReaderScreen) -> str:
    """Return the name of what the next action takes."""
    if screen.panes.current != "text":
        names = {
            "cards": "annotations",
            "documents": "documents",
            "everything": "all annotations",
            "passages": "passages found",
        }
        said = screen.here.said() if screen.here is not None else ""
        return said or names.get(screen.panes.current) or names.get(screen.scope(), screen.scope())
    if screen.hinting:
        return "type a label · esc puts them away"
    target = screen.session.target(screen.view.selection, screen.view.active)
    if target is None:
        return "extending" if screen.extending else ""
    doubt = f" · {target.annotation.confidence:.0%} sure" if target.annotation and doubtful(target.annotation) else ""
    where = also(screen.session, *target.ranges[0]) if len(target.ranges) == 1 else ""
    return target.name + doubt + (f" · {where}" if where else "")


def status(screen: ReaderScreen) -> None:
    """Draw the status row."""
    panel: Panel | None = screen.panel_view.panel
    keymap = screen.machine.keymap
    if panel is not None:
        hints = list(panel.hints)
    else:
        shown = _SHOWN_HINTS[screen.scope()]
        hints = [(key_label(keymap.first_key(name)), _FOOTERS[name] or _WORDS[name]) for name in shown]
        if screen.panes.current == "text" and not screen.cards.display:
            hints = [("D", "documents"), ("S", "annotations"), *hints] if screen.narrow() else hints
    saved = "read-only" if screen.session.library.readonly else "saved"
    saved = f"only mine · {saved}" if screen.session.people.only_mine else saved
    pending = screen.machine.pending
    left = pending or screen.message or next_target(screen)
    screen.status.tell(left, place(screen), saved, hints, strong=bool(screen.message) and not pending)
