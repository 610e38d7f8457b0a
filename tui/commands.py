"""THE table of commands: their keys, names and help. Footer, palette, help, README and dispatch are all drawn from it.

Keys are written as they are typed: a printable key is its character, others have names (``enter``, ``ctrl+d``,
``pagedown``); the keys of a sequence are separated by a space (``g g``). Pure: knows nothing of the screen.
"""

from __future__ import annotations

from tui.command import Command
from tui.listing import LIST_COMMANDS

__all__ = [
    "BY_ID",
    "COMMANDS",
    "GROUPS",
    "INHERITS",
    "LIST_GROUPS",
    "Command",
    "in_scope",
    "key_label",
    "key_table",
    "scopes_of",
]

INHERITS = {
    "global": "",
    "reader": "global",
    "extend": "reader",
    "reshape": "extend",
    "list": "global",
    "documents": "list",
    "sidebar": "list",
    "everything": "sidebar",
    "review": "everything",
    "codebook": "list",
    "memos": "list",
    "versions": "list",
    "table": "list",
    "disagreements": "list",
    "names": "list",
    "timeline": "list",
    "dates": "list",
    "passages": "list",
}
"""Scopes, and the scope whose keys each one has too."""

GROUPS = {
    "move": "Moving",
    "jump": "Jumping",
    "select": "Selecting",
    "mark": "Marking",
    "find": "Finding",
    "pane": "Panes and documents",
    "board": "Lists over the whole window",
    "anchor": "Repeated, changed, in doubt",
    "app": "Manicula",
}
"""The headings of the help, by what stands before the dot of a command's id."""

LIST_GROUPS = {
    "list": "The lists",
    "documents": "The document list",
    "sidebar": "Annotations",
    "codebook": "The codebook",
    "memos": "Memos",
    "versions": "What waits for a choice",
    "table": "Tables of figures",
    "disagreements": "Disagreements",
    "names": "Names",
    "timeline": "The timeline",
    "dates": "Dates of a document",
    "passages": "Passages found",
}
"""The same for what works in the lists alone."""


def _move(name: str, keys: str, title: str, text: str) -> Command:
    return Command(f"move.{name}", tuple(keys.split("|")), title, text)


