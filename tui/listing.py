"""The part of the command table that works in the lists: documents, annotations, codebook."""

from __future__ import annotations

from tui.command import Command


def _list(name: str, keys: str, title: str, text: str, footer: str = "") -> Command:
    return Command(f"list.{name}", tuple(keys.split("|")), title, text, "list", footer)


def _in(scope: str, name: str, keys: str, title: str, text: str, footer: str = "", needs: str = "") -> Command:  # noqa: PLR0913, PLR0917  # a row of the table
    return Command(f"{scope}.{name}", tuple(keys.split("|")), title, text, scope, footer, needs)


LIST_COMMANDS: tuple[Command, ...] = (
    _list("down", "j|down", "Next row", "To the next row of the list."),
    _list("up", "k|up", "Previous row", "To the previous row of the list."),
    _list("page_down", "pagedown|ctrl+d", "Page down", "One page down the list."),
    _list("page_up", "backspace|pageup|ctrl+u", "Page up", "One page up the list."),
    _list("first", "g g|home", "First row", "To the list's first row."),
    _list("last", "G|end", "Last row", "To the list's last row."),
    _list("choose", "enter", "Go", "Open what is chosen; of an annotation show the passage, again: back.", "go"),
    _list(
        "mark",
        "space",
        "Mark",
        "Mark the row, or unmark it, and go on; what is done next is done to all marked.",
        "mark",
    ),
    _list("mark_all", "*", "Mark all", "Mark all rows shown; again: unmark them."),
    _list("filter", "/", "Filter", "Show only what matches: tag:source colour:red has:note -draft words.", "filter"),
    _list("sort", ",", "Sort", "Next order of the list.", "sort"),
    _list("leave", "esc", "Back to the text", "Clear the marks, then the filter; then go back to the text.", "text"),
    _in("documents", "state", "s", "State", "Next state: new, reading, done.", "state"),
    _in("documents", "attributes", "e", "Attributes", "Edit what is known of the document: age=41 site=north."),
    _in("documents", "rename", "r", "Title", "Edit the document's title."),
    _in("documents", "memo", "M", "Memo", "Write a memo on the document."),
    _in("documents", "choose", "v", "Choose a version", "Of what was written at the same time elsewhere, what stands."),
    _in("sidebar", "tag_filter", "#", "Filter by tag", "Filter with tag: already typed."),
    _in("sidebar", "edit", "e|a", "Edit note", "Edit the note of the chosen annotation.", "edit"),
    _in("sidebar", "tag", "t", "Tag", "Tag what is marked, else the chosen annotation."),
    _in(
        "sidebar", "color", "c", "Colour", "c and a letter: colour what is marked, else the chosen one.", needs="color"
    ),
    _in("sidebar", "delete", "d|delete", "Delete", "Delete what is marked, else the chosen annotation."),
    _in(
        "sidebar",
        "relations",
        "x",
        "Relations",
        "List what the annotation is related to; enter follows, delete takes away.",
    ),
    _in("codebook", "new", "n", "New tag", "Make a tag, beneath the chosen one unless its path is changed."),
    _in("codebook", "rename", "r", "Rename", "Change the tag's path everywhere; those beneath go along.", "rename"),
    _in("codebook", "merge", "m", "Merge", "Make one tag of this and another, everywhere.", "merge"),
    _in("codebook", "nest", "N", "Nest", "Put the tag beneath another."),
    _in("codebook", "describe", "e", "Describe", "Write what the tag stands for, in one line.", "describe"),
    _in(
        "codebook",
        "aliases",
        "a",
        "Aliases",
        "Other names of what it stands for, with ; between; searches know them.",
    ),
    _in("codebook", "memo", "M", "Memo", "Write a memo on the tag."),
    _in("codebook", "color", "c", "Colour", "c and a letter: the colour of what has this tag.", needs="color"),
    _in(
        "codebook",
        "key",
        "K",
        "Key",
        "K and a digit: the key that takes it in the picker; 0 takes the key away.",
        "key",
        "digit",
    ),
    _in(
        "codebook",
        "one_of",
        "o",
        "One of these",
        "The tags just beneath exclude each other: setting one takes the others off.",
    ),
    _in("codebook", "choose", "v", "Choose a version", "Of what was written at the same time elsewhere, what stands."),
    _in("codebook", "delete", "d|delete", "Delete", "Delete the tag and take it off everywhere."),
    _in("memos", "edit", "e|a", "Write", "Write the chosen memo.", "write"),
    _in("memos", "delete", "d|delete", "Delete", "Delete the chosen memo."),
    _in("memos", "choose", "v", "Choose a version", "Of what was written at the same time elsewhere, what stands."),
    _in(
        "versions",
        "choose",
        "v",
        "Choose a version",
        "Of what was written at the same time elsewhere, what stands.",
        "choose",
    ),
    _in("names", "tag", "t", "Tag", "Tag the accepted names, else the chosen one, wherever they stand.", "tag"),
    _in("names", "part", "x", "Part", "One of the ways of writing is another name.", "part"),
    _in("timeline", "dates", "n", "Find dates", "Propose the dates of the open document.", "find dates"),
    _in("dates", "mark", "t", "Mark", "Mark the accepted dates, else the chosen one; the year is asked once.", "mark"),
    _in("dates", "year", "y", "Year", "Say of which year dates without one are, and mark the accepted."),
    _in("table", "left", "h|left", "Left", "To the column on the left."),
    _in("table", "right", "l|right", "Right", "To the column on the right."),
    _in("table", "start", "0", "First column", "To the first column."),
    _in("table", "end", "$", "Last column", "To the last column."),
    _in("table", "choose", "t", "Table", "Choose another table.", "table"),
    _in(
        "table",
        "by",
        "b",
        "Taken by",
        "Passage, overlap, paragraph or document; attribute; day, week, month or year.",
        "by",
    ),
    _in(
        "table",
        "beneath",
        "s",
        "Sub-tags",
        "Count what has a sub-tag under the tags above it too; again: not.",
        "sub-tags",
    ),
    _in("disagreements", "stands", "s", "Stands", "The tag stands here; again: leave it open.", "stands"),
    _in("disagreements", "falls", "x", "Falls", "The tag does not stand here; again: leave it open.", "falls"),
    _in("table", "copy", "y", "Copy", "Copy the table, or its marked rows, as a spreadsheet pastes it.", "copy"),
    _in(
        "passages",
        "tag",
        "t",
        "Tag",
        "Highlight and tag what is marked, else the chosen one; first it says how many.",
        "tag",
    ),
    _in("passages", "copy", "y", "Copy", "Copy the marked rows, else all, as a spreadsheet pastes them."),
    _in("passages", "highlight", "h", "Highlight", "Highlight what is marked, else the chosen one."),
)