COMMANDS: tuple[Command, ...] = (
    _move("left", "h|left", "Left", "One character to the left."),
    _move("right", "l|right", "Right", "One character to the right."),
    _move("down", "j|down", "Down", "One row down, in the wanted column."),
    _move("up", "k|up", "Up", "One row up, in the wanted column."),
    _move("word_next", "w|ctrl+right|alt+right", "Next word", "To the start of the next word."),
    _move("word_prev", "b|ctrl+left|alt+left", "Previous word", "To the start of the previous word."),
    _move("word_end", "e", "Word end", "To the end of the word."),
    _move("row_start", "0|home", "Row start", "To the start of the row."),
    _move("row_end", "$|end", "Row end", "To the end of the row."),
    _move("sentence_next", ")", "Next sentence", "To the next sentence."),
    _move("sentence_prev", "(", "Previous sentence", "To the previous sentence."),
    _move("paragraph_next", "p|}", "Next paragraph", "To the next paragraph."),
    _move("paragraph_prev", "P|{", "Previous paragraph", "To the previous paragraph."),
    _move("section_next", ">|] ]", "Next section", "To the next heading."),
    _move("section_prev", "<|[ [", "Previous section", "To the previous heading."),
    _move("highlight_next", "J|] h", "Next highlight", "To the next highlight; walks through overlapping ones."),
    _move(
        "highlight_prev", "K|[ h", "Previous highlight", "To the previous highlight; walks through overlapping ones."
    ),
    _move("note_next", "] n", "Next note", "To the next highlight with a note."),
    _move("note_prev", "[ n", "Previous note", "To the previous highlight with a note."),
    _move("quotation_next", "] q", "Next quotation", "To the next quotation."),
    _move("quotation_prev", "[ q", "Previous quotation", "To the previous quotation."),
    _move("turn_next", "] s", "Next speaker", "To the next turn of a speaker, in a transcript."),
    _move("turn_prev", "[ s", "Previous speaker", "To the previous turn of a speaker, in a transcript."),
    _move("table_right", "] t", "Table right", "Move a table that is wider than the window to the right."),
    _move("table_left", "[ t", "Table left", "Move a wide table back to the left."),
    _move("page_down", "space|pagedown", "Page down", "One screen down."),
    _move("page_up", "backspace|pageup", "Page up", "One screen up."),
    _move("half_down", "ctrl+d", "Half page down", "Half a screen down."),
    _move("half_up", "ctrl+u", "Half page up", "Half a screen up."),
    _move("document_start", "g g|ctrl+home", "Document start", "To the first row."),
    _move("document_end", "G|ctrl+end", "Document end", "To the last row."),
    Command(
        "jump.hints", ("f",), "Hints", "A label for every sentence on screen; type it to go there.", footer="go to"
    ),
    Command("jump.seek", ("s",), "Seek", "s and a letter: a label for every word that begins so.", needs="letter"),
    Command(
        "jump.set_mark",
        ("m",),
        "Bookmark",
        "m and a letter: a bookmark here; capitals in any document.",
        needs="bookmark",
    ),
    Command("jump.to_mark", ("M", "'"), "To bookmark", "M and a letter: to that bookmark.", needs="bookmark"),
    Command(
        "jump.follow",
        ("F",),
        "Follow",
        "Follow the link, footnote or image at the caret, else a label for each on screen; H comes back.",
    ),
    Command("jump.outline", ("O",), "Outline", "List the headings and go to one."),
    Command("jump.back", ("H", "ctrl+o"), "Back", "Back to where the last jump left, also in another document."),
    Command("jump.forward", ("L",), "Forward", "Forward again in the list of places left."),
    Command("select.extend", ("v",), "Extend", "Motions extend the selection; again to leave.", footer="select"),
    Command("select.sentence", ("V",), "Select sentence", "Select the sentence at the caret, even inside a highlight."),
    Command("select.left", ("shift+left",), "Extend left", "Extend the selection one character to the left."),
    Command("select.right", ("shift+right",), "Extend right", "Extend the selection one character to the right."),
    Command("select.down", ("shift+down",), "Extend down", "Extend the selection one row down."),
    Command("select.up", ("shift+up",), "Extend up", "Extend the selection one row up."),
    Command("select.word_next", ("ctrl+shift+right",), "Extend by a word", "Extend to the end of the next word."),
    Command("select.word_prev", ("ctrl+shift+left",), "Extend back by a word", "Extend to the previous word's start."),
    Command("select.row_start", ("shift+home",), "Extend to row start", "Extend to the start of the row."),
    Command("select.row_end", ("shift+end",), "Extend to row end", "Extend to the end of the row."),
    Command("select.other_end", ("o",), "Other end", "Move the selection's other end.", "extend"),
    Command(
        "select.inside",
        ("i",),
        "Select inside",
        "i then s p w q h: inside sentence, paragraph, word, quotation, highlight.",
        "extend",
        needs="object",
    ),
    Command(
        "select.around",
        ("I",),
        "Select around",
        "I then s p w q h: the same with what surrounds it.",
        "extend",
        needs="object",
    ),
    Command("select.grow", ("+", "="), "Grow", "Grow the selection to the sentence, paragraph, section.", "extend"),
    Command("select.shrink", ("-",), "Shrink", "Shrink a grown selection back.", "extend"),
    Command(
        "mark.highlight", ("enter",), "Highlight", "Highlight the selection, else the sentence.", footer="highlight"
    ),
    Command(
        "mark.tag",
        ("t",),
        "Tag",
        "Tag the selection, else the highlight at the caret, else the sentence.",
        footer="tag",
    ),
    Command("mark.speaker", ("g S",), "Tag a speaker", "Tag every turn of who speaks at the caret."),
    Command("mark.page_note", ("W",), "Page note", "Write a note on the document as a whole."),
    Command(
        "mark.annotate", ("a",), "Annotate", "Tags first, enter goes to the note; esc keeps and closes.", footer="note"
    ),
    Command("mark.repeat", (".",), "Repeat", "Do the last highlight or tag action again, here."),
    Command(
        "mark.color",
        ("c",),
        "Colour",
        "c and a letter: y g b p o u c r; again the same letter takes it off.",
        needs="color",
    ),
    Command(
        "mark.reshape", ("r",), "Reshape", "Move the highlight's end by motions; o the other end, enter keeps, esc not."
    ),
    Command("mark.relate", ("x",), "Relate", "x on one highlight, x on another: what the first is to the second."),
    Command("mark.relations", ("g x",), "Relations", "List what the highlight is related to; enter follows."),
    Command("mark.split", ("g s",), "Split", "Cut the highlight in two before the caret."),
    Command(
        "mark.choose", ("g c",), "Choose a version", "Of what was written at the same time elsewhere, what stands."
    ),
    Command("mark.join", ("g j",), "Join", "Join the highlights in the selection, else this one and the next."),
    Command("mark.delete", ("d", "delete"), "Delete", "Delete the highlight at the caret or inside the selection."),
    Command("mark.undo", ("u",), "Undo", "Take the last change back, also after a restart.", "global"),
    Command("mark.redo", ("U",), "Redo", "Do again what was undone.", "global"),
    Command("mark.copy", ("y",), "Copy", "Copy the selection, else the highlight, else the sentence."),
    Command("mark.cite", ("Y",), "Copy with citation", "Copy the quote with its source and place."),
    Command(
        "find.find", ("/",), "Find", "Find in this document; case, accents and typography are folded.", footer="find"
    ),
    Command("find.next", ("n",), "Next match", "To the next match."),
    Command("find.prev", ("N",), "Previous match", "To the previous match."),
    Command("find.word", ("*",), "Find word", "Find the word at the caret."),
    Command("find.tag", ("g t",), "Tag the matches", "Highlight all matches and tag them, as one step."),
    Command("find.highlight", ("g h",), "Highlight the matches", "Highlight all matches, as one step."),
    Command("pane.open", ("o",), "Open", "Open a document by a part of its name.", footer="open"),
    Command("pane.next", ("tab",), "Next pane", "Go to the next pane.", "global"),
    Command("pane.documents", ("D",), "Documents", "Show the document list and go there; there: hide it.", "global"),
    Command(
        "pane.sidebar", ("S", "\\"), "Annotations", "Show the annotations and go there; there: hide them.", "global"
    ),
    Command("pane.zen", ("z",), "Only the text", "Hide everything but the text; again brings it back."),
    Command("pane.wider", ("g >",), "Wider text", "Widen the text column."),
    Command("pane.focus", ("g f",), "Dim the rest", "Dim all but the sentence; again: the paragraph; again: nothing."),
    Command("pane.spacing", ("g p",), "Paragraphs", "A blank row between paragraphs, or an indent."),
    Command("pane.only_mine", ("g o",), "Only mine", "Hide what others marked, or show it again.", "global"),
    Command("pane.narrower", ("g <",), "Narrower text", "Narrow the text column."),
    Command("board.everything", ("g a",), "All annotations", "The annotations of all documents in one list.", "global"),
    Command(
        "board.codebook", ("T",), "Codebook", "The tags: rename, merge, nest, describe, colour, key, delete.", "global"
    ),
    Command(
        "board.search",
        ("g /",),
        "Search the library",
        "Words in the texts, titles and notes of all documents.",
        "global",
    ),
    Command("board.tables", ("g b",), "Tables", "Count tags, documents, creators, what stands together.", "global"),
    Command("board.names", ("g e",), "Names", "Names proposed from all texts, to be accepted and tagged.", "global"),
    Command("board.timeline", ("g l",), "Timeline", "What is dated, in the order of time; dates proposed.", "global"),
    Command(
        "board.concordance",
        ("g k",),
        "Concordance",
        "Every place of a word, an expression or a tag, aligned; of what is found in the text just now.",
        "global",
    ),
    Command(
        "board.review",
        ("g w",),
        "Review",
        "Go through the annotations of a query one by one, each in its text; , and chance gives the order.",
        "global",
    ),
    Command(
        "board.repeats",
        ("g A",),
        "Repeated passages",
        "Sentences that stand in several documents, exactly or nearly, with all their places.",
        "global",
    ),
    Command("board.memos", ("g m",), "Memos", "What is written on the library, its documents and tags.", "global"),
    Command(
        "board.unsettled",
        ("g C",),
        "Versions to choose among",
        "All that several devices wrote at the same time, in the whole library: which of it is to stand.",
        "global",
    ),
    Command("app.import", ("g i",), "Import", "Bring annotations in; first it says what would come.", "global"),
    Command(
        "app.export",
        ("E",),
        "Export",
        "Export this document's annotations; in a table or the timeline: CSV.",
        "global",
        footer="export",
    ),
    Command(
        "app.original", ("X",), "Original", "Open the document's file, or its page in the web, in its own program."
    ),
    Command(
        "app.theme", (), "Next theme", "Dark, light, high contrast, safe for the colour-blind, your own.", "global"
    ),
    Command("app.name", ("g y",), "Your name", "The name that what you mark is signed with.", "global"),
    Command("app.help", ("?", "f1"), "Help", "All keys.", "global", footer="keys"),
    Command("app.palette", ("ctrl+p", ":"), "Command palette", "Every command by name.", "global"),
    Command(
        "app.interrupt", ("ctrl+c",), "Copy selection", "Copy the selection; without one say how to quit.", "global"
    ),
    Command(
        "app.redraw", ("ctrl+l",), "Draw anew", "Draw all of the screen, where something else wrote on it.", "global"
    ),
    Command("app.suspend", ("ctrl+z",), "Suspend", "Back to the shell; fg brings Manicula back.", "global"),
    Command("app.escape", ("esc",), "Leave", "Leave the selection, the matches, the card."),
    Command("app.quit", ("q",), "Quit", "Close Manicula; everything is saved already.", "global", footer="quit"),
    Command("anchor.all", ("A",), "Highlight all", "Highlight every place where this passage stands, tagged alike."),
    Command("anchor.changes", ("g d",), "What changed", "Show what changed around the highlight at the caret."),
    Command("anchor.versions", ("g v",), "Versions", "Read an older version of this document, and come back."),
    Command("anchor.refresh", ("g r",), "Read again", "Read the file again; annotations go along or say so."),
    Command("anchor.doubt_next", ("] d", "g n"), "Next doubt", "To the next highlight that may stand wrong."),
    Command("anchor.doubt_prev", ("[ d", "g N"), "Previous doubt", "To the previous highlight that may stand wrong."),
    Command("anchor.confirm", ("C",), "Confirm", "The highlight at the caret stands right."),
    Command(
        "anchor.relink", ("R",), "Relink", "Give the selection, else the sentence, to an annotation without place."
    ),
    Command("sidebar.confirm", ("C",), "Confirm", "The chosen annotation stands right.", "sidebar"),
    Command(
        "sidebar.choose",
        ("v",),
        "Choose a version",
        "Of notes, colours, places written at the same time, which one stands.",
        "sidebar",
    ),
    Command("sidebar.relink", ("R",), "Relink", "Choose a place for the chosen annotation.", "sidebar"),
    Command("sidebar.changes", ("g d",), "What changed", "Show what changed around the chosen annotation.", "sidebar"),
    *LIST_COMMANDS,
)

BY_ID = {command.id: command for command in COMMANDS}


def scopes_of(scope: str) -> list[str]:
    """Return `scope` and the scopes it inherits from, the nearest first."""
    found = []
    while scope:
        found.append(scope)
        scope = INHERITS[scope]
    return found


def in_scope(scope: str) -> list[Command]:
    """Return the commands whose keys work in `scope`, its own first."""
    return [command for name in scopes_of(scope) for command in COMMANDS if command.scope == name]


def key_label(sequence: str) -> str:
    """Return a key sequence as shown to people: ``g g`` as ``gg``, names as they are."""
    keys = sequence.split(" ")
    return "".join(keys) if all(len(key) == 1 for key in keys) else " ".join(keys)


def key_table() -> str:
    """Return the Markdown table of all keys that the README shows."""
    rows = ["| keys | command | |", "|---|---|---|"]
    for group, heading in (*GROUPS.items(), *LIST_GROUPS.items()):
        rows.append(f"| | **{heading}** | |")
        for command in COMMANDS:
            if command.id.partition(".")[0] == group:
                keys = " ".join(f"`{key_label(sequence)}`" for sequence in command.keys) or "palette"
                rows.append(f"| {keys.replace('|', chr(92) + '|')} | {command.title} | {command.help} |")
    return "\n".join(rows)
